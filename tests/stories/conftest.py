"""The office: every story gets a new one, and nobody may leave a letter unread."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailflow import settings
from tests.servers.imap import ImapServer
from tests.servers.smtp import SmtpReceiver
from tests.stories.office import CONFIG, PEOPLE, PROJECTS, Office, Person


@pytest.fixture
def office(
    tmp_path: Path,
    imap_server: ImapServer,
    smtp_receiver: SmtpReceiver,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Office]:
    """`@pytest.mark.config(policy="strict", extra='language = "zh"')` changes its settings."""
    marker = request.node.get_closest_marker("config")
    options = {"policy": "known", "extra": ""} | (marker.kwargs if marker else {})
    monkeypatch.setenv("FLOW_PASSWORD", imap_server.password)
    monkeypatch.setenv("MAILFLOW_SECRET", "0" * 64)
    config = tmp_path / "mailflow.toml"
    config.write_text(
        CONFIG.format(
            database=f"sqlite:///{tmp_path}/mailflow.db",
            imap=imap_server.port,
            user=imap_server.user,
            smtp=smtp_receiver.port,
            **options,
        ),
        "utf-8",
    )
    (tmp_path / "directory.toml").write_text(_directory(), "utf-8")
    box = imap_server.log_in()
    office = Office(tmp_path, imap_server, smtp_receiver, box, settings.load(config, os.environ))
    office.people = {
        who: Person(office, name, address) for who, (name, address, *_) in PEOPLE.items()
    }
    office.command("directory", "apply", str(tmp_path / "directory.toml"))
    yield office
    box.logout()
    unread = [f"{to}: {mail['Subject']}" for to, mail in smtp_receiver.unread]
    assert not unread, f"letters that nobody read: {unread}"


def _directory() -> str:
    person = '[[person]]\nname = "{}"\naddresses = ["{}"]\nlanguage = "{}"\ntimezone = "{}"\n\n'
    return "".join(person.format(*entry) for entry in PEOPLE.values()) + PROJECTS
