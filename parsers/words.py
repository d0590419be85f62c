"""The words that mail programs and people use, one TOML catalogue a language in `words/`.

Everything here is loaded once, at import. Adding a language is adding a file.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Any

# What people and programs write for an apostrophe and a hyphen.
_ALIKE = {ord(c): "'" for c in "’ʼ`´"} | {0x2010: "-", 0x2011: "-"}


def fold(text: str) -> str:
    """The text for comparing: NFKC, case-folded, white space collapsed, ends stripped."""
    if text.isascii():
        return " ".join(text.lower().split())
    # Turkish İ folds to an i with a dot above it.
    folded = unicodedata.normalize("NFKC", text).casefold().replace("i\u0307", "i")
    folded = folded.translate(_ALIKE)
    return " ".join(folded.split())


def squeeze(text: str) -> str:
    """`fold` without any white space; programs write 主 题 for 主题."""
    return fold(text).replace(" ", "")


@dataclass(frozen=True, slots=True)
class Language:
    """What depends on one language when dates are read."""

    code: str
    day_first: bool
    months: dict[str, int]
    weekdays: dict[str, int]
    am: tuple[str, ...]
    pm: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """What a header label such as 发件人 means, and in which languages."""

    kind: str
    languages: tuple[str, ...]


def _load() -> dict[str, dict[str, Any]]:
    folder = resources.files(__package__).joinpath("words")
    found = sorted(p.name for p in folder.iterdir() if p.name.endswith(".toml"))
    loaded = [tomllib.loads(folder.joinpath(n).read_text(encoding="utf-8")) for n in found]
    # English first: its words win where two languages share one.
    loaded.sort(key=lambda c: c["language"] != "en")
    return {c["language"]: c for c in loaded}


def _numbered(forms: Iterable[str]) -> dict[str, int]:
    return {
        fold(word).strip("."): number
        for number, words in enumerate(forms, start=1)
        for word in words.split()
    }


def _language(catalogue: dict[str, Any]) -> Language:
    return Language(
        code=catalogue["language"],
        day_first=catalogue["day_first"],
        months=_numbered(catalogue["months"]),
        weekdays=_numbered(catalogue["weekdays"]),
        am=tuple(fold(w) for w in catalogue.get("am", ())),
        pm=tuple(fold(w) for w in catalogue.get("pm", ())),
    )


def _labels(catalogues: dict[str, dict[str, Any]]) -> dict[str, Label]:
    labels: dict[str, Label] = {}
    for code, catalogue in catalogues.items():
        for kind, words in catalogue["labels"].items():
            for word in words:
                key = squeeze(word)
                known = labels.get(key)
                if known is None:
                    labels[key] = Label(kind, (code,))
                elif known.kind == kind and code not in known.languages:
                    labels[key] = Label(kind, (*known.languages, code))
    return labels


def _phrases(section: str, name: str) -> tuple[str, ...]:
    """All phrases of that name in all languages, folded, the longest first."""
    found = {
        fold(phrase)
        for catalogue in CATALOGUES.values()
        for phrase in catalogue.get(section, {}).get(name, ())
    }
    return tuple(sorted(found, key=lambda p: (-len(p), p)))


def _languages(section: str, name: str) -> dict[str, tuple[str, ...]]:
    """The languages that have each of these phrases."""
    found: dict[str, tuple[str, ...]] = {}
    for code, catalogue in CATALOGUES.items():
        for phrase in catalogue.get(section, {}).get(name, ()):
            found[fold(phrase)] = (*found.get(fold(phrase), ()), code)
    return found


def _by_word(section: str) -> dict[str, str]:
    """The English name that each word of the section stands for."""
    return {
        squeeze(word): name
        for catalogue in CATALOGUES.values()
        for name, words in catalogue.get(section, {}).items()
        for word in words
    }


CATALOGUES = _load()
LANGUAGES = {code: _language(c) for code, c in CATALOGUES.items()}
LABELS = _labels(CATALOGUES)

FORWARDED = _phrases("lines", "forwarded")
ORIGINAL = _phrases("lines", "original")
WROTE_START = _phrases("lines", "wrote_start")
WROTE = _phrases("lines", "wrote")
WROTE_LANGUAGES = _languages("lines", "wrote")
QUOTING = _phrases("lines", "quoting")
ENDED = _phrases("lines", "ended")

REPLY_PREFIXES = frozenset(map(squeeze, _phrases("subject", "reply")))
FORWARD_PREFIXES = frozenset(map(squeeze, _phrases("subject", "forward")))
AUTOMATIC_SUBJECTS = _phrases("subject", "automatic")
RESPONSE_PREFIXES = frozenset(map(squeeze, _phrases("subject", "responses")))

MOBILE = _phrases("text", "mobile")
CLOSINGS = frozenset(_phrases("text", "closings"))
DISCLAIMERS = _phrases("text", "disclaimers")
BANNERS = _phrases("text", "banners")
FOOTERS = _phrases("text", "footers")

COMMANDS = _by_word("commands")
PLAIN_WORDS = _by_word("words")

MONTHS: dict[str, int] = {w: n for la in reversed(LANGUAGES.values()) for w, n in la.months.items()}
WEEKDAYS: dict[str, int] = {
    w: n for la in reversed(LANGUAGES.values()) for w, n in la.weekdays.items()
}
AM = frozenset(w for la in LANGUAGES.values() for w in la.am)
PM = frozenset(w for la in LANGUAGES.values() for w in la.pm)


ITEM_BEFORE = _phrases("items", "before")
ITEM_COUNTERS = _phrases("items", "counters")
ITEM_AND = _phrases("items", "and")
ITEM_TO = _phrases("items", "to")


DURATION_UNITS = {name: _phrases("durations", name) for name in ("minute", "hour", "day")}
DURATION_HALF = _phrases("durations", "half")
DURATION_AND_HALF = _phrases("durations", "and_half")


MEETING_BESIDE = _phrases("meeting", "beside")
MEETING_TO = _phrases("meeting", "to")
MEETING_PAST = _phrases("meeting", "past")
NIGHT = _phrases("meeting", "night")
NOON = _phrases("meeting", "noon")


def due_words(code: str, name: str) -> frozenset[str]:
    """The folded words of a catalogue's [due] table."""
    return frozenset(fold(w) for w in CATALOGUES[code].get("due", {}).get(name, ()))


def is_cjk(text: str) -> bool:
    """Whether the text has a Han, Kana or Hangul character: such words have no boundaries."""
    return any("\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3" for c in text)
