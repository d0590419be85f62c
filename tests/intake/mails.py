"""Mails for the tests of intake, which looks at nothing but their octets."""

from __future__ import annotations

HEADER = b"From: Wang Fang <wang@huaxing.example>\r\nTo: flow@acme.example\r\n"


def mail(number: int, octets: int = 0) -> bytes:
    """A mail that no other number has, of at least so many octets."""
    start = HEADER + b"Subject: Mail %d\r\nMessage-ID: <%d@mail.example>\r\n\r\n" % (number, number)
    line = b"%d: the quick brown fox jumps over the lazy dog\r\n" % number
    return start + line * max(1, octets // len(line))


def mails(count: int, octets: int = 0) -> list[bytes]:
    return [mail(number, octets) for number in range(count)]


ODD = {
    "gb18030 without saying so": HEADER
    + "Subject: 登录问题\r\n\r\n网关连不上，请尽快处理。\r\n".encode("gb18030"),
    "utf-8 in the header": HEADER + "Subject: 【反馈】首页太慢\r\n\r\n谢谢 🙂\r\n".encode(),
    "every octet but NUL, CR and LF": HEADER
    + b"\r\n"
    + bytes(x for x in range(1, 256) if x not in (10, 13))
    + b"\r\n",
    "dots": HEADER + b"\r\n.\r\n..\r\n.hidden\r\nend\r\n",
    "lines of an mbox": HEADER + b"\r\nFrom here on\r\n\r\n>From there\r\nFrom x 10:30\r\n",
    "long line": HEADER + b"\r\n" + b"x" * 20_000 + b"\r\n",
    "only a header": HEADER + b"\r\n",
    "no header": b"\r\njust words\r\n",
    "looks like IMAP": HEADER + b"\r\n* 3 EXISTS\r\n)\r\nA1 OK {5}\r\n* BYE\r\n",
    "many empty lines": HEADER + b"\r\n" * 50 + b"end\r\n\r\n\r\n",
}
