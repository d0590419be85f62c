"""Plain words (`done`, `已解决`) that move a record where they are a line as a whole.

A word of thanks or a greeting, punctuation and friendly emoji may stand around one. A question is
no word (`done?`), nor is an emoji alone: 👍 may mean done, agreed or seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .words import CATALOGUES, PLAIN_WORDS, fold, is_cjk, squeeze

BLANK = " \t\r\n\xa0\u3000\u00ad\u200b\u200c\u200d\u2060\ufeff"
_LONGEST, _LONGEST_LINE = 80, 400
_UNSEEN = re.compile(r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACES = re.compile(r"[\u0085\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]|&nbsp;|&#160;")
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_FRIENDLY = "👍👌🙏🎉🚀💪🥳🎊👏🤝✅☑✔❤💯😀😃😄😁🙂😊😉😎🤗"
_EMOJI = re.compile(rf"[{_FRIENDLY}\U0001f3fb-\U0001f3ff\ufe0e\ufe0f]|[:;]-?[)D](?!\w)")
_LIST_ITEM = re.compile(r"(?:[-–—+•·‣▪◦●○*]|\d{1,2}[.)])\s")
# The text is folded before: ，！：；… are their ASCII forms then.
_AROUND = " .!,;:~。、·_*\"'“”‘’)"
_AFTER_THANKS = tuple(".,!;:~-–—。、")
_LOOSE = str.maketrans("’‘", "''", ",.!、。")
_BESIDE = frozenset(("thanks", "greeting"))


def _phrases(name: str) -> list[str]:
    found = {fold(w) for c in CATALOGUES.values() for w in c.get("words", {}).get(name, ())}
    return sorted(found, key=len, reverse=True)


def _key(text: str) -> str:
    """`Yes, it was me` and `Yes. It was me` are one word."""
    return squeeze(text).translate(_LOOSE)


_WORDS = {_key(w): name for w, name in PLAIN_WORDS.items() if name not in _BESIDE}
_THANKS = _phrases("thanks")
_POLITE = frozenset(p.strip(_AROUND) for p in (*_THANKS, *_phrases("greeting")))
_GREETINGS = "|".join(map(re.escape, _phrases("greeting")))
_LATIN_NAMES = r"(?:\s[^\W\d_][\w'’]{0,30}){0,3}"
_HAN_NAME = r"[\u4e00-\u9fff]{0,4}"
_GREETING = re.compile(
    rf"(?:(?:{_GREETINGS})(?!\w){_LATIN_NAMES}|{_HAN_NAME}(?:{_GREETINGS}){_HAN_NAME})"
    r"\s?([,!:.。、–—-]{0,3})\s?"
)


def visible(line: str) -> str:
    """The line without unseen characters, with plain spaces."""
    return line if line.isascii() and "&" not in line else _SPACES.sub(" ", _UNSEEN.sub("", line))


def narrow(text: str) -> str:
    """The text with ASCII for its full-width forms, each at its place."""
    return text if text.isascii() else text.translate(_NARROW)


def without_emoji(text: str) -> str:
    """The text without friendly emoji and smileys."""
    return _EMOJI.sub("", text)


def plain_word(line: str) -> str | None:
    """The canonical word (done, agree, yes …) that the line as a whole is."""
    if len(line) > _LONGEST_LINE:
        return None
    text = visible(line).strip()
    if len(text) > _LONGEST or _LIST_ITEM.match(text):
        return None
    text = without_emoji(fold(text)).rstrip("-–— ")
    for said in _alone(text):
        word = _WORDS.get(_key(said))
        if word:
            return word
    return None


def _alone(text: str) -> Iterator[str]:
    """The text without its punctuation; then also without a greeting or thanks."""
    yield text.strip(_AROUND)
    greeting = _GREETING.match(text)
    if greeting and greeting[1]:
        text = text[greeting.end() :]
        yield text.strip(_AROUND)
    text = text.strip(_AROUND)
    for thanks in _THANKS:
        if text.endswith(thanks):
            before = text.removesuffix(thanks)
            if is_cjk(thanks) or not before[-1:].isalnum() or is_cjk(before[-1:]):
                yield before.rstrip("-–— ").strip(_AROUND)
        elif text.startswith(thanks):
            behind = text.removeprefix(thanks).lstrip()
            if behind.startswith(_AFTER_THANKS):
                yield behind.lstrip("-–— ").strip(_AROUND)


def is_greeting(line: str, *, before_blank: bool) -> bool:
    """Whether the line is `Hi Clara,` or 你好. Without its comma only before a blank line, since it
    may be the start of a sentence."""
    if len(line) > _LONGEST:
        return False
    greeting = _GREETING.fullmatch(fold(visible(line)))
    return greeting is not None and bool(greeting[1] or before_blank)


def is_polite(text: str) -> bool:
    """Whether all its lines are greetings, thanks, friendly emoji or blank."""
    return all(_is_polite(line) for line in text.splitlines())


def _is_polite(line: str) -> bool:
    if len(line) > _LONGEST_LINE:
        return False
    text = without_emoji(fold(visible(line))).strip().rstrip("-–— ")
    said, greeting = text.strip(_AROUND), _GREETING.fullmatch(text)
    return not said or said in _POLITE or bool(greeting and greeting[1])
