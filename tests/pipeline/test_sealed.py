"""Encrypted mails wait in quarantine; whoever sent one is told, unless it may be a forger."""

from __future__ import annotations

import pytest

from mailflow.workflow.model import Person
from tests.conftest import SQLITE_FIRST
from tests.pipeline.desk import Desk, mail_of
from tests.workflow.company import ANNA, MA

pytestmark = SQLITE_FIRST

ARMOUR = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----\n"
STRANGER = Person(99, "Mallory", ("mallory@evil.example",), "en", "UTC")
FAILED = ("Authentication-Results", "mx.acme.example; dmarc=fail header.from=acme.example")


def told(desk: Desk, person: Person) -> list[str]:
    """Why somebody is written to."""
    reasons = [r for n in desk.notices() if n.person_id == person.id for r in n.reasons]
    return [str(reason.get("refusal") or reason["reason"]) for reason in reasons]


def only_state(desk: Desk) -> tuple[str, str]:
    [(state, reason)] = desk.states()
    return state, reason or ""


@pytest.mark.parametrize("subject", ["[ISSUE][PORTAL] gate", "Re: gate", "hello"])
def test_an_encrypted_mail_is_quarantined_and_its_sender_told(desk: Desk, subject: str) -> None:
    desk.put(mail_of(ANNA, subject, ARMOUR))
    desk.work()
    state, reason = only_state(desk)
    assert (state, reason.split(":")[0]) == ("quarantined", "encrypted")
    assert desk.records() == []
    assert told(desk, ANNA) == ["encrypted"]
    assert desk.compose() >= 1


def test_nobody_is_told_of_a_mail_that_they_may_not_have_sent(desk: Desk) -> None:
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] gate", ARMOUR, [FAILED]))
    desk.work()
    assert only_state(desk)[0] == "quarantined"
    assert told(desk, ANNA) == []


def test_a_stranger_is_not_written_to(desk: Desk) -> None:
    desk.put(mail_of(STRANGER, "hello", ARMOUR))
    desk.work()
    assert only_state(desk)[0] == "quarantined"
    assert told(desk, STRANGER) == []


def test_an_encrypted_command_is_no_command(desk: Desk) -> None:
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] gate", "stuck"))
    desk.work()
    before = desk.columns(desk.records()[0])
    raw = (
        "Authentication-Results: mx.acme.example; dmarc=pass header.from=acme.example\r\n"
        f"From: {MA.address}\r\nSubject: Re: [PORTAL-1] gate\r\nMessage-ID: <e@acme.example>\r\n"
        'Content-Type: multipart/encrypted; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\n/status resolved\r\n--b--\r\n"
    ).encode()
    desk.put(raw)
    desk.work()
    assert desk.states()[-1][0] == "quarantined"
    assert desk.columns(desk.records()[0]) == before


def test_what_is_not_encrypted_goes_on(desk: Desk) -> None:
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] gate", "What is this?\n\n" + ARMOUR))
    desk.work()
    assert len(desk.records()) == 1
