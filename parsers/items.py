"""Answers to a numbered list (`2 done`, `1, 3 agree`, `3 /due friday`, `第2项 已解决`).

A line counts only where all that follows its numbers is a known command or a plain word, so that
`2 servers are down` stays text. Whether the mail answers a list at all is for others to know.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from .commands import FREE_TEXT, command_of
from .due_words import HAN_NUMBER, han_number
from .model import Command, Item
from .plain_words import BLANK, plain_word, visible
from .words import COMMANDS, ITEM_AND, ITEM_BEFORE, ITEM_COUNTERS, ITEM_TO

_OWN_LINES = 100
_LONGEST_LINE = 2_000
_MOST_NUMBERS = 50
_MOST_COMMANDS = 5
_LIKE = 0.8


def _any(phrases: Sequence[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, phrases))})"


_DIGITS = r"[0-9０-９]{1,3}(?![0-9０-９])"
_DIGITS_OR_HAN = rf"(?:{_DIGITS}|{HAN_NUMBER})"
_TO = rf"\s?(?:[-–—－~～]|{_any(ITEM_TO)})\s?"
_AND = rf"\s?(?:[,，、;；&+]\s?(?:{_any(ITEM_AND)}\s?)?|{_any(ITEM_AND)}\s?)"


def _list_of(number: str) -> str:
    part = rf"{number}(?:{_TO}{number})?"
    return rf"{part}(?:{_AND}{part}){{0,{_MOST_NUMBERS - 1}}}"


# Counting words only behind 第: 2号完成 is done on the 2nd, 2项完成 says how many are done.
_COUNTED = _list_of(rf"第?{_DIGITS_OR_HAN}\s?{_any(ITEM_COUNTERS)}?")
_PLAIN = _list_of(rf"[#＃]?{_DIGITS}")
_HEAD = re.compile(
    r"(?:[-–—+•·‣▪◦●○*]\s{1,3})?(?P<marks>[*_`]{0,3})[(（\[【]?"
    rf"(?P<numbers>(?=第){_COUNTED}|(?:{_any(ITEM_BEFORE)}\s?)?{_PLAIN})"
    r"(?P<gap>\s{0,3}[)）\]】]?[*_`]{0,3}\s{0,3}(?:[.．。:：,，、;；=>→–—-]{1,2}[*_`]{0,3})?\s{0,5})",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"({_DIGITS_OR_HAN})(?:\s?{_any(ITEM_COUNTERS)}?{_TO}[第#＃]?({_DIGITS_OR_HAN}))?",
    re.IGNORECASE,
)
_FIRST = frozenset("0123456789０１２３４５６７８９第#＃(（[【-–—+•·‣▪◦●○*_`").union(
    *((word[0], word[0].upper()) for word in ITEM_BEFORE)
)
_NEXT_COMMAND = re.compile(r"\s(?=[/／][^\W\d_])")


def read_items(lines: Sequence[str]) -> tuple[Item, ...]:
    """The answers among the first hundred of the author's lines."""
    found = (_item(line) for line in lines[:_OWN_LINES])
    return tuple(item for item in found if item is not None)


def _item(line: str) -> Item | None:
    start = line[:_LONGEST_LINE].lstrip(BLANK)
    if start[:1] not in _FIRST:
        return None
    text = visible(start).strip()
    head = _HEAD.match(text)
    if head is None:
        return None
    said, marks, gap = text[head.end() :], head["marks"], head["gap"]
    if not gap and said[:1].isascii() and not said.startswith("/"):
        return None
    if marks and marks[0] not in gap:
        said = said.replace(marks[::-1], "", 1)
    commands, word = _said(said)
    numbers = _numbers(head["numbers"]) if commands or word else ()
    return Item(numbers, commands, word, line.rstrip()) if numbers else None


def _said(text: str) -> tuple[tuple[Command, ...], str | None]:
    """The commands and the word that the text is as a whole; none where something is left."""
    first, *others = _NEXT_COMMAND.split(text, maxsplit=_MOST_COMMANDS)
    word = plain_word(first)
    commands = _in_turn(others if word else [first, *others])
    if commands is not None:
        return commands, word
    whole = _known(text)
    return ((whole,) if whole else ()), None


def _in_turn(pieces: Sequence[str]) -> tuple[Command, ...] | None:
    """The command that each piece is; what follows one of free text belongs to it."""
    found: list[Command] = []
    for place, piece in enumerate(pieces):
        command = _known(piece)
        if command is None:
            return None
        if command.name in FREE_TEXT:
            whole = _known(" ".join(pieces[place:]))
            return (*found, whole or command)
        found.append(command)
    return tuple(found)


def _known(text: str) -> Command | None:
    """The command, also with a typing error in its name: its author is told."""
    command = command_of(text)
    if command is None or command.name in COMMANDS.values():
        return command
    return command if get_close_matches(command.name, COMMANDS, 1, _LIKE) else None


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers in their order, each once; none where one is no item's, or they are too many."""
    found: dict[int, None] = {}
    for match in _RANGE.finditer(text):
        first = han_number(match[1])
        last = han_number(match[2]) if match[2] else first
        if not 1 <= first <= last or last - first >= _MOST_NUMBERS:
            return ()
        found.update(dict.fromkeys(range(first, last + 1)))
    return tuple(found) if len(found) <= _MOST_NUMBERS else ()
