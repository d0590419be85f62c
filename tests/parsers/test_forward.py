"""Forwards of many programs and languages."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from parsers import Mailbox, parse
from parsers.words import CATALOGUES

from .writing import SALES, plain, raw

NOTE = "Please look at this."
BODY = "The gate lost data last night.\n\nPlease help."


def _header(labels: dict[str, str], date: str) -> str:
    return (
        f"{labels['from']}: Wang Fang <wang@client.example>\n{labels['date']}: {date}\n"
        f"{labels['to']}: Sara Sales <sara@acme.example>\n{labels['subject']}: Gate lost data\n"
    )


def _check(text: str, subject: str = "") -> None:
    head = f"Subject: {subject}\r\n" if subject else ""
    forward = parse(plain(text, head)).forwarded
    assert forward is not None
    assert forward.sender == Mailbox("Wang Fang", "wang@client.example")
    assert forward.to == (Mailbox("Sara Sales", "sara@acme.example"),)
    assert forward.subject == "Gate lost data"
    assert forward.body == BODY
    assert forward.note == NOTE
    assert forward.date is not None
    assert forward.date.isoformat().startswith("2026-11-20T09:31")


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_every_language_and_every_shape(language: str) -> None:
    catalogue = CATALOGUES[language]
    labels = {kind: words[0] for kind, words in catalogue["labels"].items()}
    header = _header(labels, "2026-11-20 09:31")
    prefix = catalogue["subject"]["forward"][0]
    for separator in catalogue["lines"]["forwarded"]:
        _check(f"{NOTE}\n\n---------- {separator} ---------\n{header}\n{BODY}\n")
        quoted = "\n".join(f"> {x}".rstrip() for x in f"{header}\n{BODY}".split("\n"))
        _check(f"{NOTE}\n\n> {separator}:\n>\n{quoted}\n")
    for original in catalogue["lines"]["original"]:
        _check(f"{NOTE}\n\n-----{original}-----\n{header}\n{BODY}\n", f"{prefix}: Gate lost data")
    _check(f"{NOTE}\n\n{header}\n{BODY}\n", f"{prefix}: Gate lost data")
    full_width = header.replace(": ", "：")
    _check(f"{NOTE}\n\n{full_width}\n{BODY}\n", f"{prefix}: Gate lost data")


@pytest.mark.parametrize(
    ("header", "name", "moment"),
    [
        (
            '发件人: "王芳" <wang@client.example>;\n发送时间: 2026年11月20日(星期五) 晚上9:31\n'
            '收件人: "李伟"<li@acme.example>;\n主题: 网关',
            "王芳",
            "2026-11-20T21:31",
        ),
        (
            '发件人："王芳" <wang@client.example>\n发送日期：2026-11-20 09:31:05\n'
            "收件人：李伟 <li@acme.example>\n主　题：网关",
            "王芳",
            "2026-11-20T09:31",
        ),
        (
            "寄件者: 王芳 <wang@client.example>\n傳送時間: 2026年11月20日 下午 9:31\n"
            "收件者: 李偉 <li@acme.example>\n主旨: 网关",
            "王芳",
            "2026-11-20T21:31",
        ),
        (
            "From: 王芳<mailto:wang@client.example> <wang@client.example>\n"
            "Sent: Friday, November 20, 2026 9:31 PM\nTo: Li\nSubject: 网关",
            "王芳",
            "2026-11-20T21:31",
        ),
        (
            "*From:* 王芳 [mailto:wang@client.example]\n*Sent:* 20 November 2026 21:31\n"
            "*To:* Li\n*Subject:* 网关",
            "王芳",
            "2026-11-20T21:31",
        ),
    ],
)
def test_programs(header: str, name: str, moment: str) -> None:
    text = f"请跟进\n\n{header}\n\n昨天丢数据。\n"
    forward = parse(plain(text, "Subject: =?utf-8?b?6L2s5Y+ROiDnvZHlhbM=?=\r\n")).forwarded
    assert forward is not None
    assert forward.sender == Mailbox(name, "wang@client.example")
    assert forward.date is not None
    assert forward.date.isoformat().startswith(moment)
    assert (forward.subject, forward.body, forward.note) == ("网关", "昨天丢数据。", "请跟进")


def test_header_of_unknown_language_is_seen_by_its_shape() -> None:
    header = (
        "Vorsendu: Wang Fang <wang@client.example>\nTempore: 2026-11-20 09:31\nTemao: Gate lost\n"
    )
    forward = parse(plain(f"{NOTE}\n\n{header}\n{BODY}\n", "Subject: Fwd: Gate lost\r\n")).forwarded
    assert forward is not None
    assert forward.sender == Mailbox("Wang Fang", "wang@client.example")
    assert (forward.subject, forward.confidence) == ("Gate lost", "likely")


def test_reply_quote_with_header_lines_is_no_forward() -> None:
    header = _header(
        {"from": "From", "date": "Sent", "to": "To", "subject": "Subject"}, "2026-11-20 09:31"
    )
    mail = parse(plain(f"done\n\n{header}\n{BODY}\n", "Subject: Re: Gate lost data\r\n"))
    assert mail.forwarded is None
    assert (mail.word, mail.reply_text) == ("done", "done")


def test_attached_mail_is_a_forward() -> None:
    inner = EmailMessage()
    inner["From"] = "王芳 <wang@client.example>"
    inner["Subject"] = "网关"
    inner["Date"] = "Fri, 20 Nov 2026 09:31:00 +0800"
    inner.set_content("昨天丢数据。")
    outer = EmailMessage()
    outer["From"] = SALES
    outer["Subject"] = "[ISSUE] 网关"
    outer.set_content(NOTE)
    outer.add_attachment(inner)
    mail = parse(outer.as_bytes())
    assert mail.forwarded is not None
    assert mail.forwarded.sender == Mailbox("王芳", "wang@client.example")
    assert (mail.forwarded.body, mail.forwarded.note) == ("昨天丢数据。", NOTE)
    assert [a.content_type for a in mail.attachments] == ["message/rfc822"]


def test_nested_forwards_give_the_innermost() -> None:
    inner = (
        "---------- Forwarded message ---------\nFrom: Client <c@client.example>\n"
        "Date: Fri, 20 Nov 2026 09:31\nSubject: Gate\n\nIt is broken."
    )
    outer = (
        "---------- Forwarded message ---------\nFrom: Colleague <k@acme.example>\n"
        f"Date: Sat, 21 Nov 2026 09:31\nSubject: Fwd: Gate\n\nfyi\n\n{inner}"
    )
    forward = parse(plain(f"{NOTE}\n\n{outer}")).forwarded
    assert forward is not None
    assert forward.sender == Mailbox("Colleague", "k@acme.example")
    assert forward.original is not None
    assert forward.original.sender == Mailbox("Client", "c@client.example")
    assert (forward.original.note, forward.original.body) == ("fyi", "It is broken.")


def test_gmail_html_forward() -> None:
    html = (
        f'<div dir="ltr">{NOTE}<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
        "---------- Forwarded message ---------<br>From: <b>Wang Fang</b> <span>&lt;"
        '<a href="mailto:wang@client.example">wang@client.example</a>&gt;</span><br>'
        "Date: Fri, Nov 20, 2026 at 9:31 AM<br>Subject: Gate lost data<br>"
        "To: Sara Sales &lt;sara@acme.example&gt;<br></div><br><br>"
        "The gate lost data last night.<br><br>Please help.<br></div></div>"
    )
    forward = parse(raw(html=html, subject="[ISSUE] Fwd: Gate lost data")).forwarded
    assert forward is not None
    assert forward.sender == Mailbox("Wang Fang", "wang@client.example")
    assert (forward.body, forward.note) == (BODY, NOTE)


def test_address_behind_a_name() -> None:
    lines = [
        NOTE,
        "sara@acme.example",
        '发件人：&nbsp;<a href="mailto:wang@client.example">王芳</a>',
        "发送时间：&nbsp;2026-11-20 09:31",
        "主题：&nbsp;网关",
        "<br>",
        "昨天丢数据。",
    ]
    html = "".join(f"<div>{line}</div>" for line in lines)
    mail = parse(raw(html=html, subject="[反馈] 转发: 网关"))
    assert mail.forwarded is not None
    assert mail.forwarded.sender == Mailbox("王芳", "wang@client.example")
    assert (mail.forwarded.body, mail.forwarded.confidence) == ("昨天丢数据。", "sure")


def test_bare_header_without_any_mark_is_only_likely() -> None:
    header = _header(
        {"from": "From", "date": "Sent", "to": "To", "subject": "Subject"}, "2026-11-20 09:31"
    )
    forward = parse(plain(f"{NOTE}\n\n{header}\n{BODY}\n", "Subject: [ISSUE] Gate\r\n")).forwarded
    assert forward is not None
    assert (forward.confidence, forward.body) == ("likely", BODY)


def test_header_as_a_table() -> None:
    rows = "".join(
        f"<tr><td>{label}:</td><td>{value}</td></tr>"
        for label, value in (
            ("Subject", "Gate lost data"),
            ("Date", "Fri, 20 Nov 2026 09:31:00 +0800"),
            ("From", "Wang Fang &lt;wang@client.example&gt;"),
        )
    )
    html = f"<p>{NOTE}</p><br>-------- Forwarded Message --------<table>{rows}</table><p>Help.</p>"
    forward = parse(raw(html=html, subject="Fwd: Gate")).forwarded
    assert forward is not None
    assert forward.sender == Mailbox("Wang Fang", "wang@client.example")
    assert (forward.subject, forward.body) == ("Gate lost data", "Help.")
