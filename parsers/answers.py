"""Answers that stand between quoted lines, each with what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from .model import Answer
from .reply import joined
from .split import Boundary, is_quoted, unquote

_MAX_ANSWERS = 200


def read_answers(boundary: Boundary | None, own: Sequence[str]) -> tuple[Answer, ...]:
    """Of a reply that quotes and answers in turn. `own` are the lines that are the author's: what
    is not among them (a signature, a wrapped quote) is no answer."""
    if boundary is None or boundary.sort != "wrote":
        return ()
    below = boundary.lines[boundary.body :]
    if not any(is_quoted(line) for line in below):
        return ()
    said = {line.rstrip() for line in own if line.strip()}
    found: list[Answer] = []
    quoted: list[str] = []
    for is_quote, group in groupby(below, is_quoted):
        lines = list(group)
        if is_quote:
            quoted = unquote(lines)
            continue
        text = joined([line for line in lines if line.rstrip() in said or not line.strip()])
        if text and quoted:
            found.append(Answer(joined(quoted), text))
    return tuple(found[:_MAX_ANSWERS])
