"""A new mailflow for each test, with real servers around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mailflow import daemon
from mailflow.intake import backoff
from tests.servers.smtp import Receiver
from tests.torture.ground import Ground, ground

Make = Callable[..., Ground]


@pytest.fixture
def make(tmp_path: Path, receiver: Receiver) -> Iterator[Make]:
    """Makes a ground in the folder of the test."""
    with ExitStack() as stack:
        yield lambda url, **doors: stack.enter_context(ground(tmp_path, url, receiver, **doors))


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/mailflow.db"


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again soon and often, and leases are renewed so."""
    monkeypatch.setattr(backoff, "SHORTEST", 0.1)
    monkeypatch.setattr(backoff, "LONGEST", 0.4)
    monkeypatch.setattr(daemon, "RENEW_SECONDS", 0.4)
