"""A daemon that works steadily for minutes: its memory and its open files do not grow."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from tests.servers.imap import ImapServer
from tests.servers.process import wait_for
from tests.torture.counting import Counted, counted
from tests.torture.feeding import feeding
from tests.torture.ground import Ground
from tests.torture.life import Life, living

BETWEEN_MAILS = 0.4  # seconds, by each way
# What the second half of the time may need more than the end of the first: octets, files.
MORE_MEMORY, MORE_FILES = 20 * 1024 * 1024, 3
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Need:
    """What a process needs at one moment: resident octets, open files."""

    memory: int
    files: int


@dataclass(frozen=True, slots=True)
class Soaked:
    """What was needed halfway and at the end, as medians of a fifth of the time each."""

    middle: Need
    end: Need

    def __str__(self) -> str:
        a, b = self.middle, self.end
        mega = 1024 * 1024
        return f"{a.memory // mega} → {b.memory // mega} MB, {a.files} → {b.files} open files"


def soaked(
    ground: Ground, imap: ImapServer, seed: int, seconds: int, tell: Callable[[int], object]
) -> Counted:
    """Let one daemon work so long; `tell` hears of each second."""
    ground.appends_issues(1)
    assert ground.lives(ground.orders) == 0
    needs: list[Need] = []
    with living(replace(ground.orders, once=False)) as life:
        with feeding(ground, imap, seed, BETWEEN_MAILS) as feeder:
            for _ in range(seconds):
                time.sleep(1)
                needs.append(_need(life))
                tell(1)
            feeder.finish()
        wait_for(ground.is_done, "the daemon does what is left", 60)
        assert life.end() == 0
    found, fifth = counted(ground), max(len(needs) // 5, 1)
    need = Soaked(_middle(needs[2 * fifth : 3 * fifth]), _middle(needs[-fifth:]))
    found.seen = str(need)
    more = need.end.memory - need.middle.memory
    found.expect(more < MORE_MEMORY, f"memory grows: {need}")
    found.expect(need.end.files - need.middle.files <= MORE_FILES, f"files stay open: {need}")
    found.expect(found.documented == 0, f"{found.documented} mails came twice")
    return found


def _middle(needs: list[Need]) -> Need:
    return Need(
        int(median(need.memory for need in needs)), int(median(need.files for need in needs))
    )


def _need(life: Life) -> Need:
    process = Path(f"/proc/{life.pid}")
    pages = int((process / "statm").read_text("ascii").split()[1])
    return Need(pages * PAGE, len(list((process / "fd").iterdir())))
