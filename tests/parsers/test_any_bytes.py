"""Any bytes give a mail, soon; composed mails come back."""

from __future__ import annotations

import json
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import Mail, parse, parse_header_only
from parsers.as_json import as_json

from .scale import stays_linear
from .writing import plain

PIECES = [
    b"From: ", b"a <a@b.example>", b"\r\n", b"\n\n", b"Subject: ", b"=?utf-8?b?", b"?=", b"> ",
    b"/due ", b"Content-Type: multipart/mixed; boundary=x\n\n", b"--x\n", b"--x--\n", b"Date: ",
    b"Content-Type: text/html\n\n", b"<div class=gmail_quote>", b"<blockquote>",
    b"On Mon, 5 May 2026 x wrote:\n", b"-----Original Message-----\n",
    b"---------- Forwarded message ---------\n", b"Content-Transfer-Encoding: base64\n",
    b"Content-Type: message/rfc822\n\n", b"Content-Type: message/delivery-status\n\n",
    b"\xb1\xa8\xb1\xed", b"\xe6\x8a\xa5", b"Final-Recipient: rfc822; a@b.example\n",
    b"begin 644 x\n", b"charset=", b"[", b"]", b"filename*=utf-8''", b"%",
]  # fmt: skip
BYTES = st.one_of(
    st.binary(max_size=400), st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join)
)


@settings(max_examples=150, deadline=None)
@given(BYTES)
def test_any_bytes_give_a_mail(source: bytes) -> None:
    mail = parse(source)
    assert isinstance(mail, Mail)
    json.dumps(as_json(mail)).encode()
    assert not any(c in mail.subject for c in "\r\n\x00\u2028")
    assert parse(source) == mail


WORD = st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=12)
LINES = st.lists(st.lists(WORD, min_size=3, max_size=8).map(" ".join), min_size=1, max_size=5).map(
    "\n".join
)


@settings(max_examples=60, deadline=None)
@given(LINES, LINES, WORD)
def test_composed_mails_come_back(own: str, theirs: str, name: str) -> None:
    message = EmailMessage()
    message["From"] = "sara@acme.example"
    message["Subject"] = f"[ISSUE] {name}"
    message.set_content(own)
    mail = parse(message.as_bytes())
    assert mail.text == own
    assert mail.title == name

    quote = "\n".join(f"> {line}" for line in theirs.split("\n"))
    replied = f"{own}\n\nOn Mon, 23 Nov 2026 at 10:00, Ann <a@b.example> wrote:\n{quote}\n"
    assert parse(plain(replied)).reply_text == parse(plain(own)).reply_text

    forwarded = (
        f"{own}\n\n---------- Forwarded message ---------\nFrom: {name} <a@b.example>\n"
        f"Date: Mon, 23 Nov 2026 10:00\nSubject: {name}\n\n{theirs}\n"
    )
    found = parse(plain(forwarded)).forwarded
    assert found is not None
    assert (found.body, found.subject) == (theirs, name)


def hostile(size: int) -> list[bytes]:
    return [
        b"\n\n" + b"From: a@b.c\n" * (size // 12),
        b"\n\n" + b"On Mon 5 May 2012\n" * (size // 18),
        b"\n\nx\nOn Mon 5 May 2012 a@b wrote:\n> a\n" + b"b\n" * (size // 2),
        b"\n\n" + b">" * size,
        b"\n\n" + b"-" * size,
        b"\n\n" + b"--\nx\n" * (size // 5),
        b"\n\nx\n\n" + b"Sent from my iPhone\n\n" * (size // 21),
        b"Subject: " + b"Re: [A] " * (size // 8) + b"\n\n",
        b"To: " + b'"' * size + b"\n\n",
        b"Content-Type: " + b"a;" * (size // 2) + b"\n\nx",
        b"Content-Type: multipart/mixed" + b";\n a=b" * (size // 6) + b"\n\nx",
        b"To: " + b"'a " * (size // 3) + b"\n\n",
        b"Authentication-Results: " + b'(;"' * (size // 3) + b"\n\n",
        b"Content-Type: text/html\n\n" + b"<div>" * (size // 5),
        b"Content-Type: text/html\n\n<a " + b"b=1 " * (size // 4) + b">",
        b"Content-Type: text/html\n\n" + b"<blockquote>" * (size // 12),
        b"Content-Type: text/html\n\n" + b"<" * size,
        b"".join(
            b"Content-Type: multipart/mixed; boundary=x%d\n\n--x%d\n" % (i, i)
            for i in range(size // 333)
        ),
        b"From: MAILER-DAEMON@x.y\nSubject: Undelivered Mail\n\n"
        + b"following address\n \n" * (size // 20),
        b"From: MAILER-DAEMON@x.y\nSubject: Undelivered Mail\n\n" + b" " * size,
        b"Content-Type: MESSAGE/DELIVERY-STATUS\n\n" + b"a:\n\n" * (size // 4),
    ]


@pytest.mark.parametrize("index", range(len(hostile(0))))
def test_hostile_mails_take_linear_time(index: int) -> None:
    stays_linear(parse, lambda size: hostile(size)[index])


def test_header_only() -> None:
    mail = parse_header_only(b"From: a@b.example\r\nSubject: [ISSUE] x\r\n\r\n")
    assert (mail.tags, mail.text) == (("ISSUE",), "")
