"""A session with an IMAP server (RFC 3501; IDLE: 2177, UIDPLUS: 4315, MOVE: 6851)."""

from __future__ import annotations

import logging
import selectors
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from threading import Event
from typing import Any, Literal

from imapclient import DELETED, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from mailflow.intake.header import HEADER_LIMIT

log = logging.getLogger(__name__)

Security = Literal["tls", "starttls", "none"]

CONNECT_SECONDS = 10.0
LOOK_SECONDS = 0.5  # how often one who waits looks whether to stop
SHORTEST_IDLE = 0.2  # seconds
# what goes wrong with a server, and what imapclient's parsers raise on a garbled line
FAULTS = (OSError, IMAPClientError, ValueError, LookupError, TypeError, AssertionError)


@dataclass(frozen=True, slots=True)
class Server:
    """Where an IMAP server is; `read_seconds` is how long it may keep still in an answer."""

    host: str
    port: int
    security: Security
    read_seconds: float
    context: ssl.SSLContext | None = None

    def log_in(self, user: str, password: str) -> IMAPClient:
        """Raises one of FAULTS; then nothing stays open."""
        client = IMAPClient(
            self.host,
            self.port,
            ssl=self.security == "tls",
            ssl_context=self.context,
            timeout=SocketTimeout(min(CONNECT_SECONDS, self.read_seconds), self.read_seconds),
        )
        with ExitStack() as on_error:
            on_error.callback(hang_up, client)
            if self.security == "starttls":
                client.starttls(self.context)
            # LOGIN carries only ASCII (RFC 3501), AUTHENTICATE PLAIN all of UTF-8 (RFC 4616)
            ascii_only = (user + password).isascii()
            (client.login if ascii_only else client.plain_login)(user, password)
            on_error.pop_all()
        return client


class Connection:
    """A session with the folder selected. Every method raises one of FAULTS."""

    def __init__(self, client: IMAPClient, folder: str, processed: str) -> None:
        self._client, self._folder, self._processed = client, folder, processed
        self._copied: set[int] = set()
        with ExitStack() as on_error:
            on_error.callback(hang_up, client)
            if self._make(folder):
                log.warning("there was no folder %s: made it", folder)
            self._make(processed)
            self.uidvalidity = int(client.select_folder(folder)[b"UIDVALIDITY"])
            on_error.pop_all()

    def _make(self, folder: str) -> bool:
        """Make a folder where there is none; returns whether it was made."""
        if self._client.folder_exists(folder):
            return False
        try:
            self._client.create_folder(folder)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            if not self._client.folder_exists(folder):  # another daemon was not quicker
                raise
        return True

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

    def put_away(self, uids: Sequence[int]) -> str:
        """Move mails to the processed folder; returns the server's words where it refuses."""
        try:
            if not self._move(uids):
                self._copy_and_delete(uids)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            return str(error)
        return ""

    def _move(self, uids: Sequence[int]) -> bool:
        if not self._client.has_capability("MOVE"):
            return False
        try:
            self._client.move(uids, self._processed)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            log.info("MOVE to %s: %s; copying", self._processed, error)
            return False
        return True

    def _copy_and_delete(self, uids: Sequence[int]) -> None:
        self._make(self._processed)
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
        begin = time.monotonic()
        end = begin + seconds
        woken = self._buffered()
        with selectors.DefaultSelector() as selector:
            selector.register(self._client.socket(), selectors.EVENT_READ)
            while not (woken or stop.is_set() or time.monotonic() > end):
                woken = bool(selector.select(LOOK_SECONDS))
        # a server that has something to say at once, always, must not keep us busy
        stop.wait(max(0.0, begin + SHORTEST_IDLE - time.monotonic()))
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
        hang_up(self._client)


def hang_up(client: IMAPClient) -> None:
    """End a session without LOGOUT: a server that does not answer must not keep us."""
    with suppress(OSError, IMAPClientError):
        client.shutdown()
