"""The octets of a mail: what stands in a header is what was put there, however hostile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailflow.outbox.letter import Letter, is_message_id, octets
from mailflow.outbox.view import CalendarFile
from mailflow.outbox.words import one_line
from parsers import parse

PLAIN = Letter(
    sender_name="Customer portal (mailflow)",
    sender="flow@acme.example",
    reply_to="flow@acme.example",
    name="Anna Berg",
    address="anna@acme.example",
    subject="[PORTAL-1] Cannot log in",
    kind="notice",
    message_id="mf.1.2.abc@acme.example",
    answers=None,
    references=(),
    list_id="portal.flow.acme.example",
    date=datetime(2026, 11, 23, 1, tzinfo=UTC),
    text="Grüße\n-- \nmailflow\n",
    html="<p>Grüße</p>\n",
)
NAMES = {
    "from",
    "to",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "list-id",
    "auto-submitted",
    "x-auto-response-suppress",
    "x-mailflow-kind",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
}


def made(**changed: Any) -> EmailMessage:
    mail = message_from_bytes(octets(replace(PLAIN, **changed)), policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_its_header() -> None:
    mail = made()
    assert mail["From"] == '"Customer portal (mailflow)" <flow@acme.example>'
    assert mail["To"] == "Anna Berg <anna@acme.example>"
    assert mail["Date"] == "Mon, 23 Nov 2026 01:00:00 +0000"
    assert mail["Message-ID"] == "<mf.1.2.abc@acme.example>"
    assert mail["List-Id"] == "<portal.flow.acme.example>"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["X-Mailflow-Kind"] == "notice"
    assert [mail[n] for n in ("Reply-To", "In-Reply-To", "References", "Precedence")] == [None] * 4


def test_both_texts_as_they_were() -> None:
    mail = made()
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    contents = [part.get_content().replace("\r\n", "\n") for part in mail.iter_parts()]
    assert contents == [PLAIN.text, PLAIN.html]


def test_lines_end_in_crlf_are_short_and_ascii() -> None:
    raw = octets(replace(PLAIN, text="长" * 5000 + "\n", html="x" * 5000 + "\n"))
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    ("kind", "says"),
    [("receipt", "auto-replied"), ("notice", "auto-generated"), ("digest", "auto-generated")],
)
def test_it_says_that_a_program_wrote_it(kind: str, says: str) -> None:
    assert made(kind=kind)["Auto-Submitted"] == says


def test_reply_to_only_where_it_differs() -> None:
    assert made(reply_to="flow+mf.1.2.ab@acme.example")["Reply-To"].addresses[0].addr_spec == (
        "flow+mf.1.2.ab@acme.example"
    )


def test_long_message_ids_are_not_broken() -> None:
    long = "A" * 200 + "/=+$'@" + "b" * 60 + ".example"
    raw = octets(replace(PLAIN, answers=long, references=("one@x.example", long, long)))
    head = raw.split(b"\r\n\r\n")[0]
    assert f"\r\nIn-Reply-To: <{long}>\r\n".encode() in head
    assert f"\r\nReferences: <one@x.example>\r\n <{long}>\r\n".encode() in head


@pytest.mark.parametrize(
    "hostile",
    ["", "a", "a b@x", "a@x>\r\nBcc: <eve@evil.example", "ü@x.example", "x" * 999 + "@y", "<a@b>"],
)
def test_what_is_no_message_id_is_left_out(hostile: str) -> None:
    assert not is_message_id(hostile)
    mail = made(answers=hostile, references=(hostile,))
    assert mail["In-Reply-To"] is None
    assert mail["References"] is None


def test_spaces_between_languages_survive() -> None:
    mixed = "反馈 a bé 文 b:é 😀 [ACME-1] 登录 fails 反 é again 中文 b"
    raw = octets(replace(PLAIN, subject=mixed, sender_name=mixed))
    read = parse(raw)
    assert (read.subject, read.senders[0].name) == (mixed, mixed)


@pytest.mark.parametrize(
    "word",
    [
        "=?utf-8?q?x=0D=0ABcc:_eve=40evil.example=0D=0A=0D=0ABody?=",
        "=?utf-8?b?eA0KQmNjOiBldmVAZXZpbC5leGFtcGxl?=",
        "a=?us-ascii?Q?=0AReply-To:_eve?= =?x?q?=0D?=",
        "登录 =?utf-8?q?x=0D=0ABcc:_y?=",
    ],
)
@pytest.mark.parametrize("sender", ["flow@acme.example", "flöw@acme.example"])
def test_what_looks_like_an_encoded_word_is_none(word: str, sender: str) -> None:
    raw = octets(replace(PLAIN, subject=word, name=word, sender_name=word, sender=sender))
    mail = message_from_bytes(raw, policy=default)
    assert {key.lower() for key in mail} <= NAMES
    assert parse(raw).subject == word
    assert b"\nBcc" not in raw
    assert parse(raw).senders[0].name == word.replace("=?", "= ?")


@settings(max_examples=150)
@given(subject=st.text(max_size=120), name=st.text(max_size=60))
def test_no_subject_and_no_name_adds_a_header(subject: str, name: str) -> None:
    mail = made(subject=subject, name=name, sender_name=name)
    assert {key.lower() for key in mail} <= NAMES
    assert len(mail.keys()) == len(set(mail.keys()))
    assert str(mail["Subject"]).split() == one_line(subject, 250).split()
    assert [a.addr_spec for a in mail["To"].addresses] == ["anna@acme.example"]
    assert [a.addr_spec for a in mail["From"].addresses] == ["flow@acme.example"]


@pytest.mark.parametrize(
    "name", ["Tom O'Neil", "王芳", 'Q "the" R', "Berg, Anna", "a@b.example <x>", "陈" * 80]
)
def test_names_survive(name: str) -> None:
    (reader,) = parse(octets(replace(PLAIN, name=name))).to
    assert (reader.name, reader.address) == (one_line(name, 100), "anna@acme.example")


def test_an_address_beyond_ascii_is_written_in_utf8() -> None:
    raw = octets(replace(PLAIN, address="用户@acme.example", subject="问题"))
    head = raw.split(b"\r\n\r\n")[0].decode("utf-8")
    assert "用户@acme.example" in head
    assert parse(raw).subject == "问题"


def test_a_calendar_is_attached() -> None:
    mail = made(calendar=CalendarFile(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "agenda.ics"))
    (part,) = mail.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "PUBLISH"
    assert part.get_filename() == "agenda.ics"
    assert "VCALENDAR" in part.get_content()
