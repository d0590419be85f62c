"""What somebody is to do (`write the plan @ma.jun@acme.example friday`, `通知客户 @马军 周五`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from .due_runs import due_at_end
from .model import Promise
from .plain_words import visible
from .words import is_cjk

_LONGEST = 2_000
_MOST_MENTIONS = 10
_HAN = "\u4e00-\u9fff"
_AT = re.compile(r"(?<![A-Za-z0-9._%+-])[@＠](?=\S)")
_ADDRESS = r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}"
_PLAIN_ADDRESS = re.compile(rf"<?({_ADDRESS})>?")
_NAME = re.compile(r"(?=[^\W\d_])[^\s@＠,，;；:：()（）、。<>]{1,60}")
_NEXT_NAME = re.compile(r"\s[^\s@＠,，;；:：()（）、。<>]{1,60}")
_HAN_NAME = re.compile(rf"[{_HAN}][{_HAN}·]{{0,7}}")
# Outlook writes a mentioned person's address behind the name.
_BEHIND = re.compile(rf"[^@＠<>\n]{{1,60}}<(?:mailto:)?({_ADDRESS})>")
_AROUND = " \t,;:，；：、。.-–—·"
_EMPTY = re.compile(r"\(\s{0,5}\)|（\s{0,5}）")


class _Mention(NamedTuple):
    """A person, and the place of the @ and the name in the text."""

    person: str
    start: int
    end: int


def read_promise(
    text: str, today: date, language: str, is_person: Callable[[str], bool]
) -> Promise:
    """The person behind an @, the due date at the end, and the rest as the title.

    The person is the longest run of up to three words, or eight Chinese characters, that is one;
    of several such the first. Where nobody is known it is the first word behind the first @, so
    that it can be refused by name. A bare number is no date, and no date is without a title.
    """
    text = " ".join(visible(text[:_LONGEST]).split())
    mention = _mention(text, is_person)
    if mention is not None:
        text = _without(text, mention)
    found = due_at_end(text.rstrip(_AROUND), today, language)
    title = _tidy(found[0] if found else text)
    if found is None or not title:
        return Promise(_tidy(text), mention.person if mention else None, None)
    return Promise(title, mention.person if mention else None, found[1])


def _mention(text: str, is_person: Callable[[str], bool]) -> _Mention | None:
    first: _Mention | None = None
    for at, _ in zip(_AT.finditer(text), range(_MOST_MENTIONS), strict=False):
        for pattern in (_PLAIN_ADDRESS, _BEHIND):
            address = pattern.match(text, at.end())
            if address:
                return _Mention(address[1], at.start(), address.end())
        ends = list(_ends(text, at.end()))
        for end in ends:
            name = text[at.end() : end]
            if is_person(name):
                return _Mention(name, at.start(), end)
        if first is None and ends:
            first = _first_word(text, at)
    return first


def _ends(text: str, start: int) -> Iterator[int]:
    """Where a name can end that begins there, the longest first."""
    name = _NAME.match(text, start)
    if name is None:
        return
    ends = [name.end()]
    while len(ends) < 3 and (more := _NEXT_NAME.match(text, ends[-1])):
        ends.append(more.end())
    han = _HAN_NAME.match(text, start)
    bare = (start + len(text[start:end].rstrip(".!?！？'\"")) for end in ends)
    within = range(start + 2, han.end() + 1) if han else ()
    yield from sorted({*bare, *within}, reverse=True)


def _first_word(text: str, at: re.Match[str]) -> _Mention | None:
    word = _HAN_NAME.match(text, at.end()) or _NAME.match(text, at.end())
    return _Mention(word[0].rstrip(".!?！？"), at.start(), word.end()) if word else None


def _without(text: str, mention: _Mention) -> str:
    before, after = text[: mention.start], text[mention.end :]
    seam = "" if is_cjk(before[-1:]) and is_cjk(after[:1]) else " "
    return before + seam + after


def _tidy(text: str) -> str:
    return " ".join(_EMPTY.sub(" ", text).split()).strip(_AROUND)
