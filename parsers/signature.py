"""What stands below an author's words: signatures, closings, mobile lines, notices."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .model import Mailbox
from .split import is_rule
from .words import BANNERS, CLOSINGS, DISCLAIMERS, FOOTERS, MOBILE, fold

_DELIMITER = re.compile(r"^\s?(?:--|––|—)[ \t\xa0]*$")
_LONG_RULE = re.compile(r"^\s?(?:[-—–=*]{3,}|_{2,})\s*$")
_DASHED_NAME = re.compile(r"^\s?(?:-{1,2}\s?)[^\W\d_][\w.' ]{0,30}$")
_BRACKETED = "(<[*•·\"'«"
_MAX_SIGNATURE_LINES = 14
_MAX_LINE = 60
_MAX_PHRASE = 200
_NOTICES = (*DISCLAIMERS, *FOOTERS)
# Most lines begin with none of them: that much is seen at once.
_NOTICE_STARTS = frozenset(phrase[:2] for phrase in _NOTICES)
_MOBILE_STARTS = frozenset(phrase[:2] for phrase in MOBILE)


def strip_signature(lines: Sequence[str], author: Mailbox | None = None) -> list[str]:
    """The lines without what the author did not write for this mail.

    The last lines are a signature where they begin with the author's name or hold their address.
    """
    kept = _strip_end(list(lines))
    kept = kept[: _mobile(kept)]
    kept = _strip_end(kept[: _delimiter(kept)])
    kept = _strip_end(kept[: _notice(kept)])
    for cut in (_closing, _dashed_name):
        kept = _strip_end(kept[: cut(kept)])
    if author is not None:
        kept = _strip_end(kept[: _own_name(kept, author.name)])
        kept = _strip_end(kept[: _own_address(kept, author.address)])
    return kept


def strip_banner(lines: Sequence[str]) -> list[str]:
    """The lines without a security banner on top (`CAUTION: external sender`)."""
    kept = list(lines)
    for index, line in enumerate(kept[:6]):
        text = fold(line).strip("*_ ")
        if text and not text.startswith(BANNERS):
            break
        if text:
            end = index + 1
            while end < len(kept) and kept[end].strip():
                end += 1
            return kept[end:]
    return kept


def _strip_end(lines: list[str]) -> list[str]:
    while lines and (not lines[-1].strip(" \t\ufeff\u200b\xa0") or is_rule(lines[-1])):
        lines = lines[:-1]
    return lines


def _first_text(lines: Sequence[str]) -> int:
    for index, line in enumerate(lines):
        if line.strip():
            return index
    return len(lines)


def is_mobile(line: str) -> bool:
    """`Sent from my iPhone`, `发自我的iPhone` and their like, as a line of its own."""
    text = fold(line[:_MAX_PHRASE]).strip(" " + _BRACKETED)
    return len(text) < 160 and text[:2] in _MOBILE_STARTS and text.startswith(MOBILE)


def _mobile(lines: Sequence[str]) -> int:
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


def _delimiter(lines: Sequence[str]) -> int:
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


def _notice(lines: Sequence[str]) -> int:
    """A paragraph that begins as a confidentiality notice or a list footer does."""
    first = _first_text(lines)
    for index in range(first + 1, len(lines)):
        text = fold(lines[index][:_MAX_PHRASE]).strip("*_-= ")
        if text[:2] in _NOTICE_STARTS and text.startswith(_NOTICES):
            return index
    return len(lines)


def _closing(lines: Sequence[str]) -> int:
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
    bare = text.strip(" ,.!;~-–—。，！：:*_")
    return bare in CLOSINGS


def _dashed_name(lines: Sequence[str]) -> int:
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


def _own_name(lines: Sequence[str], name: str) -> int:
    """The last paragraphs from the line on that is the author's own name."""
    first = _first_text(lines)
    wanted = fold(name)
    if len(wanted) < 2:
        return len(lines)
    for index in range(max(first + 1, len(lines) - _MAX_SIGNATURE_LINES), len(lines)):
        text = fold(lines[index]).strip(" ,-–—*")
        if text == wanted and not lines[index - 1].strip():
            return index
    return len(lines)


def _own_address(lines: Sequence[str], address: str) -> int:
    """A last paragraph of short lines, one of which is the author's address; or only that."""
    start = _last_paragraph(lines)
    paragraph = [line.strip() for line in lines[start:]]
    wanted = address.casefold()
    if not wanted or start <= _first_text(lines):
        return len(lines)
    if len(paragraph) == 1 and paragraph[0].casefold() != wanted:
        return len(lines)
    found = any(wanted in line.casefold() and len(line) < 80 for line in paragraph)
    return start if found and _looks_signed(paragraph) else len(lines)
