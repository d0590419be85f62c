"""Mails that programs send; bounces; Authentication-Results."""

from __future__ import annotations

import pytest

from parsers import AuthenticationResults, Bounce, parse
from parsers.authentication import read_authentication

from .writing import plain

AUTOMATIC = [
    ("", None),
    ("Auto-Submitted: no\r\n", None),
    ("Auto-Submitted: auto-replied\r\n", "auto-reply"),
    ("Auto-Submitted: Auto-Generated; x=y\r\n", "auto-reply"),
    ("Auto-Submitted: auto-forwarded\r\n", None),
    ("X-Auto-Response-Suppress: All\r\n", None),
    ("X-Autoreply: yes\r\n", "auto-reply"),
    ("Precedence: bulk\r\n", "list"),
    ("Precedence: auto_reply\r\n", "auto-reply"),
    ("List-Id: <x.example>\r\n", "list"),
    ("List-Unsubscribe: <mailto:x@y.example>\r\n", "list"),
    ("X-Mailflow-Kind: receipt\r\nAuto-Submitted: auto-generated\r\n", "own"),
    ("Subject: Out of Office: Gate\r\n", "auto-reply"),
    ("Subject: Automatic reply: Gate\r\n", "auto-reply"),
    ("Subject: Abwesenheitsnotiz: Gate\r\n", "auto-reply"),
    ("Subject: =?utf-8?b?6Ieq5Yqo5Zue5aSNOiDmiJHlnKjkvJHlgYc=?=\r\n", "auto-reply"),
    ("Subject: Out of office hours support is missing\r\n", None),
    ("Content-Type: text/calendar; method=REPLY\r\nX-A: b\r\n", "auto-reply"),
    ("Subject: [ISSUE] Automatic reply does not work\r\n", None),
]


@pytest.mark.parametrize(("head", "expected"), AUTOMATIC)
def test_automatic(head: str, expected: str | None) -> None:
    assert parse(plain("hello", head)).automatic == expected


def _report(
    fields: str, original: str = "Message-ID: <ours@acme.example>\r\nSubject: x\r\n"
) -> bytes:
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nReturn-Path: <>\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI could not deliver your mail.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"{fields}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{original}\r\nhello\r\n--b--\r\n"
    ).encode()


def test_delivery_status() -> None:
    mail = parse(
        _report(
            "Final-Recipient: rfc822; ann@client.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
        )
    )
    assert mail.automatic == "bounce"
    assert mail.bounce == Bounce("ann@client.example", "5.1.1", "failed", "ours@acme.example")
    assert mail.forwarded is None


def test_generic_status_is_made_precise_by_the_diagnostic() -> None:
    fields = (
        "Final-Recipient: rfc822; ann@client.example\r\nAction: failed\r\nStatus: 5.0.0\r\n"
        "Diagnostic-Code: smtp; 552 5.2.2 mailbox full\r\n"
    )
    bounce = parse(_report(fields)).bounce
    assert bounce is not None
    assert bounce.status == "5.2.2"


FREE_TEXTS = [
    "Hi. This is the qmail-send program.\n\n<ann@client.example>:\n550 5.1.1 unknown\n",
    "A message that you sent could not be delivered to one or more of its recipients:\n\n"
    "  ann@client.example\n    550 5.1.1 unknown\n",
    "Your message did not reach the following recipient(s):\n\n"
    "ann@client.example on Mon\n  5.1.1\n",
    "Delivery to the following recipient failed permanently:\n\n"
    "     ann@client.example\n\n550 5.1.1\n",
    "   ----- The following addresses had permanent fatal errors -----\n<ann@client.example>\n"
    "    (reason: 550 5.1.1 User unknown)\n",
]


@pytest.mark.parametrize("text", FREE_TEXTS)
def test_free_texts(text: str) -> None:
    source = (
        "From: MAILER-DAEMON@mx.example\r\nTo: flow@acme.example\r\n"
        "Subject: failure notice\r\n\r\n" + text
    ).encode()
    mail = parse(source)
    assert mail.automatic == "bounce"
    assert mail.bounce is not None
    assert (mail.bounce.recipient, mail.bounce.status) == ("ann@client.example", "5.1.1")


def test_a_person_who_reports_a_bounce_is_none() -> None:
    mail = parse(plain("It says 550 5.1.1 user unknown.", "Subject: My mail bounced\r\n"))
    assert (mail.automatic, mail.bounce) == (None, None)


AUTHENTICATION = [
    (
        "mx.example; dkim=pass header.d=acme.example; spf=fail smtp.mailfrom=a@acme.example",
        "mx.example",
        {"dkim": (("pass", "acme.example"),), "spf": (("fail", "acme.example"),)},
    ),
    (
        'mx.example 1; dmarc=pass (p=none; "x") header.from=Acme.Example',
        "mx.example",
        {"dmarc": (("pass", "acme.example"),)},
    ),
    (
        'mx.example; dkim/1 = pass reason="a;b=c" header.d = a.example;'
        " dkim=fail header.d=b.example",
        "mx.example",
        {"dkim": (("pass", "a.example"), ("fail", "b.example"))},
    ),
    ("mx.example; none", "mx.example", {}),
    ("(comment (nested)) mx.example; spf=none", "mx.example", {"spf": (("none", ""),)}),
    ("", "", {}),
    (";;;===", "", {}),
]


@pytest.mark.parametrize(("value", "server", "results"), AUTHENTICATION)
def test_authentication(
    value: str, server: str, results: dict[str, tuple[tuple[str, str], ...]]
) -> None:
    assert read_authentication(value) == AuthenticationResults(server, results)


def test_fields_from_top_to_bottom() -> None:
    field = "Authentication-Results: {}.example; spf=pass\r\n"
    head = field.format("a") + field.format("b")
    found = parse(plain("x", head)).authentication
    assert [a.authserv_id for a in found] == ["a.example", "b.example"]
