"""A shared mailbox, read by IMAP (RFC 3501; IDLE: 2177, UIDPLUS: 4315, MOVE: 6851)."""

from __future__ import annotations

import logging
import selectors
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from threading import Event
from typing import Any, Literal

from imapclient import DELETED, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from mailflow.intake.backoff import Patience
from mailflow.intake.header import HEADER_LIMIT, header_of
from mailflow.intake.source import Arrival, Sink

log = logging.getLogger(__name__)

Security = Literal["tls", "starttls", "none"]

BATCH_MAILS = 50
BATCH_OCTETS = 16_000_000
CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0
LONGEST_IDLE = 20 * 60.0  # seconds; servers may hang up after 30 minutes (RFC 2177)
STOP_SECONDS = 0.5  # how often a waiting source looks whether it is to stop
PAUSE_SECONDS = 0.2  # between two looks that found nothing, where a server wakes us for nothing
# what imapclient's parsers raise on a garbled line, beside their own errors
_GARBLED = (ValueError, LookupError, TypeError, AssertionError)


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


class _Box:
    """One connection with the folder selected. Raises IMAPClientError and OSError."""

    def __init__(self, client: IMAPClient, folder: str, processed: str) -> None:
        self._client, self._folder, self._processed = client, folder, processed
        self._copied: set[int] = set()
        self._make_processed()
        self.uidvalidity = int(client.select_folder(folder)[b"UIDVALIDITY"])

    def _make_processed(self) -> None:
        if self._client.folder_exists(self._processed):
            return
        try:
            self._client.create_folder(self._processed)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            if not self._client.folder_exists(self._processed):  # another daemon was not quicker
                raise

    def waiting(self) -> list[int]:
        """The UIDs of the folder that nobody has deleted, in order."""
        self._client.noop()
        uids: Sequence[int] = ()
        for _ in range(3):
            # A mail announced while SEARCH runs is not in its answer and IDLE keeps still about it.
            self._client._imap.response("EXISTS")
            uids = self._client.search("UNDELETED")
            if self._client._imap.response("EXISTS")[1] == [None]:
                break
        return sorted(set(uids))

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """UID to declared octets. A mail that vanished, or cannot be read, is not in it."""
        return {uid: int(size) for uid, size in self._fetch(uids, "RFC822.SIZE", b"RFC822.SIZE")}

    def bodies(self, uids: Sequence[int]) -> dict[int, bytes]:
        return dict(self._fetch(uids, "BODY.PEEK[]", b"BODY["))

    def headers(self, uids: Sequence[int]) -> dict[int, bytes]:
        return dict(self._fetch(uids, f"BODY.PEEK[HEADER]<0.{HEADER_LIMIT}>", b"BODY["))

    def _fetch(self, uids: Sequence[int], item: str, key: bytes) -> Iterator[tuple[int, Any]]:
        try:
            answer = self._client.fetch(uids, [item])
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            if len(uids) == 1:
                return
            # one mail that vanished or is damaged makes the server say NO to all of them
            for uid in uids:
                yield from self._fetch([uid], item, key)
            return
        for uid, values in answer.items():
            yield from ((uid, v) for k, v in values.items() if k.startswith(key) and v is not None)

    def put_away(self, uids: Sequence[int]) -> None:
        """Move mails to the processed folder; raises IMAPClientError where the server refuses."""
        if self._client.has_capability("MOVE"):
            try:
                self._client.move(uids, self._processed)
                return
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                log.info("MOVE to %s: %s; copying", self._processed, error)
        self._make_processed()
        # where the server lets us copy but not delete, trying again must not copy again
        if fresh := [uid for uid in uids if uid not in self._copied]:
            self._client.copy(fresh, self._processed)
            self._copied.update(fresh)
        self._client.add_flags(uids, [DELETED], silent=True)
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge(uids)
        else:
            self._client.expunge()
        self._copied.difference_update(uids)

    def idles(self) -> bool:
        return bool(self._client.has_capability("IDLE"))

    def idle(self, seconds: float, stop: Event) -> None:
        """Wait until the server says anything, `stop` is set or the time is over."""
        self._client.idle()
        end = time.monotonic() + seconds
        woken = self._buffered()
        with selectors.DefaultSelector() as selector:
            selector.register(self._client.socket(), selectors.EVENT_READ)
            while not (woken or stop.is_set() or time.monotonic() > end):
                woken = bool(selector.select(STOP_SECONDS))
        if not stop.is_set():
            self._client.idle_done()

    def _buffered(self) -> bool:
        """Whether lines came along with the answer to IDLE: the socket shows those no more."""
        imap, sock = self._client._imap, self._client.socket()
        if hasattr(imap, "_readbuf"):  # Python 3.14 and later
            return bool(imap._readbuf) or getattr(sock, "pending", int)() > 0
        timeout = sock.gettimeout()
        sock.setblocking(False)
        try:
            return bool(imap.file.peek(1))
        except ssl.SSLWantReadError:
            return False
        finally:
            sock.settimeout(timeout)

    def hang_up(self) -> None:
        # no LOGOUT: a server that does not answer must not keep us
        with suppress(OSError, IMAPClientError):
            self._client.shutdown()


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
        read_seconds: float = READ_SECONDS,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.name = name
        self._host, self._port, self._security, self._context = host, port, security, context
        self._user, self._password = user, password
        self._folder, self._processed = folder, processed
        self._size_limit, self._poll_seconds = size_limit, poll_seconds
        self._timeout = SocketTimeout(CONNECT_SECONDS, read_seconds)
        self._box: _Box | None = None
        self._uidvalidity = 0
        self._taken: set[int] = set()  # what the sink has and the server would not move
        self._unread: set[int] = set()
        self._told: set[str] = set()

    def drain(self, sink: Sink) -> int:
        return self._round(sink, Event())

    def watch(self, sink: Sink, stop: Event) -> None:
        """See Source. Ends within a second of `stop`, or when a stalled server's time is over."""
        patience = Patience(self.name)
        while not stop.is_set():
            try:
                if self._round(sink, stop) == 0:
                    patience.well()
                    self._wait(stop)
            except Exception as error:  # noqa: BLE001 - whatever the sink's database raises, too
                self.close()
                stop.wait(patience.failed(error))
        self.close()

    def check(self) -> None:
        """Log in, make the processed folder and select the folder.

        Raises MailboxError with the server's words where that does not work.
        """
        with self._speaking():
            pass

    def close(self) -> None:
        if self._box:
            self._box.hang_up()
            self._box = None

    @contextmanager
    def _speaking(self) -> Iterator[_Box]:
        try:
            self._box = self._box or self._connect()
            yield self._box
        except (OSError, IMAPClientError, *_GARBLED) as error:
            self.close()
            what = error if str(error) else type(error).__name__
            raise MailboxError(f"{self.name} ({self._host}:{self._port}): {what}") from error

    def _connect(self) -> _Box:
        client = IMAPClient(
            self._host,
            self._port,
            ssl=self._security == "tls",
            ssl_context=self._context,
            timeout=self._timeout,
        )
        with ExitStack() as on_error:
            on_error.callback(client.shutdown)
            if self._security == "starttls":
                client.starttls(self._context)
            password = self._password()
            # LOGIN carries only ASCII (RFC 3501), AUTHENTICATE PLAIN all of UTF-8 (RFC 4616)
            plain = not (self._user + password).isascii()
            (client.plain_login if plain else client.login)(self._user, password)
            box = _Box(client, self._folder, self._processed)
            on_error.pop_all()
        if box.uidvalidity != self._uidvalidity:
            self._uidvalidity = box.uidvalidity
            self._taken.clear()
            self._unread.clear()
        self._told.clear()
        return box

    def _round(self, sink: Sink, stop: Event) -> int:
        """Take what waits; returns how many mails the sink got."""
        with self._speaking() as box:
            waiting = box.waiting()
        self._taken.intersection_update(waiting)
        fresh = [uid for uid in waiting if uid not in self._taken]
        self._put_away(sorted(self._taken))
        got: set[int] = set()
        for start in range(0, len(fresh), BATCH_MAILS):
            with self._speaking() as box:
                sizes = box.sizes(fresh[start : start + BATCH_MAILS])
            for batch in batches(sizes, self._size_limit):
                if stop.is_set():
                    return len(got)
                got.update(self._take(sink, batch, sizes))
        self._tell_unread(set(fresh) - got)
        return len(got)

    def _take(self, sink: Sink, uids: Sequence[int], sizes: Mapping[int, int]) -> list[int]:
        with self._speaking() as box:
            arrivals = self._arrivals(box, uids, sizes)
        if not arrivals:
            return []
        sink.take(arrivals)
        taken = [arrival.uid for arrival in arrivals if arrival.uid is not None]
        self._taken.update(taken)
        self._put_away(taken)
        return taken

    def _arrivals(self, box: _Box, uids: Sequence[int], sizes: Mapping[int, int]) -> list[Arrival]:
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
                size=sizes[uid],
                uidvalidity=box.uidvalidity,
                uid=uid,
                truncated=uid in over,
                place=f"{self._folder} {uid}",
            )
            for uid in uids
            if uid in raws
        ]

    def _put_away(self, uids: Sequence[int]) -> None:
        for start in range(0, len(uids), BATCH_MAILS):
            batch = uids[start : start + BATCH_MAILS]
            with self._speaking() as box:
                try:
                    box.put_away(batch)
                except IMAPClientAbortError:
                    raise
                except IMAPClientError as error:
                    self._tell(f"mails cannot be moved to {self._processed}: {error}")
                    return
            self._taken.difference_update(batch)

    def _tell(self, what: str) -> None:
        if what not in self._told:
            log.warning("%s: %s", self.name, what)
        self._told.add(what)

    def _tell_unread(self, unread: set[int]) -> None:
        """A mail that is missing once has vanished; one that is missing again is damaged."""
        for uid in sorted(unread & self._unread):
            self._tell(f"mail {uid} in {self._folder} cannot be fetched")
        self._unread = unread

    def _wait(self, stop: Event) -> None:
        stop.wait(PAUSE_SECONDS)
        with self._speaking() as box:
            if box.idles():
                box.idle(min(self._poll_seconds, LONGEST_IDLE), stop)
                return
        stop.wait(self._poll_seconds)
