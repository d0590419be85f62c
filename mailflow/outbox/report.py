"""The mails of kind report: the plan of a project, its status on a page, tables of numbers, what
could not be handled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from mailflow.outbox.facts import Facts, Reason
from mailflow.outbox.plan import plan
from mailflow.outbox.quarantine import quarantine
from mailflow.outbox.reader import Reader
from mailflow.outbox.scheduled import footer, sections_of, sent_by
from mailflow.outbox.sitting import moment_of
from mailflow.outbox.tables import table
from mailflow.outbox.view import Draft, Section, View
from mailflow.outbox.words import one_line
from mailflow.requests.reports import REPORTS
from mailflow.workflow.model import PRIORITIES


def report(reader: Reader, facts: Facts, input_id: int, reason: Reason) -> Draft | None:
    """It answers the mail that asked for it, if one did; None for a reason that is no report."""
    make = MADE.get(str(reason.get("reason")))
    made = make(reader, facts, reason) if make else None
    return replace(made, answers=input_id) if made else None


def _status(reader: Reader, facts: Facts, reason: Reason) -> Draft:
    numbers: dict[int, int] = {}
    sections = sections_of(reader, facts, "status", reason, numbers)
    project = reader.directory.projects.get(reason.get("project") or 0)
    given = {"project": reader.project(project), "day": reader.day(reader.today)}
    lead = [reader.say("status.lead", **given), *_said(reader, reason)]
    if not sections:
        lead.append(reader.say("status.quiet"))
    view = View(
        language=reader.phrases.language,
        subject=reader.say("subject.status", **given),
        colon=reader.say("format.colon"),
        lead=tuple(lead),
        sections=tuple(_counted(reader, section, reason) for section in sections),
        footer=footer(reader, project),
    )
    return Draft(view, tuple(numbers), project=project)


def _said(reader: Reader, reason: Reason) -> list[str]:
    """The next meeting, and how much was changed after it had been agreed."""
    said, starts = [], moment_of(reason.get("starts"))
    if starts is not None:
        name = one_line(str(reason.get("meeting") or "")) or reader.say("status.a_meeting")
        said.append(reader.say("status.meeting", meeting=name, moment=reader.moment(starts)))
    changes, records = reason.get("rework") or (0, 0)
    if changes:
        said.append(reader.say("status.rework", n=changes, records=records))
    return said


def _counted(reader: Reader, section: Section, reason: Reason) -> Section:
    """The heading of the open issues says how many there are of each priority."""
    counts = reason.get("counts") or {}
    if section.name != "issues" or not counts:
        return section
    each = [
        reader.say("status.count", n=counts[name], priority=reader.priority(name))
        for name in reversed(PRIORITIES)
        if counts.get(name)
    ]
    title = reader.say("status.issues", n=sum(counts.values()), counts=reader.phrases.join(each))
    return replace(section, title=title)


def _table(reader: Reader, facts: Facts, reason: Reason) -> Draft:
    known = REPORTS.get(str(reason.get("report")))
    title = known.called(reader.phrases.language) if known else str(reason.get("report"))
    ids = reason.get("projects") or []
    project = reader.directory.projects.get(ids[0]) if len(ids) == 1 else None
    names = reader.phrases.join([reader.project(n) for n in ids])
    more = reason.get("more") or 0
    shown = table(reader, reason, lambda record: _named(reader, facts, record))
    view = View(
        language=reader.phrases.language,
        subject=reader.say("subject.report", title=title, projects=names),
        colon=reader.say("format.colon"),
        lead=(
            reader.say(
                "report.lead", title=title, projects=names, moment=reader.moment(reader.now)
            ),
        ),
        tables=(shown,) if shown.rows else (),
        closing=(
            *((reader.say("report.quiet"),) if not shown.rows else ()),
            *((reader.say("report.more", n=more),) if more else ()),
        ),
        footer=(reader.say("footer.report"), sent_by(reader, project)),
    )
    return Draft(view, project=project)


def _named(reader: Reader, facts: Facts, record: object) -> str | None:
    shown = facts.seen_by(reader.person.id, record)
    return f"{shown.record.ref} {one_line(shown.record.title, 45)}" if shown else None


MADE: Mapping[str, Callable[[Reader, Facts, Reason], Draft]] = {
    "plan": plan,
    "quarantine": quarantine,
    "status": _status,
    "table": _table,
}
