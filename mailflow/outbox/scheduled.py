"""The mails that the clock sends: lists of records in sections (digest, agenda, reminder …)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote as percent

from mailflow.outbox.blocks import client_line, mail_about
from mailflow.outbox.calendar import meeting_calendar
from mailflow.outbox.facts import Facts, Reason, Shown, records_of
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Draft, Row, Section, View
from mailflow.outbox.words import one_line
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import Project

WAITING = ("waiting", "agree", "late", "next_week", "unowned")


def scheduled(reader: Reader, facts: Facts, kind: str, reason: Reason) -> Draft | None:
    """One of the clock's mails; its records are numbered through all sections.

    None where it has records, and the reader may see none of them.
    """
    numbers: dict[int, int] = {}
    sections = _sections(reader, facts, kind, reason, numbers)
    if kind == "agenda":
        return _agenda(reader, reason, sections, tuple(numbers))
    if not sections and records_of(reason):
        return None
    project = _only_project(reader, facts, tuple(numbers))
    lead = [_lead(reader, kind, reason)]
    if not sections and kind == "digest":
        lead.append(reader.say("digest.quiet"))
    view = View(
        language=reader.phrases.language,
        subject=_subject(reader, kind, reason, sections),
        colon=reader.say("format.colon"),
        lead=tuple(lead),
        sections=sections,
        footer=_footer(reader, project),
    )
    return Draft(view, tuple(numbers), project=project)


def _only_project(reader: Reader, facts: Facts, ids: Sequence[int]) -> Project | None:
    shown = [facts.seen_by(reader.person.id, n) for n in ids]
    projects = {s.project.id: s.project for s in shown if s and s.project}
    return next(iter(projects.values())) if len(projects) == 1 else None


def _agenda(
    reader: Reader, reason: Reason, sections: tuple[Section, ...], records: tuple[int, ...]
) -> Draft:
    project = reader.directory.projects.get(reason.get("project") or 0)
    starts, ends = _moment(reason.get("starts")), _moment(reason.get("ends"))
    meeting = one_line(str(reason.get("meeting") or ""))
    place = one_line(str(reason.get("place") or ""))
    given = {
        "project": reader.project(project),
        "meeting": meeting,
        "moment": reader.moment(starts) if starts else "",
        "minutes": int((ends - starts).total_seconds()) // 60 if starts and ends else 0,
        "place": place,
    }
    lead = [reader.say("agenda.lead_place" if place else "agenda.lead", **given)]
    if not sections:
        lead.append(reader.say("agenda.quiet"))
    view = View(
        language=reader.phrases.language,
        subject=reader.say("subject.agenda", **given),
        colon=reader.say("format.colon"),
        lead=tuple(lead),
        sections=sections,
        footer=_footer(reader, project),
    )
    calendar = None
    if starts and ends:
        calendar = meeting_calendar(
            uid=f"{reason.get('project')}-{_slug(meeting)}-{starts.date()}@{reader.installation.domain}",
            summary=f"{given['project']}: {meeting}",
            place=place,
            starts=starts,
            ends=ends,
            stamp=reader.now,
            organizer=reader.installation.address,
        )
    name = reader.say("agenda.file")
    return Draft(view, records, project=project, calendar=calendar, calendar_name=name)


def _sections(
    reader: Reader, facts: Facts, kind: str, reason: Reason, numbers: dict[int, int]
) -> tuple[Section, ...]:
    found = []
    for section in reason.get("sections") or ():
        rows = []
        for entry in section.get("records") or ():
            shown = facts.seen_by(reader.person.id, entry.get("record"))
            if shown is not None:
                number = numbers.setdefault(shown.record.id, len(numbers) + 1)
                rows.append(_row(reader, shown, number, entry.get("note")))
        more = section.get("more") or 0
        if rows:
            name = str(section.get("name"))
            left_out = reader.say("digest.more", n=more) if more else ""
            title = _title(reader, kind, name)
            found.append(Section(name, len(rows) + more, title, tuple(rows), left_out))
    return tuple(found)


def _row(reader: Reader, shown: Shown, number: int, note: object) -> Row:
    record, kind = shown.record, reader.installation.kinds.by_name(shown.record.kind)
    due = record.due
    known = (
        reader.state(kind, record.state),
        reader.name(record.owner),
        reader.say("note.due", day=reader.day(due)) if due else "",
        reader.priority(record.priority) if record.priority != "normal" else "",
        client_line(reader, shown.row.contact, record.client),
    )
    return Row(
        number=number,
        ref=record.ref,
        title=one_line(record.title),
        facts=tuple(fact for fact in known if fact),
        note=note_text(reader, note, kind),
        link=mail_about(reader, record.ref, record.title),
    )


def note_text(reader: Reader, note: object, kind: Kind | None = None) -> str:
    """A note in a list: {"phrase": "late", "n": 3}; "" for one that has no phrase."""
    if not isinstance(note, Mapping):
        return ""
    phrase = str(note.get("phrase"))
    if not reader.phrases.has(f"note.{phrase}"):
        return ""
    given = {k: _value(reader, phrase, k, v, kind) for k, v in note.items() if k != "phrase"}
    return reader.say("format.bracketed", text=one_line(reader.say(f"note.{phrase}", **given)))


def _value(reader: Reader, phrase: str, name: str, value: Any, kind: Kind | None) -> Any:
    if name == "day":
        return reader.iso_day(value)
    if phrase == "owner":
        return reader.name(value)
    if phrase == "moved" and kind is not None:
        return kind.state_called(str(value), reader.phrases.language)
    return value


def _title(reader: Reader, kind: str, name: str) -> str:
    table = "agenda" if kind == "agenda" else "digest"
    for key in (f"{table}.{name}", f"digest.{name}"):
        if reader.phrases.has(key):
            return reader.say(key)
    return reader.say("digest.other")


def _lead(reader: Reader, kind: str, reason: Reason) -> str:
    if kind in ("reminder", "report"):
        return reader.say(f"digest.{kind}")
    until = _moment(reason.get("until")) or reader.now
    return reader.say("digest.lead", moment=reader.moment(until))


def _subject(reader: Reader, kind: str, reason: Reason, sections: Sequence[Section]) -> str:
    if kind == "reminder":
        refs = [row.ref for section in sections for row in section.rows]
        return reader.say("subject.reminder", refs=short_list(reader, refs))
    until = _moment(reason.get("until")) or reader.now
    day = reader.day(until.astimezone(reader.zone).date())
    if kind == "report":
        return reader.say("subject.report", day=day)
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


def _footer(reader: Reader, project: Project | None) -> tuple[str, ...]:
    how = reader.say("footer.digest", help=reader.command("help"))
    return (how, sent_by(reader, project))


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _slug(name: str) -> str:
    """The name in characters that every calendar takes in a UID, different for different names."""
    return percent(name.casefold(), safe="")
