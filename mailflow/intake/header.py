"""What is kept of a mail that is over the size limit."""

from __future__ import annotations

import re

HEADER_LIMIT = 262_144  # octets
_END = re.compile(rb"\r?\n\r?\n")


def header_of(raw: bytes) -> bytes:
    """The header of a mail with the empty line that ends it; at most HEADER_LIMIT octets."""
    start = raw[:HEADER_LIMIT]
    end = _END.search(start)
    return start[: end.end()] if end else start
