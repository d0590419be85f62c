"""A server that says what it likes to whoever connects."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread


@contextmanager
def rude_server(words: Iterable[bytes], pause: float = 0.0) -> Iterator[int]:
    """Its port. Each connection hears the first of `words`, the next one after each thing it says
    itself, and the last one again and again, `pause` seconds apart, until it goes away."""
    first, *rest = words
    listener = socket.create_server(("127.0.0.1", 0))

    def talk(client: socket.socket) -> None:
        with client, suppress(OSError):
            client.sendall(first)
            for word in rest:
                if not client.recv(4096):
                    return
                client.sendall(word)
            while True:
                client.sendall(rest[-1] if rest else first)
                time.sleep(pause)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                Thread(target=talk, args=(client,), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.close()
