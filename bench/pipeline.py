"""What one mail costs in an empty installation, and in one with thousands of records."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.pipeline.desk import Desk, mail_of, open_desk
from tests.workflow.company import ANNA, MA

RECORDS = 5_000
MAILS = 100


def seconds_a_mail(desk: Desk, mails: list[bytes]) -> float:
    desk.put(*mails)
    begin = time.perf_counter()
    handled = desk.work()
    assert handled == len(mails)  # noqa: S101
    return (time.perf_counter() - begin) / handled


def openings(count: int) -> list[bytes]:
    return [mail_of(ANNA, f"[ISSUE][PORTAL] case {n}", "It fails again.") for n in range(count)]


def replies(count: int) -> list[bytes]:
    return [mail_of(MA, f"Re: [PORTAL-{n + 1}] case", f"/due friday\n{n}") for n in range(count)]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(f"sqlite:///{Path(folder)}/bench.db")
        few = seconds_a_mail(desk, openings(MAILS)), seconds_a_mail(desk, replies(MAILS))
        seconds_a_mail(desk, openings(RECORDS))
        many = seconds_a_mail(desk, openings(MAILS)), seconds_a_mail(desk, replies(MAILS))
    for name, before, after in zip(("opening", "reply"), few, many, strict=True):
        sys.stdout.write(
            f"{name}: {before * 1000:.1f} ms a mail with up to {MAILS} records, "
            f"{after * 1000:.1f} ms with {RECORDS + MAILS}: {after / before:.2f} times as much\n"
        )


if __name__ == "__main__":
    main()
