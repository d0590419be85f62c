"""What stands below an author's words: signatures, closings, mobile lines, notices."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from .model import Mailbox
from .split import is_rule
from .words import BANNERS, CLOSINGS, DISCLAIMERS, FOOTERS, MOBILE, fold, is_cjk

_DELIMITER = re.compile(r"^\s?(?:--|––|—)[ \t\xa0]*$")
_LONG_RULE = re.compile(r"^\s?(?:[-—–=*]{3,}|_{2,})\s*$")
_DASHED_NAME = re.compile(r"^\s?(?:-{1,2}\s?)[^\W\d_][\w.' ]{0,30}$")
_LINK = re.compile(r"[<(\[]?https?://\S{1,300}")
_CLAUSE = re.compile(r"[,.;:!?]\s(?:\S{1,30}\s){3}")
_BRACKETED = "(<[*•·\"'«"
_BLANK = " \t\ufeff\u200b\xa0"
_MAX_SIGNATURE_LINES = 14
_MAX_BANNER_START = 6
_MAX_LINE = 60
_MAX_PHRASE = 200
_NOTICES = (*DISCLAIMERS, *FOOTERS)
# Most lines begin with none of them: that much is seen at once.
_NOTICE_STARTS = frozenset(phrase[:2] for phrase in _NOTICES)
_MOBILE_STARTS = frozenset(phrase[:2] for phrase in MOBILE)
_NOBODY = Mailbox("", "")
# The names of the rules that go by a phrase of the catalogues.
BANNER, MOBILE_LINE, NOTICE, CLOSING = "banner", "mobile line", "notice", "closing phrase"


class LeftOut(NamedTuple):
    """Lines that are not the author's words for this mail, and the rule that says so."""

    lines: Sequence[str]
    what: Literal["banner", "signature", "notice", "quote"]
    rule: str


class Rule(NamedTuple):
    """By what the end of a text is told from it: `first` gives the line from which on it is one,
    or the number of lines."""

    name: str
    what: Literal["signature", "notice"]
    first: Callable[[Sequence[str], Mailbox], int]


def strip_signature(
    lines: Sequence[str], author: Mailbox | None = None
) -> tuple[list[str], list[LeftOut]]:
    """The lines without what the author did not write for this mail; and that, from the bottom up.

    The last lines are a signature where they begin with the author's name or hold their address.
    """
    kept = list(lines[: _text_end(lines)])
    left_out: list[LeftOut] = []
    for rule in RULES:
        start = rule.first(kept, author or _NOBODY)
        if start < len(kept):
            left_out.append(LeftOut(kept[start:], rule.what, rule.name))
            kept = kept[: _text_end(kept[:start])]
    return kept, left_out


def strip_banner(lines: Sequence[str]) -> tuple[list[str], list[LeftOut]]:
    """The lines without a security banner on top (`CAUTION: external sender`); and that."""
    kept = list(lines)
    for index, line in enumerate(kept[:_MAX_BANNER_START]):
        text = fold(line).strip("*_ ")
        if text and not text.startswith(BANNERS):
            break
        if text:
            end = index + 1
            while end < len(kept) and kept[end].strip():
                end += 1
            return kept[end:], [LeftOut(kept[:end], "banner", BANNER)]
    return kept, []


def _text_end(lines: Sequence[str]) -> int:
    """How many lines there are without the blank ones and the rules at the end."""
    end = len(lines)
    while end and (not lines[end - 1].strip(_BLANK) or is_rule(lines[end - 1])):
        end -= 1
    return end


def _first_text(lines: Sequence[str]) -> int:
    for index, line in enumerate(lines):
        if line.strip():
            return index
    return len(lines)


def is_mobile(line: str) -> bool:
    """`Sent from my iPhone`, `发自我的iPhone` and their like, as a line of its own."""
    text = fold(line[:_MAX_PHRASE]).strip(" " + _BRACKETED)
    if len(text) >= 160 or text[:2] not in _MOBILE_STARTS or not text.startswith(MOBILE):
        return False
    phrase = next(p for p in MOBILE if text.startswith(p))
    return not (_is_vague(phrase) and _goes_on(text[len(phrase) :]))


def _is_vague(phrase: str) -> bool:
    """`Sent from` also begins a sentence, `Sent from my` hardly does."""
    return len(phrase.split()) < 3 and not is_cjk(phrase)


def _goes_on(rest: str) -> bool:
    """Whether a sentence goes on there, links left out."""
    rest = _LINK.sub("", rest)
    return len(rest) > _MAX_LINE or _CLAUSE.search(rest) is not None


def _mobile(lines: Sequence[str], author: Mailbox) -> int:
    """A mobile line that begins a paragraph ends the text."""
    first = _first_text(lines)
    last = _last_paragraph(lines)
    below = len(lines)
    while below and _is_below_mobile(lines[below - 1]):
        below -= 1
    for index in range(first, len(lines)):
        if not is_mobile(lines[index]) or index == first:
            continue
        alone = not lines[index - 1].strip()
        ends = index + 1 == len(lines) or not lines[index + 1].strip()
        if (alone and (ends or index >= last)) or index >= below:
            return index
    return len(lines)


def _is_below_mobile(line: str) -> bool:
    return not line.strip() or is_mobile(line) or is_rule(line)


def _last_paragraph(lines: Sequence[str]) -> int:
    index = len(lines)
    while index and lines[index - 1].strip():
        index -= 1
    return index


def _delimiter(lines: Sequence[str], author: Mailbox) -> int:
    """`-- ` (RFC 3676) ends the text; a longer rule does if only short lines follow."""
    first = _first_text(lines)
    signed_from = _short_tail(lines)
    for index in range(first + 1, len(lines)):
        if _DELIMITER.match(lines[index]):
            return index
        if index + 1 >= signed_from and _LONG_RULE.match(lines[index]):
            return index
    return len(lines)


def _short_tail(lines: Sequence[str]) -> int:
    """From which line on only a signature's number of short lines follows."""
    count = 0
    for index in range(len(lines) - 1, -1, -1):
        count += bool(lines[index].strip())
        if count > _MAX_SIGNATURE_LINES or not _is_short(lines[index].strip()):
            return index + 1
    return 0


def _looks_signed(below: Sequence[str]) -> bool:
    return len(below) <= _MAX_SIGNATURE_LINES and all(_is_short(x.strip()) for x in below)


def _is_short(line: str) -> bool:
    return len(line) <= _MAX_LINE or ("://" in line and " " not in line)


def _notice(lines: Sequence[str], author: Mailbox) -> int:
    """A paragraph that begins as a confidentiality notice or a list footer does."""
    first = _first_text(lines)
    for index in range(first + 1, len(lines)):
        text = fold(lines[index][:_MAX_PHRASE]).strip("*_-= ")
        if text[:2] in _NOTICE_STARTS and text.startswith(_NOTICES):
            return index
    return len(lines)


def _closing(lines: Sequence[str], author: Mailbox) -> int:
    """`Best regards,` with at most a few short lines below it."""
    first = _first_text(lines)
    lowest = max(first + 1, len(lines) - _MAX_SIGNATURE_LINES)
    for index in range(lowest, len(lines)):
        below = [x for x in lines[index + 1 :] if x.strip()]
        if is_closing(lines[index]) and len(below) <= 8 and _looks_signed(below):
            return index
    return len(lines)


def is_closing(line: str) -> bool:
    """`Kind regards,`: the line as a whole is a closing phrase."""
    text = fold(line)
    if len(text) > 50:
        return False
    bare = text.strip(" ,.!;~-–—。，！：:*_،।؛")
    return bare in CLOSINGS


def _dashed_name(lines: Sequence[str], author: Mailbox) -> int:
    """`- roman` below a text, `--Ann` with at most two lines below it."""
    first = _first_text(lines)
    for index in range(max(first + 1, len(lines) - 3), len(lines)):
        if not _DASHED_NAME.match(lines[index]):
            continue
        previous = lines[index - 1].strip()
        if previous.startswith("-") or (previous.endswith((":", "：")) and index > first + 1):
            continue  # an item of a list
        below = lines[index + 1 :]
        if not any(x.lstrip().startswith("-") for x in below) and (
            not below or lines[index].strip().startswith("--")
        ):
            return index
    return len(lines)


def _own_name(lines: Sequence[str], author: Mailbox) -> int:
    """The last paragraphs from the line on that is the author's own name."""
    first = _first_text(lines)
    wanted = fold(author.name)
    if len(wanted) < 2:
        return len(lines)
    for index in range(max(first + 1, len(lines) - _MAX_SIGNATURE_LINES), len(lines)):
        text = fold(lines[index]).strip(" ,-–—*")
        if text == wanted and not lines[index - 1].strip():
            return index
    return len(lines)


def _own_address(lines: Sequence[str], author: Mailbox) -> int:
    """A last paragraph of short lines, one of which is the author's address; or only that."""
    start = _last_paragraph(lines)
    paragraph = [line.strip() for line in lines[start:]]
    wanted = author.address.casefold()
    if not wanted or start <= _first_text(lines):
        return len(lines)
    if len(paragraph) == 1 and paragraph[0].casefold() != wanted:
        return len(lines)
    found = any(wanted in line.casefold() and len(line) < 80 for line in paragraph)
    return start if found and _looks_signed(paragraph) else len(lines)


# In this order: each looks at what those before it have left.
RULES = (
    Rule(MOBILE_LINE, "signature", _mobile),
    Rule("signature delimiter", "signature", _delimiter),
    Rule(NOTICE, "notice", _notice),
    Rule(CLOSING, "signature", _closing),
    Rule("name behind a dash", "signature", _dashed_name),
    Rule("author's name", "signature", _own_name),
    Rule("author's address", "signature", _own_address),
)
