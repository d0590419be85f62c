"""`python -m tests.torture.stopping POINT[:N] run …`: the real program, killed at a point."""

from __future__ import annotations

import sys

from mailflow.cli import main
from tests.torture.points import POINTS, arm


def start(arguments: list[str]) -> None:
    name, _, nth = arguments[0].partition(":") if arguments else ("", "", "")
    if name not in POINTS or not (nth or "1").isdecimal():
        sys.exit(f"usage: POINT[:N] and the arguments of mailflow; points: {', '.join(POINTS)}")
    arm(name, int(nth or 0))
    main(arguments[1:], prog_name="mailflow")


if __name__ == "__main__":
    start(sys.argv[1:])
