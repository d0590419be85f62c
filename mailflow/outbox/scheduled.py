"""The mails that the clock sends: lists of records in sections (digest, agenda, reminder …)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from mailflow.outbox.blocks import client_line, mail_about
from mailflow.outbox.facts import Facts, Reason, Shown, records_of
from mailflow.outbox.hanging import waits_for
from mailflow.outbox.reader import Reader
from mailflow.outbox.rows import Taps
from mailflow.outbox.view import Draft, Row, Section, View
from mailflow.outbox.words import one_line
from mailflow.outbox.worked import time_section
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import Project

# So many rows are easier to read with the names of their projects above them.
MANY = 10
# In these mails what waits for the reader has buttons; others are for reading.
TAPPED = ("digest", "agenda", "reminder")
# The subject of a link takes nine characters for a Chinese one.
LONGEST_IN_LINK = 12
WAITING = ("waiting", "agree", "late", "next_week", "unowned")


def scheduled(reader: Reader, facts: Facts, kind: str, reason: Reason) -> Draft | None:
    """One of the clock's mails; its records are numbered through all sections.

    None where it has records, and the reader may see none of them.
    """
    numbers: dict[int, int] = {}
    sections = sections_of(reader, facts, kind, reason, numbers)
    if not sections and records_of(reason):
        return None
    project = only_project(reader, facts, tuple(numbers))
    lead = [_lead(reader, kind, reason)]
    if not sections and kind == "digest":
        lead.append(reader.say("digest.quiet"))
    view = View(
        language=reader.phrases.language,
        subject=_subject(reader, kind, reason, sections),
        colon=reader.say("format.colon"),
        lead=tuple(lead),
        sections=(*sections, *time_section(reader, reason)),
        footer=footer(reader, project),
        tap=reader.say("button.how"),
    )
    return Draft(view, tuple(numbers), project=project)


def only_project(reader: Reader, facts: Facts, ids: Sequence[int]) -> Project | None:
    shown = [facts.seen_by(reader.person.id, n) for n in ids]
    projects = {s.project.id: s.project for s in shown if s and s.project}
    return next(iter(projects.values())) if len(projects) == 1 else None


def sections_of(
    reader: Reader, facts: Facts, kind: str, reason: Reason, numbers: dict[int, int]
) -> tuple[Section, ...]:
    found, taps = [], Taps(reader) if kind in TAPPED else None
    for section in reason.get("sections") or ():
        seen = [
            (shown, entry.get("note"))
            for entry in section.get("records") or ()
            if (shown := facts.seen_by(reader.person.id, entry.get("record"))) is not None
        ]
        rows = [
            record_row(reader, one, numbers.setdefault(one.record.id, len(numbers) + 1), note, taps)
            for one, note in seen
        ]
        more = section.get("more") or 0
        if rows:
            name, count = str(section.get("name")), len(rows) + more
            left_out = reader.say("digest.more", n=more) if more else ""
            title = _title(reader, kind, section) + reader.say("format.bracketed", text=count)
            grouped = _by_project(reader, [one.project for one, _ in seen], rows)
            found.append(Section(name, count, title, tuple(grouped), left_out))
    return tuple(found)


def _by_project(
    reader: Reader, projects: Sequence[Project | None], rows: Sequence[Row]
) -> Sequence[Row]:
    """Many rows that stand by their projects have the project's name above the first of each."""
    runs = [project for project, _ in groupby(projects)]
    if len(rows) < MANY or len(runs) < 2 or len(runs) > len({p.id for p in runs if p}):
        return rows
    before = [None, *projects]
    return [
        replace(row, group=reader.project(project)) if project != earlier else row
        for row, project, earlier in zip(rows, projects, before, strict=False)
    ]


def record_row(
    reader: Reader, shown: Shown, number: int, note: object, taps: Taps | None = None
) -> Row:
    """A record in a list, with what is said of it there, and its buttons where there are `taps`."""
    record, kind = shown.record, reader.installation.kinds.by_name(shown.record.kind)
    due = record.due
    known = (
        reader.state(kind, record.state),
        reader.name(record.owner) if record.owner != reader.person.id else "",
        reader.say("note.due", day=reader.day(due)) if due else "",
        reader.priority(record.priority) if record.priority != "normal" else "",
        client_line(reader, shown.row.contact, record.client),
        waits_for(reader, shown),
    )
    return Row(
        number=number,
        ref=record.ref,
        title=one_line(record.title),
        facts=tuple(fact for fact in known if fact),
        note=note_text(reader, note, kind),
        link=mail_about(reader, record.ref, one_line(record.title, LONGEST_IN_LINK)),
        taps=taps.of(shown, number, acts=_is_for_away(note)) if taps else (),
    )


def _is_for_away(note: object) -> bool:
    """Whether the reader is told of it because its owner is away."""
    return isinstance(note, Mapping) and note.get("phrase") == "for_away"


def note_text(reader: Reader, note: object, kind: Kind | None = None) -> str:
    """A note in a list: {"phrase": "late", "n": 3}; "" for one that has no phrase."""
    if not isinstance(note, Mapping):
        return ""
    phrase = str(note.get("phrase"))
    if not reader.phrases.has(f"note.{phrase}") or (phrase == "age" and not note.get("n")):
        return ""
    given = {k: _value(reader, phrase, k, v, kind) for k, v in note.items() if k != "phrase"}
    return reader.say("format.bracketed", text=one_line(reader.say(f"note.{phrase}", **given)))


def _value(reader: Reader, phrase: str, name: str, value: Any, kind: Kind | None) -> Any:
    if name == "sides":
        return reader.phrases.join([reader.side(side) for side in value])
    if name == "day":
        return reader.iso_day(value)
    if name == "moment":
        moment = _moment(value)
        return reader.moment(moment) if moment else reader.say("none")
    if phrase == "owner" or name == "person":
        return reader.name(value)
    if phrase == "moved" and kind is not None:
        return kind.state_called(str(value), reader.phrases.language)
    return value


def _title(reader: Reader, kind: str, section: Mapping[str, Any]) -> str:
    name, project = section.get("name"), reader.directory.projects.get(section.get("project") or 0)
    coordinator = reader.name(project.coordinator) if project else ""
    for key in (f"{kind}.{name}", f"digest.{name}"):
        if reader.phrases.has(key):
            return reader.say(key, project=reader.project(project), coordinator=coordinator)
    return reader.say("digest.other")


def _lead(reader: Reader, kind: str, reason: Reason) -> str:
    until = _moment(reason.get("until")) or reader.now
    return reader.say("digest.lead", moment=reader.moment(until))


def _subject(reader: Reader, kind: str, reason: Reason, sections: Sequence[Section]) -> str:
    until = _moment(reason.get("until")) or reader.now
    day = reader.day(until.astimezone(reader.zone).date())
    waiting = sum(section.count for section in sections if section.name in WAITING)
    key = "subject.digest" if waiting else "subject.digest_quiet"
    return reader.say(key, n=waiting, day=day)


def short_list(reader: Reader, refs: Sequence[str], most: int = 5) -> str:
    """ACME-1, ACME-7, …"""
    listed = reader.phrases.join(list(refs[:most]))
    return listed if len(refs) <= most else f"{listed} …"


def sent_by(reader: Reader, project: Project | None) -> str:
    """The last line of every mail: which mailbox it came from."""
    address = reader.installation.address
    if project is None:
        return reader.say("footer.sent_by_all", address=address)
    return reader.say("footer.sent_by", project=reader.project(project), address=address)


def footer(reader: Reader, project: Project | None) -> tuple[str, ...]:
    how = reader.say("footer.numbers", help=reader.command("help"))
    return (how, sent_by(reader, project))


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None
