"""The parts of a subject: prefixes of replies and forwards, tags in brackets, the title."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from .words import AUTOMATIC_SUBJECTS, FORWARD_PREFIXES, REPLY_PREFIXES, RESPONSE_PREFIXES, squeeze

_PREFIX = re.compile(
    r"\s{0,20}([^\W\d_][^\[\]:：<>\n]{0,30}?)\s?(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3}|\*\d{1,3})?\s?[:：]"
)
_BRACKETS = {"[": "]", "【": "】", "［": "］", "〔": "〕", "〖": "〗"}
_REF = re.compile(r"[\[【［〔]\s*([A-Za-z][A-Za-z0-9]{0,19}-\d{1,9})\s*[\]】］〕]")
_MAX_TAG = 60
_AUTOMATIC = frozenset(squeeze(p) for p in AUTOMATIC_SUBJECTS)

Origin = Literal["reply", "forward", "either"]


@dataclass(frozen=True, slots=True)
class Subject:
    """`origin` is what the outermost prefix says this mail is, None without one."""

    title: str
    tags: tuple[str, ...]
    record_ref: str | None
    origin: Origin | None


def read_subject(subject: str) -> Subject:
    """Takes prefixes and leading tags off, in any order: `Fwd: [ISSUE] Re: [问题] x`."""
    rest = subject.strip()
    tags: list[str] = []
    origin: Origin | None = None
    while rest:
        found = _prefix(rest)
        if found:
            kind, rest = found
            origin = origin or kind
            continue
        tag = _tag(rest)
        if tag is None:
            break
        name, inner_origin, rest = tag
        origin = origin or inner_origin
        if name:
            tags.append(name)
    ref = _REF.search(unicodedata.normalize("NFKC", subject)) or _REF.search(subject)
    return Subject(rest, tuple(tags), ref[1].upper() if ref else None, origin)


def _prefix(text: str) -> tuple[Origin | None, str] | None:
    match = _PREFIX.match(text)
    if match is None:
        return None
    key = squeeze(match[1])
    rest = text[match.end() :].strip()
    if key in FORWARD_PREFIXES and key in REPLY_PREFIXES:
        return "either", rest  # VS: a forward in Danish, a reply in Finnish
    if key in FORWARD_PREFIXES:
        return "forward", rest
    if key in REPLY_PREFIXES:
        return "reply", rest
    if key in _AUTOMATIC or key in RESPONSE_PREFIXES:
        return "reply", rest
    return None


def _tag(text: str) -> tuple[str, Origin | None, str] | None:
    """A leading bracket: its content as a tag, and the rest. `[Fwd: x]` is a prefix of old."""
    closing = _BRACKETS.get(text[0])
    if closing is None:
        return None
    end = text.find(closing, 1, _MAX_TAG + 2)
    if end < 0:
        return _old_forward(text, closing)
    content = text[1:end].strip()
    old = _prefix(content)
    if old:
        return "", old[0], f"{old[1]} {text[end + 1 :]}".strip()
    name = " ".join(unicodedata.normalize("NFKC", content).upper().split())
    return name, None, text[end + 1 :].strip()


def _old_forward(text: str, closing: str) -> tuple[str, Origin | None, str] | None:
    old = _prefix(text[1:])
    if old and text.endswith(closing):
        return "", old[0], old[1][:-1].strip()
    return None
