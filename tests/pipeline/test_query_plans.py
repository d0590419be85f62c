"""No query of a mail's way reads a whole table that grows with the mails (SQLite's own plans)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from mailflow.outbox.composer import compose
from mailflow.outbox.sender import send_due
from mailflow.outbox.smtp_connection import SmtpServer
from mailflow.pipeline import fair
from mailflow.requests import HANDLED
from mailflow.snapshots import read_directory
from mailflow.store import inputs, queue
from mailflow.store.outbox import something_waits
from tests.pipeline.desk import INSTALLATION, Desk, mail_of, open_desk
from tests.workflow.company import ANNA, CHEN, EVE, LI, MA, TOM

# The directory is small and read as a whole; these grow.
GROWING = {
    "aliases",
    "attendances",
    "blocked",
    "contacts",
    "events",
    "filed",
    "firings",
    "inputs",
    "messages",
    "notices",
    "outgoings",
    "points",
    "questions",
    "raws",
    "records",
    "reminded",
    "rules",
    "sightings",
    "sittings",
    "texts",
    "watchers",
}
Statement = tuple[str, Any]


@contextmanager
def listening(desk: Desk) -> Iterator[list[Statement]]:
    heard: list[Statement] = []

    def hear(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            heard.append((statement, parameters))

    event.listen(desk.database.engine, "before_cursor_execute", hear)
    yield heard
    event.remove(desk.database.engine, "before_cursor_execute", hear)


def scans(desk: Desk, heard: list[Statement]) -> set[str]:
    """Which growing tables a statement reads as a whole."""
    found = set()
    with desk.database.engine.connect() as connection:
        for statement, parameters in heard:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            for row in plan:
                scan = re.match(r"SCAN (?:TABLE )?(\w+)(?! USING)", row.detail)
                if scan and _table(scan.group(1), statement) in GROWING:
                    found.add(f"{row.detail}: {statement}")
    return found


def details(desk: Desk, heard: list[Statement]) -> list[str]:
    """How the statements are carried out, line by line."""
    with desk.database.engine.connect() as connection:
        return [
            row.detail
            for statement, parameters in heard
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


def _table(name: str, statement: str) -> str:
    """The table behind an alias (texts AS texts_1)."""
    found = re.search(rf"(\w+) AS {re.escape(name)}\b", statement)
    return found.group(1) if found else name


def fill(desk: Desk) -> None:
    """Enough rows that the plans are those of a database in use."""
    for _ in range(4):
        desk.put(*(mail_of(ANNA, f"[ISSUE][PORTAL] case {n}", "It fails.") for n in range(60)))
        desk.work()
        with desk.database.write() as session:
            directory = read_directory(session, "UTC")
            compose(session, INSTALLATION, directory, desk.now, mails_a_day=1000)
        desk.now += timedelta(minutes=5)
    desk.put(*(mail_of(LI, f"[ISSUE] which project is {n}?", "x") for n in range(12)))
    desk.work()
    desk.now += timedelta(days=1)
    with desk.database.write() as session:
        # most are settled, and there is more than one project
        most = "UPDATE records SET state = 'confirmed', project_id = 1 + id % 2 WHERE id > 20"
        session.execute(text(most))
        session.execute(text("ANALYZE"))


@pytest.fixture(scope="module")
def busy_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = open_desk(f"sqlite:///{tmp_path_factory.mktemp('busy')}/mailflow.db")
    fill(desk)
    yield desk
    desk.database.close()


def test_no_step_of_a_mails_way_scans_a_growing_table(busy_desk: Desk) -> None:
    desk = busy_desk
    one = [("Message-ID", "<one@mail.example>")]
    answers = [("In-Reply-To", "<one@mail.example>")]
    with listening(desk) as heard:
        desk.put(
            mail_of(ANNA, "[ISSUE][PORTAL] login", "It fails.", one),
            mail_of(MA, "Re: login", "/status in_progress\n/due friday\nSoon.", answers),
            mail_of(TOM, "[DECISION][PORTAL] Tea", "Green."),
            mail_of(LI, "[ISSUE] which project?", "x"),
            mail_of(replace(EVE, addresses=("homer@globex.example",)), "Hello", "x"),
            mail_of(EVE, "[PORTAL-1] x", "done"),
            mail_of(LI, "[PORTAL-99] x", "done"),
        )
        desk.work()
        with desk.database.read() as session:
            assert something_waits(session)
        with desk.database.write() as session:
            directory = read_directory(session, "UTC")
            assert compose(session, INSTALLATION, directory, desk.now)
    assert len(heard) > 50
    assert not scans(desk, heard)


# Who writes what; without a subject it answers the last mail that they got.
DAILY_WORK = (
    (MA, "Re: [PORTAL-1] case", "/task Write the test @Tom friday\n/link PORTAL-2\n/spent 2h"),
    (MA, "", "undo"),
    (MA, "", "/why"),
    (MA, "Hello", "/digest daily"),
    (LI, "[REPORT] open issues by owner", ""),
    (ANNA, "[MEETING] PORTAL tomorrow 15:00 Release", "- Who tests?"),
    (MA, "", "accepted"),
    (TOM, "[AGENDA] PORTAL The key", "Decision: which key?"),
    (LI, "[ISSUE] which project?", "x"),
    (CHEN, "", "/project PORTAL\n/always"),
    (MA, "Re: [PORTAL-3] case", "/duplicate PORTAL-4"),
)


def test_nor_does_the_daily_work(busy_desk: Desk) -> None:
    desk = busy_desk
    desk.engine.requests = HANDLED
    heard: list[Statement] = []
    for person, subject, words in DAILY_WORK:
        answers = not subject
        desk.put(desk.answer_of(person, words) if answers else mail_of(person, subject, words))
        with listening(desk) as now_heard:
            desk.work()
            desk.now += timedelta(minutes=5)
            desk.compose()
        heard += now_heard
    done = {reason["reason"] for notice in desk.notices() for reason in notice.reasons}
    assert done > {"taken_back", "page", "personal", "table", "invited", "comes"}
    assert not scans(desk, heard)


def test_looking_for_work_scans_nothing(busy_desk: Desk) -> None:
    desk = busy_desk
    with listening(desk) as heard:
        assert desk.work() == 0
        nowhere = SmtpServer("127.0.0.1", 1, "none")
        send_due(desk.database, nowhere, "test", desk.now, lambda: desk.now)
    assert heard
    assert not scans(desk, heard)


def test_finding_a_fair_order_in_a_flood_reads_by_its_indexes(busy_desk: Desk) -> None:
    desk = busy_desk
    program = [("X-Mailflow-Kind", "notice")]
    desk.put(*(mail_of(ANNA, f"flood {n}", f"{n}", program) for n in range(60)))
    desk.put(mail_of(MA, "Re: flood", "x", [("In-Reply-To", "<one@mail.example>")]))
    with desk.database.write() as session, listening(desk) as heard:
        fair.sort(session)
    with desk.database.read() as session, listening(desk) as found:
        assert inputs.next_input(session, desk.now) is not None
        assert not queue.is_alone(session)
    heard += found
    assert len(heard) > 6
    assert not scans(desk, heard)
    assert not [line for line in details(desk, heard) if "ORDER BY" in line], "sorted by hand"
    desk.work()


def test_the_test_itself_sees_a_scan(busy_desk: Desk) -> None:
    assert scans(busy_desk, [("SELECT * FROM records WHERE priority = 'high'", ())])
