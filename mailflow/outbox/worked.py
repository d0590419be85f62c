"""How long people worked since the last digest: a line a project."""

from __future__ import annotations

from collections.abc import Iterator

from mailflow.outbox.facts import Reason
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Section


def time_section(reader: Reader, reason: Reason) -> Iterator[Section]:
    """None where nobody of whom the reader is told wrote down any time."""
    by_project: dict[int, list[tuple[int, int]]] = {}
    for project, person, minutes in reason.get("time") or ():
        by_project.setdefault(project, []).append((person, minutes))
    if by_project:
        lines = [_line(reader, project, worked) for project, worked in by_project.items()]
        yield Section("time", 0, reader.say("digest.time"), lines=tuple(lines))


def _line(reader: Reader, project: int, worked: list[tuple[int, int]]) -> str:
    """Customer portal: Tom O'Neil 2 h, Ma Jun 30 min (2 h 30 min in all)."""
    each = [
        reader.say("digest.worked", person=reader.actor(person), time=reader.minutes(minutes))
        for person, minutes in worked
    ]
    said = reader.project(project) + reader.say("format.colon") + reader.phrases.join(each)
    if len(worked) == 1:
        return said
    total = reader.minutes(sum(minutes for _, minutes in worked))
    return said + reader.say("format.bracketed", text=reader.say("digest.in_all", time=total))
