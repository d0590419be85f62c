"""What an answer by machine says of an absence: whether it is one, and until when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from parsers.automatic import is_automatic_subject
from parsers.dates import parse_due

# Where no day is understood; and nobody is away for longer without saying so again.
USUAL, LONGEST = timedelta(days=7), timedelta(days=60)
READ = 2_000
MOST_PLACES = 6
MOST_WORDS = 6

# Receipts and requests to confirm a mail are written by machines, too, and have none of these.
_SIGNS = (
    *("out of office", "out of the office", "i am away", "i'm away", "be away", "on vacation"),
    *("on holiday", "on leave", "annual leave", "parental leave", "sick leave", "business trip"),
    *("abwesend", "im urlaub", "nicht im büro", "außer haus"),
    *("休假", "年假", "请假", "度假", "病假", "产假", "出差", "外出", "不在办公室", "不在公司"),
    *("請假", "產假", "不在辦公室"),
)
_UNTIL = re.compile(
    r"\b(?:until|till|through|bis zum|bis)\s{1,3}([^\n]{2,50})"
    r"|(?:直到|截至|至|到)\s{0,3}([^，。；、,;\n]{2,20})",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:back|return|returning|zurück)\b(?:[^\n.;]{0,30}?\b(?:on|am|ab))?\s{1,3}([^\n]{2,50})",
    re.IGNORECASE,
)
_BACK_HAN = re.compile(
    r"([^，。；、,;\n]{2,20}?)\s{0,3}(?:返回|返岗|返工|回来|回到|恢复|上班|销假|回公司|返崗|回來)"
)


def tells_of_absence(subject: str, text: str) -> bool:
    """Whether a mail that a machine wrote says that somebody is away."""
    folded = f"{subject}\n{text[:READ]}".casefold()
    return is_automatic_subject(subject) or any(sign in folded for sign in _SIGNS)


def first_day_back(text: str, today: date, language: str) -> date:
    """The first day on which they are there again, as the text says, else in a week.

    `language` decides the order of day and month in `12/5`.
    """
    for day in _days(text[:READ], today, language):
        if day > today:
            return min(day, today + LONGEST)
    return today + USUAL


def _days(text: str, today: date, language: str) -> Iterator[date]:
    """When they are back, then the days after those until which they are away."""
    places = [match[1] for match in _BACK.finditer(text)][:MOST_PLACES]
    for place in places:
        yield from _understood(_beginnings(place), today, language)
    for match in [*_BACK_HAN.finditer(text)][:MOST_PLACES]:
        yield from _understood(_ends(match[1]), today, language)
    for match in [*_UNTIL.finditer(text)][:MOST_PLACES]:
        found = _beginnings(match[1]) if match[1] else _starts(match[2])
        for day in _understood(found, today, language):
            yield min(day, today + LONGEST) + timedelta(days=1)


def _understood(texts: Iterator[str], today: date, language: str) -> Iterator[date]:
    """The day of the first text that is one."""
    days = (parse_due(text, today, language) for text in texts)
    found = next((day for day in days if day is not None), None)
    if found is not None:
        yield found


def _beginnings(place: str) -> Iterator[str]:
    """The first words, most of them first."""
    words = place.split()[:MOST_WORDS]
    for count in range(len(words), 0, -1):
        yield " ".join(words[:count]).rstrip(".,;:!)")


def _starts(place: str) -> Iterator[str]:
    """What stands at the beginning where no spaces part words, the longest first."""
    return (place[:end].strip() for end in range(len(place), 1, -1))


def _ends(place: str) -> Iterator[str]:
    """What stands at the end where no spaces part words, the longest first."""
    return (place[start:].strip() for start in range(len(place) - 1))
