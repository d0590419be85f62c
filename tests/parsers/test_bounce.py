"""Reports of failed deliveries of many mailers, and what looks like one (`bounces.toml`)."""

from __future__ import annotations

import tomllib
from email.message import Message
from pathlib import Path

import pytest

from parsers import parse
from parsers.body import body_text
from parsers.bounce import read_bounce
from parsers.mime import read_message

from .scale import repeated, stays_linear

TABLE = tomllib.loads(Path(__file__).with_name("bounces.toml").read_text("utf-8"))
MAILS: dict[str, dict[str, str]] = {m["mailer"]: m for m in TABLE["mail"]}
OTHERS: dict[str, dict[str, str]] = {m["name"]: m for m in TABLE["other"]}


def source(mail: dict[str, str]) -> bytes:
    return mail["raw"].removeprefix("\n").replace("\n", "\r\n").encode()


@pytest.mark.parametrize("mailer", MAILS)
def test_mailers(mailer: str) -> None:
    """The recipient and the status are read; where the mail has no status, none is made up."""
    mail = parse(source(MAILS[mailer]))
    assert mail.automatic == "bounce"
    assert mail.bounce is not None
    found = (mail.bounce.recipient or "", mail.bounce.status or "")
    assert found == (MAILS[mailer]["recipient"], MAILS[mailer]["status"])


def test_the_table_is_all_there() -> None:
    """A name that stands twice would hide a mail."""
    assert len(MAILS) == len(TABLE["mail"]) > 90
    assert len(OTHERS) == len(TABLE["other"]) > 20


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_none(name: str) -> None:
    mail = parse(source(OTHERS[name]))
    assert (mail.automatic or "", mail.bounce) == (OTHERS[name]["automatic"], None)


def report(fields: str, text: str = "It could not be delivered.") -> bytes:
    return (
        "From: MAILER-DAEMON@mx.client.example\r\nTo: flow@acme.example\r\nSubject: failure notice"
        '\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n--b\r\n"
        f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n{fields}\r\n"
        "--b--\r\n"
    ).encode()


KAY = "kay@client.example"
# The fields of the report's group → recipient, status, action.
FIELDS = [
    (f"Final-Recipient: rfc822; <{KAY}>\nAction: failed\nStatus: 5.1.1", (KAY, "5.1.1", "failed")),
    (f"FINAL-RECIPIENT:RFC822;{KAY}\nACTION:Failed\nSTATUS:5.1.1", (KAY, "5.1.1", "failed")),
    (f"Final-Recipient: {KAY}\nAction: failed (bad)\nStatus: 5.1.1", (KAY, "5.1.1", "failed")),
    (f"Final-Recipient: rfc822;\n {KAY}\nAction: failed;", (KAY, None, "failed")),
    (
        f"Final-Recipient: LOCAL; |/bin/x\nX-Actual-Recipient: rfc822; {KAY}\nStatus: 5.0.0",
        (KAY, "5.0.0", None),
    ),
    (
        "Final-Recipient: rfc822; x@in.example\nOriginal-Recipient: rfc822;kay+2Bb@client.example",
        ("kay+b@client.example", None, None),
    ),
    (
        'Final-Recipient: rfc822; "kay client"@client.example\nStatus: 5.1.1 (no such user)',
        ('"kay client"@client.example', "5.1.1", None),
    ),
    (
        f"Final-Recipient: rfc822; {KAY}\nStatus: 5.0.0\nDiagnostic-Code: smtp; 552-5.2.2 Full",
        (KAY, "5.2.2", None),
    ),
    (
        f"Final-Recipient: rfc822; {KAY}\nStatus: 4.0.0\nDiagnostic-Code: smtp; 550 5.2.2 Full",
        (KAY, "4.0.0", None),
    ),
    (
        f"Final-Recipient: rfc822; a@b.example\nAction: delayed\nStatus: 4.4.1\n"
        f"Final-Recipient: rfc822; {KAY}\nAction: failed\nStatus: 5.4.7",
        (KAY, "5.4.7", "failed"),
    ),
    (
        f"Final-Recipient: rfc822; a@b.example\nAction: delivered\nStatus: 2.0.0\n\n"
        f"Final-Recipient: rfc822; {KAY}\nAction: delayed\nStatus: 4.4.1",
        (KAY, "4.4.1", "delayed"),
    ),
]


@pytest.mark.parametrize(("fields", "expected"), FIELDS)
def test_fields(fields: str, expected: tuple[str | None, ...]) -> None:
    bounce = parse(report(fields.replace("\n", "\r\n"))).bounce
    assert bounce is not None
    assert (bounce.recipient, bounce.status, bounce.action) == expected


# What the mailer says → recipient, status.
TEXTS = [
    ("Could not deliver to [kay@client.example].", (KAY, None)),
    ("Could not deliver to (kay@client.example): sorry", (KAY, None)),
    ("Could not deliver to 'kay@client.example'; 550 User unknown", (KAY, None)),
    ("邮件无法送达收件人kay@client.example，请核对", (KAY, None)),
    ("发往kay@client.example的邮件被退回", (KAY, None)),
    ("Write to postmaster@mx.example or abuse@mx.example. Failed: kay@client.example", (KAY, None)),
    ("Exim 5.1.1 could not deliver to kay@client.example from 192.5.1.1", (KAY, None)),
    ("kay@client.example: 550 5.0.0 no; 550 5.1.1 unknown", (KAY, "5.1.1")),
    ("kay@client.example failed (#5.1.1)", (KAY, "5.1.1")),
    ("Could not deliver to flow@acme.example: <flow@acme.example>:", ("flow@acme.example", None)),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_texts(text: str, expected: tuple[str, str | None]) -> None:
    head = (
        "From: MAILER-DAEMON@mx.client.example\r\nTo: flow@acme.example\r\n"
        "Subject: failure notice\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    bounce = parse((head + text).encode()).bounce
    assert bounce is not None
    assert (bounce.recipient, bounce.status) == expected


HOSTILE = [
    "following address\n", "<a@", "550 ", " ", "a@b.", "\n\n \n" + " " * 40, "to: ",
    "Final-Recipient: x\n", " a\n",
    "Received: from\n", "following address          \n\n", "rcpt to: <a", "550 5.1.1 ", "收a@b的",
    "for <a@b> ", '"a', "(expanded from: ", "following\n a.b.", "deliver to ", "user a ",
    "To: a\n ",
]  # fmt: skip


@pytest.mark.parametrize("fragment", HOSTILE)
@pytest.mark.parametrize("where", ["text", "report"])
def test_a_hostile_megabyte(fragment: str, where: str) -> None:
    def opened(size: int) -> tuple[Message, str]:
        text = repeated(fragment)(size)
        message, _ = read_message(report(text) if where == "report" else report("x: y", text))
        return message, body_text(message, []).text

    def read(bounce: tuple[Message, str]) -> None:
        assert read_bounce(*bounce)[0]

    stays_linear(read, opened)
