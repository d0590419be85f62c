"""A TCP proxy that cuts and stalls, as networks do."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread

Rewrite = Callable[[bytes], bytes]


class FaultProxy:
    """Passes octets on to 127.0.0.1:`target` until told otherwise.

    `cut_after` and `stall_after` count the octets that the server says from now on, over all
    connections: then the connection is reset, or nothing passes any more in either direction
    while TCP stays up. `rewrite` changes whole lines that the server sends, `rewrite_client`
    those of the client. `piece` is how many octets pass at once. The tap is open again after
    `heal`.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.connections = 0
        self.piece = 4096
        self.rewrite: Rewrite | None = None
        self.rewrite_client: Rewrite | None = None
        self._lock = Lock()
        self._left: int | None = None
        self._stalls = False
        self._stalled, self._healed = Event(), Event()
        self._open: set[socket.socket] = set()
        Thread(target=self._accept, daemon=True).start()

    def cut_after(self, octets: int) -> None:
        self._left, self._stalls = octets, False

    def stall_after(self, octets: int) -> None:
        self._healed.clear()
        self._left, self._stalls = octets, True

    def heal(self) -> None:
        self._left = None
        self._stalled.clear()
        self._healed.set()

    def cut(self) -> None:
        """Reset every connection now."""
        with self._lock:
            for end in self._open:
                _reset(end)

    def close(self) -> None:
        self._listener.close()
        self.heal()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                try:
                    server = socket.create_connection(("127.0.0.1", self._target), 5)
                except OSError:
                    _reset(client)
                    continue
                server.settimeout(None)
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._lock:
                    self._open |= {client, server}
                Thread(target=self._pass, args=(client, server, False), daemon=True).start()
                Thread(target=self._pass, args=(server, client, True), daemon=True).start()

    def _pass(self, source: socket.socket, goal: socket.socket, from_server: bool) -> None:
        rest = b""
        with suppress(OSError):
            while piece := source.recv(4096):
                rewrite = self.rewrite if from_server else self.rewrite_client
                if rewrite:
                    whole, newline, rest = (rest + piece).rpartition(b"\n")
                    piece = rewrite(whole + newline)
                if from_server:
                    piece = self._allowed(piece)
                if self._stalled.is_set():
                    self._healed.wait()
                    break
                self._send(goal, piece)
                if from_server and self._left == 0 and not self._stalls:
                    self._left = None
                    break
        with self._lock:
            self._open -= {source, goal}
        _reset(goal)
        _reset(source)

    def _send(self, goal: socket.socket, octets: bytes) -> None:
        for start in range(0, len(octets), self.piece):
            goal.sendall(octets[start : start + self.piece])
            if len(octets) > self.piece:
                time.sleep(0.002)

    def _allowed(self, piece: bytes) -> bytes:
        if self._left is None:
            return piece
        allowed = piece[: self._left]
        self._left -= len(allowed)
        if self._left == 0 and self._stalls:
            self._stalled.set()
        return allowed


def _reset(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def fault_proxy(target: int) -> Iterator[FaultProxy]:
    proxy = FaultProxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
