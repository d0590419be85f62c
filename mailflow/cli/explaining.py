"""What `mailflow parse --explain` prints: what each line of a mail was taken for, and why."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict

import click

from mailflow.cli.output import harmless, one_line
from parsers.explain import Explained, What, explain
from parsers.reasons import reasons

COLOURS: Mapping[What, str] = {
    "own": "green",
    "command": "bright_green",
    "word": "bright_green",
    "banner": "yellow",
    "signature": "yellow",
    "notice": "yellow",
    "quote": "cyan",
    "attribution": "magenta",
    "separator": "magenta",
    "header": "magenta",
    "forwarded": "blue",
}
# "attribution" is the longest word
WHAT_WIDTH = 11
RULE_WIDTH = 60


def as_json(place: str, raw: bytes) -> dict[str, object]:
    """One mail: what it was taken for as a whole, and its lines."""
    return {
        "path": place,
        "mail": [asdict(reason) for reason in reasons(raw)],
        "lines": [asdict(line) for line in explain(raw)],
    }


def as_text(place: str, raw: bytes, *, colours: bool) -> str:
    """The same for reading: what the whole mail is on top, then a line for each line."""
    head = [one_line(place)]
    for reason in reasons(raw):
        why = f"  ({one_line(reason.why)})" if reason.why else ""
        head.append(f"{reason.name:<12}{one_line(reason.value)}{why}")
    lines = explain(raw)
    width = min(max((_cells(line.rule) for line in lines), default=0), RULE_WIDTH)
    rows = [_row(line, width, colours=colours) for line in lines]
    return "\n".join([*head, "", *rows, "", ""])


def _row(line: Explained, width: int, *, colours: bool) -> str:
    what = f"{line.what:<{WHAT_WIDTH}}"
    colour = COLOURS.get(line.what)
    if colours and colour:
        what = click.style(what, fg=colour)
    rule = one_line(line.rule)
    padding = " " * max(width - _cells(rule), 0)
    return f"{line.number:>5}  {what}  {rule}{padding}  {harmless(line.line)}".rstrip()


def _cells(text: str) -> int:
    """How many columns of a terminal the text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
