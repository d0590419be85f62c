"""A name server that knows TXT records, on a port of this machine."""

from __future__ import annotations

import socket
import threading
from types import TracebackType

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class NameServer:
    """Answers by UDP out of `zone`, SERVFAIL for what is `broken`; `asked` is what it was asked."""

    def __init__(self) -> None:
        self.zone: dict[str, bytes] = {}
        self.broken: set[str] = set()
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> NameServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, client = self._socket.recvfrom(4096)
            if not wire:
                return
            self._socket.sendto(self._answer(dns.message.from_wire(wire)).to_wire(), client)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        self.asked.append(name)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.AA
        text = self.zone.get(name)
        if name in self.broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif text is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif question.rdtype == dns.rdatatype.TXT:
            strings = [text[n : n + 255] for n in range(0, len(text), 255)]
            written = " ".join(f'"{one.decode("ascii")}"' for one in strings)
            answer.answer.append(dns.rrset.from_text(question.name, 300, "IN", "TXT", written))
        return answer
