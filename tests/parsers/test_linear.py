"""Every regular expression of the parsers takes linear time on hostile text, every mail of 1 MB
too."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import parsers

from .scale import repeated, seconds, stays_linear

SMALL = 10_000
# What patterns repeat, begin with, or look for the end of.
FRAGMENTS = [
    " ", "\t", "-", "_", ">", "> ", "<", "(", "[", '"', "'", ":", "：", ";", ",", ".", "=", "=?",
    "a", "a ", "A.", "1", "1 ", "12:", "1/1/", "a@", "a@b.", "<a@b", "@", "/", "\n", " \n", "> \n",
    "From: ", "From: a\n", "On 1 May 2026 ", "a b: ", "-- \n", "www.", "=?utf-8?q?a", "=41", "%41",
    "<a ", "<!--", "周", "月1", "1月", "GMT+8 ", "a-1 ", "[A-1", "name=", 'name="', "mailto:",
    "<mailto:a", "550 5.1.1 ", "rfc822; ", "following address\n", "begin 644 a\n", "\\", "\ufeff",
]  # fmt: skip


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    for info in pkgutil.iter_modules(parsers.__path__, "parsers."):
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            found = value if isinstance(value, list | tuple) else [value]
            yield from ((f"{info.name}.{name}", p) for p in found if isinstance(p, re.Pattern))


def search(pattern: re.Pattern[str] | re.Pattern[bytes], text: str) -> None:
    if isinstance(pattern.pattern, bytes):
        pattern.sub(b"", text.encode())  # type: ignore[call-overload]
    else:
        pattern.sub("", text)  # type: ignore[call-overload]
        pattern.match(text)  # type: ignore[call-overload]


PATTERNS = dict(patterns())


def test_there_are_patterns() -> None:
    assert len(PATTERNS) > 60


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_linear(name: str) -> None:
    """The fragment that takes longest on a small text is tried at 1 MB (see scale.py)."""
    read = functools.partial(search, PATTERNS[name])
    taken = {fragment: seconds(read, repeated(fragment)(SMALL)) for fragment in FRAGMENTS}
    worst = max(taken, key=lambda fragment: taken[fragment])
    # Quadratic work is not that quick on the small text.
    if taken[worst] > 0.005:
        stays_linear(read, repeated(worst))


LINES = [
    "> a\nb\n", "> a\n\nb\n\n", "-- a --\nb\n", "From: a@b\n\n", "On 1 May 2026 a@b\n", "/due x\n",
    "---------- Forwarded message ---------\nFrom: a@b.c\nDate: 2026-01-01\nSubject: x\n\n",
    "On Mon, 5 May 2026, a <a@b.c> wrote:\nx\n", "Best regards,\nAnn\n\n", "发件人：王 <a@b.c>\n",
]  # fmt: skip


@pytest.mark.parametrize("fragment", LINES)
def test_a_mail_of_one_megabyte(fragment: str) -> None:
    text = repeated(fragment)
    stays_linear(parsers.parse, lambda size: f"From: a@b.c\n\nhi\n{text(size)}".encode())
