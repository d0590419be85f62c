"""A server in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], object], what: str, seconds: float = 10.0) -> float:
    """Wait until the condition holds; returns the seconds it took. Fails after `seconds`."""
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() - begin < seconds, f"it did not happen: {what}"
        time.sleep(0.01)
    return time.monotonic() - begin


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.5).close()
    except OSError:
        return False
    return True


def missing(what: str) -> None:
    """Skip a test whose server is not installed; where CI runs that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, which CI must have", pytrace=False)
    pytest.skip(what)


class Process:
    """A server that listens on `port` of 127.0.0.1 once it is ready."""

    def __init__(
        self, arguments: Sequence[str], port: int, log: Path, user: int | None = None
    ) -> None:
        self._arguments, self._log, self._user = list(arguments), log, user
        self.port = port
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(
                self._arguments,
                stdout=log,
                stderr=log,
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
                cwd=self._log.parent,
            )
        wait_for(self._ready, f"{self._arguments[0]} starts; see {self._log}", 30)

    def _ready(self) -> bool:
        assert self._running is not None
        assert self._running.poll() is None, self._log.read_text("utf-8", "replace")[-2000:]
        return answers(self.port)

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        if self._running is None:
            return
        self._running.send_signal(with_signal)
        try:
            self._running.wait(10)
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait(10)
        self._running = None

    @property
    def pid(self) -> int:
        assert self._running is not None
        return self._running.pid
