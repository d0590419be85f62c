"""Where in a text the words of others begin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from .attribution import Attribution
from .blocks import Block, label_of, read_block
from .programs import LinePattern, compiled, sample, separators
from .words import FORWARDED, LABELS, LANGUAGES, ORIGINAL, fold, squeeze
from .wrote import read_attribution

Sort = Literal["forwarded", "original", "header", "wrote"]

_RULED = re.compile(
    r"^[\s>*]{0,20}[-_=—–+#~]{2,}\s{0,5}(\S.{0,80}?)\s{0,5}[-_=—–+#~]{2,}[\s*]{0,5}(.*)$"
)
# The Bat! and others put the author's initials before the mark.
_QUOTE = re.compile(r"^[ \t\ufeff]{0,3}(?:[A-Z]{2,3}(?=>))?(?:[>|][ \t]?)")
_ONE_QUOTE = re.compile(r"^[ \t\ufeff]{0,3}(?:[A-Z]{2,3}(?=>))?[>|] ?")
_CELLS = re.compile(r"[ ]{0,3}[|\t][ |\t]{0,3}")
_RULE = re.compile(r"^[\s>]{0,8}[-_=—–*~]{3,}\s*$")
# Nobody writes more above a quote.
_MAX_LINES = 20_000
_MAX_HEADER_LINES = 8
_FORWARDED = {squeeze(p) for p in FORWARDED}
_ORIGINAL = {squeeze(p) for p in ORIGINAL}
_BY = (" by", " von", " de", " par", " por", " da", " door", " af", " av", " od", " από", " от")
_FORWARDED_BY = tuple(p for p in FORWARDED if p.endswith(_BY))


@dataclass(frozen=True, slots=True)
class Boundary:
    """From line `start` on, others speak; their own words begin at `body` of `lines`.

    `lines` is the whole text with one level of quoting taken off what follows, where all of it
    was quoted. `above` are the author's lines before it.
    """

    sort: Sort
    lines: tuple[str, ...]
    above: tuple[str, ...]
    start: int
    body: int
    block: Block | None = None
    attribution: Attribution | None = None


def is_quoted(line: str) -> bool:
    """Whether the line is marked as a quote; `>>> offer <<<` is not."""
    return _QUOTE.match(line) is not None and not line.rstrip().endswith("<<")


def is_rule(line: str) -> bool:
    """A line of dashes and the like."""
    return _RULE.match(line) is not None


def unquote(lines: Sequence[str]) -> list[str]:
    """The lines with one quote mark less."""
    return [_ONE_QUOTE.sub("", line) for line in lines]


def find_boundary(lines: Sequence[str]) -> Boundary | None:
    """The first place where the words of others begin, or None."""
    quoted_before = False
    for index, line in enumerate(lines[:_MAX_LINES]):
        if not line.strip(" \t\ufeff"):
            continue
        if is_quoted(line):
            if not quoted_before:
                found = _in_quote(lines, index)
                if found:
                    return found
            quoted_before = True
            continue
        quoted_before = False
        found = _at(lines, index)
        if found:
            return found
    return None


def _in_quote(lines: Sequence[str], index: int) -> Boundary | None:
    """A boundary in the first lines of a quote, as Apple Mail sets it."""
    tail = _quote_run(lines, index)
    inner = unquote(tail)
    first = next((n for n, line in enumerate(inner) if line.strip(" \t\ufeff")), None)
    # A mail may have thousands of quotes: the whole text is put together for one that matters.
    if first is None or _at(inner, first) is None:
        return None
    return _at((*lines[:index], *inner, *lines[index + len(tail) :]), index + first)


def _quote_run(lines: Sequence[str], index: int) -> Sequence[str]:
    """The quoted lines from there on, with blank lines between them."""
    end = index
    for position in range(index, len(lines)):
        if is_quoted(lines[position]):
            end = position + 1
        elif lines[position].strip():
            break
    return lines[index:end]


def _at(lines: Sequence[str], index: int) -> Boundary | None:
    return (
        _separator(lines, index)
        or _header(lines, index)
        or _unknown_separator(lines, index)
        or _wrote(lines, index)
    )


def _separator(lines: Sequence[str], index: int) -> Boundary | None:
    sort, rest = separator_sort(lines[index], lines[index + 1 : index + 4])
    if sort is None:
        return None
    after = list(lines)
    if rest:
        opened = _opened_up(rest)
        after[index : index + 1] = ["", *opened]
    start = index + 1
    while start < len(after) and start <= index + 4 and not _text(after[start]):
        start += 1
    block = read_block(after, start)
    if block is None and start < len(after):
        readable = [*after[:start], *_readable(after[start:])]
        block = read_block(readable, start)
        after = readable if block else after
    above = _above(lines, index)
    if block is None:
        found = read_attribution(after, start) if start < len(after) else None
        body = found.end if found else index + 1
        return Boundary(sort, tuple(after), above, index, body, None, found)
    body = block.end
    if body < len(after) and after[body].strip() == lines[index].strip():
        body += 1  # Zoho repeats the separator below the header.
    return Boundary(sort, tuple(after), above, index, body, block)


def _readable(lines: Sequence[str]) -> list[str]:
    """The lines without quote marks, and with the colons that some programs leave out."""
    kept = unquote(lines) if is_quoted(lines[0]) else list(lines)
    for position, line in enumerate(kept[:_MAX_HEADER_LINES]):
        row = _row(line)
        if row is None:
            break
        kept[position] = row
    return kept


def _row(line: str) -> str | None:
    """`| From | Ann <a@b> |`, `From<tab>Ann <a@b>` and `From Ann <a@b>` with a colon."""
    label, *rest = _CELLS.split(line.strip(" |"), maxsplit=1)
    if rest and _is_label(label):
        return f"{label}: {rest[0].rstrip(' |')}"
    words = line.split(" ")
    known = (n for n in range(1, min(len(words), 4)) if _is_label(" ".join(words[:n])))
    count = next(known, 0)
    return f"{' '.join(words[:count])}: {' '.join(words[count:])}" if count else None


def _is_label(words: str) -> bool:
    label = LABELS.get(squeeze(words))
    return label is not None and label.kind != "other"


def _text(line: str) -> str:
    return line.strip(" \t\ufeff\u200b\xa0")


@cache
def _rows() -> tuple[LinePattern, ...]:
    """Of the programs whose separator is no phrase between rules."""
    templates = (t for t in separators() if not _RULED.match(sample(t)) and t[0] != "{")
    return compiled(templates)


def separator_sort(line: str, following: Sequence[str] = ()) -> tuple[Sort | None, str]:
    """What a line such as `----- Original Message -----` announces, and what follows on it."""
    ruled = _RULED.match(line[:2_000])
    if ruled:
        return _words_sort(ruled[1]), ruled[2]
    for pattern, _ in _rows():
        if row := pattern.match(line[:200]):
            return _words_sort(row[1]), ""
    bare = line[:200].strip(" \t>*\ufeff-_=—–")
    if not bare or len(bare) > 60:
        return None, ""
    if bare.endswith((":", "：")):
        sort = _words_sort(bare[:-1])
        return (sort if sort == "forwarded" else None), ""
    next_text = next((x for x in following if x.strip()), "")
    if ":" not in next_text and "：" not in next_text:
        return None, ""
    sort = _words_sort(bare)
    return (sort if sort and label_of(next_text) else None), ""


def _words_sort(words: str) -> Sort | None:
    key = squeeze(words.strip(" *:：\t"))
    if key in _FORWARDED or fold(words).startswith(_FORWARDED_BY):
        return "forwarded"
    return "original" if key in _ORIGINAL else None


def _opened_up(rest: str) -> list[str]:
    """Yahoo prints the whole header on the separator's line, without white space between."""
    hit = label_of(rest)
    if hit is None:
        return [rest]
    codes = {*hit[0].languages, "en"} & LANGUAGES.keys()
    words = {key for key, la in LABELS.items() if codes & set(la.languages) and la.kind != "other"}
    found: list[str] = []
    kinds: set[str] = set()
    start = 0
    for match in re.finditer(
        r"[^\W\d_][\w]*(?: [^\W\d_]\w*)?(?=\s?:)|(?<=[>\w])[^\W\d_]+(?= )", rest
    ):
        cut = _label_within(match, words, rest)
        if cut is None or (kind := LABELS[squeeze(rest[cut : match.end()])].kind) in kinds:
            continue
        kinds.add(kind)
        if cut > start:
            found.append(_with_colon(rest[start:cut], words))
        start = cut
    found.append(_with_colon(rest[start:], words))
    return [line for line in found if line.strip()]


def _label_within(match: re.Match[str], words: set[str], rest: str) -> int | None:
    """Where in `CETAssunto` or `GMT+1Konu` the label begins."""
    text = match.group()
    for offset in range(len(text)):
        candidate = text[offset:]
        if candidate[:1].isupper() and squeeze(candidate) in words:
            glued = match.start() + offset > 0 and not rest[match.start() + offset - 1].isspace()
            if rest[match.end() :].lstrip().startswith(":") or glued:
                return match.start() + offset
    return None


def _with_colon(line: str, words: set[str]) -> str:
    first, _, value = line.partition(" ")
    return f"{first}: {value}" if ":" not in first and squeeze(first) in words else line


def _header(lines: Sequence[str], index: int) -> Boundary | None:
    block = read_block(lines, index)
    if block is None:
        return None
    return Boundary("header", tuple(lines), _above(lines, index), index, block.end, block)


def _unknown_separator(lines: Sequence[str], index: int) -> Boundary | None:
    """`----- words of no catalogue -----` right above a block of header lines."""
    if not _RULED.match(lines[index][:200]):
        return None
    for start in range(index + 1, min(index + 4, len(lines))):
        if _text(lines[start]):
            block = read_block(lines, start)
            if block is None:
                return None
            return Boundary("header", tuple(lines), _above(lines, index), index, block.end, block)
    return None


def _wrote(lines: Sequence[str], index: int) -> Boundary | None:
    found = read_attribution(lines, index)
    if found is None:
        return None
    above = list(_above(lines, index))
    if found.before:
        above = [*lines[:index], found.before]
    return Boundary("wrote", tuple(lines), tuple(above), index, found.end, None, found)


def _above(lines: Sequence[str], index: int) -> tuple[str, ...]:
    """The author's lines, without the rule that a program draws above a quote."""
    end = index
    while end and (not _text(lines[end - 1]) or is_rule(lines[end - 1])):
        end -= 1
    return tuple(lines[:end])
