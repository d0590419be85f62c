"""Our own DKIM check: what counts, what does not, and that nothing hostile costs much."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailflow.verification.signatures import MOST_SIGNATURES, NoAnswer, check
from tests.verification.signing import BODY, FIELDS, key

ANNA = "anna@acme.example"
MAIL = (
    b"From: Anna Berg <anna@acme.example>\r\nTo: flow@acme.example\r\n"
    b"Subject: [ISSUE] login\r\nDate: Mon, 23 Nov 2026 09:00:00 +0800\r\n"
    b"Message-ID: <one@acme.example>\r\n\r\nIt fails.  \r\n\tSince today.\r\n\r\n"
)
NAME = "s1._domainkey.acme.example."
BOTH = ((b"relaxed", b"relaxed"), (b"simple", b"simple"), (b"relaxed", b"simple"))


class Zone:
    """Says the same of every name; `asked` is what it was asked."""

    def __init__(self, record: bytes | None = None) -> None:
        self.record = key().record if record is None else record
        self.asked: list[str] = []

    def __call__(self, name: str) -> bytes | None:
        self.asked.append(name)
        return self.record


def found(mail: bytes, record: bytes | None = None, sender: str = ANNA) -> str:
    """The last verdict; "" where no signature speaks for the sender."""
    zone = {NAME: key().record if record is None else record}
    return next((said for said, _ in reversed(check(mail, sender, zone.get))), "")


@pytest.mark.parametrize("canonicalize", BOTH)
def test_a_good_signature_passes(canonicalize: tuple[bytes, bytes]) -> None:
    signed = key().sign(MAIL, canonicalize=canonicalize)
    assert check(signed, ANNA, {NAME: key().record}.get) == [("pass", "acme.example")]


def test_it_passes_with_the_lines_of_the_last_server_on_top() -> None:
    assert found(b"Return-Path: <x@y.example>\r\nDelivered-To: flow\r\n" + key().sign(MAIL)) == (
        "pass"
    )


def test_a_domain_above_the_sender_speaks_for_it() -> None:
    mail = MAIL.replace(b"anna@acme", b"anna@mail.acme")
    assert found(key().sign(mail), sender="anna@mail.acme.example") == "pass"


CHANGED: dict[str, Callable[[bytes], bytes]] = {
    "the body": lambda mail: mail.replace(b"fails", b"works"),
    "more below": lambda mail: mail + b"/owner mallory\r\n",
    "the subject": lambda mail: mail.replace(b"login", b"logout"),
    "the sender": lambda mail: mail.replace(b"Anna Berg", b"Ma Jun"),
    "the signature": lambda mail: mail.replace(b"i=@acme", b"i=@x.acme"),
}


@pytest.mark.parametrize("what", CHANGED)
def test_what_was_changed_fails(what: str) -> None:
    assert found(CHANGED[what](key().sign(MAIL))) == "fail"


NOT_LOOKED_AT: dict[str, Callable[[], bytes]] = {
    "no signature": lambda: MAIL,
    "of another domain": lambda: key().sign(MAIL, domain="evil.example"),
    "of a look-alike": lambda: key().sign(MAIL, domain="evilacme.example"),
    "of a domain below": lambda: key().sign(MAIL, domain="mail.acme.example"),
    "of a whole top-level domain": lambda: key().sign(MAIL, domain="example"),
    "over a part of the body": lambda: key().sign(MAIL, length=True),
    "by SHA-1": lambda: key().sign(MAIL, algorithm=b"rsa-sha1"),
    "not over the subject": lambda: key().sign(MAIL, fields=["from", "date", "message-id", *BODY]),
    "not over the Message-ID": lambda: key().sign(MAIL, fields=["from", "date", "subject", *BODY]),
    "with a second From on top": lambda: b"From: chen@acme.example\r\n" + key().sign(MAIL),
    "with a second From below": lambda: key().sign(
        MAIL.replace(b"\r\n\r\n", b"\r\nFrom: chen@acme.example\r\n\r\n", 1)
    ),
    "with a second Subject on top": lambda: b"Subject: [ISSUE] x\r\n" + key().sign(MAIL),
    "with a second Content-Type": lambda: key().sign(
        b"Content-Type: text/plain\r\ncontent-type: text/html\r\n" + MAIL
    ),
    "with a line end that not all see": lambda: key().sign(
        MAIL.replace(b"To: flow", b"To: x\rFrom: chen@acme.example\r\r flow")
    ),
    "without an end of its header": lambda: b"From: anna@acme.example\r\nSubject: x",
    "with a line that is no field": lambda: b"garbage\r\n" + key().sign(MAIL),
    "with a header of more than we read": lambda: b"X: y\r\n" * 20_000 + key().sign(MAIL),
    "with more fields than there are": lambda: b"X:\r\n" * 2_000 + key().sign(MAIL),
    "by a signature of 9,000 octets": lambda: key().sign(MAIL, fields=[*FIELDS, "x" * 9_000]),
}


@pytest.mark.parametrize("what", NOT_LOOKED_AT)
def test_what_speaks_for_nobody_is_not_asked_about(what: str) -> None:
    zone = Zone()
    assert check(NOT_LOOKED_AT[what](), ANNA, zone) == []
    assert zone.asked == []


# An answer above what it quotes, as its server signed it: without what says how to read its body.
HEADER = MAIL.partition(b"\r\n\r\n")[0]
ANSWER = b"No.\r\n\r\n-----Original Message-----\r\nFrom: eve@evil.example\r\n\r\nPlease\r\n"
INSIDE = b"--eve\r\nContent-Type: text/plain\r\n\r\n/owner eve\r\n--eve--\r\n"
PARTS = b"--own\r\nContent-Type: text/plain\r\n\r\n" + ANSWER + INSIDE + b"--own--\r\n"
UNCOVERED = [name for name in FIELDS if name not in BODY]
READ_AS: dict[str, tuple[bytes, bytes, str]] = {
    "its own parts": (b"multipart/mixed; boundary=own", PARTS, "pass"),
    "its own parts below the usual line": (
        b'multipart/alternative; boundary="own"',
        b"This is a multi-part message in MIME format.\r\n\r\n" + PARTS,
        "pass",
    ),
    "parts that begin in the quote": (b"multipart/mixed; boundary=eve", ANSWER + INSIDE, ""),
    "the parts of its parts": (b"multipart/mixed; boundary=eve", PARTS, ""),
    "HTML, where line ends are none": (b"text/html", ANSWER + b"<div>/owner eve</div>\r\n", ""),
    "plain text": (b"text/plain", ANSWER, ""),
    "another encoding": (
        b"text/plain\r\nContent-Transfer-Encoding: base64",
        ANSWER + b"L293bmVyIGV2ZQ==\r\n",
        "",
    ),
    "parts in another encoding": (
        b"multipart/mixed; boundary=own\r\nContent-Transfer-Encoding: quoted-printable",
        PARTS,
        "",
    ),
}


@pytest.mark.parametrize("what", READ_AS)
def test_what_says_how_a_body_is_read_is_signed_or_cannot_be_another(what: str) -> None:
    """Else words that somebody only quoted could be made their own."""
    content, body, expected = READ_AS[what]
    mail = HEADER + b"\r\nContent-Type: " + content + b"\r\n\r\n" + body
    assert found(key().sign(mail, fields=UNCOVERED)) == expected
    assert found(key().sign(mail)) == "pass"


def test_a_content_type_that_was_taken_away() -> None:
    assert found(key().sign(MAIL, fields=UNCOVERED)) == ""


def test_only_for_the_sender_that_was_read() -> None:
    assert found(key().sign(MAIL), sender="chen@acme.example") == ""


def test_from_must_be_signed() -> None:
    signed = key().sign(MAIL).replace(b"from : ", b"", 1)
    assert b"h=subject" in signed
    assert found(signed) == ""


KEYS = {
    "none": b"",
    "another's": key(1024, 1).record,
    "revoked": b"v=DKIM1; k=rsa; p=",
    "tried out": key().record + b"; t=y",
    "of another kind": key().record.replace(b"k=rsa", b"k=dsa"),
    "of another version": key().record.replace(b"DKIM1", b"DKIM2"),
    "cut": key().record[:-20],
    "no base64": b"v=DKIM1; p=!!!",
    "garbage": b"\xff\x00;;==",
    "huge": key().record + b"; n=" + b"x" * 5_000,
}


@pytest.mark.parametrize("what", KEYS)
def test_a_key_that_does_not_count(what: str) -> None:
    assert found(key().sign(MAIL), KEYS[what]) == "fail"


def test_a_key_of_less_than_1024_bits_is_refused() -> None:
    assert found(key(768).sign(MAIL), key(768).record) == "fail"


def test_a_key_for_the_very_domain_only() -> None:
    record = key().record + b"; t=s"
    assert found(key().sign(MAIL), record) == "pass"
    assert found(key().sign(MAIL, identity="@mail.acme.example"), record) == "fail"


def test_the_second_signature_may_be_the_good_one() -> None:
    good = key().sign(MAIL)
    assert found(key(1024, 1).sign(good)) == "pass"
    assert found(key().sign(good, domain="list.example")) == "pass"


def test_of_many_signatures_only_some_are_tried() -> None:
    signed = key().sign(MAIL)
    header = signed[: signed.index(b"From:")].replace(b"bh=", b"bh=AAAA")
    zone = Zone()
    check(header * 20 + signed, ANNA, zone)
    assert len(zone.asked) == MOST_SIGNATURES


def test_a_dns_that_does_not_answer_is_said() -> None:
    def silent(name: str) -> bytes | None:
        raise NoAnswer(name)

    assert check(key().sign(MAIL), ANNA, silent) == [("temperror", "acme.example")]


HOSTILE = [
    b"a" + b" " * 290_000 + b"b\r\n",
    b"\t " * 140_000 + b"\r\n",
    b"\r\n" * 100_000,
    b"a \r\n" * 100_000,
]


@pytest.mark.parametrize("body", HOSTILE)
def test_spaces_cost_little(body: bytes) -> None:
    """The library alone takes minutes for the first of them."""
    assert found(key().sign(MAIL).replace(b"It fails.", body)) == "fail"


def test_very_many_spaces_are_not_looked_at() -> None:
    assert found(key().sign(MAIL) + b" x" * 400_000) == ""


@pytest.mark.parametrize("value", [b"b=" + b"\n " * 4_000, b"v=1;b" + b" " * 4_000, b"i=;" * 2_000])
def test_hostile_signatures_cost_little(value: bytes) -> None:
    assert found(b"DKIM-Signature: d=acme.example; " + value + b"\r\n" + MAIL) == ""


TAG = st.tuples(st.sampled_from("vabdhsiltqxc"), st.binary(max_size=12))


@settings(max_examples=150)
@given(st.lists(TAG, max_size=14), st.binary(max_size=60))
def test_whatever_a_signature_says_nothing_breaks(
    tags: list[tuple[str, bytes]], record: bytes
) -> None:
    whole = {"v": b"1", "a": b"rsa-sha256", "b": b"AAAA", "bh": b"AAAA", "d": b"acme.example"}
    whole |= {"h": b"from:subject:date:message-id", "s": b"s1"} | dict(tags)
    value = b"; ".join(name.encode() + b"=" + said for name, said in whole.items())
    mail = b"DKIM-Signature: " + value + b"\r\n" + MAIL
    for said in (record, b"p=" + base64.b64encode(record)):
        assert "pass" not in dict(check(mail, ANNA, Zone(said)))
