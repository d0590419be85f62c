"""Read receipts, complaints, challenges: sent by programs, and no bounces."""

from __future__ import annotations

import pytest

from parsers import parse

from .writing import plain


def report(kind: str, part: str, sender: str = "ann@client.example") -> bytes:
    return (
        f"From: {sender}\r\nReturn-Path: <>\r\nSubject: Read: gate\r\n"
        f'Content-Type: multipart/report; {kind}boundary="b"\r\n\r\n--b\r\n'
        "Content-Type: text/plain\r\n\r\nYour mail was displayed; it could not be delivered to "
        f"<bo@client.example>: 550 5.1.1\r\n--b\r\nContent-Type: message/{part}\r\n\r\n"
        "Reporting-UA: x\r\nFinal-Recipient: rfc822;ann@client.example\r\n"
        "Feedback-Type: abuse\r\nStatus: 5.0.0\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        "Message-ID: <a@b>\r\nSubject: Undelivered Mail Returned to Sender\r\n\r\nx\r\n--b--\r\n"
    ).encode()


RECEIPT, COMPLAINT = "disposition-notification", "feedback-report"
REPORTS = [
    report(f"report-type={RECEIPT}; ", RECEIPT),
    report(f'report-type="{RECEIPT.upper()}"; ', RECEIPT),
    report("", RECEIPT),
    report(f"report-type={RECEIPT}; ", RECEIPT, "MAILER-DAEMON@mx.example"),
    report(f"report-type={COMPLAINT}; ", COMPLAINT),
    report(f"report-type={COMPLAINT}; ", COMPLAINT, "postmaster@mx.example"),
    report("", COMPLAINT, "MAILER-DAEMON@mx.example"),
]


@pytest.mark.parametrize("source", REPORTS)
def test_reports_about_no_failure_are_no_bounces(source: bytes) -> None:
    mail = parse(source)
    assert (mail.automatic, mail.bounce) == ("auto-reply", None)


def test_a_report_of_a_failure_is_a_bounce() -> None:
    assert parse(report("report-type=delivery-status; ", "delivery-status")).automatic == "bounce"


CHALLENGES = [
    ("X-Boxtrapper: q8fK\r\nSubject: Your email requires verification\r\n", "auto-reply"),
    (
        "X-Delivery-Agent: TMDA/1.1.12 (Macallan)\r\nPrecedence: bulk\r\n"
        "Reply-To: ann-confirm-1.2.3@client.example\r\nSubject: gate\r\n",
        "auto-reply",
    ),
    ("X-Delivery-Agent: TMDA/1.1.12 (Macallan)\r\nSubject: gate\r\n", None),
    ("Subject: Please confirm your message\r\nPrecedence: junk\r\n", "auto-reply"),
    ("Subject: Please confirm your message\r\n", None),
    ("Subject: The gate\r\nPrecedence: bulk\r\n", "list"),
    ("X-AskVersion: 2.5\r\nSubject: gate\r\n", "auto-reply"),
]


@pytest.mark.parametrize(("head", "expected"), CHALLENGES)
def test_challenges(head: str, expected: str | None) -> None:
    assert parse(plain("To deliver your mail, reply to this one.", head)).automatic == expected
