"""Long pages that are sent along (help): a template each, filled in for the reader."""

from __future__ import annotations

from typing import Any

from mailflow.outbox.reader import Reader
from mailflow.outbox.render import render_page
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import PRIORITIES, Project
from mailflow.workflow.norms import Norm, hours_of

MOST_TAGS, MOST_LINES = 2, 12
NORMS: tuple[Norm, ...] = ("answer", "solve")
MOST_URGENT_FIRST = PRIORITIES[::-1]


def page(reader: Reader, name: str) -> str:
    """A page in the reader's language, "" where there is none of that name."""
    return render_page(reader.phrases.language, name, _values(reader))


def _values(reader: Reader) -> dict[str, Any]:
    calendar = reader.installation.calendar
    begin, end = calendar.working_hours
    weekdays, known = reader.phrases.each("format.weekdays"), calendar.last_known()
    kinds = reader.installation.kinds
    return {
        "address": reader.installation.address,
        "kinds": [(_tags(reader, kind), _about(reader, kind)) for kind in kinds if kind.tags],
        "priorities": [reader.priority(name) for name in MOST_URGENT_FIRST],
        "norms": [
            (reader.kind(kind.name), [_times(kind, name) for name in MOST_URGENT_FIRST])
            for kind in kinds
            if kind.answer_hours or kind.solve_hours
        ],
        "days": reader.phrases.join([weekdays[day] for day in calendar.working_days]),
        "hours": f"{begin:%H:%M}–{end:%H:%M}",
        "known": reader.day(known) if known else "",
        "people": _who_answers(reader),
    }


def _tags(reader: Reader, kind: Kind) -> str:
    """The tags that are written as the reader writes, all where there are none."""
    chinese = reader.phrases.language == "zh"
    mine = [tag for tag in kind.tags if tag.isascii() != chinese]
    return " ".join(f"[{tag}]" for tag in (mine or kind.tags)[:MOST_TAGS])


def _about(reader: Reader, kind: Kind) -> str:
    key = f"about.{kind.name}"
    return reader.say(key) if reader.phrases.has(key) else reader.kind(kind.name)


def _times(kind: Kind, priority: str) -> str:
    """The hours of its norms, such as 8 / 80."""
    hours = (hours_of(kind, priority, which) for which in NORMS)
    return " / ".join("–" if one is None else f"{one:g}" for one in hours)


def _who_answers(reader: Reader) -> list[tuple[str, str]]:
    """The reader's projects: who coordinates, and for each kind whom the routes name; of many
    projects only the first."""
    mine = reader.directory.projects_of(reader.person.id)
    rows = [(p.key, _coordinator(reader, p)) for p in mine]
    whole = [row for p, row in zip(mine, rows, strict=True) for row in (row, *_owners(reader, p))]
    return whole if len(whole) <= MOST_LINES else rows[:MOST_LINES]


def _coordinator(reader: Reader, project: Project) -> str:
    name, role = reader.name(project.acting), reader.say("role.coordinator")
    return reader.say("format.labelled", name=name, label=role)


def _owners(reader: Reader, project: Project) -> list[tuple[str, str]]:
    owners: dict[str, list[int]] = {}
    for route in project.routes:
        owners.setdefault(route.kind or "", []).append(route.owner)
    rows = []
    for name, people in owners.items():
        kind = reader.kind(name) if name else reader.say("route.rest")
        names = reader.names(dict.fromkeys(people))
        rows.append(("", f"{kind}{reader.say('format.colon')}{names}"))
    return rows
