"""What the fuzzer begins with: mails of every sort that people, programs and servers write."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from tests.parsers.outlook_writing import tnef, winmail
from tests.parsers.test_calendar_reply import calendar, with_calendar
from tests.parsers.writing import plain, raw
from tests.stories.programs import PROGRAMS, ClientMail, quoted
from tests.workflow.company import ANNA

BOUNCES = Path(__file__).parent.parent / "parsers" / "bounces.toml"
CLIENT = ClientMail(
    name="Wang Fang 王芳",
    address="wang.fang@huaxing.example",
    at=datetime(2026, 11, 20, 9, 31, tzinfo=UTC),
    subject="Login 登录 fails",
    text="The login fails since Monday.\n登录失败，请尽快处理。\n\nWang Fang\n-- \n华星电子",
    to_name="Sara Sales",
    to_address="sara@acme.example",
)
HTML = (
    '<html><head><style>p{color:red}</style></head><body><div dir="ltr">done<br>/due friday</div>'
    '<div class="gmail_quote"><div class="gmail_attr">On Mon, Nov 23, 2026 at 10:00 AM Flow &lt;'
    '<a href="mailto:flow@acme.example">flow@acme.example</a>&gt; wrote:</div><blockquote>'
    "<p>PORTAL-1 waits for you</p><table><tr><td>x</td></tr></table></blockquote></div></body>"
)


def seeds() -> list[bytes]:
    """The whole mails, as octets. Their author is one of the company of the workflow tests."""
    return [mail.replace(b"sara@acme.example", ANNA.address.encode()) for mail in _written()]


def _written() -> list[bytes]:
    return [
        *(raw(f"fyi\n\n{write(CLIENT)}", subject="[ISSUE] Fwd: x") for write in PROGRAMS.values()),
        *_charsets(),
        *_replies(),
        *_bounces(),
        *_with_parts(),
        with_calendar(calendar()),
        winmail(tnef({0x1000: "text of Outlook"}, [("a.pdf", b"%PDF")]), "The own text."),
    ]


def _charsets() -> list[bytes]:
    write = PROGRAMS["qq"]
    head = "Subject: =?gb18030?B?16q3og==?= [问题]\r\n"
    return [plain(write(CLIENT), head, name) for name in ("gb18030", "utf-8", "big5hkscs")[:2]]


def _replies() -> list[bytes]:
    before = "On Mon, 23 Nov 2026 at 10:00, Flow <flow@acme.example> wrote:\n"
    quote = quoted(CLIENT.text)
    return [
        raw(f"done\n/due friday\n/owner @tom\n\n{before}{quote}", subject="Re: [PORTAL-1] x"),
        raw(f"1 done, 2-4 /due 30.11.\n3 同意\n\n{before}{quote}", subject="Re: Digest"),
        raw(
            "Budget: 400 000 EUR\n预算：40万\nDecision: go\n任务：测试 @ma 周五", subject="[GOAL] x"
        ),
        raw(html=HTML, subject="Re: [PORTAL-1] x"),
        raw(html=f"<p>fyi</p><blockquote>{PROGRAMS['outlook'](CLIENT)}</blockquote>"),
    ]


def _bounces() -> list[bytes]:
    found = tomllib.loads(BOUNCES.read_text("utf-8"))["mail"]
    return [one["raw"].lstrip("\n").encode() for one in found[::8]]


def _with_parts() -> list[bytes]:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = CLIENT.address, CLIENT.subject
    inner.set_content(CLIENT.text)
    inner.add_alternative(HTML, subtype="html")
    inner.add_attachment(b"PK\3\4" * 40, maintype="application", subtype="zip", filename="图.zip")
    outer = EmailMessage()
    outer["From"], outer["To"] = "Sara Sales <sara@acme.example>", "flow@acme.example"
    outer["Subject"] = "[FEEDBACK] as attached"
    outer.set_content("please look")
    outer.add_attachment(inner)
    return [inner.as_bytes(), outer.as_bytes()]
