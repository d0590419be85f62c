"""Lines such as `On Monday, Ann wrote:` that stand above a quote, in any language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from .attribution import ADDRESS, Attribution
from .programs import LinePattern, attributions, compiled, sample
from .words import MONTHS, QUOTING, WEEKDAYS, WROTE, WROTE_START, fold, is_cjk

_MAX = 500
_MARGIN = " \t>*_-–—\ufeff\u200b|"
# Every attribution has a date or an address on its first line, or stands between dashes.
_HINT = re.compile(r"[\d@]|^[\s>*\ufeff]{0,20}(?:--|——)")
_DATE = re.compile(
    r"\d{4}\s?[-/.年년]\s?\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}[:.h]\d{2}|\b(?:19|20)\d\d\b"
)
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_DAY_NAMES = MONTHS.keys() | WEEKDAYS.keys()
_BEHIND_DAY = re.compile(r"[.,]|\s?\d|\s[.,]")
_BEFORE_DAY = re.compile(r"\d[.,/ -]{0,2}$")
_LONGEST_NAME = 20
_OLD_GMAIL = re.compile(r"^\d{4}-\d\d?-\d\d? \d{1,2}:\d\d GMT[+-]\d\d?:?\d\d \S.{0,80}$")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'))


def _any(words: Iterable[str]) -> str:
    """One pattern for all of them; words of alphabets only where they stand alone."""
    known = list(words)
    alphabetic = "|".join(re.escape(w) for w in known if not is_cjk(w))
    return "|".join(
        [rf"(?<!\w)(?:{alphabetic})(?!\w)", *(re.escape(w) for w in known if is_cjk(w))]
    )


_VERB = re.compile(_any(WROTE))
_VERB_END = re.compile(rf"(?:{_any(WROTE)})[\s\w()/]{{0,25}}[:：,]?[\s\-–—*]*$")
_CJK_VERBS = tuple(w for w in WROTE if is_cjk(w))
_VERB_WORDS = {_WORD.findall(w)[-1] for w in WROTE if not is_cjk(w)}
_START = re.compile(rf"^(?:{'|'.join(re.escape(w) for w in WROTE_START)})(?=[\s\d])")
_MIDDLE = re.compile(
    r"(?<=[\w.!?)])(?:\s|-{2,}\s?)(?=(?:"
    + "|".join(re.escape(w.capitalize()) for w in WROTE_START)
    + r")\s)"
)


def read_attribution(lines: Sequence[str], start: int) -> Attribution | None:
    """The attribution that begins on this line, if one does; it may be wrapped."""
    return _by_rule(lines, start) or _by_row(lines[start], start)


def _by_row(raw: str, start: int) -> Attribution | None:
    """By the row of a program whose attribution no rule knows."""
    if not _rows() or "@" not in raw[:_MAX]:
        return None
    line = _bare(raw)
    for pattern, names in _rows():
        match = pattern.match(line)
        values = dict(zip(names, match.groups(), strict=True)) if match else {}
        if values and has_date(values.get("moment", line)):
            return Attribution(start, start + 1, line, values=values)
    return None


@cache
def _rows() -> tuple[LinePattern, ...]:
    return compiled(t for t in attributions() if _by_rule((sample(t),), 0) is None)


def _by_rule(lines: Sequence[str], start: int) -> Attribution | None:
    raw = lines[start]
    if _HINT.search(raw[:_MAX]) is None and not _address_follows(lines, start):
        return None
    line = _bare(raw)
    if not line:
        return None
    plausible = _plausible_start(line)
    if _cannot_begin(line, raw, plausible) and not _address_follows(lines, start):
        return None
    if not plausible and (shared := _shared(lines, start)):
        return shared
    if _is_attribution(line, raw):
        return Attribution(start, start + 1, line)
    if not plausible:
        return _wrapped_behind_name(lines, start, line)
    if _is_address_above_quote(line, lines, start):
        return Attribution(start, start + 1, line)
    return _wrapped(lines, start, line)


def _cannot_begin(line: str, raw: str, plausible: bool) -> bool:
    return not (plausible or "@" in raw or line.endswith((":", "：")) or _dashed(raw))


def _address_follows(lines: Sequence[str], start: int) -> bool:
    following = lines[start + 1][:200].lstrip(" \t>") if start + 1 < len(lines) else ""
    return following.startswith("<") and "@" in following


def _bare(line: str) -> str:
    line = line[:_MAX].lstrip(_MARGIN).rstrip(" \t*\ufeff\u200b")
    for entity, char in _ENTITIES:
        line = line.replace(entity, char)
    return " ".join(line.split())


def _ends_with_verb(folded: str) -> bool:
    # The verb, a tail of 25 characters and dashes: no more has to be looked at.
    tail = folded[-100:]
    words = set(_WORD.findall(tail))
    if not (words & _VERB_WORDS or any(verb in tail for verb in _CJK_VERBS)):
        return False
    return _VERB_END.search(tail) is not None


def _wrapped(lines: Sequence[str], start: int, first: str) -> Attribution | None:
    """The first line says when; the verb or the address comes on one of the next."""
    joined = first
    blanks = 0
    for end in range(start + 1, min(start + 7, len(lines))):
        raw = lines[end]
        line = _bare(raw)
        if not line and not raw.strip():
            blanks += 1
            if blanks > 1:
                return None
            continue
        if line and _plausible_start(line) and not line.startswith(("<", "mailto:")):
            return None
        joined += " " + (raw.strip() if raw.lstrip().startswith("<") else line or raw.strip())
        if len(joined) > _MAX:
            return None
        if blanks and "@" not in joined and end - start > 2:
            return None
        if _is_attribution(joined, lines[start]) and _closes(joined):
            return Attribution(start, end + 1, joined)
    return None


def _wrapped_behind_name(lines: Sequence[str], start: int, first: str) -> Attribution | None:
    """`Ann Lee <ann@b>` whose day and verb come on the next lines, as Gmail wraps it."""
    address = ADDRESS.search(first[:200])
    if (address is None and not _address_follows(lines, start)) or first.endswith((":", "：")):
        return None
    if ":" in (first[: address.start()] if address else first):
        return None
    joined = first
    for end in range(start + 1, min(start + 4, len(lines))):
        line = _bare(lines[end])
        if not line or ("@" in line and address is not None):
            return None
        joined += " " + line
        if _is_attribution(joined, lines[start]) and _closes(joined):
            return Attribution(start, end + 1, joined)
    return None


def _closes(text: str) -> bool:
    return text.rstrip("-–—* ").endswith((":", "：")) or _ends_with_verb(fold(text))


def _shared(lines: Sequence[str], start: int) -> Attribution | None:
    """`fine On Wed, Apr 4, 2012, a@b wrote:`: the author's words and the attribution share a
    line."""
    raw = lines[start][:_MAX]
    if not _ends_with_verb(fold(raw)):
        return None
    for match in _MIDDLE.finditer(raw):
        rest = _bare(raw[match.end() :])
        if has_date(rest) and _is_attribution(rest, rest):
            before = raw[: match.start()].rstrip(" -")
            if is_cjk(rest[:1]) and len(before) <= _LONGEST_NAME:
                before = ""  # 王芳 于 2026年…写道：the name comes first
            return Attribution(start, start + 1, rest, before)
    return None


def has_date(text: str) -> bool:
    """Whether the text names a day or a time."""
    if _DIGIT.search(text) is None:
        return False
    if _DATE.search(text):
        return True
    folded = fold(text[:150])
    return any(_is_day_name(m, folded) for m in _WORD.finditer(folded) if m.group() in _DAY_NAMES)


def _is_day_name(match: re.Match[str], folded: str) -> bool:
    """Short names (`so`, `to`, `may`) are ordinary words elsewhere: a number or a stop is near."""
    if len(match.group()) > 3 or is_cjk(match.group()):
        return True
    before, after = folded[: match.start()], folded[match.end() :]
    return _BEHIND_DAY.match(after) is not None or _BEFORE_DAY.search(before[-4:]) is not None


def _plausible_start(line: str) -> bool:
    """Whether an attribution may begin so: with its first word or a date, and early digits."""
    folded = fold(line)
    if _START.match(folded):
        return has_date(folded)
    head = folded[:40]
    if head[:1].isdigit():
        return _DATE.search(head) is not None or has_date(head)
    first = _WORD.match(head)
    return bool(first and first.group() in WEEKDAYS and has_date(folded))


def _is_attribution(text: str, raw: str) -> bool:
    folded = fold(text)
    ended = _ends_with_verb(folded)
    colon = text.rstrip("-–—* ").endswith((":", "："))
    dated = has_date(folded)
    if ended and _dashed(raw) and len(text) < 200:
        return True
    if ended and dated and (colon or _START.match(folded) is not None) and _is_short(folded):
        return True
    address = ADDRESS.search(text)
    if ended and colon and address:
        return True
    if colon and address and folded.startswith(QUOTING):
        return True
    if colon and dated and _verb_then_date(folded):
        return True
    if colon and dated and address:
        return _plausible_start(text) or _VERB.search(folded) is not None
    return _OLD_GMAIL.match(text) is not None


def _verb_then_date(folded: str) -> bool:
    """`Ann Lee kirjoitti 28.10.2021 klo 12.46:`: behind the verb stands nothing but the moment."""
    verb = _VERB.search(folded[:100])
    if verb is None or len(folded[: verb.start()].split()) > 5:
        return False
    rest = folded[verb.end() :]
    return len(rest) < 40 and rest[:8].strip()[:1].isdigit() and _DATE.search(rest) is not None


def _is_short(folded: str) -> bool:
    # Longer than any name, time and address: a sentence.
    return len(folded) < 350


def _dashed(raw: str) -> bool:
    line = raw.strip(" \t>*\ufeff")
    return line.startswith(("--", "——")) and line.endswith(("--", "——"))


def _is_address_above_quote(line: str, lines: Sequence[str], start: int) -> bool:
    """`2011/4/7 Ann <ann@b>` with the quote below."""
    if not line.endswith(">") or not ADDRESS.search(line):
        return False
    following = [x for x in lines[start + 1 : start + 4] if x.strip()]
    return bool(following) and following[0].lstrip().startswith(">")
