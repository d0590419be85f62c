"""What every source of mail is, and what it hands over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail as a source gives it.

    `raw` are the octets as received; where the mail is over the size limit they are only its
    header, and `truncated` is true. `size` is in octets as the source declares it. `mailbox` is
    the source's name; `folder`, `uidvalidity` and `uid` stand only where it is an IMAP mailbox.
    `place` names where it came from for people (a file's path, an SMTP peer).
    """

    raw: bytes
    mailbox: str
    size: int
    folder: str = ""
    uidvalidity: int | None = None
    uid: int | None = None
    truncated: bool = False
    place: str = ""


class Sink(Protocol):
    """Where a source puts what it got."""

    def take(self, arrivals: Sequence[Arrival]) -> None:
        """Store all of them in one transaction.

        Returns when they are on disk: only then may the source tell its server. Taking the same
        (mailbox, uidvalidity, uid) again is counted once. Raises what the database raises; then
        nothing of the batch is stored and the source must keep it and try again.
        """


class Source(Protocol):
    """A source of mail. Names are unique in an installation."""

    name: str

    def drain(self, sink: Sink) -> int:
        """Take all that waits now; return the number of mails handed to the sink.

        Raises OSError (or a subclass) where the server cannot be reached or breaks off: what was
        not confirmed is given again next time.
        """

    def watch(self, sink: Sink, stop: Event) -> None:
        """Take mails as they come until `stop` is set; survives errors of its server."""

    def close(self) -> None:
        """Leave the server; may be called twice."""
