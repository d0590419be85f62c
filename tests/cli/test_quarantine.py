"""`mailflow quarantine`, on mails that the real pipeline could not handle."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mailflow.store.database import Database
from mailflow.store.tables import Blocked, Input
from tests.cli.admin import Admin

ANNA = "anna.berg@acme.example"


@pytest.fixture
def broken(admin: Admin) -> Admin:
    """A mail without a sender (input 2), one that made the program fail (3), one that is held (4).

    Input 1 is the act of applying the directory.
    """
    raw = b"Subject: [ISSUE] \x1b[31mno sender\r\nMessage-ID: <1@x>\r\n\r\nhello\r\n"
    path = admin.folder / "broken.eml"
    path.write_bytes(raw)
    admin.run("import", str(path))
    admin.mail(ANNA, "[ISSUE][PORTAL] failed", "line\n" * 80)
    admin.mail("stranger@else.example", "[ISSUE][PORTAL] hello", "Let me in.")
    database = Database(admin.database)
    with database.write() as session:
        row = session.get_one(Input, 3)
        row.state, row.reason, row.attempts = "quarantined", "ValueError: no", 3
        row.detail = "Traceback (most recent call last):\n  \x1b[2J\nValueError: no"
        session.add(Blocked(key="thread:1", input_id=3))
    database.close()
    admin.handle()
    return admin


def states(admin: Admin) -> dict[int, str]:
    database = Database(admin.database)
    with database.read() as session:
        found = {row.id: row.state for row in session.scalars(select(Input))}
    database.close()
    return found


def test_list_tells_why(broken: Admin) -> None:
    first, second = broken.lines("quarantine", "list")
    assert first["id"] == 2
    assert first["reason"] == "no sender: the From header has no address"
    assert first["from"] is None
    assert "no sender" in first["subject"]
    assert first["received"].endswith("+00:00")
    assert (second["id"], second["reason"], second["attempts"]) == (3, "ValueError: no", 3)
    assert (second["from"], second["subject"]) == (ANNA, "[ISSUE][PORTAL] failed")
    out = broken.run("quarantine", "list").stdout
    assert "ValueError: no" in out
    assert "\x1b" not in out


def test_held_mails_are_listed_where_asked(broken: Admin) -> None:
    assert [row["id"] for row in broken.lines("quarantine", "list")] == [2, 3]
    with_held = broken.lines("quarantine", "list", "--held")
    assert [(row["id"], row["state"]) for row in with_held][2:] == [(4, "held")]


def test_show_tells_all_and_harms_nothing(broken: Admin) -> None:
    out = broken.run("quarantine", "show", "3").stdout
    assert "reason    ValueError: no" in out
    assert "Traceback (most recent call last):" in out
    assert "  Subject: [ISSUE][PORTAL] failed" in out
    assert "all of it: mailflow quarantine show 3 --raw" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("input_id", "means", "helps"),
    [
        ("2", "the From header is missing or names no address", "discard it"),
        ("3", "mailflow itself failed on it", "Update mailflow and replay it"),
    ],
)
def test_show_says_what_a_reason_means_and_what_helps(
    broken: Admin, input_id: str, means: str, helps: str
) -> None:
    out = broken.run("quarantine", "show", input_id).stdout
    assert means in next(line for line in out.splitlines() if line.startswith("means"))
    assert helps in next(line for line in out.splitlines() if line.startswith("helps"))


def test_show_for_scripts(broken: Admin) -> None:
    (found,) = broken.lines("quarantine", "show", "3")
    assert (found["id"], found["reason"]) == (3, "ValueError: no")
    assert found["detail"].startswith("Traceback")
    assert "Update mailflow" in found["helps"]
    assert broken.run("quarantine", "show", "3", "--json", "--raw", status=2).stdout == ""


def test_show_an_act_of_an_admin(broken: Admin) -> None:
    broken.run("quarantine", "discard", "3")
    out = broken.run("quarantine", "show", "5").stdout.splitlines()
    assert "act       quarantine discard" in out
    assert "inputs    [3]" in out


def test_what_is_held_needs_no_help(broken: Admin) -> None:
    assert "helps" not in broken.run("quarantine", "show", "4").stdout


def test_raw_are_the_octets(broken: Admin) -> None:
    done = broken.run("quarantine", "show", "2", "--raw")
    assert done.stdout_bytes == (broken.folder / "broken.eml").read_bytes()


def test_replay_handles_a_mail_again(broken: Admin) -> None:
    assert broken.run("quarantine", "replay", "3").stdout == "1 to be handled again\n"
    database = Database(broken.database)
    with database.read() as session:
        row = session.get_one(Input, 3)
        assert (row.state, row.attempts, row.reason) == ("stored", 0, None)
        assert row.next_attempt_at is None
        assert not session.scalars(select(Blocked)).all()
        act = session.scalars(select(Input).order_by(Input.id.desc())).first()
        assert act is not None
        assert act.payload == {"act": "quarantine replay", "inputs": [3]}
    database.close()
    broken.handle()
    assert [record["title"] for record in broken.lines("records")] == ["failed"]
    assert [row["id"] for row in broken.lines("quarantine", "list")] == [2]


def test_replay_all(broken: Admin) -> None:
    assert broken.run("quarantine", "replay", "--all").stdout == "2 to be handled again\n"
    broken.handle()
    assert [row["id"] for row in broken.lines("quarantine", "list")] == [2]
    broken.run("quarantine", "discard", "2")
    assert broken.run("quarantine", "replay", "--all").stdout == "nothing is in quarantine\n"


def test_discard_can_be_taken_back(broken: Admin) -> None:
    assert broken.run("quarantine", "discard", "2", "3").stdout == "2 discarded\n"
    assert broken.lines("quarantine", "list") == []
    assert states(broken)[2] == states(broken)[3] == "ignored"
    broken.run("quarantine", "replay", "3")
    assert states(broken)[3] == "stored"


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (("replay", "99"), 1, "mailflow: there is no input 99"),
        (("replay", "1"), 1, "mailflow: input 1 is not in quarantine: it is processed"),
        (("discard", "4"), 1, "mailflow: input 4 is not in quarantine: it is held"),
        (("show", "99"), 1, "mailflow: there is no input 99"),
        (("replay",), 2, "name mails by their ids, or all of them by --all"),
        (("replay", "3", "--all"), 2, "name mails by their ids, or all of them by --all"),
    ],
)
def test_what_is_refused(broken: Admin, arguments: tuple[str, ...], status: int, line: str) -> None:
    before = states(broken)
    assert line in broken.run("quarantine", *arguments, status=status).stderr
    assert states(broken) == before


def test_one_wrong_id_changes_nothing(broken: Admin) -> None:
    before = states(broken)
    broken.run("quarantine", "discard", "2", "99", status=1)
    assert states(broken) == before
