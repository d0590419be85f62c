"""Tables in mails: their cells as words, and as lines of text whose columns stand below each other.

A Chinese character is as wide as two Latin ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mailflow.outbox.columns import columns as columns_of
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Table
from mailflow.outbox.words import one_line

# A record (its id) as it is named in a cell; None for one that the reader may not see.
Name = Callable[[Any], str | None]
NUMBERS = {"n", "days", "hours", "minutes", "share"}
BETWEEN = "   "
LONGEST = 60


def table(reader: Reader, reason: Mapping[str, Any], name: Name) -> Table:
    """A report's table (requests.reports) in the reader's words.

    A row about a record that the reader may not see is left out.
    """
    columns = tuple(reader.say(f"column.{column}") for column in reason.get("columns") or ())
    rows = list(reason.get("rows") or ())
    texts = [_row(reader, row, name) for row in rows]
    total = reason.get("total")
    return laid_out(
        columns,
        [row for row in texts if row is not None],
        (_row(reader, total, name) if total else None) or (),
        [any(row[n][0] in NUMBERS for row in rows) for n in range(len(columns))],
    )


def laid_out(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    total: Sequence[str],
    right: Sequence[bool],
) -> Table:
    """With the lines that show it as text; `right` says which columns are numbers."""
    every = [columns, *rows, *([total] if total else [])]
    widths = [max(columns_of(row[n]) for row in every) for n in range(len(columns))]
    rule = BETWEEN.join("-" * n for n in widths)
    lines = [_line(row, widths, right) for row in every]
    lines.insert(1, rule)
    if total:
        lines.insert(-1, rule)
    return Table(tuple(columns), tuple(map(tuple, rows)), tuple(total), tuple(right), tuple(lines))


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    cells = []
    for text, wide, is_number in zip(row, widths, right, strict=True):
        blank = " " * (wide - columns_of(text))
        cells.append(blank + text if is_number else text + blank)
    return BETWEEN.join(cells).rstrip()


def _row(reader: Reader, row: Sequence[Any], name: Name) -> tuple[str, ...] | None:
    texts = []
    for type_, value in row:
        text = name(value) if type_ == "record" else _cell(reader, type_, value)
        if text is None:
            return None
        texts.append(one_line(text, LONGEST))
    return tuple(texts)


def _cell(reader: Reader, type_: str, value: Any) -> str:
    show = CELLS.get(type_)
    return show(reader, value) if show else str(value)


def _client(reader: Reader, value: Any) -> str:
    known = reader.directory.clients.get(value)
    return known.name if known else reader.say("none")


def _state(reader: Reader, value: Any) -> str:
    kind = reader.installation.kinds.by_name(str(value[0]))
    return reader.state(kind, value[1])


def _text(reader: Reader, value: Any) -> str:
    key = f"cell.{value}"
    return reader.say(key) if reader.phrases.has(key) else str(value)


CELLS: Mapping[str, Callable[[Reader, Any], str]] = {
    "text": _text,
    "person": lambda reader, value: reader.name(value),
    "client": _client,
    "project": lambda reader, value: reader.project(value),
    "kind": lambda reader, value: reader.kind(str(value)),
    "state": _state,
    "priority": lambda reader, value: reader.priority(value),
    "n": lambda _reader, value: str(value),
    "days": lambda reader, value: reader.say("cell.days", n=value),
    "hours": lambda _reader, value: f"{value:g}",
    "minutes": lambda reader, value: reader.minutes(value) if value else "",
    "share": lambda _reader, value: f"{value:.0%}",
    "none": lambda _reader, _value: "",
}
