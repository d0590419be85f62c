"""`mailflow rebuild`: what records are is what their events say."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from mailflow.store.database import Database
from mailflow.store.tables import Alias, Event, Project, Record, Watcher
from tests.cli.admin import FORWARD, Admin

ANNA, MA, TOM = "anna.berg@acme.example", "ma.jun@acme.example", "tom.oneil@acme.example"
LI = "li.wei@acme.example"


@pytest.fixture
def story(admin: Admin) -> Admin:
    """Two records with a history: values, a task, a watcher, a move to another project, an undo."""
    admin.mail(ANNA, "[ISSUE] Fwd: Cannot log in", FORWARD)
    admin.mail(LI, "[ISSUE][PORTAL] slow", "It is slow.")
    admin.handle()
    lines = "/status in_progress\n/due 2026-12-01\n/priority high\n/spent 2h\n/task look @Tom\nHm."
    admin.mail(MA, "Re: [PORTAL-1] Cannot log in", lines)
    admin.mail(ANNA, "Re: [PORTAL-1] Cannot log in", "/watch\n/link PORTAL-2")
    admin.mail(LI, "Re: [PORTAL-2] slow", "/watch\n/project GATE")
    admin.handle()
    admin.mail(MA, "Re: [PORTAL-1] Cannot log in", "/undo")
    admin.handle()
    return admin


def test_the_row_is_the_fold_of_the_events(story: Admin) -> None:
    assert [record["ref"] for record in story.lines("records")] == [
        "PORTAL-1",
        "GATE-1",
        "PORTAL-3",
    ]
    done = story.run("rebuild", "--check")
    assert done.stdout == "3 records, each as its events say\n"
    assert story.run("rebuild").stdout == done.stdout
    assert story.lines("rebuild", "--check") == []


def test_each_difference_is_told_and_can_be_mended(story: Admin) -> None:
    before = story.run("records", "--json").stdout
    database = Database(story.database)
    with database.write() as session:
        here = Record.ref == "PORTAL-1"
        session.execute(update(Record).where(here).values(state="closed", fields={"x": "y"}))
        session.execute(delete(Watcher))
        session.execute(delete(Alias))
        session.execute(update(Project).where(Project.key == "PORTAL").values(last_number=1))
    database.close()

    found = story.lines("rebuild", "--check", status=1)
    told = {(one["ref"], one["field"]): (one["row"], one["fold"]) for one in found}
    assert told.keys() >= {("PORTAL-1", "watchers"), ("GATE-1", "watchers")}
    assert told["PORTAL-1", "fields"] == ({"x": "y"}, {})
    assert told["PORTAL-1", "state"] == ("closed", "open")
    assert told["GATE-1", "earlier refs"] == ([], ["PORTAL-2"])
    assert told["PORTAL", "last number"] == (1, 3)
    assert len(told) == 6
    assert (
        "PORTAL-1 state: row 'closed', events 'open'"
        in story.run("rebuild", "--check", status=1).stdout.splitlines()
    )

    refused = story.run("rebuild", status=1)
    assert "--yes writes without asking" in refused.stderr
    assert len(story.lines("rebuild", "--check", status=1)) == 6
    summary = "3 records; values that differ from their events: 6, written: 6\n"
    assert story.run("rebuild", "--yes").stdout.endswith(summary)
    assert story.lines("rebuild", "--check") == []
    assert story.run("records", "--json").stdout == before


def test_what_cannot_be_mended_stays_told(story: Admin) -> None:
    database = Database(story.database)
    with database.write() as session:
        gate = session.query(Record).filter_by(ref="GATE-1").one()
        session.execute(delete(Event).where(Event.record_id == gate.id))
    database.close()
    assert (
        "GATE-1 events: row None, events 'none'" in story.run("rebuild", "--yes", status=1).stdout
    )


def test_of_private_kinds_only_the_field_is_told(admin: Admin) -> None:
    kinds = '[conflict]\nstates = ["named", "settled"]\ntags = ["CONFLICT"]\nprivate = true\n'
    text = admin.config.read_text("utf-8")
    admin.config.write_text(f'kinds = "{admin.file("kinds.toml", kinds)}"\n{text}', "utf-8")
    admin.mail(ANNA, "[CONFLICT][PORTAL] about Tom", "He never answers.")
    admin.handle()
    database = Database(admin.database)
    with database.write() as session:
        session.execute(update(Record).values(fields={"secret": "words"}))
    database.close()
    shown = admin.run("rebuild", "--check", status=1).stdout
    assert "PORTAL-1 fields: (private)" in shown
    assert "words" not in shown
    assert "words" in admin.run("rebuild", "--check", "--private", status=1).stdout
