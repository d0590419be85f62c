"""The words of a due date as tokens: each is a letter that stands for its sort, and a value.

The words are those of the [due] tables, the months and the weekdays of a catalogue; numbers,
dates in digits, times and the counting words of Chinese, Japanese and Korean are patterns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from .words import AM, CATALOGUES, LANGUAGES, PM, due_words, fold, is_cjk

_MOST_TOKENS = 12
_DROPPED = ""
# The names of the [due] table, and what their words are. A filler says nothing.
_SORTS = {
    "day": "U",
    "workday": "U",
    "week": "U",
    "month": "U",
    "quarter": "U",
    "year": "U",
    "weekend": "V",
    "this": "S",
    "in": "I",
    "later": "A",
    "within": "H",
    "from": "R",
    "end": "E",
    "part": "P",
    "end_of_day": "Z",
    "by": "B",
    "before": "b",
    "by_after": "g",
    "before_after": "G",
    "filler": _DROPPED,
}
_VALUED = {
    "today": ("T", 0),
    "tomorrow": ("T", 1),
    "day_after_tomorrow": ("T", 2),
    "either": ("X", 0),
    "next": ("X", 1),
    "after_next": ("X", 2),
}
_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_HAN_YEARS = {"今": 0, "本": 0, "明": 1, "来": 1, "來": 1, "后": 2, "後": 2, "再来": 2}
_KANJI_WEEKDAYS = {c: n for n, c in enumerate("月火水木金土日")} | {
    c: n for n, c in enumerate("一二三四五六")
}

_LETTER = r"a-z\u00df-\u024f\u0370-\u052f\u0590-\u0e7f\u1e00-\u1fff"
_WORD_ENDS = rf"(?![{_LETTER}])"
HAN_NUMBER = r"(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二两兩三四五六七八九])"
_NUMBER = rf"(?:\d{{1,2}}|{HAN_NUMBER})"
_ZONE = r"(?:\s?(?:utc|gmt|z|cest|cet|bst|[ecmp][sd]t|ist|jst))?(?:[+-]\d{1,2}(?::?\d{2})?)?"
_LETTERS = re.compile(rf"[{_LETTER}]")
_SPACE = re.compile(r"[\s,.;:!?()\[\]{}\"'/–—、。·-]+")
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´′", "'") | dict.fromkeys("“”„«»", '"'))
_HYPHEN = re.compile(rf"(?<=[{_LETTER}])-|-(?=[{_LETTER}])")
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff]")


class Token(NamedTuple):
    """One word of a due date: its sort, its number, and the word or the name of its unit."""

    sort: str
    value: int
    word: str


def tidy(text: str) -> str:
    """The text for comparing: folded, without unseen characters; no hyphens beside letters."""
    return _HYPHEN.sub(" ", fold(_UNSEEN.sub("", text)).translate(_APOSTROPHES))


def han_number(text: str) -> int:
    """Up to 99 in digits or characters: 3, 三, 十, 十五, 二十一."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _HAN_DIGITS[text]
    return (_HAN_DIGITS[tens] if tens else 1) * 10 + (_HAN_DIGITS[ones] if ones else 0)


def _oclock() -> str:
    words = AM | PM | frozenset().union(*(due_words(code, "oclock") for code in CATALOGUES))
    latin = sorted((w for w in words if not is_cjk(w)), key=len, reverse=True)
    return "|".join(re.escape(w) for w in latin)


# In this order: the first pattern that fits counts. The first group is the value.
_PATTERNS = [
    ("d", r"(\d{4}\s?([-/.])\s?\d{1,2}\s?\2\s?\d{1,2})(?!\d)(?:t(?=\d{2}:))?"),
    ("d", r"((?:19|20)\d{6})(?!\d)"),
    ("Y", r"(\d{4})\s?[年년]"),
    ("Y", r"([〇零一二三四五六七八九]{4})年"),
    ("y", r"(再来|[今本明来來后後])年"),
    ("k", rf"第({_NUMBER})[周週]"),
    ("Q", rf"(?:q([1-4]){_WORD_ENDS}|第?([一二三四1-4])季度?)"),
    ("C", rf"{_NUMBER}[点點时時시](?:半|钟|鐘|整|[一三]刻|(?:{_NUMBER}|0\d)[分분]?)?"),
    ("C", rf"\d{{1,2}}(?:[:.]\d{{2}})?\s?(?:{_oclock()})(?!\d){_WORD_ENDS}{_ZONE}"),
    ("C", rf"\d{{1,2}}(?::\d{{2}}(?::\d{{2}}(?:[.,]\d{{1,9}})?)?|h(?:\d{{2}})?)(?!\d)"
          rf"{_ZONE}{_WORD_ENDS}"),
    ("s", r"(\d{1,2}(?:\s?([/.])\s?\d{1,2}(?:\s?\2\s?\d{4}|\2\d{2})?|-\d{1,2}(?:-\d{4}|-\d{2})?))"
          r"(?!\d)"),
    ("M", rf"({_NUMBER})\s?(?:月份?|월)"),
    ("D", rf"({_NUMBER})\s?[日号號일]"),
    ("W", r"\(([月火水木金土日一二三四五六])\)"),
    ("w", r"(?:周|星期|礼拜|週|禮拜)([1-7])(?!\d)"),
    ("O", rf"(\d{{1,2}})(?:st|nd|rd|th|er|o|°){_WORD_ENDS}"),
    ("N", r"(\d{1,4})(?!\d)"),
    ("N", rf"({HAN_NUMBER})"),
]  # fmt: skip
_COMPILED = [(sort, re.compile(pattern)) for sort, pattern in _PATTERNS]


def _pattern_token(sort: str, match: re.Match[str]) -> Token:
    text = next((g for g in match.groups() if g), "")
    word = match[0]
    if sort in "ds":
        return Token(sort, 0, text)
    if sort == "C":
        return Token(sort, 0, word)
    if sort == "y":
        return Token("Y", _HAN_YEARS[text], word)
    if sort == "Y" and not text.isdecimal():
        return Token("Y", int("".join(str(_HAN_DIGITS[c]) for c in text)), word)
    if sort == "W":
        return Token("W", _KANJI_WEEKDAYS[text], word)
    if sort == "w":
        return Token("W", int(text) - 1, word)
    number = han_number(text)
    return Token("Y" if sort == "N" and len(text) == 4 else sort, number, word)


class Vocabulary:
    """The phrases of one language, and what each can stand for.

    English words count in Chinese, Japanese and Korean too: people there mix them in.
    """

    def __init__(self, code: str) -> None:
        self._tokens: dict[str, dict[Token, None]] = {}
        cjk = any(is_cjk(word) for word in LANGUAGES[code].weekdays)
        for source in (code, "en") if cjk else (code,):
            self._read(source)
        self._add_without_accents()
        self._lengths = sorted({len(phrase) for phrase in self._tokens}, reverse=True)
        self._short = dict(_short_forms(code))
        self._short_form = _alternatives(self._short) if self._short else None

    def _read(self, code: str) -> None:
        for name, sort in _SORTS.items():
            for phrase in due_words(code, name):
                self._add(phrase, Token(sort, 0, name))
        for name, (sort, value) in _VALUED.items():
            for phrase in due_words(code, name):
                self._add(phrase, Token(sort, value, name))
        for phrase in due_words(code, "the_day"):
            self._add(phrase, Token("L", 0, phrase))
            self._add(phrase, Token(_DROPPED, 0, phrase))
        for word, number in LANGUAGES[code].months.items():
            self._add(word, Token("M", number, word))
        for word, number in LANGUAGES[code].weekdays.items():
            self._add(word, Token("W", number - 1, word))
        for word in (*LANGUAGES[code].am, *LANGUAGES[code].pm):
            self._add(word.rstrip("."), Token("P", 0, word))
        due = CATALOGUES[code].get("due", {})
        for sort, name, first in (("W", "weekdays", 0), ("N", "numbers", 1)):
            for value, forms in enumerate(due.get(name, ()), start=first):
                for form in forms.split():
                    self._add(form, Token(sort, value, form))

    def _add(self, phrase: str, token: Token) -> None:
        phrase = tidy(phrase)
        if phrase:
            self._tokens.setdefault(phrase, {})[token] = None

    def _add_without_accents(self) -> None:
        """As people type them in a hurry; not where that is another word (Slovak `št`, `st`)."""
        for phrase, tokens in list(self._tokens.items()):
            bare = _without_accents(phrase)
            if bare not in self._tokens:
                self._tokens[bare] = tokens

    def read(self, text: str) -> list[Sequence[Token]] | None:
        """What each word of a tidy text can stand for; None where one is unknown."""
        if self._short_form is not None:
            text = self._short_form.sub(lambda m: self._short[m[0]], text)
        found: list[Sequence[Token]] = []
        place = 0
        while place < len(text):
            here = self._at(text, place)
            if here is not None:
                tokens, place = here
                found.append(tokens)
                if len(found) > _MOST_TOKENS:
                    return None
                continue
            space = _SPACE.match(text, place)
            if space is None:
                return None
            place = space.end()
        return found

    def _at(self, text: str, place: int) -> tuple[Sequence[Token], int] | None:
        for sort, pattern in _COMPILED:
            match = pattern.match(text, place)
            if match is not None:
                return (_pattern_token(sort, match),), match.end()
        return self._phrase_at(text, place)

    def _phrase_at(self, text: str, place: int) -> tuple[Sequence[Token], int] | None:
        """The longest phrase that starts there; one of letters is whole words."""
        for length in self._lengths:
            phrase = text[place : place + length]
            tokens = self._tokens.get(phrase)
            if tokens and (is_cjk(phrase[-1]) or not _LETTERS.match(text, place + len(phrase))):
                return tuple(tokens), place + len(phrase)
        return None


def _alternatives(phrases: Iterable[str]) -> re.Pattern[str]:
    """The phrases, the longest first; those of letters are whole words."""
    ordered = sorted(phrases, key=len, reverse=True)
    return re.compile("|".join(map(_whole, ordered)))


def _whole(phrase: str) -> str:
    start = "" if is_cjk(phrase[0]) else rf"(?<![{_LETTER}])"
    return start + re.escape(phrase) + ("" if is_cjk(phrase[-1]) else _WORD_ENDS)


def _short_forms(code: str) -> Iterator[tuple[str, str]]:
    """`eow = end of week`."""
    for source in dict.fromkeys(("en", code)):
        for line in CATALOGUES[source].get("due", {}).get("short", ()):
            short, _, long = line.partition("=")
            yield tidy(short), tidy(long)


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))


@cache
def vocabulary(code: str) -> Vocabulary:
    """The words of one language, read from its catalogue once."""
    return Vocabulary(code)
