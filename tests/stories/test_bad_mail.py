"""Nothing automatic is answered, nothing forged is obeyed, nothing broken stops the rest."""

from __future__ import annotations

import email.policy
import json

import pytest

from tests.stories.office import FLOW, Office, whole


def opened(office: Office) -> str:
    office.anna.writes("[ISSUE][PORTAL] login fails", "Since this morning.")
    office.runs()
    office.anna.reads(kind="receipt")
    return "PORTAL-1"


def test_a_forged_owner_changes_nothing_and_the_coordinator_hears_of_it(office: Office) -> None:
    ref = opened(office)
    task = office.ma.reads(ref)
    office.ma.replies(task, "done", verdict="fail")
    office.runs()
    assert office.record(ref)["state"] == "open"
    office.chen.reads("ma.jun@acme.example", kind="question")


def test_a_stranger_is_not_told_anything(office: Office) -> None:
    ref = opened(office)
    office.ma.reads(ref)
    mallory = office.stranger("mallory@evil.example", "ma.jun@acme.example")
    mallory.writes(f"Re: [{ref}] login fails", "/owner mallory@evil.example")
    office.runs()
    assert office.record(ref)["owner"] == "ma.jun@acme.example"
    assert mallory.unread == []
    office.chen.reads("mallory@evil.example", kind="question")


def test_two_addresses_in_from(office: Office) -> None:
    ref = opened(office)
    office.ma.reads(ref)
    both = "ma.jun@acme.example, mallory@evil.example"
    office.ma.writes(f"Re: [{ref}] x", "done", headers={"From": both})
    office.runs()
    assert office.record(ref)["state"] == "open"
    office.chen.reads(kind="question")


def test_an_auto_reply_is_never_answered(office: Office) -> None:
    ref = opened(office)
    task = office.ma.reads(ref)
    headers = {"Auto-Submitted": "auto-replied", "In-Reply-To": str(task["Message-ID"])}
    office.ma.writes(f"自动回复: {task['Subject']}", "我在休假。", headers=headers)
    office.ma.writes(f"自动回复: {task['Subject']}", "我在休假，回来以后处理。")
    office.runs()
    assert office.record(ref)["state"] == "open"
    assert len(office.record(ref)["events"]) == 1


def test_a_robot_without_any_header_is_answered_once(office: Office) -> None:
    ref = opened(office)
    office.anna.reads_everything()
    for _ in range(10):
        for mail in office.ma.reads_everything():
            office.ma.replies(mail, "I am out of the office until Monday.", quote=False)
        office.runs()
    mails = office.smtp.of(office.ma.address)
    assert len(mails) <= 3
    assert office.record(ref)["state"] == "open"
    office.anna.reads("out of the office")


def test_a_bounce_is_told_to_the_coordinator(office: Office) -> None:
    ref = opened(office)
    task = office.ma.reads(ref)
    office.deliver(
        (
            "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.acme.example>\r\n"
            f"To: {FLOW}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
            "Message-ID: <b1@mx.acme.example>\r\nMIME-Version: 1.0\r\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n"
            "--B\r\nContent-Type: text/plain\r\n\r\nUser unknown\r\n"
            "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
            "Reporting-MTA: dns; mx.acme.example\r\n\r\n"
            "Final-Recipient: rfc822; ma.jun@acme.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            "\r\n--B\r\nContent-Type: text/rfc822-headers\r\n\r\n"
            f"Message-ID: {task['Message-ID']}\r\nSubject: x\r\n\r\n--B--\r\n"
        ).encode()
    )
    office.runs()
    assert "5.1.1" in whole(office.chen.reads("ma.jun@acme.example", kind="notice"))
    assert all("daemon" not in letter.recipient for letter in office.smtp.letters)


def test_the_same_mail_twice_and_by_two_ways_counts_once(office: Office) -> None:
    mail = office.anna.writes("[ISSUE][PORTAL] login fails", "Since this morning.")
    office.deliver(mail)
    office.runs()
    office.deliver(b"Received: from elsewhere by another.example; now\r\n" + raw(mail))
    (office.folder / "again.eml").write_bytes(raw(mail))
    office.command("import", str(office.folder / "again.eml"))
    office.runs()
    assert len(office.records()) == 1
    office.ma.reads("PORTAL-1")
    office.anna.reads("PORTAL-1")


def test_the_same_message_id_with_other_content_is_another_mail(office: Office) -> None:
    headers = {"Message-ID": "<one@mail.example>"}
    office.anna.writes("[ISSUE][PORTAL] login", "It fails.", headers=headers)
    office.anna.writes("[ISSUE][PORTAL] logout", "It fails, too.", headers=headers)
    office.runs()
    assert len(office.records()) == 2
    for person in (office.anna, office.ma, office.tom):
        person.reads_everything()


def test_garbage_is_quarantined_and_the_rest_goes_on(office: Office) -> None:
    office.deliver(b"\xff\xfe\x00garbage without any header")
    office.deliver(b'From: x\r\nContent-Type: multipart/mixed; boundary="\r\n\r\n--\r\n')
    opened(office)
    office.ma.reads("PORTAL-1")
    listed = office.command("quarantine", "list", "--json").splitlines()
    assert len(listed) == 2
    assert all("sender" in json.loads(line)["reason"] for line in listed)
    office.chen.reads_everything()


@pytest.mark.config(extra="size_limit = 20000")
def test_a_mail_over_the_size_limit_is_told_to_its_sender(office: Office) -> None:
    office.anna.writes("[ISSUE][PORTAL] huge", "x" * 70 + "\n" + ("y" * 70 + "\n") * 1000)
    office.runs()
    assert office.records() == []
    assert "huge" in whole(office.anna.reads(kind="receipt"))


def test_a_subject_cannot_inject_headers(office: Office) -> None:
    subject = "=?utf-8?q?=5BISSUE=5D=5BPORTAL=5D_login=0D=0ABcc=3A_mallory=40evil=2Eexample?="
    office.deliver(
        f"From: Anna Berg <anna.berg@acme.example>\r\nTo: {FLOW}\r\nSubject: {subject}\r\n"
        "Authentication-Results: mx.acme.example; dmarc=pass header.from=acme.example\r\n"
        "Message-ID: <inj@mail.example>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0800\r\n\r\n"
        "login\r\n".encode()
    )
    office.runs()
    assert all(letter.mail["Bcc"] is None for letter in office.smtp.letters)
    assert all(letter.recipient.endswith("@acme.example") for letter in office.smtp.letters)
    office.ma.reads("PORTAL-1")
    office.anna.reads("PORTAL-1")


def raw(mail: object) -> bytes:
    return mail.as_bytes(policy=email.policy.SMTP)  # type: ignore[attr-defined,no-any-return]
