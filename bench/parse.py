"""What reading a mail costs, against the standard library reading seven headers and the text."""

from __future__ import annotations

import email.policy
import sys
import time
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser

from parsers import parse
from tests.stories.programs import PROGRAMS, ClientMail

HEADERS = ("From", "To", "Cc", "Subject", "Date", "Message-ID", "References")
ROUNDS = 40
WORDS = "The export of the monthly report stops at 80 per cent.\n报表导出到一半就停了。\n" * 20


def mails() -> list[bytes]:
    at = datetime.fromisoformat("2026-11-23T08:12:00+01:00")
    client = ClientMail("王芳", "wang@huaxing.example", at, "Export", WORDS, "Li", "li@a.example")
    found = []
    for forward in PROGRAMS.values():
        mail = EmailMessage()
        mail["From"], mail["To"] = "Li Wei <li@a.example>", "flow@a.example"
        mail["Subject"], mail["Date"] = "[问题] 转发: 报表", "Mon, 23 Nov 2026 09:00:00 +0800"
        mail.set_content("请看。\n\n" + forward(client))
        mail.add_alternative(f"<p>请看。</p><pre>{forward(client)}</pre>", subtype="html")
        found.append(mail.as_bytes())
    return found


def standard(raw: bytes) -> None:
    mail = BytesParser(policy=email.policy.default).parsebytes(raw)
    for name in HEADERS:
        str(mail[name])
    body = mail.get_body(("plain", "html"))
    if body is not None:
        body.get_content()


def seconds(read: Callable[[bytes], object], raws: list[bytes]) -> float:
    best = float("inf")
    for _ in range(5):
        begin = time.perf_counter()
        for _ in range(ROUNDS):
            for raw in raws:
                read(raw)
        best = min(best, time.perf_counter() - begin)
    return best


def main() -> None:
    raws = mails()
    ours, theirs = seconds(parse, raws), seconds(standard, raws)
    each = 1000 / (ROUNDS * len(raws))
    sys.stdout.write(
        f"parsers.parse {ours * each:.2f} ms a mail, policy.default {theirs * each:.2f} ms: "
        f"{ours / theirs:.2f} times as much\n"
    )


if __name__ == "__main__":
    main()
