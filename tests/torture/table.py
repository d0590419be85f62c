"""What `make torture` prints: one row for each thing that was tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table

from tests.torture.counting import Counted

COLUMNS = ("what", "tried", "survived", "lost", "doubled", "documented", "seen")


@dataclass(frozen=True, slots=True)
class Row:
    """`tried` are mails (or what `what` names), `survived` those of them that all is well with.

    `doubled` must not be; `documented` are mails that came twice where a process was killed between
    SMTP's DATA and the commit of its answer. `seen` is what was measured.
    """

    what: str
    tried: int
    survived: int
    lost: int = 0
    doubled: int = 0
    documented: int = 0
    seen: str = ""
    faults: tuple[str, ...] = ()

    @property
    def fine(self) -> bool:
        return not (self.lost or self.doubled or self.faults) and self.survived == self.tried

    @property
    def cells(self) -> tuple[str, ...]:
        numbers = (self.tried, self.survived, self.lost, self.doubled, self.documented)
        return (self.what, *map(str, numbers), self.seen)


def row_of(what: str, *found: Counted) -> Row:
    """One row of all that was counted under this name."""
    tried, lost = sum(one.tried for one in found), sum(one.lost for one in found)
    doubled = sum(one.doubled for one in found)
    return Row(
        what,
        tried,
        max(tried - lost - doubled, 0),
        lost,
        doubled,
        sum(one.documented for one in found),
        ", ".join(one.seen for one in found if one.seen),
        tuple(fault for one in found for fault in one.faults),
    )


def as_table(rows: Sequence[Row]) -> Table:
    """For a terminal."""
    table = Table(*COLUMNS)
    for column in table.columns[1:6]:
        column.justify = "right"
    for row in rows:
        table.add_row(*row.cells, style="" if row.fine else "bold red")
    return table


def as_markdown(rows: Sequence[Row]) -> str:
    """For the documents."""
    lines = [COLUMNS, ("---", *["---:"] * 5, "---"), *(row.cells for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
