"""Ten thousand broken mails: each is read in bounded time, and ends somewhere.

What the ordinary tests try at a fifth of its size is tried as a whole, too.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import select

from mailflow.pipeline.engine import Engine
from mailflow.requests import HANDLED
from mailflow.store.tables import Outgoing
from parsers import parse
from parsers.as_json import as_json
from parsers.explain import explain
from tests.pipeline.desk import INSTALLATION, Desk, open_desk
from tests.torture.counting import Counted
from tests.torture.mails import seeds
from tests.torture.mutating import mutated
from tests.torture.table import Row, row_of

UNIT = 100_000  # octets: what a mail's time is measured against; a smaller mail counts as one
BATCH = 50
VOUCHED = b"Authentication-Results: mx.acme.example; dmarc=pass header.from=acme.example\n"
ENDS = {"processed", "held", "quarantined", "ignored"}


@dataclass(frozen=True)
class Times:
    """Seconds of CPU for 100 kB of mail, and what the process grew by meanwhile, in MB."""

    median: float
    p99: float
    longest: float
    grown: int


MOST_SECONDS = 0.1  # for 100 kB, of 99 mails in 100
WHOLE = ("tests/parsers", "tests/pipeline/test_any_order.py")


def rows(seed: int, count: int) -> Iterator[Row]:
    """What `make torture` shows of all this; a fifth of the mails go the whole way."""
    found, times = read_all(seed, count)
    found.expect(times.p99 < MOST_SECONDS, f"{times.p99:.3f} s for 100 kB of mail (p99)")
    found.seen = (
        f"100 kB: median {times.median * 1000:.1f} ms, p99 {times.p99 * 1000:.0f} ms, longest "
        f"{times.longest * 1000:.0f} ms of CPU; {times.grown} MB more memory"
    )
    yield row_of("broken mails, read", found)
    with TemporaryDirectory(prefix="fuzz-") as folder:
        desk = open_desk(f"sqlite:///{folder}/mailflow.db")
        handled = handle_all(desk, seed, count // 5)
        desk.database.close()
    yield row_of("broken mails, the whole way (SQLite)", handled)
    yield row_of("patterns and parsers on 1 MB, commands in any order", _tests(*WHOLE))
    yield row_of("what the ordinary tests leave out", _tests("-m", "torture"))


def _tests(*arguments: str) -> Counted:
    """Tests at their full size."""
    command = [sys.executable, "-m", "pytest", "-n", "2", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    last = done.stdout.strip().rpartition("\n")[2]
    counts = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|error)", last)}
    found = Counted(sum(counts.values()), seen=last)
    found.lost = found.tried - counts.get("passed", 0)
    found.expect(done.returncode == 0, done.stdout[-2_000:])
    return found


def mails(seed: int, count: int) -> Iterator[bytes]:
    """The same broken mails for the same seed."""
    chance, sound = Random(seed), seeds()  # noqa: S311 (nothing is secret here)
    return (mutated(chance, sound) for _ in range(count))


def read_all(seed: int, count: int) -> tuple[Counted, Times]:
    """Read broken mails, say them as JSON, and explain every tenth."""
    found, taken = Counted(count), []
    before = _memory()
    for number, mail in enumerate(mails(seed, count)):
        started = time.process_time()
        try:
            json.dumps(as_json(parse(mail)))
            taken.append((time.process_time() - started) / max(1.0, len(mail) / UNIT))
            if number % 10 == 0:
                explain(mail)
        except Exception as error:  # noqa: BLE001 (that none comes is what is tried)
            found.lost += 1
            found.faults.append(f"mail {number} of seed {seed}: {error!r}")
    taken.sort()
    p99 = taken[len(taken) * 99 // 100]
    return found, Times(taken[len(taken) // 2], p99, taken[-1], _memory() - before)


def handle_all(desk: Desk, seed: int, count: int) -> Counted:
    """Let broken mails go the whole way, some of them vouched for."""
    ours = replace(INSTALLATION, policy="open")
    desk.engine = Engine(desk.database, ours, {}, lambda: desk.now, HANDLED)
    found, waiting = Counted(count), list(mails(seed, count))
    for start in range(0, count, BATCH):
        some = waiting[start : start + BATCH]
        desk.put(*(VOUCHED + mail if n % 2 else mail for n, mail in enumerate(some)))
        desk.work()
        desk.compose()
    ended = [state for state, _ in desk.states()]
    found.lost = count - len([state for state in ended if state in ENDS])
    found.expect(found.lost == 0, f"{found.lost} mails of seed {seed} did not end")
    found.expect(len(ended) == count, f"{len(ended)} inputs of {count} mails")
    broken = [why for state, why in desk.states() if state == "quarantined" and "Error" in str(why)]
    found.expect(not broken, f"raised in the pipeline: {broken[:3]}")
    _look_at_what_came_of_it(desk, found)
    return found


def _look_at_what_came_of_it(desk: Desk, found: Counted) -> None:
    with desk.database.read() as session:
        failed = session.scalars(select(Outgoing.last_error).where(Outgoing.state == "failed"))
        found.expect(not list(failed), "a mail could not be composed")
        for row in desk.records():
            same = desk.fold(session, row.record.id) == desk.columns(row)
            found.expect(same, f"record {row.record.id} is not the fold of its events")


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
