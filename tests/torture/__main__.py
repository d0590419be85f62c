"""`make torture`: kills, pauses, breaks and soaks mailflow, and prints what became of it.

`python -m tests.torture [--quick] [--seed N] [--only NAME] [--markdown FILE]`; ends with 1 where
anything was lost, or came twice but where it may.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.torture.parts import PARTS, Torture
from tests.torture.table import Row, as_markdown, as_table


def main(arguments: Sequence[str] | None = None) -> int:
    wanted = _parser().parse_args(arguments)
    # a file has no width of its own
    console = Console(width=None if sys.stdout.isatty() else 150)
    began = time.monotonic()
    rows: list[Row] = []
    with Torture(wanted.seed, wanted.quick, console).opened() as torture:
        for name, part in PARTS.items():
            if wanted.only in (None, name):
                rows += part(torture)
    console.print(as_table(rows))
    for row in rows:
        for fault in row.faults:
            console.print(f"{row.what}: {fault}", style="bold red", markup=False)
    console.print(f"{time.monotonic() - began:.0f} s, seed {wanted.seed}")
    if wanted.markdown:
        wanted.markdown.write_text(as_markdown(rows) + "\n", "utf-8")
    return 0 if rows and all(row.fine for row in rows) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of each, in a few minutes")
    parser.add_argument("--seed", type=int, default=1, help="the same seed does the same")
    parser.add_argument("--only", choices=sorted(PARTS), help="only this part")
    parser.add_argument("--markdown", type=Path, help="write the table to this file, too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
