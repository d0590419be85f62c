"""MIME structure, charsets, header fields."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from parsers import Mailbox, attachment_content, parse
from parsers.charset import decode
from parsers.headers import decode_words, mailboxes
from parsers.moments import header_date, sent_date

from .scale import repeated, stays_linear
from .writing import SALES, plain, raw

CHARSETS = [
    ("gb2312", "网关升级之后丢数据".encode("gb18030"), "网关升级之后丢数据"),
    (None, "报表导出建议".encode("gb18030"), "报表导出建议"),
    ("us-ascii", "登录失败".encode("gb18030"), "登录失败"),
    ("iso-8859-1", "关于合同里的交付时间".encode("gb18030"), "关于合同里的交付时间"),
    (
        "gb2312",
        "您好：資料沒有上傳，請盡快處理。".encode("big5"),
        "您好：資料沒有上傳，請盡快處理。",
    ),
    ("utf-8", "昨天升级网关之后，请处理。".encode("gb18030"), "昨天升级网关之后，请处理。"),
    ("gb2312", "已解决，谢谢".encode(), "已解决，谢谢"),
    ("iso-8859-1", "Grüße".encode(), "Grüße"),
    ("iso-8859-1", "ÄäÖöÜü.txt".encode("latin-1"), "ÄäÖöÜü.txt"),
    (None, "Freundliche Grüße".encode("latin-1"), "Freundliche Grüße"),
    ("ks_c_5601-1987", "고맙습니다".encode("cp949"), "고맙습니다"),
    ("no-such-charset", "é is here".encode(), "é is here"),
    ("utf-8", b"\xef\xbb\xbfhello", "hello"),
    ("rot13", b"hello", "hello"),
]


@pytest.mark.parametrize(("declared", "content", "text"), CHARSETS)
def test_charset(declared: str | None, content: bytes, text: str) -> None:
    assert decode(content, declared)[0] == text


WORDS = [
    ("=?utf-8?B?5bey6Kej5Yaz?=", "已解决"),
    ("=?utf-8?q?a=20b?= =?utf-8?q?c?= d", "a bc d"),
    ("=?utf-8?b?5bey6Kc=?= =?utf-8?b?o+WGsw==?=", "已解决"),
    ("=?gb2312?B?0tG94r72?=", "已解决"),
    ("Re: =?iso-8859-1?Q?Gr=FC=DFe?=", "Re: Grüße"),
    ("=?utf-8?q?not closed", "=?utf-8?q?not closed"),
    ("=?utf-8?B?@@@?=", ""),
]


@pytest.mark.parametrize(("value", "text"), WORDS)
def test_encoded_words(value: str, text: str) -> None:
    assert decode_words(value) == text


ADDRESSES = [
    ("a@b.example", [("", "a@b.example")]),
    ("Ann <a@B.Example>, <c@d.example>", [("Ann", "a@b.example"), ("", "c@d.example")]),
    ('"Smith, Ann" <a@b.example>', [("Smith, Ann", "a@b.example")]),
    ("'Smith, Ann' <a@b.example>", [("Smith, Ann", "a@b.example")]),
    ("A <a@b.example>; B <c@d.example>", [("A", "a@b.example"), ("B", "c@d.example")]),
    ("a@b.example (Ann Smith)", [("Ann Smith", "a@b.example")]),
    ("Ann [mailto:a@b.example]", [("Ann", "a@b.example")]),
    ("Ann <a@b.example<mailto:a@b.example>>", [("Ann", "a@b.example")]),
    ("undisclosed-recipients:;", []),
    ("team: Ann <a@b.example>;", [("Ann", "a@b.example")]),
    ("=?utf-8?q?Smith=2C_Ann?= <a@b.example>", [("Smith, Ann", "a@b.example")]),
    ('"boss@bank.example" <a@b.example>', [("boss@bank.example", "a@b.example")]),
    ("王芳 <w@例子.example>", [("王芳", "w@xn--fsqu00a.example")]),
    ('"王芳";<w@b.example>;', [("王芳", "w@b.example")]),
    ("Only A Name", [("Only A Name", "")]),
    ("=?utf-8?q?a=0D=0ABcc=3A_x?= <a@b.example>", [("a Bcc: x", "a@b.example")]),
]


@pytest.mark.parametrize(("value", "boxes"), ADDRESSES)
def test_mailboxes(value: str, boxes: list[tuple[str, str]]) -> None:
    assert list(mailboxes(value)) == [Mailbox(*box) for box in boxes]


def test_two_senders_are_two() -> None:
    head = "Date: Mon, 23 Nov 2026 10:00:00 +0800\r\nFrom: Boss <boss@bank.example>\r\n"
    mail = parse(plain("x", head))
    assert [b.address for b in mail.senders] == ["sara@acme.example", "boss@bank.example"]
    assert "2 From fields" in mail.defects


MOMENTS = [
    ("2026年10月2日(星期五) 下午1:02", "zh", "2026-10-02T13:02:00"),
    ("Friday, November 20, 2026 9:31 PM", "en", "2026-11-20T21:31:00"),
    ("02/10/2026 4:52 PM EST", "en", "2026-02-10T16:52:00-05:00"),
    ("28/10/2026 12:46", "fr", "2026-10-28T12:46:00"),
    ("26. lokakuuta 2026 klo 14.25.08 UTC+3", "fi", "2026-10-26T14:25:08+03:00"),
    ("sri, 27. lis 2026. u 09:31", "hr", "2026-10-27T09:31:00"),
    ("27 lis 2026 09:31", "pl", "2026-11-27T09:31:00"),
    ("2026. okt. 27., Sze, 9:31", "hu", "2026-10-27T09:31:00"),
    ("March-09-26 4:22 PM", "en", "2026-03-09T16:22:00"),
    ("20 November 2026 10:00 XYZT", "en", "2026-11-20T10:00:00"),
    ("yesterday", "en", None),
    ("99/99/2026", "en", None),
]


@pytest.mark.parametrize(("text", "language", "expected"), MOMENTS)
def test_sent_dates(text: str, language: str, expected: str | None) -> None:
    found = sent_date(text, [language])
    assert (found.isoformat() if found else None) == expected


def test_header_date() -> None:
    found = header_date("Mon, 23 Nov 2026 10:00:00 +0800")
    assert found is not None
    assert found.isoformat() == "2026-11-23T10:00:00+08:00"
    assert header_date("nonsense") is None
    assert "unreadable Date" in parse(plain("x", "Date: nonsense\r\n")).defects


def test_no_control_characters_in_what_headers_give() -> None:
    head = (
        "Subject: =?utf-8?q?a=0D=0AX-Evil=3A_1=00=E2=80=A8b?=\r\n"
        "To: =?utf-8?q?a=0Ab?= <t@b.example>\r\n"
    )
    mail = parse(plain("x", head))
    assert mail.subject == "a X-Evil: 1 b"
    assert mail.to == (Mailbox("a b", "t@b.example"),)


def test_attachments_and_their_content() -> None:
    message = EmailMessage()
    message["From"] = SALES
    message.set_content("text")
    message.add_alternative("<p>html</p>", subtype="html")
    message.add_attachment(b"\x00\x01", maintype="image", subtype="png", filename="图片.png")
    message.add_attachment("a,b\n", subtype="csv", filename="x.csv")
    source = message.as_bytes()
    mail = parse(source)
    assert [(a.filename, a.content_type, a.size) for a in mail.attachments] == [
        ("图片.png", "image/png", 2),
        ("x.csv", "text/csv", 4),
    ]
    assert attachment_content(source, mail.attachments[0].part) == b"\x00\x01"
    assert attachment_content(source, mail.attachments[1].part) == b"a,b\n"
    with pytest.raises(IndexError):
        attachment_content(source, 99)
    assert mail.text == "text"


NAMES = [
    (b'filename="a b.pdf"', "a b.pdf"),
    (b"FILENAME = a.pdf", "a.pdf"),
    (b"filename=my report final.pdf; size=3", "my report final.pdf"),
    (b"filename=my report final.pdf", "my report final.pdf"),
    (b"filename=a.pdf size=300", "a.pdf"),
    (b'filename="a;b.pdf"; size=1', "a;b.pdf"),
    (b'filename="never closed.pdf', "never closed.pdf"),
    (b'name="a.pdf"', "a.pdf"),
    # RFC 2231
    (b"filename*=utf-8''%E6%8A%A5%E8%A1%A8.pdf", "报表.pdf"),
    (b"filename*=GB18030'zh-cn'%B1%A8%B1%ED.pdf", "报表.pdf"),
    (b"filename*=''%E6%8A%A5.pdf", "报.pdf"),
    (b"filename*0*=utf-8''%E6%8A; filename*1*=%A5%E8%A1%A8; filename*2=\".pdf\"", "报表.pdf"),
    (b"filename*0*=%E6%8A%A5;\r\n filename*1*=%E8%A1%A8.pdf", "报表.pdf"),
    (b'filename*1="b.pdf"; filename*0="a"', "ab.pdf"),
    (b"filename=\"x.pdf\"; filename*=utf-8''%E6%8A%A5.pdf", "报.pdf"),
    (b"filename=\"utf-8''%E6%8A%A5.pdf\"", "报.pdf"),
    # RFC 2047, where it must not stand
    (b'filename="=?utf-8?B?5oql6KGoLnBkZg==?="', "报表.pdf"),
    (b"filename==?utf-8?B?5oql6KGoLnBkZg==?=", "报表.pdf"),
    (b'filename="=?utf-8?B?5oql?=\r\n =?utf-8?B?6KGoLnBkZg==?="', "报表.pdf"),
    (b'filename*0="=?utf-8?B?5oql"; filename*1="6KGoLnBkZg==?="', "报表.pdf"),
    # raw octets, percent signs
    ('filename="报表.pdf"'.encode(), "报表.pdf"),
    ('filename="报表.pdf"'.encode("gb18030"), "报表.pdf"),
    ("filename=报 表.pdf".encode(), "报 表.pdf"),
    (b'filename="%E6%8A%A5%E8%A1%A8.pdf"', "报表.pdf"),
    (b'filename="%B1%A8%B1%ED%B5%BC%B3%F6.pdf"', "报表导出.pdf"),
    (b'filename="50%20off.pdf"', "50%20off.pdf"),
    # twice
    (b'filename="a.pdf"; filename="b.exe"', "a.pdf"),
    (b'filename=""; filename="b.pdf"', "b.pdf"),
    # folders and control characters
    (b'filename="C:\\\\x\\\\y.pdf"', "y.pdf"),
    (b'filename="C:\\x\\y.pdf"', "y.pdf"),
    (b'filename="../../etc/passwd"', "passwd"),
    (b"filename*=utf-8''a%0D%0Ab%2F..%2Fc.pdf", "c.pdf"),
    (b'filename="a\x00\x07b.pdf"', "a b.pdf"),
    (b'filename="a\xe2\x80\xaefdp.exe"', "afdp.exe"),
    (b'filename="a\\"b.pdf"', 'a"b.pdf'),
    (b"filename=..", None),
    (b'filename=""', None),
    (b"", None),
]


@pytest.mark.parametrize(("field", "name"), NAMES)
def test_file_names(field: bytes, name: str | None) -> None:
    head = f"From: {SALES}\r\nContent-Type: image/png\r\nContent-Disposition: attachment; "
    mail = parse(head.encode() + field + b"\r\n\r\nx")
    assert [a.filename for a in mail.attachments] == [name]


def test_overlong_file_names_keep_their_ending() -> None:
    head = f'From: {SALES}\r\nContent-Type: image/png; name="{"x" * 500}.png"\r\n\r\nx'
    name = parse(head.encode()).attachments[0].filename
    assert name == "x" * 251 + ".png"


def test_a_name_of_type_alone() -> None:
    head = f"From: {SALES}\r\nContent-Type: image/png; name*=utf-8''%E6%8A%A5.png\r\n\r\nx"
    assert parse(head.encode()).attachments[0].filename == "报.png"


@pytest.mark.parametrize("piece", [b";filename*0=a", b"\\", b";filename=", b" name", b"=?", b"%E6"])
def test_hostile_file_names_take_linear_time(piece: bytes) -> None:
    head = f'From: {SALES}\r\nContent-Disposition: attachment; filename="'.encode()
    stays_linear(parse, lambda size: head + repeated(piece)(size) + b"\r\n\r\nx")


def test_empty_plain_part_gives_way_to_html() -> None:
    message = EmailMessage()
    message.set_content("\n")
    message.add_alternative("<p>words</p>", subtype="html")
    assert parse(message.as_bytes()).text == "words"


def test_flowed_text_is_joined() -> None:
    head = "Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n"
    source = f"From: {SALES}\r\n{head}One long \nline.\n> a quote \n> goes on\n".encode()
    assert parse(source).text == "One long line.\n> a quote goes on"


def test_fingerprint_ignores_the_way_and_nothing_else() -> None:
    one = raw("hello", subject="x")
    other_way = b"Received: from a by b; Mon, 23 Nov 2026 10:00:00 +0800\r\n" + one
    assert parse(one).fingerprint == parse(other_way).fingerprint
    assert parse(one).fingerprint == parse(one.replace(b"\n", b"\r\n")).fingerprint
    for other in (
        raw("hello!", subject="x"),
        raw("hello", subject="y"),
        raw("hello", subject="x", Message_ID="<two@acme.example>"),
        raw("hello", subject="x", From="x@y.example"),
        raw("hello", subject="x", Date="Mon, 23 Nov 2026 10:00:01 +0800"),
    ):
        assert parse(one).fingerprint != parse(other).fingerprint


def test_fingerprint_without_message_id_still_tells_subjects_apart() -> None:
    assert parse(b"Subject: a\n\nhello").fingerprint != parse(b"Subject: b\n\nhello").fingerprint
    assert parse(b"Subject: a\n\nhello").fingerprint == parse(b"Subject: a\n\nhello").fingerprint
    assert parse(b"Subject: a\n\nhello").fingerprint != parse(b"Subject: a\n\nhallo").fingerprint


def test_ids() -> None:
    mail = parse(raw("x", In_Reply_To="<a@b> (was: c)", References="<r1@b> <r2@b>"))
    assert (mail.message_id, mail.in_reply_to) == ("one@acme.example", "a@b")
    assert mail.references == ("r1@b", "r2@b")


def test_delivered_to_is_folded() -> None:
    mail = parse(raw("x", To="Flow+ACME@Acme.example", Delivered_To="flow@acme.example"))
    assert mail.delivered_to == ("flow+acme@acme.example", "flow@acme.example")
