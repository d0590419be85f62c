"""Asks the DNS for TXT records (RFC 1035), with a short memory."""

from __future__ import annotations

import time
from collections.abc import Sequence

import dns.exception
import dns.name
import dns.resolver

from mailflow.verification.signatures import NoAnswer

# In seconds. All that is asked about one mail must fit into the lease of the pipeline.
LONGEST = 1.5
REMEMBERED = 300.0
REMEMBERED_FAILURE = 20.0
MOST_REMEMBERED = 500


class Resolver:
    """The system's name servers, or those that are given. For one thread."""

    def __init__(self, servers: Sequence[str] = (), port: int = 53) -> None:
        self._servers, self._port = list(servers), port
        self._known: dict[str, tuple[float, bytes | NoAnswer | None]] = {}

    def __call__(self, name: str) -> bytes | None:
        """The name's first TXT record, its strings joined; None where there is none.

        Raises NoAnswer where it cannot be known just now.
        """
        now = time.monotonic()
        until, found = self._known.get(name, (now, None))
        if until <= now:
            found = self._ask(name)
            self._remember(name, found, now)
        if isinstance(found, NoAnswer):
            raise NoAnswer(str(found))
        return found

    def _ask(self, name: str) -> bytes | NoAnswer | None:
        try:
            answer = self._resolver().resolve(name, "TXT", lifetime=LONGEST, search=False)
            return next((b"".join(record.strings) for record in answer), None)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.YXDOMAIN):
            return None
        except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel, UnicodeError):
            return None
        except (dns.exception.DNSException, OSError) as error:
            return NoAnswer(f"{type(error).__name__}: {error}")

    def _resolver(self) -> dns.resolver.Resolver:
        """Made anew each time: the system's servers may change while a daemon runs."""
        resolver = dns.resolver.Resolver(configure=not self._servers)
        if self._servers:
            resolver.nameservers = self._servers
            resolver.port = self._port
        resolver.timeout = LONGEST / 2
        return resolver

    def _remember(self, name: str, found: bytes | NoAnswer | None, now: float) -> None:
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        lasts = REMEMBERED_FAILURE if isinstance(found, NoAnswer) else REMEMBERED
        self._known[name] = (now + lasts, found)
