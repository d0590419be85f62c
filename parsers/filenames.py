"""File names of parts in any form that programs write them (RFC 2183, 2231, 2047, 6266)."""

from __future__ import annotations

import re
from email.message import Message
from typing import NamedTuple

from .charset import decode
from .headers import clean, decode_words, raw_values

# `name*0*="value"`: the parameter, its number, whether it is percent-encoded, its value.
_PARAMETER = re.compile(
    r"""(?:^|[;\s"])(?:file)?name(?:\*(\d{1,3}))?(\*)?[ \t]{0,9}=[ \t]{0,9}"""
    r"""(?:"((?:[^"\\]|\\.)*)(?:"|$)|([^;]*))""",
    re.IGNORECASE,
)
# A second field on the same line: some programs leave the semicolon out.
_NEXT_PARAMETER = re.compile(r"\s(?:file)?name\*?\d{0,3}\*?=|\ssize=|\screation-date=", re.I)
_CHARSET = re.compile(r"([A-Za-z0-9._:-]{0,40})'[A-Za-z0-9-]{0,40}'")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_HIGH_PERCENT = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")
_MAX_FIELD = 8_000
_MAX_NAME = 255


class _Piece(NamedTuple):
    number: int
    encoded: bool
    value: str


def filename(part: Message) -> str | None:
    """The part's file name: decoded, on one line, without folders. It is a claim.

    Of several names in one field the first counts; one in RFC 2231 form counts more, since
    programs write the other one for those that cannot read it.
    """
    for field in ("Content-Disposition", "Content-Type"):
        for value in raw_values(part, field):
            if "name" not in value.lower():
                continue
            name = clean(_named(value[:_MAX_FIELD]))
            # Of a file that lies elsewhere, the name is its place (RFC 2046, 5.2.3).
            if field == "Content-Type" and value.lower().startswith("message/external-body"):
                return name or None
            if plain := _without_folders(name):
                return plain
    return None


def _named(value: str) -> str:
    simple: list[str] = []
    pieces: list[_Piece] = []
    for match in _PARAMETER.finditer(value):
        content = _unquoted(match[3]) if match[3] is not None else _bare(match[4])
        if match[1] or match[2]:
            pieces.append(_Piece(int(match[1] or 0), bool(match[2]), content))
        elif content:
            simple.append(content)
    return _extended(pieces) or (_percent_signs(decode_words(simple[0])) if simple else "")


def _unquoted(value: str) -> str:
    """Windows paths come unescaped: a backslash only stands for what needed one."""
    return value.replace('\\"', '"').replace("\\\\", "\\")


def _bare(value: str) -> str:
    end = _NEXT_PARAMETER.search(value)
    return (value[: end.start()] if end else value).strip(" \t'\"")


def _extended(pieces: list[_Piece]) -> str:
    """RFC 2231: the pieces by their numbers, decoded together; a character may span two."""
    ordered = {piece.number: piece for piece in reversed(pieces)}
    charset: str | None = None
    raw = b""
    for number in sorted(ordered):
        piece = ordered[number]
        value = piece.value
        if piece.encoded and not raw and (match := _CHARSET.match(value)):
            charset, value = match[1] or None, value[match.end() :]
        octets = value.encode("utf-8", "surrogateescape")
        raw += _octets(octets) if piece.encoded or charset else octets
    # A name that is not encoded at all may hold encoded words all the same.
    return decode_words(decode(raw, charset)[0]) if raw else ""


def _octets(value: bytes) -> bytes:
    return _PERCENT.sub(lambda match: bytes([int(match[1], 16)]), value)


def _percent_signs(name: str) -> str:
    """`%E6%8A%A5.pdf` without a charset; a name may well contain a percent sign of its own."""
    if "''" in name[:40] and (match := _CHARSET.match(name)) and "%" in name:
        return decode(_octets(name[match.end() :].encode()), match[1] or None)[0]
    if not _HIGH_PERCENT.search(name):
        return name
    return decode(_octets(name.encode("utf-8", "surrogateescape")), None)[0]


def _without_folders(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2].strip()
    return "" if not last.strip(". ") else _short(last)


def _short(name: str) -> str:
    """At most what a file system takes, with its ending."""
    if len(name) <= _MAX_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = dot + ending if stem and len(ending) <= 10 else ""
    return name[: _MAX_NAME - len(ending)] + ending
