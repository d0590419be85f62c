"""Command lines (`/due friday`, `／截止：周五`) in an author's text.

Phones, editors and mail programs change what people type, so a command also counts with a
full-width slash or colon, unseen characters, a bullet, marks of emphasis or tags around it, in any
case and with any separator after its name (`/due- friday`, `/due. friday`). A backslash makes none.

What begins with a slash and is no known command is one all the same where it looks like a typing
error or a short order, so that its author gets help. Paths, URLs, dates, `/s`, `/me`, sentences
and `/agree?` are text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from .model import Command
from .plain_words import BLANK, is_greeting, plain_word, visible, without_emoji
from .words import COMMANDS, is_cjk, squeeze

__all__ = ["FREE_TEXT", "command_of", "plain_word", "read_commands"]

_OWN_LINES = 10
_LONGEST_LINE = 2_000
_SLASHES = "/／⁄∕"
_TAG = r"</?(?:br|p|div|span|b|strong|i|em|font)(?:\s[^<>]{0,200})?/?>"
_TAGS_BEFORE = re.compile(rf"\s{{0,5}}(?:{_TAG}\s{{0,5}}){{1,4}}", re.IGNORECASE)
_TAGS_AFTER = re.compile(rf"(?:{_TAG}\s{{0,5}}){{1,4}}$", re.IGNORECASE)
# Outlook writes a link's target behind its text.
_TARGET = re.compile(r"(?<=[^\s<])<(?:mailto:|https?://)[^<>\s]{1,500}>", re.IGNORECASE)
_BEFORE = re.compile(r"\s{0,20}(?:(?:[-–—+•·‣▪◦●○*]|\d{1,2}[.)])\s{1,3})?([*_~`]{0,3})")
_NAME = re.compile(rf"[{_SLASHES}](\s{{0,2}})([^\W\d_](?:[^\W_]|-|_(?=[^\W_])){{0,29}})")
_SEPARATOR = re.compile(
    r"\s{0,5}(?:[:：︰﹕=,，、;；。!！]|\.(?=\s|$)|[-–—]{1,2}(?=\s{1,5}\S))\s{0,5}|[–—]|\s|$"
)
_UNKNOWN = re.compile(r"[^\W\d_](?:[^\W\d_]|-){1,24}")
_UNKNOWN_ENDS = re.compile(r"\s{0,5}(?:[:：](?=\s|$))?(?:\s|$)")
# Their argument is the author's text and stays as it stands.
FREE_TEXT = frozenset(("note", "agree", "reject", "change", "task", "spent"))
_ASKING = frozenset(("help", "why"))
_AROUND = frozenset(
    ('""', "''", "“”", "””", "„“", "‘’", "’’", "«»", "「」", "《》", "``", "<>", "[]")
)
_MOST_ARGUMENTS = 3
_LONGEST_CJK_NAME = 8
_LIKE = 0.8
# What chats end a mood with, and what paths and pages begin with.
_MOODS = frozenset(("me", "jk", "srs", "sarcasm", "irony", "joke", "rant", "shrug", "end", "gen"))
_PATHS = frozenset(
    ("home", "usr", "etc", "tmp", "var", "opt", "bin", "sbin", "dev", "proc", "root", "srv", "mnt")
)
_PAGES = frozenset(
    ("api", "admin", "login", "logout", "index", "static", "public", "assets", "images", "docs")
)
_NO_COMMANDS = _MOODS | _PATHS | _PAGES
# The longest first: 截止日期 before 截止.
_CJK_NAMES = sorted((name for name in COMMANDS if is_cjk(name)), key=len, reverse=True)
_LATIN_NAMES = [name for name in COMMANDS if name.isascii()]
# These need no argument: what follows them without a separator belongs to another word (同意书).
_NEVER_GLUED = frozenset(("agree", "reject", "ignore", "undo", "help", "why"))


def read_commands(lines: Sequence[str]) -> tuple[tuple[Command, ...], str | None, list[str]]:
    """The commands among the first ten non-blank lines, the plain word that the first non-blank
    line is as a whole (or None), and the lines that are neither.

    A greeting before the word is read over and goes with it: it is no note.
    """
    commands: list[Command] = []
    word: str | None = None
    rest: list[str] = []
    seen, at_start = 0, True
    for place, line in enumerate(lines):
        if not line.strip() or not line.strip(BLANK):
            rest.append(line)
            continue
        seen += 1
        command = command_of(line) if seen <= _OWN_LINES else None
        if command:
            commands.append(command)
        elif at_start and seen <= _OWN_LINES and (word := plain_word(line)):
            rest.clear()
        else:
            rest.append(line)
            at_start = at_start and is_greeting(line, before_blank=_is_blank_at(lines, place + 1))
            continue
        at_start = False
    return tuple(commands), word, rest


def _is_blank_at(lines: Sequence[str], place: int) -> bool:
    return place < len(lines) and not lines[place].strip()


def command_of(line: str) -> Command | None:
    """The command that the line is, if it is one."""
    if not any(slash in line[:80] for slash in _SLASHES):
        return None
    text = _TAGS_BEFORE.sub("", visible(line[:_LONGEST_LINE]), count=1)
    before = _BEFORE.match(text)
    name = _NAME.match(text, before.end()) if before else None
    if before is None or name is None:
        return None
    marks, spaced, written = before[1], name[1], name[2]
    rest = _TARGET.sub("", _TAGS_AFTER.sub("", text[name.end() :].rstrip()))
    if marks:
        if spaced:
            return None
        rest = rest.replace(marks[::-1], "", 1)
    found = _known(written, rest) or _glued(written + rest) or _unknown(written, rest, spaced)
    return replace(found, written=text.strip()) if found else None


def _known(written: str, rest: str) -> Command | None:
    name = COMMANDS.get(squeeze(written.rstrip("-")))
    separator = _SEPARATOR.match(rest)
    if name is None:
        return None
    if rest.strip(" ?？") == "" and rest.strip():
        return Command(name, "") if name in _ASKING else None
    return Command(name, _argument(name, rest[separator.end() :])) if separator else None


def _argument(name: str, text: str) -> str:
    """The argument without what stands around it by habit."""
    text = text.strip(" :：\t")
    if name in FREE_TEXT:
        return text
    text = without_emoji(text).strip().rstrip(".。!！,，;； ")
    return text[1:-1].strip() if len(text) > 1 and text[0] + text[-1] in _AROUND else text


def _glued(text: str) -> Command | None:
    """`/截止周五`: Chinese puts no space between."""
    for name in _CJK_NAMES if is_cjk(text[:1]) else ():
        if not text.startswith(name) or COMMANDS[name] in _NEVER_GLUED:
            continue
        return Command(COMMANDS[name], _argument(COMMANDS[name], text[len(name) :]))
    return None


def _unknown(written: str, rest: str, spaced: str) -> Command | None:
    """Something that looks like a command and is none: a typing error, not a path."""
    name = written.lower()
    separator = _UNKNOWN_ENDS.match(rest)
    if name in _NO_COMMANDS or squeeze(written) in COMMANDS:
        return None
    if spaced or separator is None or not _UNKNOWN.fullmatch(written):
        return None
    if is_cjk(written) and len(written) > _LONGEST_CJK_NAME:
        return None
    argument = rest[separator.end() :].strip()
    if argument.startswith(tuple(_SLASHES)):
        return None
    if get_close_matches(name, _LATIN_NAMES, 1, _LIKE) or _is_order(argument):
        return Command(name, argument)
    return None


def _is_order(argument: str) -> bool:
    """Few words, and no sentence."""
    words = len(argument.split()) + (len(argument) // 8 if is_cjk(argument) else 0)
    return words <= _MOST_ARGUMENTS and not argument.endswith((".", "?", "!", "。", "？", "！"))
