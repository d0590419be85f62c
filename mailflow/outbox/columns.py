"""Text in columns of a terminal: Chinese characters take two, lines are broken to fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# What stands 80 columns wide in most mail programs and terminals, quoted once.
WIDTH = 78
# A line can be broken behind a space, and beside a wide character.
_PIECES = re.compile(r"[^\s\u2e80-\u9fff\uff00-\uffef]+\s*|[\u2e80-\u9fff\uff00-\uffef]\s*|\s+")
# What must not begin a line (JIS X 4051 and GB/T 15834 have the whole list).
_NOT_FIRST = "，。、；：？！）》」』】”’·"


def columns(text: str) -> int:
    """How many columns a text takes."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def hung(text: str, indent: int) -> str:
    """The text on as many lines as it needs, all but the first one indented."""
    return ("\n" + " " * indent).join(_lines(text, indent))


def _lines(text: str, indent: int) -> Iterator[str]:
    line, room = "", WIDTH
    for piece in _PIECES.findall(text):
        wide = columns(line) + columns(piece.rstrip())
        if line and wide > room and piece[0] not in _NOT_FIRST:
            yield line.rstrip()
            line, room = "", WIDTH - indent
        line += piece
    yield line.rstrip()
