"""Mails that pretend to be a program's, or that only a program can read: nobody is buried under
them, nothing genuine is lost by them, and no token gets around by them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from mailflow.store.tables import Outgoing
from mailflow.workflow.model import Person
from mailflow.workflow.tokens import TOKEN
from tests.outbox.counter import text_of
from tests.pipeline.desk import Desk, mail_of
from tests.pipeline.test_believed import SAYS, asked, at_work
from tests.workflow.company import ANNA, CHEN, LI, MA, PEOPLE

STRANGER = Person(99, "Mallory", ("mallory@evil.example",), "en", "UTC")
ARMOUR = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----\n"
NOBODY_SAYS = ("Authentication-Results", SAYS["none"])


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Desk]:
    """A desk with PORTAL-1, which Ma owns; everybody has read their mails."""
    desk = at_work(tmp_path)
    yield desk
    desk.database.close()


def after(desk: Desk, *mails: bytes) -> list[Outgoing]:
    """What is composed when these mails come a few minutes after one another."""
    before = len(letters(desk))
    for mail in mails:
        desk.put(mail)
        desk.work()
        desk.compose()
        desk.now += timedelta(minutes=4)
    return letters(desk)[before:]


def letters(desk: Desk) -> list[Outgoing]:
    with desk.database.read() as session:
        return list(session.scalars(select(Outgoing).order_by(Outgoing.id)))


def bounce(number: int, recipient: str, about: str = "", status: str = "5.1.1") -> bytes:
    """RFC 3464, by whoever likes."""
    return (
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@evil.example>\r\n"
        "To: flow@acme.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <b{number}@evil.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n"
        f"--B\r\nContent-Type: text/plain\r\n\r\nUser unknown\r\n{about}\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: {status}\r\n"
        "\r\n--B--\r\n"
    ).encode()


def test_forged_encrypted_mails_do_not_use_up_somebodys_mails(quick: Desk) -> None:
    """Forty receipts would keep the coordinator's questions waiting until tomorrow."""
    forged = [mail_of(CHEN, f"secret {n}", ARMOUR, [NOBODY_SAYS]) for n in range(8)]
    told = after(quick, *forged)
    assert [(mail.person_id, mail.kind) for mail in told] == [(CHEN.id, "question")]
    assert asked(quick) == [(CHEN.id, "confirm")]
    quick.put(quick.answer_of(CHEN, "yes"))
    quick.work()
    assert [state for state, _ in quick.states()[1:]] == ["quarantined"] + ["held"] * 7 + [
        "processed"
    ]


def test_bounces_of_no_mail_of_ours_are_told_once_a_day(quick: Desk) -> None:
    told = after(quick, *(bounce(n, f"x{n}@evil.example") for n in range(5)))
    told += after(quick, *(bounce(10 + n, LI.address) for n in range(5)))
    assert [mail.person_id for mail in told] == [CHEN.id, CHEN.id]
    assert [LI.address in text_of(mail) for mail in told] == [False, True]
    assert [mail.kind for mail in after(quick, mail_of(STRANGER, "hello", "x"))] == ["question"]
    quick.now += timedelta(days=1)
    assert len(after(quick, bounce(20, LI.address), bounce(21, LI.address))) == 1


def test_of_one_mail_a_delay_and_a_failure_are_told(quick: Desk) -> None:
    ours = next(mail.message_id for mail in letters(quick) if mail.person_id == MA.id)
    stages = ["4.4.1", "4.4.7", "5.1.1", "5.1.2"]
    mails = [bounce(n, MA.address, ours, status) for n, status in enumerate(stages)]
    told = after(quick, *mails)
    assert [next(s for s in stages if s in text_of(mail)) for mail in told] == [
        "4.4.1",
        "5.1.1",
    ]


MARKS = ["Auto-Submitted: auto-replied", "X-Autoreply: yes", "X-Mailflow-Kind: receipt"]


@pytest.mark.parametrize("mark", MARKS)
def test_a_marked_copy_that_comes_first_does_not_hide_the_mail(quick: Desk, mark: str) -> None:
    """Anybody can send on a mail that they got, with a mark by which it is left alone."""
    mail = mail_of(MA, "Re: your mail", "done", [("References", "<x@acme.example>")])
    mail = mail.replace(b"Subject: Re: your mail", b"Subject: Re: [PORTAL-1] login")
    quick.put(mark.encode() + b"\r\n" + mail.replace(b"dmarc=pass", b"dmarc=none"))
    quick.work()
    assert [row.record.state for row in quick.records()] == ["open"]
    quick.put(mail, mail)
    quick.work()
    assert [row.record.state for row in quick.records()] == ["resolved"]
    assert quick.states()[-1][0] == "ignored"


@pytest.mark.parametrize("says", ["none", "fail"])
def test_a_doubted_copy_that_comes_first_does_not_hide_the_mail(quick: Desk, says: str) -> None:
    """Nor is it done twice once somebody says that the first one was theirs, too."""
    mail = mail_of(MA, "Re: [PORTAL-1] login", "/note once")
    doubted = mail.replace(SAYS["pass"].encode(), SAYS[says].encode())
    quick.put(doubted, mail, doubted)
    quick.work()
    assert [state for state, _ in quick.states()[1:]] == ["held", "processed", "ignored"]
    quick.compose()
    quick.put(answer_to_question(quick, "yes"))
    quick.work()
    states = [state for state, _ in quick.states()[1:]]
    assert states == ["ignored", "processed", "ignored", "processed"]


def answer_to_question(desk: Desk, words: str) -> bytes:
    asked = next(mail for mail in reversed(letters(desk)) if mail.kind == "question")
    person = next(one for one in PEOPLE if one.id == asked.person_id)
    return mail_of(person, f"Re: {asked.subject}", words, [("In-Reply-To", asked.message_id)])


def test_a_forwarded_token_is_not_kept(quick: Desk) -> None:
    """Programs write the links of a forwarded mail out, and the token with them."""
    ours = next(mail for mail in letters(quick) if mail.person_id == MA.id)
    token = ours.message_id.strip("<>").partition("@")[0]
    text = (
        "look\n\n---------- Forwarded message ---------\nFrom: mailflow <flow@acme.example>\n"
        "Date: Mon, 23 Nov 2026\nSubject: login\nTo: Ma Jun <ma@acme.example>\n\n"
        f"Done <mailto:flow@acme.example?body=done%0A[{token}]>\n"
    )
    for mail in after(
        quick,
        mail_of(MA, "Fwd: [ISSUE][PORTAL] login again", text),
        mail_of(ANNA, "Fwd: [PORTAL-1] login", text),
        mail_of(STRANGER, "Fwd: login", text),
    ):
        assert TOKEN.search(text_of(mail)) is None, mail.subject
    assert "mailto" in (quick.records()[-1].text or "")
    assert TOKEN.search(quick.records()[-1].text or "") is None
