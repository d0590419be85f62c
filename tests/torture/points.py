"""The steps of a mail's way at which a process can be stopped, by name.

Nothing in mailflow knows of them: `arm` wraps the function that a point names, in this process
alone.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from itertools import count
from threading import RLock
from typing import Any, Literal

from sqlalchemy.orm import Session

from mailflow.store.database import Database

When = Literal["before", "after"]
Way = Literal["all", "imap", "lmtp", "clock"]
Doubles = Literal["never", "perhaps", "once"]
Only = Callable[[Any, tuple[Any, ...]], bool]


@dataclass(frozen=True, slots=True)
class Point:
    """Before or after a call of `module`'s `name` (dotted where it is a method).

    `only` says of a call, by its result (None before it) and its arguments, whether it counts;
    `nth` is at which of these calls to stop. `way` is how a mail must come for it to be passed.
    `doubles`: whether the mail that is just being sent may come twice.
    """

    module: str
    name: str
    when: When
    way: Way = "all"
    doubles: Doubles = "never"
    nth: int = 1
    only: Only | None = None


def _something(result: Any, _arguments: tuple[Any, ...]) -> bool:
    return bool(result)


def _handled(result: Any, _arguments: tuple[Any, ...]) -> bool:
    return bool(result.handled)


def _the_whole_mail(_result: Any, arguments: tuple[Any, ...]) -> bool:
    """Whether these are the octets of a mail with the dot that ends it (RFC 5321, 4.1.1.4)."""
    octets = arguments[1]
    return isinstance(octets, bytes) and octets.endswith(b"\r\n.\r\n")


WIRING, ENGINE = "mailflow.wiring", "mailflow.pipeline.engine"
SENDER, OUTBOX = "mailflow.outbox.sender", "mailflow.store.outbox"
CLOCK, IMAP, LMTP = "mailflow.schedule.clock", "mailflow.intake.imap", "mailflow.intake.lmtp"

POINTS: Mapping[str, Point] = {
    # intake
    "fetched": Point(WIRING, "StoreSink.take", "before"),
    "storing": Point(WIRING, "take_mails", "after"),  # not committed
    "stored": Point(WIRING, "StoreSink.take", "after"),  # the server does not know yet
    "moved": Point(IMAP, "Connection.put_away", "after", way="imap"),
    "lmtp-got": Point(LMTP, "LmtpSource._take", "before", way="lmtp"),
    "lmtp-stored": Point(LMTP, "LmtpSource._take", "after", way="lmtp"),  # 250 is not said
    # pipeline
    "found": Point(ENGINE, "parse", "before"),
    "parsed": Point(ENGINE, "parse", "after"),
    "decided": Point(ENGINE, "walk", "after"),  # events and records are written
    "told": Point("mailflow.pipeline.notices", "Notices.write", "after"),
    "handling": Point(ENGINE, "Engine._handle", "after"),  # all of it is, not committed
    "handled": Point(ENGINE, "Engine.handle_next", "after", only=_something),
    "handled-two": Point(ENGINE, "Engine.handle_next", "after", only=_something, nth=2),
    # composer
    "composing": Point(WIRING, "compose", "after", only=_something),  # not committed
    "composed": Point(WIRING, "Office.compose", "after", only=_something),
    # sender
    "claiming": Point(OUTBOX, "claim", "before"),
    "claimed": Point(OUTBOX, "claim", "after", only=_something),
    "connected": Point(SENDER, "connect", "after"),
    "before-data": Point("smtplib", "SMTP.data", "before"),
    "in-data": Point("smtplib", "SMTP.send", "after", only=_the_whole_mail, doubles="perhaps"),
    "answered": Point("smtplib", "SMTP.data", "after", doubles="once"),
    "settling": Point(OUTBOX, "settle", "after", doubles="once"),  # not committed
    "settled": Point(SENDER, "Sending._send", "before", nth=2),
    "sent": Point(WIRING, "send_due", "after", only=_handled),
    # clock
    "setting-out": Point(CLOCK, "set_out", "after"),  # not committed
    "firing": Point("mailflow.store.clock", "fire", "after", way="clock"),  # not committed
    "fired": Point(CLOCK, "_fire", "after", way="clock"),
    "fire-handling": Point(ENGINE, "Engine._fire", "after", way="clock"),  # not committed
}


def arm(name: str, nth: int = 0, number: signal.Signals = signal.SIGKILL) -> None:
    """Stop this process by this signal at a point, at its n-th pass (0: the point's own).

    Raises KeyError where there is no such point, AttributeError where the program has changed and
    what it names is not there.
    """
    point = POINTS[name]
    owner: Any = import_module(point.module)
    *outer, attribute = point.name.split(".")
    for part in outer:
        owner = getattr(owner, part)
    original = getattr(owner, attribute)
    writing = _one_writes_at_a_time() if number == signal.SIGSTOP else RLock()
    passes, last = count(1), nth or point.nth

    def passed(result: Any, arguments: tuple[Any, ...]) -> None:
        if (point.only is None or point.only(result, arguments)) and next(passes) == last:
            with writing:
                os.kill(os.getpid(), number)
                # a pause begins a moment after the call: until then nobody else may write
                time.sleep(0.2)

    @wraps(original)
    def stopping(*arguments: Any, **named: Any) -> Any:
        if point.when == "before":
            passed(None, arguments)
        result = original(*arguments, **named)
        if point.when == "after":
            passed(result, arguments)
        return result

    setattr(owner, attribute, stopping)


def _one_writes_at_a_time() -> RLock:
    """Whoever has this lock knows that no other thread of this process is within a transaction.

    A process that is paused in one of SQLite keeps all others waiting until it wakes or dies.
    """
    lock, original = RLock(), Database.write

    @contextmanager
    def write(database: Database) -> Iterator[Session]:
        with lock, original(database) as session:
            yield session

    setattr(Database, "write", write)  # noqa: B010 (the type checker minds)
    return lock
