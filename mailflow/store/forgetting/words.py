"""Which stored words are somebody's own: texts, values of fields, names of files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from mailflow.store.forgetting.mails import Scan
from mailflow.store.forgetting.mentions import OMITTED
from mailflow.store.forgetting.subject import Subject
from mailflow.store.tables import Event, Point, Sitting, Text

COLUMNS = tuple(Event.__table__.columns)
# Days and numbers are facts of the project.
FACT = re.compile(r"[\d.:-]{1,40}")


@dataclass
class Words:
    """`values` are what they gave as fields of which record, `files` the events that name files
    of theirs, `records` where words of theirs stood."""

    texts: set[int] = field(default_factory=set)
    records: set[int] = field(default_factory=set)
    values: dict[int, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    files: set[int] = field(default_factory=set)

    def blanked(self, record: int, column: Mapping[str, Any]) -> dict[str, Any]:
        """The columns that an event sets (or a row has), without the values that were theirs."""
        given = column.get("fields")
        if record not in self.values or not isinstance(given, dict):
            return dict(column)
        theirs = self.values[record]
        kept = {n: OMITTED if (n, value) in theirs else value for n, value in given.items()}
        return {**column, "fields": kept}


def own_words(session: Session, subject: Subject, scan: Scan) -> Words:
    """All words of theirs that events and points of agendas hold."""
    found, author = Words(), _Author(subject, scan)
    for event in session.execute(select(*COLUMNS).execution_options(yield_per=1_000)):
        texts = author.texts_of(event)
        found.texts |= texts
        acted = author.acted(event)
        if (texts or acted) and event.files:
            found.files.add(event.id)
        if acted or (texts and event.what in ("opened", "corrected")):
            found.values[event.record_id] |= _given(event)
        if texts or found.values.get(event.record_id):
            found.records.add(event.record_id)
    person = subject.person.id if subject.person else None
    found.texts |= {
        point.text_id
        for point in session.scalars(select(Point))
        if point.person_id == person or point.input_id in scan.sent
    }
    return found


@dataclass(frozen=True)
class _Author:
    subject: Subject
    scan: Scan

    def acted(self, event: Row[Any]) -> bool:
        """Whether they did it; of who is not ours, whether their own mail did."""
        person = self.subject.person
        if event.what == "corrected":
            return event.old["input"] in self.scan.sent
        if person is not None:
            return bool(event.actor_id == person.id)
        return event.input_id in self.scan.sent

    def texts_of(self, event: Row[Any]) -> set[int]:
        """The texts of an event that they wrote."""
        brought = event.old.get("input", event.input_id) in self.scan.brought
        if event.what in ("opened", "corrected"):
            contact = event.new.get("contact_id", event.old.get("contact_id"))
            own = contact is None and (self.acted(event) or brought)
            if own or contact in {one.id for one in self.subject.contacts}:
                return {event.new[name] for name in ("title_id", "text_id") if name in event.new}
            return set()
        theirs = brought if event.what == "client_said" else False
        if self.subject.person is None or event.what != "client_said":
            theirs = theirs or self.acted(event)
        ids = (event.text_id, event.new.get("title_id"))
        return {n for n in ids if n is not None} if theirs else set()


def _given(event: Row[Any]) -> set[tuple[str, str]]:
    """The values that an event gave to fields, where they are words."""
    before, after = event.old.get("fields") or {}, event.new.get("fields") or {}
    words = {n: v for n, v in after.items() if isinstance(v, str) and not FACT.fullmatch(v)}
    return {(n, value) for n, value in words.items() if before.get(n) != value}


def blank(session: Session, texts: set[int]) -> list[str]:
    """Empty these texts; returns what stood there."""
    rows = [session.get_one(Text, text_id) for text_id in sorted(texts)]
    stood = [row.body for row in rows if row.body != OMITTED]
    for row in rows:
        row.body = OMITTED
    return stood


def blank_meetings(session: Session, person: int) -> None:
    """The names that somebody gave to meetings that they called."""
    session.execute(update(Sitting).where(Sitting.called_by == person).values(name=OMITTED))
