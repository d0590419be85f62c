"""A shared mailbox that is read by IMAP."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event

from mailflow.intake.backoff import Patience
from mailflow.intake.header import HEADER_LIMIT, header_of
from mailflow.intake.imap_connection import FAULTS, Connection, Security, Server
from mailflow.intake.source import Arrival, Sink

log = logging.getLogger(__name__)

BATCH_MAILS = 50
BATCH_OCTETS = 16_000_000
# Some servers keep still in IDLE about what came just before it, so the first one is short and
# each quiet one doubles; no longer than 20 minutes, as servers hang up after 30 (RFC 2177).
FIRST_IDLE, LONGEST_IDLE = 1.0, 20 * 60.0  # seconds


class MailboxError(OSError):
    """The IMAP server could not be reached, refused something or broke off; the text says what."""


def batches(sizes: Mapping[int, int], size_limit: int) -> Iterator[list[int]]:
    """The UIDs of `sizes` (UID to octets) in order, in lists that one answer can hold."""
    batch: list[int] = []
    octets = 0
    for uid in sorted(sizes):
        size = sizes[uid] if sizes[uid] <= size_limit else HEADER_LIMIT
        if batch and (len(batch) == BATCH_MAILS or octets + size > BATCH_OCTETS):
            yield batch
            batch, octets = [], 0
        batch.append(uid)
        octets += size
    if batch:
        yield batch


class ImapSource:
    """Mails of one folder; each is moved to `processed` once the sink has it.

    `password` is asked anew at each log-in; `size_limit` is in octets; `context` is for servers
    whose certificate only an own authority vouches for. `poll_seconds` is also how long a server
    that does not tell of a new mail, or whose connection died silently, can keep it from us.
    """

    def __init__(
        self,
        name: str,
        host: str,
        port: int,
        security: Security,
        user: str,
        password: Callable[[], str],
        *,
        size_limit: int,
        folder: str = "INBOX",
        processed: str = "Processed",
        poll_seconds: float = 60.0,
        read_seconds: float = 30.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.name = name
        self._server = Server(host, port, security, read_seconds, context)
        self._user, self._password = user, password
        self._folder, self._processed = folder, processed
        self._size_limit, self._poll_seconds = size_limit, poll_seconds
        self._box: Connection | None = None
        self._uidvalidity = 0
        self._taken: set[int] = set()  # what the sink has and the server would not move
        self._unread: set[int] = set()
        self._told: set[str] = set()

    def drain(self, sink: Sink) -> int:
        return self._round(sink, Event())

    def watch(self, sink: Sink, stop: Event) -> None:
        """See Source. Ends within a second of `stop`, or when a stalled server's time is over."""
        patience, quiet = Patience(self.name), FIRST_IDLE
        while not stop.is_set():
            try:
                if self._round(sink, stop):
                    quiet = FIRST_IDLE
                    continue
                patience.well()
                self._wait(quiet, stop)
                quiet = min(quiet * 2, LONGEST_IDLE)
            except Exception as error:  # noqa: BLE001 - whatever the sink's database raises, too
                self.close()
                stop.wait(patience.failed(error))
        self.close()

    def check(self) -> None:
        """Log in, make the processed folder and select the folder.

        Raises MailboxError with the server's words where that does not work.
        """
        self._open()

    def close(self) -> None:
        if self._box:
            self._box.hang_up()
            self._box = None

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """What goes wrong between us and the server ends the connection."""
        try:
            yield
        except FAULTS as error:
            self.close()
            server, what = self._server, str(error) or type(error).__name__
            raise MailboxError(f"{self.name} ({server.host}:{server.port}): {what}") from error

    def _open(self) -> Connection:
        if self._box:
            return self._box
        with self._speaking():
            client = self._server.log_in(self._user, self._password())
            self._box = box = Connection(client, self._folder, self._processed)
        if box.uidvalidity != self._uidvalidity:
            self._uidvalidity = box.uidvalidity
            self._taken.clear()
            self._unread.clear()
        self._told.clear()
        return box

    def _round(self, sink: Sink, stop: Event) -> int:
        """Take what waits; returns how many mails the sink got."""
        box = self._open()
        with self._speaking():
            waiting = box.waiting()
        self._taken.intersection_update(waiting)
        fresh = [uid for uid in waiting if uid not in self._taken]
        self._put_away(box, sorted(self._taken))
        got: set[int] = set()
        for start in range(0, len(fresh), BATCH_MAILS):
            with self._speaking():
                sizes = box.sizes(fresh[start : start + BATCH_MAILS])
            for batch in batches(sizes, self._size_limit):
                if stop.is_set():
                    return len(got)
                got.update(self._take(box, sink, batch, sizes))
        self._tell_unread(set(fresh) - got)
        return len(got)

    def _take(
        self, box: Connection, sink: Sink, uids: Sequence[int], sizes: Mapping[int, int]
    ) -> list[int]:
        with self._speaking():
            arrivals = self._arrivals(box, uids, sizes)
        if not arrivals:
            return []
        sink.take(arrivals)
        taken = [arrival.uid for arrival in arrivals if arrival.uid is not None]
        self._taken.update(taken)
        self._put_away(box, taken)
        return taken

    def _arrivals(
        self, box: Connection, uids: Sequence[int], sizes: Mapping[int, int]
    ) -> list[Arrival]:
        over = {uid for uid in uids if sizes[uid] > self._size_limit}
        fits = [uid for uid in uids if uid not in over]
        raws = box.bodies(fits) if fits else {}
        # the declared size may be wrong
        over.update(uid for uid, raw in raws.items() if len(raw) > self._size_limit)
        raws |= box.headers(sorted(over)) if over else {}
        return [
            Arrival(
                raw=header_of(raws[uid]) if uid in over else raws[uid],
                mailbox=self.name,
                folder=self._folder,
                size=max(sizes[uid], len(raws[uid])),
                uidvalidity=box.uidvalidity,
                uid=uid,
                truncated=uid in over,
                place=f"{self._folder} {uid}",
            )
            for uid in uids
            if uid in raws
        ]

    def _put_away(self, box: Connection, uids: Sequence[int]) -> None:
        for start in range(0, len(uids), BATCH_MAILS):
            with self._speaking():
                refusal = box.put_away(uids[start : start + BATCH_MAILS])
            if refusal:
                self._tell(f"mails cannot be moved to {self._processed}", f": {refusal}")
                return

    def _tell(self, what: str, why: str = "") -> None:
        """Once for each `what`: the server's words for `why` may differ by the time in them."""
        if what not in self._told:
            log.warning("%s: %s%s", self.name, what, why)
        self._told.add(what)

    def _tell_unread(self, unread: set[int]) -> None:
        """A mail that is missing once has vanished; one that is missing again is damaged."""
        for uid in sorted(unread & self._unread):
            self._tell(f"mail {uid} in {self._folder} cannot be fetched")
        self._unread = unread

    def _wait(self, seconds: float, stop: Event) -> None:
        box = self._open()
        with self._speaking():
            idles = box.idles()
            if idles:
                box.idle(min(seconds, self._poll_seconds), stop)
        if not idles:
            stop.wait(self._poll_seconds)
