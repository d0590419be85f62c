"""A backup that is made while the daemon works, and what becomes of it in another place."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from mailflow import daemon, settings, wiring
from mailflow.store.tables import Outgoing
from tests.servers.ready import ready
from tests.stories.office import Office, whole

MAILS = 6


def wait_for(condition: Callable[[], bool]) -> None:
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() - begin < 30
        time.sleep(0.05)


def moved(office: Office, url: str) -> Office:
    """The same office with another database, in another folder."""
    folder = office.folder / "restored"
    folder.mkdir(exist_ok=True)
    text = (office.folder / "mailflow.toml").read_text("utf-8")
    text = text.replace(f'"{office.settings.database}"', f'"{url}"')
    (folder / "mailflow.toml").write_text(text, "utf-8")
    found = settings.load(folder / "mailflow.toml", os.environ)
    return replace(office, folder=folder, settings=found)


def sent(office: Office) -> set[str]:
    """The mails that left, as the database says."""
    database = office.database()
    with database.read() as session:
        query = select(Outgoing.message_id).where(Outgoing.state == "sent")
        found = {f"<{one.strip('<>')}>" for one in session.scalars(query)}
    database.close()
    return found


def titles(office: Office) -> list[str]:
    return sorted(record["title"] for record in office.records())


@pytest.mark.parametrize(
    "backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.torture)]
)
def test_a_backup_of_a_daemon_at_work_goes_on_elsewhere(
    office: Office,
    backend: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    urls = [office.settings.database, f"sqlite:///{office.folder}/restored/mailflow.db"]
    if backend == "postgresql":
        request.getfixturevalue("postgres_clients")
        server = request.getfixturevalue("postgres_server")
        urls = [server.create(), server.create()]
        ready(urls[0]).close()
        office.__dict__.update(vars(moved(office, urls[0])))
        office.command("directory", "apply", str(office.folder.parent / "directory.toml"))
    running = wiring.Office.of(office.settings, daemon.real_now)
    loops = threading.Thread(target=daemon.serve, args=(running,))
    loops.start()
    backup = str(office.folder / "backup")
    try:
        for number in range(MAILS):
            office.anna.writes(f"[ISSUE][PORTAL] login case {number}", "It fails.")
            if number == MAILS // 2:
                wait_for(lambda: bool(sent(office)))
                office.command("db", "backup", backup)
        wait_for(lambda: len(office.records()) == MAILS)
    finally:
        running.end()
        loops.join(30)

    again = moved(office, urls[1])
    ready(urls[1]).close()
    again.command("db", "restore", backup)
    with pytest.raises(AssertionError, match="holds something already"):
        again.command("db", "restore", backup)
    assert again.command("rebuild", "--check").endswith("each as its events say\n")
    known, before = sent(again), len(office.smtp.letters)
    assert known
    office.box.select_folder(f"{office.inbox}-done")
    office.box.move(office.box.search(), office.inbox)
    later = daemon.real_now() + timedelta(minutes=5)  # when the leases in the backup have run out
    monkeypatch.setattr(daemon, "real_now", lambda: later)
    again.runs(later.isoformat())

    assert titles(again) == [f"login case {number}" for number in range(MAILS)]
    assert again.command("rebuild", "--check").endswith("each as its events say\n")
    later_letters = office.smtp.letters[before:]
    assert not known & {str(letter.mail["Message-ID"]) for letter in later_letters}
    told = "\n".join(whole(mail) for mail in office.ma.reads_everything())
    assert all(record["ref"] in told for record in again.records())
    office.anna.reads_everything()
