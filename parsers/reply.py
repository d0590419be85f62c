"""What the author of a mail newly wrote: no quote, no forward, no signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .forward import is_believable, is_forward
from .model import Mailbox
from .pictures import with_pictures, without_pictures
from .signature import MOBILE_LINE, LeftOut, is_mobile, strip_banner, strip_signature
from .split import Boundary, find_boundary, is_quoted
from .subject import Subject

QUOTE_MARK = "quote mark"


def find_others(
    lines: Sequence[str], subject: Subject, in_reply_to: str | None
) -> tuple[Boundary | None, bool]:
    """Where the words of others begin in a mail of that subject, and whether it forwards them."""
    boundary = find_boundary(lines)
    if boundary is None or not is_believable(boundary, subject, in_reply_to):
        return None, False
    return boundary, is_forward(boundary, subject.origin, in_reply_to)


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
    return Reading(lines, boundary, author, forward=forward).own


class Reading:
    """What of a text is the author's: `own` lines, and what was `left_out` beside them.

    The lines of others below a boundary are in neither, unless the author could have answered
    between them. All lines are the very objects that were given.
    """

    def __init__(
        self,
        lines: Sequence[str],
        boundary: Boundary | None,
        author: Mailbox | None,
        *,
        forward: bool,
    ) -> None:
        self.left_out: list[LeftOut] = []
        self._author = author
        if not any("[image" in line for line in lines):
            self.own = self._read(lines, boundary, forward=forward)
            return
        # The logo in a signature does not keep it from being one.
        if boundary is not None:
            boundary = replace(
                boundary,
                lines=tuple(without_pictures(boundary.lines)),
                above=tuple(without_pictures(boundary.above)),
            )
        own = self._read(without_pictures(lines), boundary, forward=forward)
        self.own = with_pictures(own)
        self.left_out = [one._replace(lines=with_pictures(one.lines)) for one in self.left_out]

    def _read(self, lines: Sequence[str], boundary: Boundary | None, *, forward: bool) -> list[str]:
        if boundary is None:
            return self._text(self._unquoted(lines, top_posted=False))
        above = self._text(self._unquoted(boundary.above, top_posted=False))
        if forward and all(is_mobile(line) for line in above if line.strip()):
            self.left_out.append(LeftOut(above, "signature", MOBILE_LINE))
            return []
        if forward or boundary.sort != "wrote":
            return above
        below = self._answers(boundary, top_posted=_has_text(above))
        if not _has_text(above):
            return self._text(below)
        # No rule takes the first line of a text: here it is one above.
        below = _strip_blank(self._unsigned(["x", *below])[1:])
        return [*above, "", *below] if _has_text(below) else above

    def _text(self, lines: Sequence[str]) -> list[str]:
        kept, banner = strip_banner(lines)
        self.left_out += banner
        return self._unsigned(kept)

    def _unsigned(self, lines: Sequence[str]) -> list[str]:
        kept, signature = strip_signature(lines, self._author)
        self.left_out += signature
        return kept

    def _answers(self, boundary: Boundary, *, top_posted: bool) -> list[str]:
        """The unquoted lines below an attribution, if any line there is quoted.

        Where nothing is quoted, nothing tells an answer from what it answers: below a text all of
        it is a quote, with no text above all of it is the author's.
        """
        rest = boundary.lines[boundary.body :]
        marked = any(is_quoted(line) for line in rest)
        if top_posted and not (marked and is_quoted(next(x for x in rest if x.strip()))):
            self.left_out.append(LeftOut(rest, "quote", "below an attribution"))
            return []
        return _strip_blank(self._unquoted(rest, top_posted=top_posted) if marked else rest)

    def _unquoted(self, lines: Sequence[str], *, top_posted: bool) -> list[str]:
        kept: list[str] = []
        quoted: list[str] = []
        start = 0
        while start < len(lines):
            end = start
            while end < len(lines) and lines[end].strip() and not is_quoted(lines[end]):
                end += 1
            if start < end:
                if top_posted and _is_wrapped_quote(lines, start, end):
                    self.left_out.append(LeftOut(lines[start:end], "quote", "within a quote"))
                else:
                    kept.extend(lines[start:end])
            if end < len(lines):
                (quoted if lines[end].strip() else kept).append(lines[end])
            start = end + 1
        if quoted:
            self.left_out.append(LeftOut(quoted, "quote", QUOTE_MARK))
        return kept


def _has_text(lines: Sequence[str]) -> bool:
    return any(line.strip(" \t\ufeff\u200b\xa0") for line in lines)


def _is_wrapped_quote(lines: Sequence[str], start: int, end: int) -> bool:
    """Lines broken out of a quote: they stand tight between quoted lines."""
    if start == 0 or end == len(lines):
        return False
    if not is_quoted(lines[start - 1]) or not is_quoted(lines[end]):
        return False
    return end - start <= 2 or lines[start - 1].strip(" >\t") != ""


def _strip_blank(lines: Sequence[str]) -> list[str]:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while start < end and not lines[end - 1].strip():
        end -= 1
    return list(lines[start:end])


def joined(lines: Sequence[str]) -> str:
    """The lines as text, without blank lines around."""
    return "\n".join(line.rstrip() for line in _strip_blank(lines)).strip("\ufeff\u200b\n")
