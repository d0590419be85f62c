"""Mails wrapped by every program of the table, in every language, come back unchanged."""

from __future__ import annotations

import html
import itertools
import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.mime.text import MIMEText

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import Mailbox, parse
from parsers.programs import PROGRAMS, Program
from parsers.words import CATALOGUES

AT = datetime.fromisoformat("2026-11-20T09:31")
OURS = Mailbox("Sara Sales", "sara@acme.example")


@dataclass(frozen=True)
class Written:
    """What a client wrote to sales."""

    name: str
    title: str
    text: str
    moment: str = "2026-11-20 09:31"


def fill(line: str, language: str, mail: Written) -> str:
    """The template's line in that language."""
    catalogue = CATALOGUES[language]
    lines, labels = catalogue["lines"], catalogue["labels"]
    words = {
        "forwarded": lines["forwarded"][0],
        "original": (lines["original"] or lines["forwarded"])[0],
        "start": next(iter(lines["wrote_start"]), ""),
        "wrote": lines["wrote"][0],
        **{kind: labels[kind][0] for kind in ("from", "date", "to", "subject")},
    }
    values = {
        "name": mail.name,
        "address": "wang@client.example",
        "moment": mail.moment,
        "to_name": OURS.name,
        "to_address": OURS.address,
        "title": mail.title,
    }
    return line.format_map(words | values).lstrip(" ")


def quoted(text: str, mark: str) -> str:
    return "\n".join(f"{mark}{line}".rstrip() for line in text.split("\n"))


def forwarded(program: Program, language: str, mail: Written) -> str:
    head = [fill(line, language, mail) for line in program.forward]
    mark = "> " if head[-1].startswith("> ") else ""
    return "\n".join(head) + "\n" + quoted(f"\n{mail.text}", mark)


def replied(program: Program, language: str, mail: Written) -> str:
    head = [fill(line, language, mail) for line in program.reply]
    gap = "\n" if program.quote == "" else ""
    return "\n".join(head) + "\n" + gap + quoted(mail.text, program.quote)


def as_html(lines: str) -> str:
    rows = (html.escape(line) or "<br>" for line in lines.split("\n"))
    return "".join(f"<div>{row}</div>\n" for row in rows)


def replied_html(program: Program, language: str, mail: Written, own: str) -> str:
    """The reply as HTML: in the program's container, quoted text in a block quote."""
    head = as_html("\n".join(fill(line, language, mail) for line in program.reply))
    body = as_html(mail.text)
    if program.quote:
        body = f'<blockquote type="cite">{body}</blockquote>'
    opening, closing = container(program)
    return f"{as_html(own)}<br>{opening}{head}<br>{body}{closing}"


def container(program: Program) -> tuple[str, str]:
    selector = next(iter(program.html), "")
    mark, name = selector[:1], selector[1:]
    if mark in (".", "*", "#"):
        attribute = "id" if mark == "#" else "class"
        return (
            f'<div {attribute}="x-{name}">' if mark == "*" else f'<div {attribute}="{name}">',
            "</div>",
        )
    return (f"<{selector}>", f"</{selector}>") if selector else ("<div>", "</div>")


def composed(text: str, language: str, sort: str, title: str, subtype: str = "plain") -> bytes:
    message = MIMEText(text, subtype, "utf-8")
    message["From"] = "Sara Sales <sara@acme.example>"
    message["To"] = "flow@acme.example"
    if sort == "reply":
        message["In-Reply-To"] = "<before@acme.example>"
    prefix = CATALOGUES[language]["subject"][sort][0]
    message["Subject"] = Header(f"{prefix}: {title}", "utf-8")
    return message.as_bytes()


def check_forward(program: Program, language: str, mail: Written, note: str) -> None:
    text = f"{note}\n\n{forwarded(program, language, mail)}\n"
    found = parse(composed(text, language, "forward", mail.title)).forwarded
    assert found is not None, text
    assert found.sender is not None, text
    assert found.sender.address == "wang@client.example"
    assert found.body == mail.text, text
    assert found.note == note, text
    assert found.date == AT, text
    assert found.subject == mail.title, text
    assert found.confidence != "unsure"


def check_reply(program: Program, language: str, mail: Written, own: str) -> None:
    text = f"{own}\n\n{replied(program, language, mail)}\n"
    found = parse(composed(text, language, "reply", mail.title))
    assert found.reply_text == own, text
    assert found.forwarded is None


def check_html_reply(program: Program, language: str, mail: Written, own: str) -> None:
    text = replied_html(program, language, mail, own)
    found = parse(composed(text, language, "reply", mail.title, "html"))
    assert found.reply_text == own, text


def check_html_forward(program: Program, language: str, mail: Written, note: str) -> None:
    opening, closing = container(program)
    inner = as_html(re.sub(r"\n> ?", "\n", forwarded(program, language, mail)))
    text = f"{as_html(note)}<br>{opening}{inner}{closing}"
    found = parse(composed(text, language, "forward", mail.title, "html")).forwarded
    assert found is not None, text
    assert found.sender is not None, text
    assert (found.sender.address, found.date) == ("wang@client.example", AT), text
    assert (found.body, found.note, found.subject) == (mail.text, note, mail.title), text


EVERY = list(itertools.product(PROGRAMS, sorted(CATALOGUES)))
PLAIN = Written(
    "Wang Fang", "Gate lost data", "The gate lost data last night.\n\nPlease help.\n- Wang"
)


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_every_program_in_every_language(language: str) -> None:
    for program in PROGRAMS:
        check_forward(program, language, PLAIN, "Please look at this.")
        check_reply(program, language, PLAIN, "It is mended now.")
        check_html_forward(program, language, PLAIN, "Please look at this.")
        check_html_reply(program, language, PLAIN, "It is mended now.")


# Letters and marks of many alphabets; a line of text begins with a word and has no header's colon.
WORD = st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=12)
LINE = st.lists(WORD, min_size=3, max_size=8).map(" ".join)
TEXT = st.lists(LINE | st.just(""), min_size=1, max_size=6).map("\n".join).map(str.strip)
MAILS = st.builds(
    Written,
    name=st.sampled_from(["Wang Fang", "王芳", "Müller, Jörg", "O'Neil", "Анна Петрова"]),
    title=LINE,
    text=TEXT.filter(bool),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(EVERY), MAILS, LINE)
def test_any_mail_comes_back(way: tuple[Program, str], mail: Written, own: str) -> None:
    program, language = way
    check_forward(program, language, mail, own)
    check_reply(program, language, mail, own)
    check_html_forward(program, language, mail, own)
    check_html_reply(program, language, mail, own)
