"""What is late, or will be soon, for one who looks at it: which terms, and whether they know."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from mailflow.snapshots.entries import Entry, Note, section
from mailflow.store.reminders import Told
from mailflow.workflow.norms import Stage, Term, terms
from mailflow.workflow.worktime import WorkCalendar

log = logging.getLogger(__name__)

# Of its owner's reminder; what is most pressing comes first.
SECTIONS = ("overdue", "to_answer", "soon", "to_solve")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Look:
    """At what moment a person looks at their records; `soon` is when they do so next, `reopened`
    when those records were reopened that were settled before."""

    now: datetime
    soon: datetime
    today: date
    zone: ZoneInfo
    calendar: WorkCalendar
    reopened: Mapping[int, datetime] = field(default_factory=dict)

    def terms(self, entry: Entry) -> tuple[Term, ...]:
        """The terms that have reached a stage; none of what came today: it was told today."""
        if not entry.is_open or entry.created.astimezone(self.zone).date() == self.today:
            return ()
        zone = ZoneInfo(entry.project.timezone)
        reopened = self.reopened.get(entry.record.id)
        return terms(entry.record, entry.kind, self.now, self.soon, self.calendar, zone, reopened)


@dataclass(frozen=True, slots=True)
class Call:
    """That a record is brought up: where, what is said beside it, what of it is noted as told."""

    entry: Entry
    section: str
    note: Note | None
    day: date
    told: tuple[Told, ...]


def look_at(calendar: WorkCalendar, zone: ZoneInfo, now: datetime) -> Look:
    """What is told now is told next when the next working day begins."""
    today = now.astimezone(zone).date()
    if not calendar.covers(today):
        _say_how_far(calendar.last_known())
    midnight = datetime.combine(today + DAY, datetime.min.time(), zone).astimezone(UTC)
    return Look(now, calendar.next_start(midnight, zone), today, zone, calendar)


@cache
def _say_how_far(known: date | None) -> None:
    """Once, as long as the daemon runs."""
    log.warning(
        "the holidays of China are known until %s only: after that working_days and holidays of "
        "the settings count alone; install a newer chinesecalendar",
        known,
    )


def listed(name: str, calls: Sequence[Call]) -> dict[str, Any]:
    """A section of the mail: what ended first comes first."""
    ordered = sorted(calls, key=lambda call: (call.day, call.entry.record.id))
    return section(name, [(call.entry.record.id, call.note) for call in ordered])


def as_owner(entry: Entry, reached: Iterable[Term], before: set[Told], reader: int) -> Call | None:
    """All of its terms that were not told yet; what is most pressing says where it stands."""
    new = {}
    for term in reached:
        told = Told(entry.record.id, _owners_stage(term), _owners_mark(entry, term))
        if told not in before:
            new[term] = told
    if not new:
        return None
    term = min(new, key=lambda term: SECTIONS.index(_owners_section(term)))
    note = note_of(term)
    if entry.record.owner != reader:
        note = {"phrase": "for_away", "person": entry.record.owner}
    return Call(entry, _owners_section(term), note, term.day, tuple(new.values()))


def _owners_stage(term: Term) -> Stage:
    return "due" if "due" in term.stages else "soon"


def _owners_mark(entry: Entry, term: Term) -> str:
    """Another owner is told, too, and each week that it is late is another matter."""
    weeks = term.days_late // 7 if "due" in term.stages else 0
    return f"{term.mark} {entry.record.owner} {weeks}"


def _owners_section(term: Term) -> str:
    if term.what == "due":
        return "overdue" if "due" in term.stages else "soon"
    return f"to_{term.what}"


def at_stage(
    stage: Stage, name: str, entry: Entry, reached: Iterable[Term], before: set[Told]
) -> Call | None:
    """What has come to a stage that was not told yet."""
    late = [term for term in reached if stage in term.stages]
    new = {term: Told(entry.record.id, stage, term.mark) for term in late}
    fresh = {term: told for term, told in new.items() if told not in before}
    if not fresh:
        return None
    term = next(iter(fresh))
    return Call(entry, name, note_of(term), term.day, tuple(fresh.values()))


def note_of(term: Term) -> Note | None:
    """What is said beside a record: how late it is, or by when something is to be done."""
    if term.by is None:
        return {"phrase": "late", "n": term.days_late} if term.days_late > 0 else None
    phrase = f"{term.what}_late" if "due" in term.stages else f"{term.what}_by"
    return {"phrase": phrase, "moment": term.by.isoformat()}
