"""Bounds the MIME structure of a mail before it is parsed (RFC 2046, 5.1).

The standard library compares each line with all boundaries that are open, and makes an object of
each part: deep or crowded mails would take minutes. Nobody sends them but to do harm.
"""

from __future__ import annotations

import re

_MOST_OPEN, _FEWEST_OPEN = 60, 20
# Of a line with an open boundary.
_MOST_COMPARISONS = 3_000_000
_MOST_LINES = 10_000
# A boundary as a header field declares it, also in the pieces of RFC 2231, or a line that may be
# one.
_BOUNDARY = re.compile(
    rb'boundary[*\d]{0,6}\s{0,200}=\s{0,200}(?:"([^"\r\n]{1,200})"|"?([^"\s;]{0,200}))'
    rb"|(?:^|\r)--([^\r\n]{0,300})",
    re.IGNORECASE | re.MULTILINE,
)
_LINE = re.compile(rb"(?:^|\r)--([^\r\n]{0,300})", re.MULTILINE)
# One that everybody reads as the same name; what follows it ends it.
_PLAIN = re.compile(rb"boundary\s*=\s*(?:\"[\w'()+,./:=?-]+\"|[\w'()+,./:=?-]+)", re.IGNORECASE)
_ENDS = re.compile(rb"[ \t]*(?:[;\r\n]|\Z)")


def bounded(raw: bytes) -> tuple[bytes, str | None]:
    """The mail up to where its structure becomes too deep or too crowded, and what was wrong."""
    lines = raw.count(b"\n--") + raw.count(b"\r--")
    if lines <= _FEWEST_OPEN and raw.lower().count(b"boundary") <= _FEWEST_OPEN:
        return raw, None
    most = _most_open(raw)
    used = {line.strip().removesuffix(b"--") for line in _LINE.findall(raw)}
    open_ones: list[bytes] = []
    lines = 0
    for found in _BOUNDARY.finditer(raw):
        if found[3] is not None:
            lines += 1
            _close(open_ones, found[3].strip())
        elif not _is_unused(raw, found, used):
            open_ones.append((found[1] or found[2]).strip())
        if lines > _MOST_LINES:
            return raw[: found.start()], "too many parts"
        if len(open_ones) > most:
            return raw[: found.start()], "parts too deep in each other"
    return raw, None


def _most_open(raw: bytes) -> int:
    """The more lines there are, the fewer boundaries may each be compared with."""
    lines = raw.count(b"\n") or raw.count(b"\r")
    return max(_FEWEST_OPEN, min(_MOST_OPEN, _MOST_COMPARISONS // max(lines, 1)))


def _is_unused(raw: bytes, found: re.Match[bytes], used: set[bytes]) -> bool:
    """Whether no line is this boundary: it stands in a text, such as a log, or opens nothing."""
    if not _PLAIN.fullmatch(found[0]) or not _ENDS.match(raw, found.end()):
        return False
    return (found[1] or found[2]).removesuffix(b"--") not in used


def _close(open_ones: list[bytes], line: bytes) -> None:
    """A boundary ends all that were declared inside of it; with `--` behind it, itself too."""
    if line in open_ones:
        del open_ones[open_ones.index(line) + 1 :]
    elif line.endswith(b"--") and line[:-2] in open_ones:
        del open_ones[open_ones.index(line[:-2]) :]
