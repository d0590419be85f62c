"""The table of who is believed, every cell of it."""

from __future__ import annotations

import pytest

from mailflow.workflow.belief import judge, stricter, verdict
from parsers import AuthenticationResults

TRUSTED = ["mx.acme.example"]
KNOWN = [
    # policy, verdict, token, what happens
    ("open", "pass", False, "obey"),
    ("open", "none", False, "obey"),
    ("open", "none", True, "obey"),
    ("open", "fail", False, "ask_sender"),
    ("open", "fail", True, "ask_sender"),
    ("known", "pass", False, "obey"),
    ("known", "none", False, "ask_sender"),
    ("known", "none", True, "obey"),
    ("known", "fail", False, "hold"),
    ("known", "fail", True, "hold"),
    ("strict", "pass", False, "obey"),
    ("strict", "none", False, "hold"),
    ("strict", "none", True, "obey"),
    ("strict", "fail", True, "hold"),
]


@pytest.mark.parametrize(("policy", "found", "token", "expected"), KNOWN)
def test_somebody_in_the_directory(policy: str, found: str, token: bool, expected: str) -> None:
    assert judge(policy, found, token=token, known=True, can_tell=True) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("open", "ask_coordinator"), ("known", "ask_coordinator"), ("strict", "hold")],
)
@pytest.mark.parametrize("found", ["pass", "none", "fail"])
def test_somebody_who_is_not(policy: str, found: str, expected: str) -> None:
    assert judge(policy, found, token=False, known=False, can_tell=True) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("policy", "expected"), [("open", "obey"), ("known", "obey"), ("strict", "hold")]
)
def test_where_no_server_gives_verdicts(policy: str, expected: str) -> None:
    assert judge(policy, "none", token=False, known=True, can_tell=False) == expected


def results(server: str, **found: list[tuple[str, str]]) -> AuthenticationResults:
    return AuthenticationResults(server, {method: tuple(pairs) for method, pairs in found.items()})


OURS = "mx.acme.example"
VERDICTS = [
    ([], "none"),
    ([results(OURS, dmarc=[("pass", "acme.example")])], "pass"),
    ([results(OURS, dmarc=[("pass", "")])], "pass"),
    ([results(OURS, dmarc=[("fail", "acme.example")], spf=[("pass", "acme.example")])], "fail"),
    ([results(OURS, dmarc=[("pass", "evil.example")])], "fail"),
    ([results(OURS, dmarc=[("none", "evil.example")], dkim=[("pass", "acme.example")])], "fail"),
    ([results(OURS, dmarc=[("pass", "example.evil"), ("none", "acme.example")])], "none"),
    ([results(OURS, dmarc=[("pass", "mail.acme.example")])], "none"),
    ([results("mx.evil.example", dmarc=[("pass", "acme.example")])], "none"),
    ([results("MX.acme.example", dmarc=[("pass", "acme.example")])], "pass"),
    ([results(OURS, dkim=[("pass", "acme.example")])], "pass"),
    ([results(OURS, dkim=[("pass", "evil.example")])], "none"),
    ([results(OURS, spf=[("pass", "acme.example")])], "pass"),
    ([results(OURS, spf=[("pass", "bounces@acme.example")])], "pass"),
    ([results(OURS, spf=[("pass", "example")])], "none"),
    ([results(OURS, spf=[("none", "acme.example")])], "none"),
    ([results(OURS, dmarc=[("none", "")], spf=[("fail", "acme.example")])], "fail"),
    ([results(OURS, dkim=[("fail", "list.example")])], "none"),
    ([results(OURS, dkim=[("pass", "acme.example")], spf=[("fail", "acme.example")])], "pass"),
    # What stands below the topmost header may have come with the mail.
    ([results("mx.evil.example"), results(OURS, dmarc=[("pass", "acme.example")])], "none"),
    ([results(OURS), results(OURS, dmarc=[("pass", "acme.example")])], "none"),
]


@pytest.mark.parametrize(("headers", "expected"), VERDICTS)
def test_the_verdict_of_our_own_server(headers: list[AuthenticationResults], expected: str) -> None:
    assert verdict(headers, TRUSTED, "acme.example") == expected


CHECKED = [
    # what our server says, what we found ourselves, both together
    ([], [("pass", "acme.example")], "pass"),
    ([], [("fail", "acme.example")], "none"),
    ([], [("temperror", "acme.example")], "none"),
    ([], [("fail", "acme.example"), ("pass", "acme.example")], "pass"),
    ([], [("pass", "evil.example")], "none"),
    ([], [("pass", "mail.acme.example")], "none"),
    ([], [("pass", "example")], "none"),
    ([results(OURS, dmarc=[("none", "")])], [("pass", "acme.example")], "pass"),
    ([results(OURS, dmarc=[("fail", "acme.example")])], [("pass", "acme.example")], "fail"),
    ([results(OURS, dmarc=[("pass", "acme.example")])], [("fail", "acme.example")], "pass"),
]


@pytest.mark.parametrize(("headers", "checked", "expected"), CHECKED)
def test_what_we_find_ourselves_counts_where_our_server_says_nothing(
    headers: list[AuthenticationResults], checked: list[tuple[str, str]], expected: str
) -> None:
    assert verdict(headers, TRUSTED, "acme.example", checked) == expected


def test_a_project_may_only_be_stricter() -> None:
    assert stricter("known", None) == "known"
    assert stricter("known", "open") == "known"
    assert stricter("known", "strict") == "strict"
