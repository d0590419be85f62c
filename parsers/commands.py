"""Command lines (`/due friday`, `／截止：周五`) and plain words (`done`) in an author's text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from .model import Command
from .words import COMMANDS, PLAIN_WORDS, is_cjk, squeeze

_OWN_LINES = 10
_LINE = re.compile(r"^\s{0,20}[/／]\s{0,2}([^\s/／:：]{1,30})(?:\s{0,5}[:：]|(?=\s|$))(.*)$")
_UNKNOWN = re.compile(r"[^\W\d_](?:[^\W\d_]|-){0,24}")
_PUNCTUATION = " \t.!,;:~…。！，；：、·*_\"'“”’)"
# The longest first: 截止日期 before 截止.
_CJK_NAMES = sorted((name for name in COMMANDS if is_cjk(name)), key=len, reverse=True)


def read_commands(lines: Sequence[str]) -> tuple[tuple[Command, ...], str | None, list[str]]:
    """The commands among the first ten non-blank lines, the plain word that the first non-blank
    line is as a whole (or None), and the lines that are neither."""
    commands: list[Command] = []
    word: str | None = None
    rest: list[str] = []
    seen = 0
    for line in lines:
        if not line.strip():
            rest.append(line)
            continue
        seen += 1
        command = command_of(line) if seen <= _OWN_LINES else None
        if command:
            commands.append(command)
        elif seen == 1 and (word := plain_word(line)):
            continue
        else:
            rest.append(line)
    return tuple(commands), word, rest


def command_of(line: str) -> Command | None:
    """The command that the line is, if it is one."""
    line = line.replace("\xa0", " ").replace("\u3000", " ").strip(" \t\ufeff\u200b")
    if not line.startswith(("/", "／")):
        return None
    match = _LINE.match(line[:2_000])
    if match is None:
        return None
    written, argument = match[1], match[2].strip(" :：\t")
    name = COMMANDS.get(squeeze(written))
    if name:
        return Command(name, argument)
    return _glued(written, argument) or _unknown(written, argument)


def _glued(written: str, argument: str) -> Command | None:
    """`/截止周五`: Chinese puts no space between."""
    if not is_cjk(written):
        return None
    for name in _CJK_NAMES:
        if squeeze(written).startswith(name):
            tail = unicodedata.normalize("NFKC", written)[len(name) :]
            return Command(COMMANDS[name], f"{tail} {argument}".strip())
    return None


def _unknown(written: str, argument: str) -> Command | None:
    """Something that looks like a command and is none: a typing error, not a path."""
    if not _UNKNOWN.fullmatch(written) or argument.startswith(("/", "／")):
        return None
    return Command(written.lower(), argument)


def plain_word(line: str) -> str | None:
    """The canonical word (done, agree, yes …) that the line as a whole is."""
    text = line[:80].replace("\u3000", " ").strip(_PUNCTUATION)
    return PLAIN_WORDS.get(squeeze(text))
