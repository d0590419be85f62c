"""What commands print: lines of JSON, tables, text that does nothing to a terminal."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

import click

# C0 but for tab and line feed, DEL, C1, and what turns the direction of text around.
TURNING = "\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069"
CONTROLS = f"\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f{TURNING}"
UNSAFE = re.compile(f"[{CONTROLS}\\ud800-\\udfff]")
UNSAFE_IN_JSON = re.compile(f"[\\x7f-\\x9f{TURNING}\\ud800-\\udfff]")
# In a pipe no row is folded: long cells are cut instead, so that they leave room for the others.
PIPE_WIDTH, LONGEST_IN_PIPE = 1_000, 120


class Failure(click.ClickException):
    """What is wrong, in a line or a few; the command ends with status 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        for line in self.message.splitlines() or [""]:
            click.echo(f"mailflow: {harmless(line)}", file=file, err=True)


def json_line(value: Mapping[str, Any]) -> bytes:
    """One JSON object on one line, in UTF-8; only what could harm a terminal is escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    return UNSAFE_IN_JSON.sub(lambda m: f"\\u{ord(m[0]):04x}", text).encode() + b"\n"


def print_json(values: Iterable[Mapping[str, Any]]) -> None:
    """Print each as a line."""
    stream = sys.stdout.buffer
    for value in values:
        stream.write(json_line(value))
    stream.flush()


def harmless(text: str) -> str:
    """A text whose control characters are visible and do nothing; line breaks and tabs stay."""
    return UNSAFE.sub(lambda m: f"\\x{ord(m[0]):02x}" if ord(m[0]) < 256 else "\ufffd", text)


def one_line(text: str | None, width: int = 10_000) -> str:
    """A text as a cell of a table."""
    words = " ".join((text or "").split())
    return harmless(words if len(words) <= width else words[: width - 1] + "…")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table in the terminal's width; in a pipe each row is one line."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    console = Console(file=sys.stdout, width=None if terminal else PIPE_WIDTH, highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=not terminal, overflow="fold" if terminal else "ellipsis")
    longest = 10_000 if terminal else LONGEST_IN_PIPE
    for row in rows:
        cells = (one_line(str(cell if cell is not None else ""), longest) for cell in row)
        table.add_row(*map(Text, cells))
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())
