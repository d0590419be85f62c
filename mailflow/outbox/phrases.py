"""Every word that people read, one catalogue a language: `templates/LANGUAGE/phrases.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import Any

from mailflow.data import data_path

FALLBACK = "en"
MISSING = "…"
HAN = re.compile("[\u4e00-\u9fff]")
LATIN = re.compile("[A-Za-z<>]")
CATALOGUE = "phrases.toml"


class Phrases:
    """The catalogue of one language; keys are dotted ("happened.status")."""

    def __init__(self, language: str, table: Mapping[str, Any]) -> None:
        self.language = language
        self.table = flatten(table)

    def say(self, key: str, /, **given: object) -> str:
        """The phrase with its placeholders filled in; one that is not given becomes "…".

        `n` chooses between the forms of one and of many. Raises KeyError for an unknown key.
        """
        phrase = self.table[key]
        if isinstance(phrase, Mapping):
            singular = given.get("n") == 1 and "one" in phrase
            phrase = phrase["one" if singular else "other"]
        return _fill(str(phrase), given)

    def has(self, key: str) -> bool:
        return key in self.table

    def each(self, key: str) -> tuple[str, ...]:
        """A list of words: weekdays, the words that mean done."""
        return tuple(self.table[key])

    def join(self, parts: list[str] | tuple[str, ...]) -> str:
        return self.say("format.comma").join(parts)


def _fill(phrase: str, given: Mapping[str, object]) -> str:
    """Between a Chinese character and a Latin letter that is filled in belongs a space."""
    filled = ""
    for before, name, _spec, _conversion in Formatter().parse(phrase):
        apart = HAN.match(before) and LATIN.match(filled[-1:])
        filled += f" {before}" if apart else before
        if name is None:
            continue
        value = str(given.get(name, MISSING))
        apart = HAN.match(filled[-1:]) and LATIN.match(value)
        filled += f" {value}" if apart else value
    return filled


def flatten(table: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """The entries of nested tables by dotted keys; a table of forms (other) is an entry."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping) and not set(value) <= {"one", "other"}:
            found |= flatten(value, f"{above}{key}.")
        else:
            found[above + key] = value
    return found


@cache
def languages() -> tuple[str, ...]:
    """The languages that there is a folder for."""
    folder = data_path("templates")
    return tuple(sorted(p.parent.name for p in folder.glob(f"*/{CATALOGUE}")))


def language_of(wanted: str, fallback: str = FALLBACK) -> str:
    """The nearest language there is: zh for zh-CN, the fallback for one that we do not speak."""
    for code in (wanted, fallback):
        short = code.replace("_", "-").partition("-")[0].casefold()
        if short in languages():
            return short
    return FALLBACK


def phrases(language: str, fallback: str = FALLBACK) -> Phrases:
    """The catalogue for a person's language."""
    return _load(language_of(language, fallback))


@cache
def _load(language: str) -> Phrases:
    text = data_path("templates", language, CATALOGUE).read_text(encoding="utf-8")
    return Phrases(language, tomllib.loads(text))
