"""A due date among other words: the longest run of words at one end of a text that is one.

What `parse_due` reads because it is asked for a date is not enough where a text need not have one:
`2 weeks`, `2.1`, `24/7`, `20261204`, （一） are no dates here, unless a word such as `by` or 截止
stands before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from .dates import parse_due
from .due_words import HAN_NUMBER, Token, tidy, vocabulary
from .words import CATALOGUES, LANGUAGES, due_words, fold, is_cjk

_LONGEST = 60
# Not every word of a phrase is one itself: `close of business`, 截止日期.
_MOST_UNKNOWN = 3
_CJK = "\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3"
# Where words begin, and where they end: around each character of a text without spaces.
_STARTS = re.compile(rf"(?:^|(?<=[\s,，;；:：、。–—(（{_CJK}]))(?=[^\s)）])|(?=[{_CJK}])")
_ENDS = re.compile(rf"(?<=[^\s])(?=[\s,，;；:：、。–—]|$)|(?<=[{_CJK}])")
_BARE = re.compile(r"\d{1,2}[.-]\d{1,2}|24/7|\d{8}|\(.\)")
_DAYS, _SPANS = frozenset("WTMdsDw"), frozenset("XSUVkQEYI")
# A word of every sentence, too.
_NO_MONTHS = frozenset(("may",))
_MOST_SEARCHED = 300
# Of a text without spaces; the longest weekday has as many letters.
_NEXT_TO = 9
_HAN_DAY = re.compile(rf"(?:\d{{1,2}}|{HAN_NUMBER})\s?[月日号號]|[周週][一二三四五六日天1-7]")
_HAN_DAYS = frozenset(LANGUAGES["zh"].weekdays).union(
    *(due_words("zh", name) for name in ("today", "tomorrow", "day_after_tomorrow"))
)
_BOUND = due_words("en", "bound") | due_words("zh", "bound")
_BOUND_HAN = due_words("zh", "bound")
_AROUND = " .!,;:。！，；："


def due_at_end(text: str, today: date, language: str) -> tuple[str, date] | None:
    """The text before the longest run of words at its end that is a date, and that date.

    None where the words before it are one too, and together they are none (a weekday that
    contradicts), or bind it to the text (`from monday to friday`, 每周五).
    """
    starts = [m.start() for m in _STARTS.finditer(text, max(0, len(text) - _LONGEST))]
    runs = [(start, len(text)) for start in reversed(starts)]
    found = _longest(text, runs, today, language)
    before = text[: found[0][0]] if found else ""
    if found is None or names_a_day("".join(before.split()[-1:])[-_NEXT_TO:], language):
        return None
    return before, found[1]


def due_at_start(text: str, today: date, language: str) -> tuple[date, str] | None:
    """The date that the longest run of words at the start of the text is, and what follows it."""
    runs = [(0, m.start()) for m in _ENDS.finditer(text[: _LONGEST + 1])]
    found = _longest(text, runs, today, language)
    after = text[found[0][1] :] if found else ""
    if found is None or names_a_day("".join(after.split()[:1])[:_NEXT_TO], language):
        return None
    return found[1], after


def names_a_day(text: str, language: str) -> bool:
    """Whether a word of the text is a day, a date or a month."""
    words = text[:_MOST_SEARCHED].split()
    return any(_is_han_day(w) if is_cjk(w) else _is_day(w, language) for w in words)


def _is_han_day(word: str) -> bool:
    return bool(_HAN_DAY.search(word)) or any(day in word for day in _HAN_DAYS)


def _is_day(word: str, language: str) -> bool:
    if word.lower().strip(_AROUND) in _NO_MONTHS:
        return False
    read = [vocabulary(code).read(tidy(word)) for code in _codes(language)]
    tokens = [token for words in read if words for options in words for token in options]
    return any(t.sort in _DAYS and not _BARE.fullmatch(t.word) for t in tokens)


def is_span(run: str, language: str) -> bool:
    """Whether the date is several days, such as a week."""
    for code in _codes(language):
        words = vocabulary(code).read(tidy(run))
        if words is not None:
            return all(t.sort in _SPANS for word in words for t in word if not _is_beside(word))
    return False


def _longest(
    text: str, runs: Iterable[tuple[int, int]], today: date, language: str
) -> tuple[tuple[int, int], date] | None:
    """The last of the growing runs that is a date; they end where no language knows the words."""
    found: tuple[tuple[int, int], date] | None = None
    unknown = 0
    for start, end in runs:
        run = text[start:end]
        unknown = 0 if _is_known(run, language) else unknown + 1
        if unknown > _MOST_UNKNOWN:
            break
        if unknown or _is_bound(text[:start], run):
            continue
        day = _day(run, today, language)
        found = ((start, end), day) if day is not None else found
    return found


def _is_bound(before: str, run: str) -> bool:
    before = fold(before[-20:])
    return _begins(fold(run), _BOUND_HAN) or any(
        before.endswith(word) and (is_cjk(word) or not before[: -len(word)][-1:].isalnum())
        for word in _BOUND
    )


def _is_known(run: str, language: str) -> bool:
    tidied = tidy(run)
    codes = dict.fromkeys((*_codes(language), *CATALOGUES))
    return any(vocabulary(code).read(tidied) is not None for code in codes)


def _codes(language: str) -> list[str]:
    """The languages whose words count for everybody, in the order of `parse_due`."""
    return [code for code in dict.fromkeys((language, "en", "zh")) if code in LANGUAGES]


def _day(run: str, today: date, language: str) -> date | None:
    if not run.strip(_AROUND) or not _is_balanced(run) or _is_no_date(run, language):
        return None
    return parse_due(run, today, language)


def _is_balanced(run: str) -> bool:
    opening = run.count("(") + run.count("（")
    return opening == run.count(")") + run.count("）")


def _is_no_date(run: str, language: str) -> bool:
    """Whether it is a number, a span of time, or begins with a word that says nothing."""
    tidied = tidy(run).strip(_AROUND)
    codes = _codes(language)
    if any(_begins(tidied, due_words(code, "until")) for code in codes):
        return False
    for code in codes:
        words = vocabulary(code).read(tidied)
        if words is not None:
            return _says_nothing(words[:1]) or _is_bare([w for w in words if not _is_beside(w)])
    return False


def _is_beside(word: Sequence[Token]) -> bool:
    """Whether it is one of those that stand beside a date: in, on, by, 之前."""
    return all(token.sort in ("", *"BbgG") for token in word)


def _says_nothing(words: Sequence[Sequence[Token]]) -> bool:
    return all(token.sort == "" for word in words for token in word)


def _is_bare(words: Sequence[Sequence[Token]]) -> bool:
    if len(words) == 1 and any(_BARE.fullmatch(token.word) for token in words[0]):
        return True
    return all(token.sort in "NU" for word in words for token in word)


def _begins(text: str, words: Iterable[str]) -> bool:
    """Whether a word stands at the start; one of letters as a whole."""
    return any(
        text.startswith(word) and (is_cjk(word) or not text[len(word) :][:1].isalnum())
        for word in words
    )
