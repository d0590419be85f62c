"""Lines that know their place in a mail's text, through all that is done with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .split import Boundary

# The line's index and which part of it, where it was taken apart.
Place = tuple[int, int]
# As many lines show where in a text its beginning is.
_ENOUGH = 20


class Line(str):
    """A line that knows its place."""

    __slots__ = ("place",)
    place: Place


def placed(lines: Sequence[str], places: Sequence[Place]) -> tuple[str, ...]:
    """The lines with their places."""
    found = []
    for text, place in zip(lines, places, strict=True):
        line = Line(text)
        line.place = place
        found.append(line)
    return tuple(found)


def places_of(boundary: Boundary, places: Sequence[Place]) -> list[Place]:
    """Where the lines of a boundary stand that was found in lines at these places: what stood on
    the separator's own line has become lines below it."""
    start = boundary.start
    index, part = places[start]
    more = max(len(boundary.lines) - len(places), 0)
    opened = [(index, part + count) for count in range(1, more + 1)]
    return [*places[: start + 1], *opened, *places[start + 1 :]][: len(boundary.lines)]


def as_it_stood(boundary: Boundary, lines: Sequence[str]) -> Boundary:
    """The boundary with its first line as the mail has it, where something was taken off that."""
    if boundary.lines[boundary.start]:
        return boundary
    restored = list(boundary.lines)
    restored[boundary.start] = lines[boundary.start]
    return replace(boundary, lines=tuple(restored))


def body_offset(lines: Sequence[str], body: Sequence[str]) -> int:
    """At which of the lines the body begins, which has lost its quote marks and indentation."""
    beginning = body[:_ENOUGH]
    for offset in range(len(lines) - len(body) + 1):
        pairs = zip(lines[offset : offset + _ENOUGH], beginning, strict=False)
        if all(line.rstrip().strip("\ufeff\u200b").endswith(part) for line, part in pairs):
            return offset
    return 0
