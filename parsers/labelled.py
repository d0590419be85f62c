"""Lines that name what they tell (`Budget: 400 000 EUR`, `预算：40万`), also those of a form that
was filled in by answering its mail.

Any short text before a colon is a label: whoever asks knows which labels count, and compares them
by `label_key`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from .model import Labelled
from .plain_words import visible
from .words import LABELS, squeeze

__all__ = ["filled_in", "label_key", "labelled"]

_LONGEST_LABEL, _MOST_WORDS = 40, 5
_MOST_LINES, _MOST_BLANK = 5_000, 3
_QUOTES = re.compile(r"(?:[ \t\ufeff]{0,3}[>＞][ \t]?){1,30}")
_START = re.compile(r"\s{0,40}(?:(?:[-–—+•·‣▪◦●○*]|\d{1,2}[.)、])\s{1,3})?(?P<marks>[*_]{0,3})")
_LABEL = re.compile(r"([^:：︰﹕]{1,60})[:：︰﹕]")
_NO_LABEL = re.compile(r"[.!?,;。！？，；、…@<>\\]|(?:^|\s)(?:https?|ftp|mailto)$", re.IGNORECASE)
# Of a URL, a path, a smiley, `a::b`.
_NO_VALUE = re.compile(r"[:/\\)(]|-[)(]")
_JOINERS = str.maketrans("", "", "-_–—")
# The header lines of a quoted mail stand together: its sender, and one of the others.
_HEADER = frozenset(("from", "date", "to", "cc", "bcc", "reply_to", "subject"))


class _Line(NamedTuple):
    """A line without its `depth` quote marks. `label` is "" where it has none."""

    depth: int
    indent: int
    text: str
    label: str
    value: str


def label_key(text: str) -> str:
    """What two spellings of a label have in common: `Blocked by`, `blocked-by`, `BLOCKED_BY`."""
    return squeeze(text).translate(_JOINERS)


def labelled(lines: Sequence[str]) -> tuple[Labelled, ...]:
    """The labels of the author's own lines, in order, without those that have no value.

    A value goes on over the directly following lines that are indented deeper than its label.
    """
    read = [_read(line) for line in lines[:_MOST_LINES]]
    found: list[Labelled] = []
    end = 0
    for place, line in enumerate(read):
        if place < end or line.depth or not line.label:
            continue
        value, end = _value(read, place)
        if value:
            found.append(Labelled(line.label, value, place))
    return tuple(found)


def filled_in(text: str) -> tuple[Labelled, ...]:
    """The values of a form that was sent by mail and answered in its lines, quoted or not; each
    label once.

    Behind a label that is empty, the lines below it are its value, up to a blank line or the next
    label. Blank lines before them are read over where a label or a quote follows them too. Of
    several values of one label the last counts, but what is quoted less counts more.
    """
    read = _without_headers([_read(line) for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]])
    found: dict[str, tuple[int, Labelled]] = {}
    end = 0
    for place, line in enumerate(read):
        if place < end or not line.label:
            continue
        value, end = _value(read, place)
        depth = line.depth
        if not value:
            value, depth, end = _below(read, end)
        key = label_key(line.label)
        if value and (key not in found or depth <= found[key][0]):
            found.pop(key, None)
            found[key] = depth, Labelled(line.label, value, place)
    return tuple(one for _, one in found.values())


def _read(line: str) -> _Line:
    line = visible(line)
    quotes = _QUOTES.match(line)
    marked = quotes[0] if quotes else ""
    rest = line[len(marked) :]
    text = rest.strip()
    label, value = _split(text) if ":" in text or not text.isascii() else ("", "")
    depth = marked.count(">") + marked.count("＞")
    return _Line(depth, len(rest) - len(rest.lstrip()), text, label, value)


def _split(text: str) -> tuple[str, str]:
    """The label of a line and what stands behind it; two empty texts where it has none."""
    start = _START.match(text)
    found = _LABEL.match(text, start.end()) if start else None
    if start is None or found is None:
        return "", ""
    marks = start["marks"][::-1]
    label = found[1].strip().removesuffix(marks).rstrip()
    behind = text[found.end() :]
    if not _is_label(label) or _NO_VALUE.match(behind):
        return "", ""
    if label[-1].isdigit() and behind[:1].isdigit():
        return "", ""
    value = behind.removeprefix(marks) if behind.startswith(marks) else behind.removesuffix(marks)
    return label, value.strip()


def _is_label(text: str) -> bool:
    return (
        0 < len(text) <= _LONGEST_LABEL
        and len(text.split()) <= _MOST_WORDS
        and any(char.isalpha() for char in text)
        and not _NO_LABEL.search(text)
    )


def _value(read: Sequence[_Line], place: int) -> tuple[str, int]:
    """The value of the label there, and where it ends."""
    line = read[place]
    end = place + 1
    while end < len(read) and read[end].text and _is_below(read[end], line):
        end += 1
    texts = [line.value, *(one.text for one in read[place + 1 : end])]
    return "\n".join(text for text in texts if text), end


def _is_below(line: _Line, label: _Line) -> bool:
    return line.depth == label.depth and line.indent > label.indent


def _below(read: Sequence[_Line], start: int) -> tuple[str, int, int]:
    """What stands below an empty label, how deep it is quoted, and where it ends."""
    first = _after_blank(read, start)
    label = read[start - 1]
    if first >= len(read) or read[first].depth > label.depth:
        return "", 0, start
    depth = read[first].depth
    end = first
    while end < len(read) and (one := read[end]).text and not one.label and one.depth == depth:
        end += 1
    after = _after_blank(read, end)
    goes_on = after < len(read) and bool(read[after].label or read[after].depth > depth)
    if first > start and not goes_on:
        return "", 0, start
    return "\n".join(one.text for one in read[first:end]), depth, end


def _after_blank(read: Sequence[_Line], place: int) -> int:
    last = min(len(read), place + _MOST_BLANK)
    while place < last and not read[place].text:
        place += 1
    return place


def _without_headers(read: Sequence[_Line]) -> list[_Line]:
    """The header lines of quoted mails have no labels."""
    kept: list[_Line] = []
    for _, group in groupby(read, lambda line: (line.depth, bool(line.text))):
        lines = list(group)
        kinds = {kind for line in lines if (kind := _header(line))}
        if "from" in kinds and len(kinds) > 1:
            lines = [line._replace(label="") if _header(line) else line for line in lines]
        kept += lines
    return kept


def _header(line: _Line) -> str | None:
    known = LABELS.get(squeeze(line.label)) if line.label else None
    return known.kind if known and known.kind in _HEADER else None
