"""Bounds the MIME structure of a mail before it is parsed (RFC 2046, 5.1).

The standard library compares each line with all boundaries that are open, and makes an object of
each part: deep or crowded mails would take minutes. Nobody sends them but to do harm.
"""

from __future__ import annotations

import re

_MOST_OPEN = 60
_MOST_LINES = 10_000
# A boundary as a header field declares it, or a line that may be one.
_BOUNDARY = re.compile(
    rb'boundary\s{0,5}=\s{0,5}(?:"([^"\r\n]{1,200})"|([^"\s;]{1,200}))|(?:^|\r)--([^\r\n]{0,300})',
    re.IGNORECASE | re.MULTILINE,
)


def bounded(raw: bytes) -> tuple[bytes, str | None]:
    """The mail up to where its structure becomes too deep or too crowded, and what was wrong."""
    lines = raw.count(b"\n--") + raw.count(b"\r--")
    if lines <= _MOST_OPEN and raw.lower().count(b"boundary") <= _MOST_OPEN:
        return raw, None
    open_ones: list[bytes] = []
    lines = 0
    for found in _BOUNDARY.finditer(raw):
        declared = found[1] or found[2]
        if declared:
            open_ones.append(declared.strip())
        elif found[3] is not None:
            lines += 1
            _close(open_ones, found[3].strip())
        if lines > _MOST_LINES:
            return raw[: found.start()], "too many parts"
        if len(open_ones) > _MOST_OPEN:
            return raw[: found.start()], "parts too deep in each other"
    return raw, None


def _close(open_ones: list[bytes], line: bytes) -> None:
    """A boundary ends all that were declared inside of it; with `--` behind it, itself too."""
    if line in open_ones:
        del open_ones[open_ones.index(line) + 1 :]
    elif line.endswith(b"--") and line[:-2] in open_ones:
        del open_ones[open_ones.index(line[:-2]) :]
