"""`mailflow reparse`: mails read again by better parsers."""

from __future__ import annotations

import zlib
from email import message_from_bytes
from email.policy import SMTP

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailflow.store.database import Database
from mailflow.store.records import add_text
from mailflow.store.tables import Contact, Event, Notice, Raw, Record
from tests.cli.admin import FORWARD, Admin

ANNA, MA = "anna.berg@acme.example", "ma.jun@acme.example"
WORDS = 'since this morning our login fails with "invalid token".'


@pytest.fixture
def poor(admin: Admin) -> Admin:
    """Two records as a parser may have read them that knew no forwarded mails."""
    for _ in range(2):
        admin.mail(ANNA, "[ISSUE] Fwd: Cannot log in", FORWARD)
        admin.handle()
    database = Database(admin.database)
    with database.write() as session:
        for event in session.scalars(select(Event).where(Event.what == "opened")):
            read_poorly(session, event)
    database.close()
    assert admin.lines("rebuild", "--check") == []
    return admin


def read_poorly(session: Session, event: Event) -> None:
    """In the event and in the row, so that it still is its fold."""
    poor = {
        "title_id": add_text(session, "Fwd: Cannot log in"),
        "text_id": add_text(session, "Please look at this.\n\n---------- Forwarded message"),
        "contact_id": None,
        "client_id": None,
    }
    event.new = {**event.new, **poor}
    record = session.get_one(Record, event.record_id)
    for name, value in poor.items():
        setattr(record, name, value)


def test_what_is_read_better_is_shown_and_then_applied(poor: Admin) -> None:
    shown = poor.lines("reparse", "PORTAL-1", "--dry-run")
    assert {one["field"]: one["after"] for one in shown} == {
        "title": "Cannot log in",
        "text": WORDS,
        "client": ["Homer Simpson", "homer@globex.example"],
    }
    line = "PORTAL-1 title: 'Fwd: Cannot log in' → 'Cannot log in'"
    assert line in poor.run("reparse", "--dry-run").stdout.splitlines()
    assert "nothing was corrected" in poor.run("reparse", status=1).stderr
    assert poor.lines("records")[0]["title"] == "Fwd: Cannot log in"
    told = _notices(poor)

    assert poor.run("reparse", "--yes").stdout.endswith("2 records corrected\n")
    for record in poor.lines("records"):
        assert (record["title"], record["text"]) == ("Cannot log in", WORDS)
        assert record["client"] == {"name": "Homer Simpson", "address": "homer@globex.example"}
        assert record["company"] == "Globex"
    (history,) = poor.lines("show", "PORTAL-1")
    event = history["events"][-1]
    assert (event["what"], event["who"]) == ("corrected", None)
    assert event["old"]["title"] == "Fwd: Cannot log in"
    assert event["new"]["text"] == WORDS
    assert _notices(poor) == told
    assert poor.lines("rebuild", "--check") == []
    assert poor.run("reparse", "--yes").stdout == "0 records would be read otherwise\n"


def test_what_somebody_said_since_stays(poor: Admin) -> None:
    poor.mail(MA, "Re: [PORTAL-1] Cannot log in", "/change title Token is wrong")
    poor.handle()
    assert poor.lines("records")[0]["title"] == "Token is wrong"
    shown = poor.lines("reparse", "PORTAL-1", "--yes")
    assert {one["field"] for one in shown} == {"text", "client"}
    assert poor.lines("records")[0]["title"] == "Token is wrong"
    assert poor.lines("rebuild", "--check") == []


def test_what_somebody_agreed_to_stays(admin: Admin) -> None:
    admin.mail(ANNA, "[DECISION][PORTAL] Fwd: Cannot log in", FORWARD)
    admin.handle()
    admin.mail(MA, "Re: [PORTAL-1] Cannot log in", "agreed")
    admin.handle()
    database = Database(admin.database)
    with database.write() as session:
        read_poorly(session, session.scalars(select(Event).where(Event.what == "opened")).one())
    database.close()
    assert {one["field"] for one in admin.lines("reparse", "--dry-run")} == {"client"}


def test_values_and_attachments_are_read_better(admin: Admin) -> None:
    """As a parser may have read them that knew no lines with labels, and lost what is attached."""
    lines = "Due: 2026-12-04\nVersion: 2\n\nA PDF."
    admin.mail(ANNA, "[TASK][PORTAL] export", lines)
    admin.handle()
    (right,) = admin.lines("records")
    assert (right["fields"], right["due"]) == ({"version": "2"}, "2026-12-04")
    database = Database(admin.database)
    with database.write() as session:
        event = session.scalars(select(Event).where(Event.what == "opened")).one()
        record = session.get_one(Record, event.record_id)
        event.new = {**event.new, "fields": {}, "due": None}
        record.fields, record.due = {}, None
        raw = session.get_one(Raw, event.input_id)
        raw.compressed = zlib.compress(_with_file(zlib.decompress(raw.compressed)))
    database.close()
    admin.run("reparse", "--yes")
    (now,) = admin.lines("records")
    assert (now["fields"], now["due"]) == (right["fields"], right["due"])
    database = Database(admin.database)
    with database.read() as session:
        event = session.scalars(select(Event).where(Event.what == "corrected")).one()
    database.close()
    assert event.files == [{"name": "plan.pdf", "size": 4}]
    assert admin.lines("rebuild", "--check") == []
    assert admin.lines("reparse", "--dry-run") == []


def _with_file(raw: bytes) -> bytes:
    mail = message_from_bytes(raw, policy=SMTP)
    mail.add_attachment(b"%PDF", "application", "pdf", filename="plan.pdf")
    return mail.as_bytes()


def test_nothing_is_read_otherwise_of_what_was_just_read(admin: Admin) -> None:
    """Also where the mail had commands and values, and others followed."""
    admin.mail(ANNA, "[ISSUE] Fwd: Cannot log in", f"/due 2026-12-04\n{FORWARD}")
    admin.mail(ANNA, "[REQUIREMENT][PORTAL] export", "Client: Globex\nNeed: a PDF\n\nPlease.")
    admin.mail(ANNA, "[DECISION][PORTAL] OpenID Connect only", "We drop SAML.")
    admin.handle()
    admin.mail(MA, "Re: [PORTAL-1] Cannot log in", "/task look @Tom\nPlease.")
    admin.handle()
    assert len(admin.lines("records")) == 4
    assert admin.lines("reparse", "--dry-run") == []


def test_what_is_forgotten_stays_so(poor: Admin) -> None:
    database = Database(poor.database)
    with database.write() as session:
        for raw in session.scalars(select(Raw)):
            raw.compressed = zlib.compress(b"")
    database.close()
    assert poor.lines("reparse", "--dry-run") == []


def test_a_contact_is_made_only_when_it_is_written(poor: Admin) -> None:
    database = Database(poor.database)
    with database.write() as session:
        for contact in session.scalars(select(Contact)):
            session.delete(contact)
    poor.run("reparse", "--dry-run")
    with database.read() as session:
        assert session.scalars(select(Contact)).all() == []
    database.close()


def _notices(admin: Admin) -> int:
    database = Database(admin.database)
    with database.read() as session:
        found = len(session.scalars(select(Notice)).all())
    database.close()
    return found
