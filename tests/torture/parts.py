"""The parts of the torture, each a function that gives rows of the table."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from rich.console import Console
from rich.progress import Progress

from tests.servers.imap import ImapServer, dovecot, pymap
from tests.servers.postgres import Postgres, postgres
from tests.servers.smtp import smtp_receiver
from tests.torture.counting import Counted
from tests.torture.daemons import QUICK_LEASE, one_is_paused, one_of_three_is_killed
from tests.torture.ground import Ground, ground
from tests.torture.life import log_of
from tests.torture.points import POINTS, Point
from tests.torture.random_kills import killed_at_random
from tests.torture.soak import soaked
from tests.torture.table import Row, row_of
from tests.torture.trials import killed_at

FUZZ = "tests.torture.fuzz"
DATABASES = ("SQLite", "PostgreSQL")
STANDSTILL = 35.0  # longer than PostgreSQL lets a transaction stand still


@dataclass
class Torture:
    """What all parts share: the servers, and how much of each is wanted."""

    seed: int
    quick: bool
    console: Console
    imaps: dict[str, ImapServer] = field(default_factory=dict)
    postgres: Postgres | None = None
    _folder: Path = Path()

    @contextmanager
    def opened(self) -> Iterator[Torture]:
        """Starts the servers; those that are not installed are left out, and that is said."""
        with ExitStack() as stack:
            self._folder = Path(stack.enter_context(TemporaryDirectory(prefix="torture-")))
            self.imaps["pymap"] = stack.enter_context(pymap())
            try:
                self.imaps["Dovecot"] = stack.enter_context(dovecot())
            except pytest.skip.Exception as missing:
                self.console.print(f"without Dovecot: {missing}")
            try:
                self.postgres = stack.enter_context(postgres())
            except pytest.skip.Exception as missing:
                self.console.print(f"without PostgreSQL: {missing}")
            yield self

    @property
    def databases(self) -> tuple[str, ...]:
        return DATABASES if self.postgres else DATABASES[:1]

    @contextmanager
    def ground(self, database: str, imap: str = "", lmtp: bool = False) -> Iterator[Ground]:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(dir=self._folder)))
            smtp = stack.enter_context(smtp_receiver())
            url = f"sqlite:///{folder}/mailflow.db"
            if database == "PostgreSQL":
                assert self.postgres is not None
                url = self.postgres.create()
                stack.callback(self.postgres.drop, url)
            server = self.imaps[imap] if imap else None
            yield stack.enter_context(ground(folder, url, smtp, server, lmtp))

    def tried(self, trial: Callable[..., Counted], office: Ground, *arguments: object) -> Counted:
        """What was counted; a trial that broke off is a fault, and the next one goes on."""
        try:
            return trial(office, *arguments)
        except Exception as error:  # noqa: BLE001 (whatever it is, the table must show it)
            log = log_of(office.orders)
            self.console.print(log.read_text("utf-8")[-4000:] if log.exists() else "no log")
            self.console.print_exception()
            return Counted(1, lost=1, faults=[f"{type(error).__name__}: {error}"])

    @contextmanager
    def progress(self, what: str, total: int) -> Iterator[Callable[[int], object]]:
        """A bar where there is a terminal; returns what moves it on."""
        with Progress(console=self.console, disable=not self.console.is_terminal) as bars:
            bar = bars.add_task(what, total=total)
            yield lambda steps: bars.advance(bar, steps)


def _passed_by(point: Point, way: str) -> bool:
    ways = ("all", "lmtp") if way == "LMTP" else ("all", "imap", "clock")
    return point.way in ways


def _groups(way: str, quick: bool) -> list[tuple[str, ...]]:
    """Which lives follow each other: alone each, quickly one after the other.

    The first run is only once, so it begins; on a Monday all is about the clock.
    """
    names = [name for name, point in POINTS.items() if _passed_by(point, way)]
    names.sort(key=lambda name: name != "setting-out")
    if not quick:
        return [(name,) for name in names]
    clock = tuple(name for name in names if POINTS[name].way == "clock")
    rest = tuple(name for name in names if name not in clock)
    return [group for group in (rest, clock) if group]


def points(torture: Torture) -> Iterator[Row]:
    """Every named point × each way in × each database."""
    for way, database in product([*torture.imaps, "LMTP"], torture.databases):
        groups, found = _groups(way, torture.quick), []
        what = f"killed at {sum(map(len, groups))} points ({way}, {database})"
        with torture.progress(what, len(groups)) as step:
            for names in groups:
                imap = "" if way == "LMTP" else way
                with torture.ground(database, imap, lmtp=not imap) as office:
                    found.append(torture.tried(killed_at, office, *names))
                step(1)
        yield row_of(what, *found)


def kills(torture: Torture) -> Iterator[Row]:
    """Random kills while mails come by IMAP and LMTP."""
    count = 15 if torture.quick else 100
    for database, imap in zip(torture.databases, reversed(torture.imaps), strict=False):
        what = f"{count} random kills ({imap} and LMTP, {database})"
        with (
            torture.progress(what, count) as step,
            torture.ground(database, imap, lmtp=True) as office,
        ):
            server = torture.imaps[imap]
            found = torture.tried(killed_at_random, office, server, torture.seed, count, step)
        yield row_of(what, found)


def daemons(torture: Torture) -> Iterator[Row]:
    """One of three killed; one paused past its lease."""
    for database in torture.databases:
        with torture.ground(database, "pymap") as office:
            found = torture.tried(one_of_three_is_killed, office)
        yield row_of(f"one of three daemons killed ({database})", found)
        for name in ("parsed", "handling", "claimed"):
            # within a transaction SQLite keeps all others waiting, PostgreSQL ends it in time
            if name == "handling" and (database == "SQLite" or torture.quick):
                continue
            with torture.ground(database, "pymap") as office:
                pause = STANDSTILL if name == "handling" else QUICK_LEASE + 0.5
                found = torture.tried(one_is_paused, office, name, pause)
            yield row_of(f"paused at “{name}” past its lease ({database})", found)


def soak(torture: Torture) -> Iterator[Row]:
    """A daemon for some minutes."""
    seconds = 25 if torture.quick else 180
    what, server = f"{seconds} s of steady mails (pymap and LMTP, SQLite)", torture.imaps["pymap"]
    with (
        torture.progress(what, seconds) as step,
        torture.ground("SQLite", "pymap", lmtp=True) as office,
    ):
        found = torture.tried(soaked, office, server, torture.seed, seconds, step)
    yield row_of(what, found)


def fuzz(torture: Torture) -> Iterable[Row]:
    """Mails that are broken in all ways."""
    if find_spec(FUZZ) is None:
        return []
    if torture.quick:
        os.environ.pop("MAILFLOW_TORTURE", None)  # else some tests take all of a megabyte
    make = getattr(import_module(FUZZ), "rows", None)
    return make(torture.seed, 500 if torture.quick else 10_000) if make else []


PARTS: Mapping[str, Callable[[Torture], Iterable[Row]]] = {
    "points": points,
    "kills": kills,
    "daemons": daemons,
    "soak": soak,
    "fuzz": fuzz,
}
