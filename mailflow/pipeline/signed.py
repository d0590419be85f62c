"""Our own check of signatures. It asks the network, so it comes before an input's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from mailflow.store.tables import Input
from mailflow.workflow.belief import verdict
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.refs import domain_of
from parsers import Mail

# The octets of a mail and its From address → verdict and domain of each signature.
Verify = Callable[[bytes, str], Sequence[tuple[str, str]]]

# When the DNS did not answer; after the last one the mail counts as unsigned.
RETRIES = (timedelta(minutes=1), timedelta(minutes=10))


def results(taken: Input) -> Sequence[Sequence[str]]:
    """What the check found for an input: verdict and domain of each signature."""
    found: Sequence[Sequence[str]] = (taken.verified or {}).get("dkim", ())
    return found


def is_wanted(taken: Input, mail: Mail, installation: Installation, directory: Directory) -> bool:
    """Where it may matter: by one person of ours, no verdict of our server, not yet known."""
    if not installation.check_dkim or len(mail.senders) != 1 or not _is_open(taken.verified):
        return False
    address = mail.senders[0].address
    if directory.by_address(address) is None:
        return False
    said = verdict(mail.authentication, installation.authserv_ids, domain_of(address))
    return said == "none"


def look(
    verify: Verify, raw: bytes, mail: Mail, before: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What is to be kept with the input; asks the network."""
    found = verify(raw, mail.senders[0].address)
    kept: dict[str, Any] = {"dkim": [list(one) for one in found]}
    if any(said == "temperror" for said, _ in found):
        kept["tries"] = (before or {}).get("tries", 0) + 1
    return kept


def next_try(verified: Mapping[str, Any] | None, now: datetime) -> datetime | None:
    """When the check is made again; None where it is known, or was tried often enough."""
    tries = (verified or {}).get("tries", 0)
    return now + RETRIES[tries - 1] if 0 < tries <= len(RETRIES) else None


def _is_open(verified: Mapping[str, Any] | None) -> bool:
    return verified is None or 0 < verified.get("tries", 0) <= len(RETRIES)
