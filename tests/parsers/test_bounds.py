"""Mails that are deeper, more crowded or longer than any that people send are read in part."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from parsers import parse
from parsers.structure import bounded

from .scale import MEGABYTE
from .writing import plain, raw

HEAD = b"From: a@b.example\nSubject: [ISSUE] x\n"
SIZE = MEGABYTE


def nested(depth: int) -> bytes:
    marks = range(depth)
    opened = (b"Content-Type: multipart/mixed; boundary=x%d\n\n--x%d\n" % (i, i) for i in marks)
    return HEAD + b"".join(opened) + b"\nhello\n" + b"--y\n" * 100


@pytest.mark.parametrize(
    ("source", "defect"),
    [
        (nested(5_000), "parts too deep in each other"),
        (nested(5_000).replace(b"\n", b"\r"), "parts too deep in each other"),
        (nested(5_000).replace(b"\n", b"\r\n"), "parts too deep in each other"),
        (
            HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\na\n" * 20_000,
            "too many parts",
        ),
        (HEAD + b"Content-Type: message/rfc822\n\n" * 5_000, "unreadable MIME structure"),
        (HEAD + b"\n" + b"so it goes on\n" * 100_000, "overlong text"),
        (
            HEAD + b"Content-Type: text/html\n\n<p>" + b"so it goes on " * 300_000,
            "overlong text",
        ),
    ],
    ids=["deep", "deep-cr", "deep-crlf", "parts", "mails", "text", "html"],
)
def test_what_is_too_much_is_read_in_part(source: bytes, defect: str) -> None:
    mail = parse(source)
    assert defect in mail.defects
    assert (mail.senders[0].address, mail.tags) == ("a@b.example", ("ISSUE",))
    assert len(mail.text) <= 1_000_000


HIDDEN = {
    "in pieces": (b"boundary*0=x; boundary*1=%d", b"x%d"),
    "in a charset": (b"boundary*=us-ascii''x%d", b"x%d"),
    "behind spaces": (b'boundary        ="x%d"', b"x%d"),
    "folded": (b"boundary=\n x%d", b"x%d"),
    "with a space": (b"boundary=x %d", b"x %d"),
    "with a quote": (b'boundary="x\\"%d"', b'x"%d'),
    "with one quote": (b'boundary="x%d', b'"x%d'),
    "with more behind it": (b'boundary="x"%d', b'"x"%d'),
    "long": (b"boundary=" + b"z" * 250 + b"%d", b"z" * 250 + b"%d"),
}


@pytest.mark.parametrize("how", HIDDEN)
def test_no_way_to_write_a_boundary_hides_how_deep_it_is(how: str) -> None:
    field, line = HIDDEN[how]
    part = b"Content-Type: multipart/mixed; " + field + b"\n\n--" + line + b"\n"
    source = HEAD + b"".join(part.replace(b"%d", b"%d" % number) for number in range(70))
    assert bounded(source)[1] == "parts too deep in each other"


def test_the_more_lines_the_less_deep() -> None:
    """Each line is compared with all boundaries that are open."""
    source = nested(30)
    assert bounded(source) == (source, None)
    assert bounded(source + b"x\n" * 200_000)[1] == "parts too deep in each other"


def test_a_log_with_boundaries_is_read_to_its_end() -> None:
    lines = (f'{n}: Content-Type: multipart/mixed; boundary="b{n}"' for n in range(100))
    mail = parse(plain("\n".join([*lines, "What is that?"])))
    assert mail.text.endswith("What is that?")
    assert mail.defects == parse(plain("What is that?")).defects


@pytest.mark.parametrize("name", ["X-Any", "To", "Received", "Authentication-Results", "From"])
def test_a_hundred_thousand_header_fields(name: str) -> None:
    field = f"{name}: b@c.example\n".encode()
    mail = parse(HEAD + field * (SIZE // 10) + b"\nhello\n")
    assert mail.text == "hello"
    assert len(mail.to) <= 100
    assert mail.senders[0].address == "a@b.example"
    assert (len(mail.senders) > 1) is (name == "From")


@pytest.mark.parametrize("start", [b"X: ", b"Subject: ", b"From: a@b.example "])
@pytest.mark.parametrize("filling", [b"y", b"y\n ", b"=?utf-8?q?a?= ", b"\0", b"\xff"])
def test_a_header_without_end(start: bytes, filling: bytes) -> None:
    mail = parse(b"From: a@b.example\n" + start + filling * (SIZE // len(filling)))
    assert mail.senders[0].address == "a@b.example"
    assert len(mail.subject) <= 60_000


@pytest.mark.parametrize(
    "written",
    [
        "0 Jan 0000 00:00",
        "1 Jan 99999 00:00",
        "1 Jan 0001 00:00",
        "31 Dec 9999 23:59:59 -2359",
        "99 Foo 2026 99:99:99 +9999",
        "\0",
        "1 Jan 2026 00:00 +99999999",
    ],
)
def test_dates_that_are_none(written: str) -> None:
    forward = f"From: c@client.example\nDate: {written}\nSubject: y\n\nhello"
    text = f"/due {written}\n\n---------- Forwarded message ---------\n{forward}"
    mail = parse(plain(text, f"Date: {written}\r\n"))
    assert mail.forwarded is not None
    for found in (mail.date, mail.forwarded.date):
        assert found is None or 1970 < found.year < 2100
    assert [command.name for command in mail.commands] == ["due"]


HARMFUL = ["a\0b", "undefined", "idna", "punycode", "unicode_escape", "rot13", "zlib", "x" * 9_000]
KINDS = ["text/plain", "text/html", "message/rfc822", "message/delivery-status", "text/calendar"]


@pytest.mark.parametrize("around", ["", "multipart/mixed", "multipart/report"])
@pytest.mark.parametrize("kind", [*KINDS, "application/x", "multipart/mixed"])
@pytest.mark.parametrize("charset", HARMFUL)
def test_charsets_that_name_no_codec(charset: str, kind: str, around: str) -> None:
    part = f'Content-Type: {kind}; charset="{charset}"\n\n'.encode() + b"h\xe4llo\n"
    if around:
        part = f"Content-Type: {around}; boundary=x\n\n--x\n".encode() + part + b"\n--x--\n"
    for sender in (b"a@b.example", b"MAILER-DAEMON@b.example"):
        mail = parse(b"From: " + sender + b"\n" + part)
        assert mail.senders[0].address == sender.decode()


def digest_of(mails: int) -> bytes:
    """Many mails attached side by side, each with parts of its own."""
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "a@b.example", "Fwd: all of them"
    outer.set_content("please read")
    for number in range(mails):
        inner = EmailMessage()
        inner["From"] = f"c{number}@client.example"
        inner.set_content("x")
        inner.add_alternative("<p>x", subtype="html")
        outer.add_attachment(inner)
    return outer.as_bytes()


def test_many_attached_mails_are_no_deep_ones() -> None:
    source = digest_of(150)
    assert bounded(source) == (source, None)
    assert len(parse(source).attachments) == 150


def test_what_people_send_is_left_alone() -> None:
    rules = plain("\n".join(f"{'-' * 30}\nboundary = {n}" for n in range(59)))
    for source in (raw("hello"), raw(html="<p>x"), rules):
        assert bounded(source) == (source, None)
