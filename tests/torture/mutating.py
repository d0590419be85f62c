"""Breaks mails, as transport, old programs and attackers do. The same seed breaks them the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

TOKENS = [
    b"\0", b"\r", b"\n", b"\r\n\r\n", b"\xff\xfe", b"\xe4\xb8", b"\x1b$B", b"=?utf-8?b?/w==?=",
    b"=?x?q?=?=", b"=", b"=\n", b"--x\n", b"<", b"<![if", b"<!--", b"</div>", b"&#0;",
    b"&#x110000;", b"From: ", b"From: a@b.c, d@e.f\n",
    b"Content-Type: multipart/mixed; boundary=\n",
    b"Content-Type: message/rfc822\n", b"Content-Transfer-Encoding: base64\n", b"charset=utf-16",
    b"Content-Transfer-Encoding: x-uuencode\n", b"charset=utf-7", b"charset=\0", b"/status ",
    b"Date: Thu, 0 Jan 0000 99:99:99 +9999\n", b"Date: 1 Jan 99999 00:00 +0000\n", b"{\\rtf1",
    b"Message-ID: <>\n", b"References: " + b"<a@b> " * 300, b"/due 99999-99-99\n", b"\xe3\x80\x80",
    b"/due 0000-00-00", b"1-999999999 done\n", "\u2028\u202e\ufeff".encode(), b"begin 644 x\n",
    b"\x78\x9f\x3e\x22", b"BEGIN:VCALENDAR\nDTSTART:99999999T999999Z\n", b"(" * 300, b'"' * 300,
    b"> " * 200, b"\t" * 500, b"x" * 5_000,
]  # fmt: skip
CHARSETS = [b"utf-8", b"gb18030", b"utf-16", b"utf-7", b"hz", b"iso-2022-jp", b"cp037", b"unknown"]
ENCODINGS = [b"7bit", b"8bit", b"base64", b"quoted-printable", b"x-uuencode", b"rot13"]

Mutation = Callable[[Random, bytes, Sequence[bytes]], bytes]


def mutated(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """One of the mails, broken in one to eight places."""
    mail = chance.choice(seeds)
    for _ in range(chance.randint(1, 8)):
        mail = chance.choice(MUTATIONS)(chance, mail, seeds)[:200_000]
    return mail


def _place(chance: Random, mail: bytes) -> int:
    return chance.randint(0, len(mail))


def flip(chance: Random, mail: bytes, _seeds: Sequence[bytes]) -> bytes:
    broken = bytearray(mail)
    for _ in range(chance.randint(1, 20)):
        if broken:
            broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken)


def insert(chance: Random, mail: bytes, _seeds: Sequence[bytes]) -> bytes:
    at = _place(chance, mail)
    return mail[:at] + chance.choice(TOKENS) + mail[at:]


def begin_line(chance: Random, mail: bytes, _seeds: Sequence[bytes]) -> bytes:
    lines = mail.split(b"\n")
    lines.insert(chance.randint(0, len(lines)), chance.choice(TOKENS))
    return b"\n".join(lines)


def cut(chance: Random, mail: bytes, _seeds: Sequence[bytes]) -> bytes:
    return mail[: _place(chance, mail)]


def leave_out(chance: Random, mail: bytes, _seeds: Sequence[bytes]) -> bytes:
    start = _place(chance, mail)
    return mail[:start] + mail[start + chance.randint(1, 200) :]


def repeat(chance: Random, mail: bytes, _seeds: Sequence[bytes]) -> bytes:
    start = _place(chance, mail)
    piece = mail[start : start + chance.randint(1, 100)]
    return mail[:start] + piece * chance.choice([2, 10, 500]) + mail[start:]


def shuffle_lines(chance: Random, mail: bytes, _seeds: Sequence[bytes]) -> bytes:
    lines = mail.split(b"\n")
    start = chance.randrange(len(lines))
    some = lines[start : start + 20]
    chance.shuffle(some)
    return b"\n".join([*lines[:start], *some, *lines[start + 20 :]])


def splice(chance: Random, mail: bytes, seeds: Sequence[bytes]) -> bytes:
    other = chance.choice(seeds)
    return mail[: _place(chance, mail)] + other[_place(chance, other) :]


def lie_about_charset(chance: Random, mail: bytes, _seeds: Sequence[bytes]) -> bytes:
    return mail.replace(chance.choice(CHARSETS), chance.choice(CHARSETS), chance.randint(1, 3))


def lie_about_encoding(chance: Random, mail: bytes, _seeds: Sequence[bytes]) -> bytes:
    return mail.replace(chance.choice(ENCODINGS), chance.choice(ENCODINGS), chance.randint(1, 3))


def wrap(chance: Random, mail: bytes, _seeds: Sequence[bytes]) -> bytes:
    """In multiparts or forwarded mails, up to forty deep."""
    for depth in range(chance.choice([1, 3, 40])):
        if chance.random() < 0.5:
            mail = b"Content-Type: message/rfc822\n\n" + mail
        else:
            mark = b"b%d" % depth
            head = b"Content-Type: multipart/mixed; boundary=" + mark
            mail = head + b"\n\n--" + mark + b"\n" + mail + b"\n--" + mark + b"--\n"
    return b"From: a@b.example\nSubject: Fwd\n" + mail


def other_line_ends(chance: Random, mail: bytes, _seeds: Sequence[bytes]) -> bytes:
    return mail.replace(b"\r\n", b"\n").replace(b"\n", chance.choice([b"\r\n", b"\r", b"\n\r"]))


MUTATIONS: Sequence[Mutation] = [
    flip,
    insert,
    insert,
    begin_line,
    begin_line,
    cut,
    leave_out,
    repeat,
    shuffle_lines,
    splice,
    lie_about_charset,
    lie_about_encoding,
    wrap,
    other_line_ends,
]
