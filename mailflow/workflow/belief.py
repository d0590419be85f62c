"""Whether a sender is who the From address says (the table of the design)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

Verdict = Literal["pass", "none", "fail"]
Belief = Literal["obey", "ask_sender", "hold", "ask_coordinator"]

STRICTNESS = ("open", "known", "strict")
# policy → what happens to a mail of somebody in the directory, and to one of somebody who is not
TABLE: Mapping[str, Mapping[str, Belief]] = {
    "open": {"pass": "obey", "none": "obey", "fail": "ask_sender", "unknown": "ask_coordinator"},
    "known": {"pass": "obey", "none": "ask_sender", "fail": "hold", "unknown": "ask_coordinator"},
    "strict": {"pass": "obey", "none": "hold", "fail": "hold", "unknown": "hold"},
}
FAILED = {"fail", "softfail", "permerror"}


class Results(Protocol):
    """One Authentication-Results header (parsers.model.AuthenticationResults)."""

    @property
    def authserv_id(self) -> str: ...
    @property
    def results(self) -> Mapping[str, Sequence[tuple[str, str]]]: ...


def verdict(headers: Sequence[Results], trusted: Sequence[str], from_domain: str) -> Verdict:
    """What our own mail server found out about the From domain (RFC 8601).

    Only the topmost header counts, and only where its authserv-id is one of ours: whatever stands
    below may have come with the mail.
    """
    if not headers or headers[0].authserv_id.casefold() not in {t.casefold() for t in trusted}:
        return "none"
    results = headers[0].results
    dmarc = {found for found, domain in results.get("dmarc", ()) if _names(domain, from_domain)}
    if "pass" in dmarc:
        return "pass"
    if dmarc & FAILED:
        return "fail"
    aligned = {
        found
        for method in ("dkim", "spf")
        for found, domain in results.get(method, ())
        if domain and _aligned(domain, from_domain)
    }
    if "pass" in aligned:
        return "pass"
    return "fail" if aligned & FAILED else "none"


def judge(policy: str, found: Verdict, *, token: bool, known: bool, can_tell: bool) -> Belief:
    """What to do with a mail. `can_tell` is false where no server of ours gives verdicts."""
    if not known:
        return TABLE[policy]["unknown"]
    if found == "fail":
        return TABLE[policy]["fail"]
    if token or found == "pass":
        return "obey"
    if not can_tell and policy != "strict":
        return "obey"
    return TABLE[policy]["none"]


def stricter(one: str, other: str | None) -> str:
    """A project may set a stricter policy than the installation, never a weaker one."""
    return max(one, other or one, key=STRICTNESS.index)


def _names(domain: str, from_domain: str) -> bool:
    return not domain or domain.casefold() == from_domain.casefold()


def _aligned(domain: str, from_domain: str) -> bool:
    """Relaxed alignment without a public suffix list: equal, or the From domain lies below it."""
    ours, theirs = from_domain.casefold(), domain.casefold().rpartition("@")[2]
    return ours == theirs or ("." in theirs and ours.endswith("." + theirs))
