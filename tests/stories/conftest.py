"""The office: every story gets a new one, and nobody may leave a letter unread."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailflow import settings
from tests.servers.imap import PASSWORD, ImapServer
from tests.servers.ready import ready
from tests.servers.smtp import Receiver
from tests.stories.office import CONFIG, PEOPLE, PROJECTS, Office, Person


@pytest.fixture
def office(
    tmp_path: Path,
    pymap_server: ImapServer,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Office]:
    """`@pytest.mark.config(policy="strict", extra='language = "zh"')` changes its settings."""
    marker = request.node.get_closest_marker("config")
    options = {"policy": "known", "extra": ""} | (marker.kwargs if marker else {})
    monkeypatch.setenv("FLOW_PASSWORD", PASSWORD)
    monkeypatch.setenv("MAILFLOW_SECRET", "0" * 64)
    inbox, box = f"flow-{secrets.token_hex(4)}", pymap_server.log_in()
    box.create_folder(inbox)
    config = tmp_path / "mailflow.toml"
    places = {
        "database": f"sqlite:///{tmp_path}/mailflow.db",
        "imap": pymap_server.port,
        "user": pymap_server.user,
        "folder": inbox,
        "smtp": receiver.port,
    }
    config.write_text(CONFIG.format(**places, **options), "utf-8")
    (tmp_path / "directory.toml").write_text(_directory(), "utf-8")
    office = Office(tmp_path, inbox, box, receiver, settings.load(config, os.environ))
    office.people = {
        who: Person(office, name, address) for who, (name, address, *_) in PEOPLE.items()
    }
    ready(f"sqlite:///{tmp_path}/mailflow.db").close()
    office.command("directory", "apply", str(tmp_path / "directory.toml"))
    yield office
    box.logout()
    unread = [f"{to}: {mail['X-Mailflow-Kind']}: {mail['Subject']}" for to, mail in office.unread]
    assert not unread, f"letters that nobody read: {unread}"


def _directory() -> str:
    person = '[[person]]\nname = "{}"\naddresses = ["{}"]\nlanguage = "{}"\ntimezone = "{}"\n\n'
    return "".join(person.format(*entry) for entry in PEOPLE.values()) + PROJECTS
