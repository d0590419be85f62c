"""Where somebody is mentioned or quoted in a text, and the text without it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

# What stands in place of words that were removed; it reads the same in every language.
OMITTED = "[…]"
# So many letters and digits in a row that are the same are a quotation.
QUOTED = 16
SHORTEST_QUOTED = 6
CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
NOT_A_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Mentions:
    """What stands for one human: addresses (folded) and whole names, in any case."""

    addresses: frozenset[str]
    names: frozenset[str]

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and self._pattern.search(text) is not None

    def within(self, value: Any) -> bool:
        """Whether any text of a JSON value has one."""
        return any(text in self for text in _texts(value))

    def scrubbed(self, value: Any) -> Any:
        """A JSON value with OMITTED in place of each mention in its texts."""
        if isinstance(value, str):
            return self._pattern.sub(OMITTED, value)
        if isinstance(value, dict):
            return {key: self.scrubbed(one) for key, one in value.items()}
        return [self.scrubbed(one) for one in value] if isinstance(value, list) else value

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        addresses = (rf"(?<![\w.+-]){re.escape(one)}(?![\w-]|\.\w)" for one in self.addresses)
        found = [*addresses, *map(_name_pattern, self.names)]
        return re.compile("|".join(sorted(found, key=len, reverse=True)) or "(?!)", re.IGNORECASE)


def is_telling(name: str) -> bool:
    """Whether a name is long enough to be looked for: two words, or two Chinese characters."""
    if re.search(f"[{CJK}].*[{CJK}]", name):
        return True
    return len(name.split()) > 1 and len(NOT_A_LETTER.sub("", name)) > 4


def _name_pattern(name: str) -> str:
    """A name as whole words, whatever white space is between them."""
    words = r"\s+".join(re.escape(word) for word in name.split())
    return words if re.search(f"[{CJK}]", name) else rf"(?<!\w){words}(?!\w)"


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


class Quotations:
    """Finds texts that quote some words, however their lines were broken and marked."""

    def __init__(self, words: Iterable[str]) -> None:
        letters = {_letters(text) for text in words}
        self._short = [one for one in letters if SHORTEST_QUOTED <= len(one) < QUOTED]
        self._pieces = {piece for one in letters if len(one) >= QUOTED for piece in _pieces(one)}

    def __contains__(self, text: object) -> bool:
        letters = _letters(text) if isinstance(text, str) else ""
        if any(one in letters for one in self._short):
            return True
        return any(piece in self._pieces for piece in _pieces(letters)) if self._pieces else False


def _letters(text: str) -> str:
    return NOT_A_LETTER.sub("", text).casefold()


def _pieces(letters: str) -> Iterable[str]:
    return (letters[n : n + QUOTED] for n in range(len(letters) - QUOTED + 1))
