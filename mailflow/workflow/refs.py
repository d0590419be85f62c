"""Addresses and refs, folded so that equal ones compare equal."""

from __future__ import annotations

import re
from contextlib import suppress

REF = re.compile(r"^[\[【]?([A-Za-z][A-Za-z0-9]{0,19}-\d{1,9})[\]】]?$")
AMID = re.compile(
    r"(?<![A-Za-z0-9_./@-])[\[【]?([A-Za-z][A-Za-z0-9]{0,19}-\d{1,9})(?![A-Za-z0-9_-])[\]】]?"
)


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
    """The refs that stand in a text as words, also between Chinese characters, in their one
    spelling, each once."""
    return list(dict.fromkeys(found[1].upper() for found in AMID.finditer(text[:2_000])))


def without_refs(text: str) -> str:
    """What a text says beside its refs."""
    return AMID.sub(" ", text[:2_000])
