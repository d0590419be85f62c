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


def verdict(
    headers: Sequence[Results],
    trusted: Sequence[str],
    from_domain: str,
    checked: Sequence[Sequence[str]] = (),
) -> Verdict:
    """What our own mail server found out about the From domain (RFC 8601); where that says nothing,
    what we found ourselves (`checked`: verdict and domain of each DKIM signature).

    Only the topmost header counts, and only where its authserv-id is one of ours: whatever stands
    below may have come with the mail. A signature that fails is as good as none (RFC 6376, 6.1).
    """
    found = _server_verdict(headers, trusted, from_domain)
    passed = any(said == "pass" and aligned(by, from_domain) for said, by in checked)
    return "pass" if found == "none" and passed else found


def _server_verdict(
    headers: Sequence[Results], trusted: Sequence[str], from_domain: str
) -> Verdict:
    if not headers or headers[0].authserv_id.casefold() not in {t.casefold() for t in trusted}:
        return "none"
    results = headers[0].results
    dmarc = {found for found, domain in results.get("dmarc", ()) if _names(domain, from_domain)}
    if "pass" in dmarc:
        return "pass"
    if dmarc & FAILED or _read_another(results.get("dmarc", ()), from_domain):
        return "fail"
    said = {
        found
        for method in ("dkim", "spf")
        for found, domain in results.get(method, ())
        if domain and aligned(domain, from_domain)
    }
    if "pass" in said:
        return "pass"
    return "fail" if said & FAILED else "none"


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


def _read_another(dmarc: Sequence[tuple[str, str]], from_domain: str) -> bool:
    """Whether our server took the mail for one of another domain than we do: then its From header
    was made to be read in two ways."""
    named = [domain for _, domain in dmarc if domain]
    return bool(named) and not any(
        aligned(one, from_domain) or aligned(from_domain, one) for one in named
    )


def aligned(domain: str, from_domain: str) -> bool:
    """Relaxed alignment without a public suffix list: equal, or the From domain lies below it."""
    ours, theirs = from_domain.casefold(), domain.casefold().rpartition("@")[2]
    return ours == theirs or ("." in theirs and ours.endswith("." + theirs))
