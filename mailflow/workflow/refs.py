"""Addresses and refs, folded so that equal ones compare equal."""

from __future__ import annotations

import re
from contextlib import suppress

REF = re.compile(r"^[\[【]?([A-Za-z][A-Za-z0-9]{0,19}-\d{1,9})[\]】]?$")


def fold_address(address: str) -> str:
    """Case-folded, the domain in its ASCII form (IDNA); a plus-part is kept."""
    local, at, domain = address.strip().casefold().rpartition("@")
    if not at:
        return domain
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return f"{local}@{domain}"


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def as_ref(text: str) -> str | None:
    """A text that is a ref as a whole (`acme-42`, `[ACME-42]`), in its one spelling."""
    found = REF.match(text.strip())
    return found.group(1).upper() if found else None


def refs_in(text: str) -> list[str]:
    """The refs that stand as words in a text, in their one spelling, each once."""
    found = (as_ref(word.strip(".,;:，。；：、()（）")) for word in text[:2_000].split())
    return list(dict.fromkeys(ref for ref in found if ref))
