"""How long something took (`2h debugging`, `1h30`, `半小时`). A day has eight working hours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from .due_words import HAN_NUMBER, han_number
from .plain_words import narrow, visible
from .words import (
    CATALOGUES,
    DURATION_AND_HALF,
    DURATION_HALF,
    DURATION_UNITS,
    fold,
    is_cjk,
)

_LONGEST = 2_000
_MOST_MINUTES = 1_000 * 60
_MINUTES = {"minute": 1, "hour": 60, "day": 8 * 60}
_UNITS = {word: _MINUTES[name] for name, words in DURATION_UNITS.items() for word in words}
_NUMBERS = {
    fold(word): number
    for number, forms in enumerate(CATALOGUES["en"]["due"]["numbers"], start=1)
    for word in forms.split()
}


def _any(phrases: Iterable[str]) -> str:
    """The phrases, the longest first; one of letters as a whole."""
    ordered = sorted(phrases, key=len, reverse=True)
    ends = (re.escape(p) + ("" if is_cjk(p) else r"(?![^\W\d_])") for p in ordered)
    return f"(?:{'|'.join(ends)})"


_PART = re.compile(
    rf"\s?(?:(?P<half>{_any(DURATION_HALF)})"
    rf"|(?P<number>\d{{1,5}}(?:[.,]\d{{1,2}})?(?!\d)|{HAN_NUMBER}|{_any(_NUMBERS)})"
    rf"(?:\s?(?P<more>{_any(DURATION_AND_HALF)}))?)"
    rf"\s?(?P<unit>{_any(_UNITS)})(?P<and_half>\s?{_any(DURATION_AND_HALF)}(?!\w))?",
    re.IGNORECASE,
)
_CLOCK = re.compile(rf"(\d{{1,4}}):([0-5]\d)(?!\d)(?:\s?{_any(DURATION_UNITS['hour'])})?", re.I)
# 1h30, but not `2h 30 pages`.
_BARE_MINUTES = re.compile(r"([0-5]?\d)(?![\d.,:])|\s([0-5]?\d)\s{0,5}$")


def read_duration(text: str) -> tuple[int, str] | None:
    """The minutes at the start of the text, 1 to 60,000, and what follows as a comment.

    None where the text begins with no duration: a bare number has no unit.
    """
    text = visible(text[:_LONGEST]).strip()
    found = _minutes(narrow(text))
    if found is None or not 1 <= found[0] <= _MOST_MINUTES:
        return None
    return found[0], text[found[1] :].strip(" \t\n").lstrip(",;:.-–—，；：、。 ")


def _minutes(text: str) -> tuple[int, int] | None:
    """The minutes, and where they end."""
    clock = _CLOCK.match(text)
    if clock:
        return int(clock[1]) * 60 + int(clock[2]), clock.end()
    total, end, last = Decimal(0), 0, _MOST_MINUTES
    while part := _PART.match(text, end):
        unit = _UNITS[fold(part["unit"])]
        if unit >= last:
            break
        total += _amount(part) * unit
        end, last = part.end(), unit
    if last == _MINUTES["hour"] and (bare := _BARE_MINUTES.match(text, end)):
        total, end = total + int(bare[1] or bare[2]), bare.end()
    return (round(total), end) if end else None


def _amount(part: re.Match[str]) -> Decimal:
    halves = bool(part["half"]) + bool(part["more"]) + bool(part["and_half"])
    return _number(part["number"]) + Decimal(halves) / 2


def _number(text: str | None) -> Decimal:
    if text is None:
        return Decimal(0)
    if fold(text) in _NUMBERS:
        return Decimal(_NUMBERS[fold(text)])
    return Decimal(text.replace(",", ".")) if text[0].isdigit() else Decimal(han_number(text))
