"""What the author of a mail newly wrote: no quote, no forward, no signature."""

from __future__ import annotations

from collections.abc import Sequence

from .model import Mailbox
from .signature import strip_banner, strip_signature
from .split import Boundary, is_quoted


def own_lines(
    lines: Sequence[str],
    boundary: Boundary | None,
    author: Mailbox | None = None,
    *,
    forward: bool = False,
) -> list[str]:
    """The author's lines; empty where there are none.

    `boundary` is where the words of others begin. Above a forward everything is the author's;
    below an attribution the author may have answered between the quoted lines.
    """
    if boundary is None:
        return strip_signature(strip_banner(_unquoted(lines, top_posted=False)), author)
    above = strip_signature(strip_banner(_unquoted(boundary.above, top_posted=False)), author)
    if forward or boundary.sort != "wrote":
        return above
    below = _answers(boundary, bool(_has_text(above)))
    if not _has_text(above):
        return strip_signature(strip_banner(below), author)
    return _joined(above, strip_signature(["x", *below], author)[1:])


def _joined(above: list[str], below: list[str]) -> list[str]:
    below = _strip_blank(below)
    return [*above, "", *below] if _has_text(below) else above


def _has_text(lines: Sequence[str]) -> bool:
    return any(line.strip(" \t\ufeff\u200b\xa0") for line in lines)


def _answers(boundary: Boundary, top_posted: bool) -> list[str]:
    """The unquoted lines below an attribution, if any line there is quoted.

    Where nothing is quoted, nothing tells an answer from what it answers: below a text all of it
    is a quote, with no text above all of it is the author's.
    """
    rest = list(boundary.lines[boundary.body :])
    if any(is_quoted(line) for line in rest):
        first = next(line for line in rest if line.strip())
        if top_posted and not is_quoted(first):
            return []
        return _strip_blank(_unquoted(rest, top_posted))
    return [] if top_posted else _strip_blank(rest)


def _unquoted(lines: Sequence[str], top_posted: bool) -> list[str]:
    kept: list[str] = []
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and lines[end].strip() and not is_quoted(lines[end]):
            end += 1
        if not (top_posted and _is_wrapped_quote(lines, start, end)):
            kept.extend(lines[start:end])
        if end < len(lines) and not is_quoted(lines[end]):
            kept.append(lines[end])
        start = end + 1
    return kept


def _is_wrapped_quote(lines: Sequence[str], start: int, end: int) -> bool:
    """Lines broken out of a quote: they stand tight between quoted lines."""
    if start == 0 or end == len(lines):
        return False
    if not is_quoted(lines[start - 1]) or not is_quoted(lines[end]):
        return False
    return end - start <= 2 or lines[start - 1].strip(" >\t") != ""


def _strip_blank(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    while kept and not kept[0].strip():
        kept.pop(0)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def joined(lines: Sequence[str]) -> str:
    """The lines as text, without blank lines around."""
    return "\n".join(line.rstrip() for line in _strip_blank(lines)).strip("\ufeff\u200b\n")
