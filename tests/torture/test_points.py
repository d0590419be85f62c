"""A process that is killed at any step of a mail's way loses nothing and does nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

import pytest

from tests.servers.imap import ImapServer
from tests.servers.smtp import Receiver
from tests.torture.counting import counted
from tests.torture.daemons import one_is_paused
from tests.torture.ground import ENVIRONMENT, Ground, ground
from tests.torture.points import POINTS
from tests.torture.trials import killed_at

Make = Callable[..., Ground]
# one life is killed after the other, each where the next name says
INTAKE = ["setting-out", "fetched", "storing", "stored", "moved"]
PIPELINE = ["found", "parsed", "decided", "told", "handling", "handled", "handled-two"]
COMPOSER = ["composing", "composed", "claiming", "claimed"]
SENDER = ["connected", "before-data", "in-data", "answered", "settling", "settled", "sent"]
CLOCK = ["firing", "fired", "fire-handling"]
LMTP = ["lmtp-got", "lmtp-stored"]
ON_POSTGRESQL = ["storing", "stored", "handling", "handled", "composing", "claimed", "settling"]


@pytest.fixture
def make(tmp_path: Path, receiver: Receiver) -> Iterator[Make]:
    """Makes a ground in the folder of the test."""
    with ExitStack() as stack:
        yield lambda url, **doors: stack.enter_context(ground(tmp_path, url, receiver, **doors))


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/mailflow.db"


@pytest.mark.parametrize(
    "names",
    [INTAKE, PIPELINE, COMPOSER, SENDER, CLOCK],
    ids=["intake", "pipeline", "composer", "sender", "clock"],
)
def test_killed_at(names: list[str], make: Make, sqlite: str, pymap_server: ImapServer) -> None:
    assert killed_at(make(sqlite, imap=pymap_server), *names).faults == []


def test_every_point_is_tried_here() -> None:
    assert set(chain(INTAKE, PIPELINE, COMPOSER, SENDER, CLOCK, LMTP)) == set(POINTS)


def test_killed_while_mails_come_by_lmtp(make: Make, sqlite: str) -> None:
    assert killed_at(make(sqlite, lmtp=True), *LMTP).faults == []


@pytest.mark.torture
def test_killed_on_postgresql(make: Make, postgres_url: str, pymap_server: ImapServer) -> None:
    assert killed_at(make(postgres_url, imap=pymap_server), *ON_POSTGRESQL).faults == []


def test_the_command_is_killed_where_it_is_told(
    make: Make, sqlite: str, pymap_server: ImapServer
) -> None:
    """`python -m tests.torture.stopping`, as somebody would look into it by hand."""
    office = make(sqlite, imap=pymap_server)
    office.appends_issues(2)
    config = str(office.folder / "mailflow.toml")
    command = [sys.executable, "-m", "tests.torture.stopping", "stored"]
    command += ["--config", config, "run", "--once"]
    done = subprocess.run(command, env=os.environ | ENVIRONMENT, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert office.waiting() == 2
    assert counted(office).lost, "what is not handled yet must be seen to be missing"


@pytest.mark.torture
@pytest.mark.parametrize("name", ["parsed", "claimed"])
def test_a_paused_daemon_changes_nothing_under_its_old_lease(
    name: str, make: Make, sqlite: str, pymap_server: ImapServer
) -> None:
    assert one_is_paused(make(sqlite, imap=pymap_server), name).faults == []
