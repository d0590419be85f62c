"""Due dates as people write them: `next friday`, `12/5`, `in 3 days`, `下周三下午`, `月底前`.

The words are those of the catalogues (`due_words`), whatever the reader's language is; the text
counts as a whole, by the order of the sorts of its words (`due_shapes`). What is not understood as
a whole is None: a wrong date is worse than a question. So are None
 * what names no one day: `early next week`, `mid december`, `下个月初`, `before next week`;
 * a weekday that contradicts its date, and a weekday or day of this week or month that is over;
 * `nächsten Freitag`, `viernes próximo` where those who mean the coming one and those who mean
   that of the next week would mean two days. English `next friday` is that of the next week.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod

from .due_shapes import SPANS, Phrase, day_of
from .due_words import Token, tidy, vocabulary
from .words import CATALOGUES, LANGUAGES

_MAX = 60
_MOST_READINGS = 64
# A day of other years is a slip, and too near to where calendars end.
_YEARS = range(1900, 2200)


def parse_due(text: str, today: date, language: str = "en") -> date | None:
    """The day that the text names, seen from `today`; None where it names none.

    A weekday is the next one from tomorrow on; `next friday` and 下周五 are that of the next
    calendar week (from Monday). A day without a year is the next such day, today included; a day
    with its year may be over. The end of a week, and a week as such, is its Friday. `language`
    decides the order of day and month in `12/5`. A time of day is read over.
    """
    if len(text.strip()) > _MAX:
        return None
    tidied = tidy(text)
    if not tidied:
        return None
    known = LANGUAGES.get(language)
    seen = _Seen(today, known.day_first if known else False)
    for code in dict.fromkeys((language, "en", "zh")):
        if code in LANGUAGES and (words := vocabulary(code).read(tidied)) is not None:
            return _one(seen.days(words))
    if len(tidied) < 4 and tidied.isascii():
        # A short word alone of another language stands for too much else (`man`, `mar`).
        return None
    foreign = (vocabulary(code).read(tidied) for code in CATALOGUES)
    return _one(day for words in foreign if words for day in seen.days(words))


def _one(days: Iterable[date]) -> date | None:
    found = set(days)
    day = found.pop() if len(found) == 1 else None
    return day if day is not None and day.year in _YEARS else None


@dataclass(frozen=True, slots=True)
class _Seen:
    """From when, and in which order of day and month, a text is read."""

    today: date
    day_first: bool

    def days(self, words: Sequence[Sequence[Token]]) -> set[date]:
        """Every day that the words can mean."""
        if prod(map(len, words)) > _MOST_READINGS:
            return set()
        return {day for chosen in product(*words) if (day := self._day(chosen)) is not None}

    def _day(self, chosen: Sequence[Token]) -> date | None:
        tokens = [t for t in chosen if t.sort]
        kept = _with_year(_summed(_without_times(tokens)))
        shape = "".join(t.sort for t in kept)
        if shape.endswith(("B", "b")):
            return None
        bare = re.sub("[Bb]|[gG]$", "", shape)
        vague = "b" in shape or shape.endswith("G") or any(t.sort in "PCZ" for t in tokens)
        if vague and bare in SPANS:
            return None
        named = {t.sort: t for t in kept}
        try:
            return day_of(Phrase(self.today, self.day_first, bare, named))
        except (ValueError, OverflowError):
            return None


def _without_times(tokens: list[Token]) -> list[Token]:
    """Without times of day and the `by` before them; the end of the day alone is today's."""
    kept: list[Token] = []
    for token in tokens:
        if token.sort not in "PCZ":
            kept.append(token)
        elif kept and kept[-1].sort in "Bb":
            kept.pop()
    ends_day = any(t.sort == "Z" for t in tokens)
    only = not kept or all(t.sort == "G" for t in kept)
    return [Token("T", 0, "")] if ends_day and only else kept


def _summed(tokens: list[Token]) -> list[Token]:
    """下下 is two steps."""
    kept: list[Token] = []
    for token in tokens:
        if token.sort == "X" and kept and kept[-1].sort == "X":
            kept[-1] = token._replace(value=token.value + kept[-1].value)
        else:
            kept.append(token)
    return kept


def _with_year(tokens: list[Token]) -> list[Token]:
    """The two digits after day and month are a year: `5-Dec-26`."""
    shape = "".join(t.sort for t in tokens)
    last = tokens[-1] if tokens else None
    if last is None or not shape.endswith("NMN") or len(last.word) != 2:
        return tokens
    return [*tokens[:-1], Token("Y", 2000 + last.value, last.word)]
