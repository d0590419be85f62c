"""How mails get to each source in a test, and what their server still holds of them."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Protocol

from imapclient import IMAPClient

from mailflow.intake.files import FilesSource
from mailflow.intake.imap import ImapSource
from mailflow.intake.lmtp import LmtpSource
from mailflow.intake.source import Sink, Source
from tests.servers.imap import PASSWORD, ImapServer

SIZE_LIMIT = 50_000
_numbers = count(1)


@contextmanager
def watching(source: Source, sink: Sink) -> Iterator[Event]:
    """The source watches in a thread of its own, which ends in time."""
    stop = Event()
    thread = Thread(target=source.watch, args=(sink, stop), daemon=True)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(3)
        assert not thread.is_alive(), "watch did not end"


class Door(Protocol):
    """One source with the server behind it."""

    source: Source

    def deliver(self, raws: Sequence[bytes]) -> None:
        """Mails come to the server."""

    def run(self, sink: Sink) -> None:
        """The source takes what waits; raises, or the server keeps, what the sink refuses."""

    def waiting(self) -> list[bytes]:
        """What the server has not been told to be safe."""


class ImapDoor:
    """A folder of its own in an IMAP server."""

    def __init__(self, server: ImapServer, user: str, folder: str, processed: str) -> None:
        self.server, self.user, self.folder, self.processed = server, user, folder, processed
        self.box: IMAPClient = server.log_in(user)
        if not self.box.folder_exists(folder):
            self.box.create_folder(folder)
        self.source = self.connect()

    def connect(self, port: int | None = None, **settings: object) -> ImapSource:
        """A source of this folder, through a proxy at `port` where one is given."""
        given: dict[str, object] = {
            "host": "127.0.0.1",
            "port": port or self.server.port,
            "security": "none",
            "user": self.user,
            "password": lambda: PASSWORD,
            "size_limit": SIZE_LIMIT,
            "folder": self.folder,
            "processed": self.processed,
        }
        return ImapSource("flow", **(given | settings))  # type: ignore[arg-type]

    def deliver(self, raws: Sequence[bytes]) -> None:
        self.box.multiappend(self.folder, raws)

    def run(self, sink: Sink) -> None:
        self.source.drain(sink)

    def waiting(self) -> list[bytes]:
        return self.mails_in(self.folder)

    def filed(self) -> list[bytes]:
        return self.mails_in(self.processed)

    def mails_in(self, folder: str) -> list[bytes]:
        self.box.select_folder(folder, readonly=True)
        uids = self.box.search("UNDELETED")
        return [mail[b"BODY[]"] for mail in self.box.fetch(uids, ["BODY.PEEK[]"]).values()]

    def close(self) -> None:
        self.source.close()
        self.box.shutdown()


def imap_door(server: ImapServer) -> ImapDoor:
    """pymap knows one user only, so each test has folders of its own."""
    number = next(_numbers)
    user = server.user if server.kind == "pymap" else f"user{number}"
    return ImapDoor(server, user, f"Box{number}", f"Processed{number}")


class Conversation:
    """The client's half of LMTP or SMTP, line by line."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), 10)
        self._answers = self._socket.makefile("rb")
        self.answer()

    def __enter__(self) -> Conversation:
        return self

    def __exit__(self, *_: object) -> None:
        self._answers.close()
        self._socket.close()

    def answer(self) -> str:
        while (line := self._answers.readline())[3:4] == b"-":
            pass
        return line.decode().strip()

    def say(self, line: str) -> str:
        self._socket.sendall(line.encode() + b"\r\n")
        return self.answer()

    def envelope(self, sender: str, recipients: Sequence[str], greeting: str = "LHLO") -> None:
        assert self.say(f"{greeting} client.example").startswith("250")
        assert self.say(f"MAIL FROM:<{sender}> BODY=8BITMIME SMTPUTF8").startswith("250")
        for recipient in recipients:
            assert self.say(f"RCPT TO:<{recipient}>").startswith("250")

    def data(self, raw: bytes, answers: int = 1) -> list[str]:
        assert self.say("DATA").startswith("354")
        lines = raw.removesuffix(b"\r\n").split(b"\r\n")
        stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
        self._socket.sendall(stuffed + b"\r\n.\r\n")
        return [self.answer() for _ in range(answers)]


class LmtpDoor:
    """A queue as Postfix keeps it: what got 4xx stays, what got 5xx bounces."""

    def __init__(self) -> None:
        self.source = LmtpSource("lmtp", "127.0.0.1", 0, size_limit=SIZE_LIMIT)
        self._queue: list[bytes] = []
        self.bounced: list[bytes] = []

    def deliver(self, raws: Sequence[bytes]) -> None:
        self._queue.extend(raws)

    def run(self, sink: Sink) -> None:
        with watching(self.source, sink):
            assert self.source.listening.wait(5)
            for raw in list(self._queue):
                with Conversation(self.source.port) as client:
                    client.envelope("anna@client.example", ["flow@acme.example"])
                    reply = client.data(raw)[0]
                if reply.startswith("4"):
                    continue
                self._queue.remove(raw)
                if reply.startswith("5"):
                    self.bounced.append(raw)

    def waiting(self) -> list[bytes]:
        return list(self._queue)

    def close(self) -> None:
        self.source.close()


class FilesDoor:
    """A folder of files, which nobody ever removes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.source = FilesSource([folder], size_limit=SIZE_LIMIT)

    def deliver(self, raws: Sequence[bytes]) -> None:
        begin = len(list(self._folder.iterdir()))
        for number, raw in enumerate(raws, begin):
            (self._folder / f"{number:04}.eml").write_bytes(raw)

    def run(self, sink: Sink) -> None:
        self.source.drain(sink)

    def waiting(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self._folder.iterdir())]

    def close(self) -> None:
        self.source.close()
