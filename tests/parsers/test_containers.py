"""TNEF and `.msg`; damaged and hostile containers of all sorts."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from compressed_rtf import compress
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import Mailbox, attachment_content, parse
from parsers.rtf import rtf_text

from .outlook_writing import (
    Value,
    attribute,
    msg,
    msg_tree,
    tnef,
    tnef_message,
    winmail,
    with_file,
)
from .scale import repeated, stays_linear
from .writing import SALES

SENT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
RTF = (
    rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}"
    rb"{\f1\fnil\fcharset134 SimSun;}}"
    rb"{\colortbl;\red0\green0\blue0;}\f0 The gate is\par stuck. \f1 \'b1\'a8\'b1\'ed\par}"
)


# -- TNEF


def test_files_in_tnef_are_attachments() -> None:
    files = [("报表 2026.pdf", b"%PDF\x00\x01\x00"), ("b.csv", b"a,b")]
    source = winmail(tnef({0x1000: "other text"}, files), "The mail's own text.")
    mail = parse(source)
    assert [(a.filename, a.size) for a in mail.attachments] == [("报表 2026.pdf", 7), ("b.csv", 3)]
    assert mail.attachments[1].content_id == "b.csv@cid"
    contents = [attachment_content(source, a.part) for a in mail.attachments]
    assert contents == [b"%PDF\x00\x01\x00", b"a,b"]
    assert mail.text == "The mail's own text."
    assert mail.defects == ()


def test_numbers_of_parts_stay_where_a_container_is_opened() -> None:
    message = EmailMessage()
    message["From"] = SALES
    message.set_content("text")
    winmail_dat = tnef({}, [("in.bin", b"in")])
    message.add_attachment(
        winmail_dat, maintype="application", subtype="ms-tnef", filename="winmail.dat"
    )
    message.add_attachment(b"after", maintype="application", subtype="pdf", filename="after.pdf")
    source = message.as_bytes()
    parts = {a.filename: a.part for a in parse(source).attachments}
    assert parts["after.pdf"] == 3
    assert parts["in.bin"] > 3
    assert attachment_content(source, 2) == winmail_dat
    assert attachment_content(source, parts["after.pdf"]) == b"after"
    assert attachment_content(source, parts["in.bin"]) == b"in"


TNEF_TEXTS = [
    ({0x1000: "plain words", 0x1013: b"<p>html words</p>"}, "plain words"),
    ({0x1013: "<p>报表 html</p>".encode("gb18030"), 0x3FDE: 936}, "报表 html"),
    ({0x1013: "<p>报表 html</p>"}, "报表 html"),
    ({0x1013: "<p>Grüße</p>".encode(), 0x3FDE: 65001}, "Grüße"),
    ({0x1013: "<p>Привет, мир</p>".encode("koi8-r"), 0x3FDE: 20866}, "Привет, мир"),
    ({0x1013: b"<p>words</p>", 0x3FDE: 20127}, "words"),
    ({0x1009: compress(RTF, compressed=True)}, "The gate is\nstuck. 报表"),
    ({0x1009: compress(RTF, compressed=False)}, "The gate is\nstuck. 报表"),
    ({}, ""),
]


@pytest.mark.parametrize(("properties", "text"), TNEF_TEXTS)
def test_the_text_in_tnef_is_the_mails_where_it_has_none(
    properties: dict[int, str | bytes | int], text: str
) -> None:
    mail = parse(winmail(tnef(properties)))
    assert (mail.text, mail.defects) == (text, ())


def test_narrow_text_in_tnef_is_in_its_code_page() -> None:
    body = attribute(1, 0x800C, "报表导出失败\0".encode("gb18030"))
    assert parse(winmail(tnef({}, more=body, code_page=936))).text == "报表导出失败"


def test_tnef_by_its_name_alone() -> None:
    source = with_file(tnef({0x1000: "words"}), "application/octet-stream", "WINMAIL.DAT")
    assert parse(source).text == "words"


def test_a_mail_in_tnef_is_a_forward() -> None:
    inner = tnef({0x0037: "Gate", 0x0C1A: "Ann", 0x5D01: "ann@client.example", 0x1000: "stuck"})
    forward = parse(winmail(tnef({}, more=tnef_message(inner)), "please see")).forwarded
    assert forward is not None
    assert forward.sender == Mailbox("Ann", "ann@client.example")
    assert (forward.subject, forward.body, forward.note) == ("Gate", "stuck", "please see")


def test_a_mail_in_tnef_can_be_saved() -> None:
    header = "From: 王芳 <wang@client.example>\r\nSubject: 网关\r\n\r\n"
    inner = tnef({0x007D: header, 0x1000: "报表"}, [("报.pdf", b"x\xff")])
    source = winmail(tnef({}, more=tnef_message(inner)), "see")
    saved = attachment_content(source, parse(source).attachments[0].part)
    assert saved == attachment_content(source, parse(source).attachments[0].part)
    mail = parse(saved)
    assert mail.senders == (Mailbox("王芳", "wang@client.example"),)
    assert (mail.subject, mail.text) == ("网关", "报表")
    assert [(a.filename, a.size) for a in mail.attachments] == [("报.pdf", 2)]


def test_tnef_nested_without_end_ends() -> None:
    content = tnef({0x1000: "words"})
    for _ in range(40):
        content = tnef({}, more=tnef_message(content))
    assert parse(winmail(content, "text")).defects == ("unreadable TNEF",)


@pytest.mark.parametrize("cut", [0, 3, 18, 60, 200, -1, -30])
def test_broken_tnef_is_a_defect(cut: int) -> None:
    whole = tnef({0x1000: "words", 0x0037: "subject"}, [("a.bin", b"content" * 20)])
    mail = parse(winmail(whole[:cut], "text"))
    assert mail.text == "text"
    assert mail.attachments or "unreadable TNEF" in mail.defects


# -- .msg


ANN: dict[int, Value] = {0x0C1A: "Ann Smith", 0x0C1E: "SMTP", 0x0C1F: "ann@client.example"}
RECIPIENTS: list[dict[int, Value]] = [
    {0x3001: "Sara", 0x39FE: "sara@acme.example", 0x0C15: 1},
    {0x3001: "王芳", 0x3002: "SMTP", 0x3003: "wang@acme.example", 0x0C15: 2},
    {0x3001: "Hidden", 0x39FE: "hidden@acme.example", 0x0C15: 3},
]


def with_msg(content: bytes, kind: str = "application/vnd.ms-outlook") -> bytes:
    return with_file(content, kind, "Gate.msg", "please see", Subject="[ISSUE] gate")


def test_an_attached_msg_is_a_forward() -> None:
    content = msg(
        {**ANN, 0x0037: "网关", 0x0039: SENT, 0x1000: "stuck\r\nagain " * 400}, RECIPIENTS
    )
    for kind in ("application/vnd.ms-outlook", "application/octet-stream"):
        mail = parse(with_msg(content, kind))
        forward = mail.forwarded
        assert forward is not None
        assert forward.sender == Mailbox("Ann Smith", "ann@client.example")
        assert forward.to == (Mailbox("Sara", "sara@acme.example"),)
        assert forward.cc == (Mailbox("王芳", "wang@acme.example"),)
        assert (forward.subject, forward.date, forward.note) == ("网关", SENT, "please see")
        assert forward.body.startswith("stuck\nagain stuck")
        assert [a.filename for a in mail.attachments] == ["Gate.msg"]
        assert mail.defects == ()


def test_the_header_that_outlook_kept_counts_more() -> None:
    header = (
        "Received: from a by b\r\nFrom: =?utf-8?b?546L6Iqz?= <wang@client.example>\r\n"
        "Date: Fri, 20 Nov 2026 09:30:00 +0800\r\nSubject: Gate\r\n\r\n"
    )
    exchange = {0x0C1A: "wang", 0x0C1E: "EX", 0x0C1F: "/O=CLIENT/CN=WANG"}
    forward = parse(with_msg(msg({**exchange, 0x007D: header, 0x1000: "stuck"}))).forwarded
    assert forward is not None
    assert forward.sender == Mailbox("王芳", "wang@client.example")
    assert forward.date is not None
    assert forward.date.isoformat() == "2026-11-20T09:30:00+08:00"


def test_an_exchange_address_is_none() -> None:
    exchange = {0x0042: "Wang", 0x0064: "EX", 0x0065: "/O=CLIENT/CN=WANG", 0x1000: "stuck"}
    forward = parse(with_msg(msg(exchange))).forwarded
    assert forward is not None
    assert forward.sender == Mailbox("Wang", "")


def test_a_msg_in_a_msg_is_the_original() -> None:
    inner = msg_tree({**ANN, 0x0037: "Gate", 0x1000: "stuck"}, inner=True)
    outer = {0x0C1A: "Bo", 0x5D01: "bo@client.example", 0x0037: "Outer", 0x1000: "note"}
    content = msg(outer, files=[({0x3705: 5}, inner), ({0x3707: "a.bin", 0x3701: b"a"}, None)])
    forward = parse(with_msg(content)).forwarded
    assert forward is not None
    assert forward.subject == "Outer"
    assert forward.original is not None
    assert (forward.original.subject, forward.original.body) == ("Gate", "stuck")


def test_a_msg_whose_text_is_rtf() -> None:
    content = msg({**ANN, 0x1009: compress(RTF, compressed=True)})
    forward = parse(with_msg(content)).forwarded
    assert forward is not None
    assert forward.body == "The gate is\nstuck. 报表"


@pytest.mark.parametrize("content", [b"", b"/etc/passwd", b"\xd0\xcf\x11\xe0" * 400])
def test_a_broken_msg_is_a_defect(content: bytes) -> None:
    mail = parse(with_msg(content))
    assert mail.forwarded is None
    assert "unreadable msg" in mail.defects


# -- what all of them have in common


def test_fingerprint_is_of_what_arrived() -> None:
    one, other = (winmail(tnef({0x1000: t}), "text") for t in ("a", "b"))
    assert parse(one).fingerprint != parse(other).fingerprint
    assert parse(one).fingerprint == parse(b"Received: x\r\n" + one).fingerprint


KINDS = st.sampled_from(
    ["application/ms-tnef", "application/vnd.ms-outlook", "application/pkcs7-mime"]
)
WHOLE = [
    tnef({0x1000: "words", 0x0037: "x"}, [("a", b"b")], tnef_message(tnef({0x1000: "y"}))),
    msg({**ANN, 0x1000: "words"}, RECIPIENTS, [({0x3707: "a"}, msg_tree(ANN, inner=True))]),
    tnef({0x1009: compress(RTF, compressed=True)}),
]


@settings(max_examples=150, deadline=None)
@given(KINDS, st.sampled_from(WHOLE), st.data())
def test_any_damage_gives_a_mail(kind: str, whole: bytes, data: st.DataObject) -> None:
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    source = with_file(bytes(content), kind, "x", "text")
    mail = parse(source)
    for attachment in mail.attachments:
        assert len(attachment_content(source, attachment.part)) == attachment.size


RTF_PIECES = ["{\\field{\\*\\fldinst{", "\\f1", "\\f1\\fcharset1 x", "{\\pict\\bin1 ", "\\'b1", "{"]


@pytest.mark.parametrize("piece", RTF_PIECES)
def test_hostile_rtf_takes_linear_time(piece: str) -> None:
    def compressed(size: int) -> bytes:
        text = "{\\rtf1{\\fonttbl " + repeated(piece)(size) + "}"
        return compress(text.encode(), compressed=False)

    stays_linear(rtf_text, compressed, 250_000)  # more of it is not read


def hostile(size: int) -> list[tuple[str, bytes]]:
    reply = "text/calendar; method=REPLY"
    cut_off = b"\xff" * 4 + bytes(size)
    return [
        ("application/ms-tnef", tnef({})[:6] + b"\x01" + b"\x03\x90\x06\x00" + b"\xff" * size),
        ("application/ms-tnef", tnef({}, more=attribute(1, 0x9003, cut_off))),
        ("application/ms-tnef", tnef({}, more=attribute(1, 0x9004, cut_off))),
        ("application/ms-tnef", tnef({}, [("a", b"b")] * (size // 100))),
        ("application/pkcs7-mime", b"\x30\x80" * size),
        ("application/pkcs7-mime", b"\x30\x84\xff\xff\xff\xff" + b"\x06\x01\x01" * (size // 2)),
        (
            "text/calendar; method=REPLY",
            b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * (size // 20),
        ),
        (reply, b"METHOD:REPLY\r\nX" + b";a=b" * (size // 5) + b":c"),
        ("text/calendar", b"METHOD" * size),
        ("text/plain", b"-----BEGIN PGP SIGNED MESSAGE-----\n\n" * (size // 10)),
        ("text/plain", b"[cid:" * size),
        ("text/plain", b"[image: " * size),
    ]


@pytest.mark.parametrize("index", range(len(hostile(0))))
def test_hostile_containers_take_linear_time(index: int) -> None:
    def mail(size: int) -> bytes:
        kind, content = hostile(size)[index]
        head = f"From: {SALES}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: binary"
        return head.encode() + b"\r\n\r\n" + content

    stays_linear(parse, mail)
