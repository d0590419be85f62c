"""What each line was taken for: the same as what is read, and by which rule."""

from __future__ import annotations

import html
from email.message import EmailMessage
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parsers import parse
from parsers.commands import command_of
from parsers.explain import WHOLE, WHOLE_FORWARD, Explained, explain
from parsers.plain_words import plain_word
from parsers.reasons import Reason, reasons
from parsers.reply import joined
from parsers.signature import RULES

from .scale import MEGABYTE, repeated, stays_linear
from .test_any_bytes import BYTES
from .test_reply import ATTRIBUTIONS, QUOTE, SIGNATURES
from .writing import SALES, plain, raw

OWN = frozenset(("own", "command", "word"))

HEADER = (
    "From: Wang <wang@client.example>\nDate: Fri, 20 Nov 2026 09:31\nTo: Sara <sara@acme.example>\n"
)
FORWARDED = f"---------- Forwarded message ---------\n{HEADER}Subject: Gate\n"
ORIGINAL = f"-----Ursprüngliche Nachricht-----\n{HEADER}Subject: Gate\n"
WROTE = "On Mon, 23 Nov 2026 at 10:00, Flow <flow@acme.example> wrote:"


def texts(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def is_reply(line: Explained) -> bool:
    return line.what in OWN or line.rule.endswith(WHOLE_FORWARD)


def check_own(raw_mail: bytes) -> None:
    """The author's lines are those of `parse`, and so are the commands and the word."""
    mail, lines = parse(raw_mail), explain(raw_mail)
    own = [line for line in lines if is_reply(line)]
    found = joined([line.line for line in own])
    numbers = [line.number for line in own]
    between = any(x.what == "attribution" and numbers[0] <= x.number for x in lines if numbers)
    # A blank line stands in the place of an attribution.
    assert texts(found) == texts(mail.reply_text)
    assert found == mail.reply_text or between
    commands = [command_of(line.line) for line in lines if line.what == "command"]
    assert commands == list(mail.commands)
    assert [plain_word(x.line) for x in lines if x.what == "word"] == [mail.word] * bool(mail.word)


def is_body(body: list[str], lines: list[Explained]) -> bool:
    """Whether the last lines are the forward's body, apart from quote marks and indentation."""
    # The colon of a label that a program left out is put back.
    above, given = lines[: -len(body)], lines[-len(body) :]
    last = [x.line.replace(":", "").rstrip() for x in given]
    body = [part.replace(":", "").rstrip() for part in body]
    return (
        len(last) == len(body)
        and not any(line.what == "forwarded" for line in above)
        and not any(line.what == "quote" for line in given)
        and all(
            line.endswith(part) and not line.removesuffix(part).strip(" \t>|")
            for line, part in zip(last, body, strict=True)
        )
    )


def check_forward(raw_mail: bytes) -> None:
    forward, lines = parse(raw_mail).forwarded, list(explain(raw_mail))
    if forward is None or not forward.body:
        assert not any(line.what == "forwarded" for line in lines)
        return
    while lines[-1].what == "blank" or "end of the forwarded mail" in lines[-1].rule:
        lines.pop()
    # In the body the header that shares a line with a separator is one line.
    whole = list({line.number: line for line in reversed(lines)}.values())[::-1]
    body = forward.body.split("\n")
    assert is_body(body, lines) or is_body(body, whole)


def check_every_line(raw_mail: bytes) -> None:
    """Each line of the text is there once, in order, blank ones at the end left out."""
    lines = explain(raw_mail)
    numbers = [line.number for line in lines]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, max(numbers, default=0) + 1))
    for line, following in pairwise(lines):
        if line.number == following.number:
            assert line.what != "blank"
            assert following.what not in OWN
    assert all(line.rule for line in lines if line.what != "blank" and line.line.strip())


def check(raw_mail: bytes) -> None:
    check_own(raw_mail)
    check_forward(raw_mail)
    check_every_line(raw_mail)


PIECES = [
    "hello there", "The gate is broken.", "", "", "> quoted", ">> deeper", ">", "  indented",
    "/due friday", "done", "Hi Ann,", "-- ", "Best regards,", "Sent from my iPhone", "- Sara",
    "Sara Sales", "sara@acme.example", "This e-mail and any attachments may be confidential.",
    "CAUTION: This email originated from outside.", "_____", "[image: logo.png]", WROTE,
    "----- End forwarded message -----", f"> {WROTE}", FORWARDED.rstrip("\n"),
    "fine On Wed, Apr 4, 2012, a@b.example wrote:",
    FORWARDED.replace("Gate", "Fwd: Gate"), ORIGINAL, HEADER + "Subject: WG: Gate\n",
    "-----Original Message----- From: Ann <a@b.example> Date: Fri, 20 Nov 2026 09:31 Subject: x",
    "Vorsendu: Wang <wang@client.example>\nTempore: 2026-11-20 09:31\nTemao: Gate\n",
    "\n".join(f"> {line}".rstrip() for line in f"{FORWARDED}\nhelp".split("\n")),
    "\n".join(f"   {line}".rstrip() for line in f"{ORIGINAL}\nhelp".split("\n")),
]  # fmt: skip
SOUP = st.lists(st.sampled_from(PIECES), max_size=14).map("\n".join)
SUBJECTS = st.sampled_from(["", "Gate", "Re: Gate", "Fwd: Gate", "[ISSUE] WG: Gate"])


@settings(max_examples=300, deadline=None)
@given(SOUP, SUBJECTS)
@example("> done\n> /status closed", "")
def test_lines_are_taken_for_what_parse_makes_of_them(text: str, subject: str) -> None:
    check(plain(text, f"Subject: {subject}\r\n"))


@settings(max_examples=100, deadline=None)
@given(SOUP, SUBJECTS)
def test_lines_of_html(text: str, subject: str) -> None:
    rows = "".join(f"<div>{html.escape(line) or '<br>'}</div>" for line in text.split("\n"))
    check(raw(html=f"{rows}<blockquote>quoted<br>twice</blockquote>", subject=subject))


@settings(max_examples=100, deadline=None)
@given(BYTES)
def test_lines_of_any_bytes(source: bytes) -> None:
    check_own(source)
    check_every_line(source)
    assert reasons(source)[0].name == "subject"


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_attributions(attribution: str) -> None:
    source = plain(f"yes\n\n{attribution}\n\n{QUOTE}\n")
    check(source)
    lines = explain(source)
    assert [line.what for line in lines[:2]] == ["word", "blank"]
    count = len(attribution.split("\n"))
    assert [line.what for line in lines[2 : 2 + count]] == ["attribution"] * count
    assert [(line.what, line.rule) for line in lines[-2:]] == [("quote", "quote mark")] * 2


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures(signature: str) -> None:
    source = plain(f"It runs.\n\n{signature}\n")
    check(source)
    below = [x for x in explain(source)[1:] if x.what != "blank"]
    assert {x.what for x in below} <= {"signature", "notice", "separator"}
    assert any(x.rule.startswith(rule.name) for x in below for rule in RULES)


def what_and_rule(text: str, subject: str = "") -> list[tuple[str, str]]:
    head = f"Subject: {subject}\r\n" if subject else ""
    return [(x.what, x.rule) for x in explain(plain(text, head)) if x.line.strip()]


def test_a_forward_within_a_forward() -> None:
    inner = "发件人: 客户 <c@client.example>\n发送时间: 2026-11-19 08:00\n主题: Gate\n\nIt broke."
    outer = ORIGINAL.replace("Subject: Gate", "Subject: Fwd: Gate")
    text = "CAUTION: This email originated from outside.\n\nLook.\n\nMit besten Grüßen\nSara\n\n"
    text += f"{outer}\nfyi\n\n{inner}"
    found = what_and_rule(text, "Fwd: Gate")
    assert found[0][0] == "banner"
    assert found[0][1].startswith("banner “caution: ")
    assert found[1:5] == [
        ("own", "above the separator"),
        ("signature", "closing phrase “mit besten grüssen” (de)"),
        ("signature", "below the closing phrase"),
        ("separator", "separator “ursprüngliche nachricht” (de)"),
    ]
    assert [what for what, _ in found[5:9]] == ["header"] * 4
    assert found[5][1] == "label of `from` (en)"
    assert found[9] == ("forwarded", "below the separator")
    assert ("header", "label of `from` (zh)") in found[10:]
    assert found[-1] == ("forwarded", "below the header lines, within the forwarded mail")


def test_forwards_beside_each_other() -> None:
    second = FORWARDED.replace("Gate", "Door").replace("wang@", "li@")
    found = what_and_rule(f"Two.\n\n{FORWARDED}\none\n\n{second}\ntwo")
    assert found[1][1].startswith("separator “forwarded message” (en")
    assert [rule for what, rule in found if what == "forwarded"] == [
        "below the separator",
        "below the separator, the next mail",
    ]


def test_the_end_of_a_forward() -> None:
    text = f"Look.\n\n{FORWARDED}\nIt broke.\n\n----- End forwarded message -----\nSara\nAcme"
    found = what_and_rule(text)[-4:]
    assert found == [
        ("forwarded", "below the separator"),
        ("separator", "end of the forwarded mail “end forwarded message” (en)"),
        *[("quote", "below the end of the forwarded mail")] * 2,
    ]


def test_commands_and_words() -> None:
    assert what_and_rule("Hi Ann,\n\nDone!\n/Due: friday\nno more") == [
        ("own", "greeting before a plain word"),
        ("word", "plain word `done`"),
        ("command", "command /due friday"),
        ("own", "nothing marks it as another's"),
    ]
    late = what_and_rule("one line\n" * 10 + "/due friday")
    assert late[-1] == ("own", "a command counts in the first lines only")


def test_interleaved_answers() -> None:
    found = what_and_rule(f"{WROTE}\n> First?\n\nI think so.\n\n> Second?\n> /due friday\n\nNo.\n")
    assert [what for what, _ in found] == ["attribution", "quote", "own", "quote", "quote", "own"]
    assert found[0][1].startswith("attribution “wrote” (en")
    assert found[2][1] == "below the attribution, not marked as a quote"


def test_the_author_and_an_attribution_on_one_line() -> None:
    lines = explain(plain("fine On Wed, Apr 4, 2012, a@b.example wrote:\n> x\n"))
    assert [(x.number, x.line.strip(), x.what) for x in lines] == [
        (1, "fine", "own"),
        (1, "On Wed, Apr 4, 2012, a@b.example wrote:", "attribution"),
        (2, "> x", "quote"),
    ]


def test_where_nothing_else_is_left() -> None:
    assert what_and_rule("> done\n> /status closed") == [("own", f"{WHOLE} (quote mark)")] * 2
    found = what_and_rule(f"{HEADER}Subject: Gate\n\nIt broke.")
    assert found[-1] == ("forwarded", f"below the header lines; {WHOLE_FORWARD}")


def test_an_attached_mail_beside_a_quoted_header() -> None:
    message = EmailMessage()
    message["From"] = SALES
    message["In-Reply-To"] = "<one@acme.example>"
    message.set_content(f"{HEADER}Subject: Gate\n\nIt broke.")
    inner = EmailMessage()
    inner["From"] = "Client <c@client.example>"
    inner.set_content("two\nlines")
    message.add_attachment(inner)
    source = message.as_bytes()
    assert explain(source)[-1].what == "quote"
    found = [(reason.value, reason.why) for reason in reasons(source)]
    assert ("Client <c@client.example>", "sure: an attached mail") in found


def test_a_header_of_unknown_language() -> None:
    found = what_and_rule(f"Look.\n\n===== Antauxa =====\n{PIECES[-3]}\nIt broke.", "Fwd: Gate")
    assert found[1] == ("separator", "separator in no known language, above header lines")
    assert found[2] == ("header", "shape of header lines, in no known language")


def test_pictures_stay_with_their_place() -> None:
    text = f"Look:\n\n[image: chart.png]\n\nBest regards,\nSara\n[image: logo.png]\n\n{WROTE}\n> x"
    check(plain(text))
    lines = explain(plain(text))
    assert (lines[2].line, lines[2].what) == ("[image: chart.png]", "own")
    assert (lines[6].line, lines[6].what) == ("[image: logo.png]", "signature")


@pytest.mark.parametrize(
    ("head", "value", "why"),
    [
        ("Auto-Submitted: auto-replied", "auto-reply", "field Auto-Submitted: auto-replied"),
        ("X-Autoreply: yes", "auto-reply", "field X-Autoreply: yes"),
        (
            "Subject: Abwesenheitsnotiz: bis Montag",
            "auto-reply",
            "subject “abwesenheitsnotiz” (de)",
        ),
        ("List-Id: <a.example>", "list", "field List-Id: <a.example>"),
        ("X-Mailflow-Kind: receipt", "own", "field X-Mailflow-Kind: receipt"),
        (
            "Precedence: bulk\r\nSubject: Please confirm your message",
            "auto-reply",
            "field Precedence: bulk and Subject: Please confirm your message",
        ),
        (
            "From: MAILER-DAEMON@a.example\r\nSubject: Undelivered Mail Returned to Sender",
            "bounce",
            "field From: MAILER-DAEMON@a.example and Subject: Undelivered Mail Returned to Sender",
        ),
        ("X-Failed-Recipients: a@b.example", "bounce", "field X-Failed-Recipients: a@b.example"),
    ],
)
def test_why_a_mail_is_automatic(head: str, value: str, why: str) -> None:
    source = f"{head}\r\n\r\nx".encode()
    assert parse(source).automatic == value
    assert Reason("automatic", value, why) in reasons(source)


@pytest.mark.parametrize(
    ("text", "subject", "why"),
    [
        (FORWARDED, "Gate", "sure: header lines below a separator that says so"),
        (ORIGINAL, "Fwd: Gate", "sure: header lines, and the subject says so"),
        (ORIGINAL, "Gate", "likely: header lines, but neither a separator nor the subject says so"),
        (PIECES[-3], "Fwd: Gate", "likely: header lines in no known language"),
        (f"{WROTE}\n", "Fwd: Gate", "likely: no header lines, only an attribution"),
        (FORWARDED.replace("<wang@client.example>", ""), "", "unsure: its sender has no address"),
    ],
)
def test_why_a_forward_is_sure(text: str, subject: str, why: str) -> None:
    source = plain(f"Look.\n\n{text}\nIt broke.", f"Subject: {subject}\r\n")
    found = [reason for reason in reasons(source) if reason.name == "forward of"]
    assert [reason.why for reason in found] == [why]


def test_the_mail_as_a_whole() -> None:
    text = FORWARDED.replace("Gate", "Fwd: Gate") + f"\nfyi\n\n{FORWARDED}\nIt broke."
    source = plain(text, "Subject: [ISSUE] WG: Gate [GATE-3]\r\n", "gb18030")
    whole = {reason.name: (reason.value, reason.why) for reason in reasons(source)}
    said = "its first prefix says that it forwards; tags [ISSUE]; names the record GATE-3"
    assert whole["subject"] == ("[ISSUE] WG: Gate [GATE-3]", said)
    assert whole["text"] == ("text/plain, charset gb18030", "")
    assert whole["original of"] == ("Wang <wang@client.example>", "the innermost forward")
    assert whole["defect"] == ("no Date field", "")
    page = {reason.name: reason for reason in reasons(raw(html="<p>x"))}
    assert page["text"].why == "converted from HTML"


@pytest.mark.parametrize("fragment", [f"{FORWARDED}\nx\n", "> a\nb\n", "-- \na\n", "x\n\n"])
def test_linear(fragment: str) -> None:
    text = repeated(fragment)
    stays_linear(explain, lambda size: plain(f"hi\n{text(size)}"), MEGABYTE // 5)
