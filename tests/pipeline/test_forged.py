"""Senders who are not who they say: tokens, tricks with From, and what our mails' headers say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import select

from mailflow.store.tables import Outgoing
from mailflow.workflow.model import Person
from mailflow.workflow.tokens import TOKEN, Token, message_id
from tests.pipeline.desk import INSTALLATION, Desk, mail_of
from tests.pipeline.test_believed import SAYS, asked, at_work, last_to, set_policy
from tests.workflow.company import ANNA, CHEN, LI, MA, PEOPLE, TOM

MALLORY = Person(99, "Mallory", ("mallory@evil.example",), "en", "UTC")
OURS = {address for person in PEOPLE for address in person.addresses}
DONE = "Re: [PORTAL-1] login"


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Desk]:
    """A desk with PORTAL-1, which Ma owns; everybody has read their mails."""
    desk = at_work(tmp_path)
    yield desk
    desk.compose()
    assert {row.address for row in letters(desk)} <= OURS, "no mail leaves the directory"
    desk.database.close()


def letters(desk: Desk) -> list[Outgoing]:
    with desk.database.read() as session:
        return list(session.scalars(select(Outgoing).order_by(Outgoing.id)))


def unvouched(
    person: Person, text: str, subject: str = DONE, reply_to: str = "", says: str = "none"
) -> bytes:
    headers = [("Authentication-Results", SAYS[says])]
    return mail_of(person, subject, text, [*headers, ("In-Reply-To", reply_to)])


def state(desk: Desk, number: int = 1) -> str:
    return next(row.record.state for row in desk.records() if row.record.ref == f"PORTAL-{number}")


# Who says that they are the owner or the coordinator, without anything that vouches for them.


@pytest.mark.parametrize("says", ["none", "fail"])
def test_a_forged_from_changes_nothing(quick: Desk, says: str) -> None:
    """Of the owner, the coordinator and the reporter, with the record's number and without."""
    before = quick.columns(quick.records()[0])
    text = "/status resolved\n/owner tom@acme.example\n/priority high"
    for person, subject in product([MA, CHEN, ANNA], [DONE, "[PORTAL-1]", "PORTAL-1", "login"]):
        quick.put(unvouched(person, text, subject, says=says))
    quick.work()
    assert [quick.columns(row) for row in quick.records()] == [before]
    assert {state for state, _ in quick.states()[1:]} == {"held"}


@pytest.mark.parametrize("says", ["none", "fail"])
def test_a_forged_coordinator_answers_no_question(quick: Desk, says: str) -> None:
    quick.put(mail_of(MALLORY, "[ISSUE][PORTAL] let me in", "x"))
    quick.work()
    quick.compose()
    subject = f"Re: {letters(quick)[-1].subject}"
    for word in ("yes", "/project PORTAL\n/kind issue", "1", "/ignore"):
        quick.put(unvouched(CHEN, word, subject, "<let-me-in@evil.example>", says))
    quick.work()
    assert [row.title for row in quick.records()] == ["login"]
    assert (CHEN.id, "triage") in asked(quick)


# What a token is worth, and to whom.


TOKENS: dict[str, Callable[[str], str]] = {
    "cut": lambda token: token.replace("@", "", 1)[:-20] + "@acme.example>",
    "its last character changed": lambda token: re.sub(r"[0-9a-f]@", "g@", token),
    "one more character": lambda token: token.replace("@", "0@"),
    "of another mail": lambda token: re.sub(r"mf\.\d+", "mf.999", token),
    "for another person": lambda token: re.sub(r"(mf\.\d+)\.\d+", r"\1.5", token),
    "of another installation": lambda _: message_id(
        Token(2, MA.id), b"another secret" * 4, "acme.example"
    ),
    "without its signature": lambda token: re.sub(r"\.[0-9a-f]{20}@", "@", token),
    "the coordinator's, for whom it was not made": lambda _: message_id(
        Token(2, CHEN.id), INSTALLATION.secret, "acme.example"
    ),
}


def test_a_token_that_is_none(quick: Desk) -> None:
    for what, changed in TOKENS.items():
        token = changed(last_to(quick, MA))
        assert token != last_to(quick, MA)
        quick.put(unvouched(MA, "done", reply_to=token))
        quick.work()
        assert state(quick) == "open", what
        assert asked(quick) == [(MA.id, "confirm")], what


def test_a_valid_token_with_another_from(quick: Desk) -> None:
    """It says which record is meant; who writes is not vouched for."""
    quick.put(unvouched(LI, "done", "Re: login", last_to(quick, MA)))
    quick.work()
    assert (state(quick), asked(quick)) == ("open", [(LI.id, "confirm")])


def test_with_another_from_that_is_vouched_for_it_is_theirs(quick: Desk) -> None:
    quick.put(unvouched(TOM, "/priority high", "Re: login", last_to(quick, MA), "pass"))
    quick.work()
    [row] = quick.records()
    assert (row.record.priority, row.record.owner_id) == ("high", MA.id)
    last = [n for n in quick.notices() if n.kind == "receipt"][-1]
    assert last.person_id == TOM.id


@pytest.mark.parametrize(
    "text", ["done\n\n> {}", "done\n\nOn Monday, Ma Jun wrote:\n> [{}]", "[{}]"]
)
def test_somebody_elses_token_in_a_text(quick: Desk, text: str) -> None:
    found = TOKEN.search(last_to(quick, MA))
    assert found is not None
    quick.put(unvouched(LI, text.format(found.group())))
    quick.work()
    assert (state(quick), asked(quick)) == ("open", [(LI.id, "confirm")])


def test_a_token_that_is_only_quoted_vouches_for_nobody(quick: Desk) -> None:
    """Also where From says that it is the one for whom it was made."""
    found = TOKEN.search(last_to(quick, MA))
    assert found is not None
    quick.put(unvouched(MA, f"done\n\nOn Monday, flow wrote:\n> hello [{found.group()}]\n"))
    quick.work()
    assert (state(quick), asked(quick)) == ("open", [(MA.id, "confirm")])


def test_a_token_of_one_record_and_the_number_of_another(quick: Desk) -> None:
    first = last_to(quick, MA)
    quick.put(mail_of(ANNA, "[ISSUE][PORTAL] login again", "x"))
    quick.work()
    quick.compose()
    quick.put(unvouched(MA, "done", "Re: [PORTAL-2] login again", first))
    quick.work()
    assert [state(quick, 1), state(quick, 2)] == ["open", "open"]
    assert asked(quick) == [(MA.id, "record")]


def test_a_reply_that_is_sent_once_more(quick: Desk) -> None:
    """The same mail is the same mail; tokens do not expire."""
    mail = unvouched(MA, "/note It was the proxy.", reply_to=last_to(quick, MA))
    quick.put(mail)
    quick.work()
    quick.put(b"Received: from elsewhere by here.example; now\r\n" + mail)
    quick.work()
    assert [done for done, _ in quick.states()][1:] == ["processed", "ignored"]
    with quick.database.read() as session:
        before = quick.fold(session, quick.records()[0].record.id)
    assert before["state"] == "open"


def test_a_token_of_long_ago(quick: Desk) -> None:
    token = last_to(quick, MA)
    quick.now = quick.now.replace(year=2029)
    quick.put(unvouched(MA, "done", reply_to=token))
    quick.work()
    assert state(quick) == "resolved"


def test_a_new_secret_ends_all_tokens(quick: Desk) -> None:
    token = last_to(quick, MA)
    quick.engine.installation = replace(INSTALLATION, secret=b"1" * 64)
    quick.put(unvouched(MA, "done", reply_to=token))
    quick.work()
    assert (state(quick), asked(quick)) == ("open", [(MA.id, "confirm")])


# What a From header can be made to look like.

EVIL = "Authentication-Results: mx.acme.example; dmarc=pass header.from=evil.example"
TRICKS = {
    "a name that is an address": '"ma@acme.example" <mallory@evil.example>',
    "in brackets": '"<ma@acme.example>" <mallory@evil.example>',
    "an encoded name": "=?utf-8?q?ma=40acme=2Eexample?= <mallory@evil.example>",
    "an encoded mailbox": "=?utf-8?b?TWEgPG1hQGFjbWUuZXhhbXBsZT4=?= <mallory@evil.example>",
    "an encoded address": "=?utf-8?q?ma=40acme=2Eexample?=",
    "an encoded address in brackets": "<=?utf-8?q?ma=40acme=2Eexample?=>",
    "an encoded line end": "=?utf-8?q?x=0D=0AFrom=3A_ma=40acme=2Eexample?= <mallory@evil.example>",
    "two addresses": "ma@acme.example, mallory@evil.example",
    "two, the other way": "mallory@evil.example, ma@acme.example",
    "two in brackets": "<ma@acme.example> <mallory@evil.example>",
    "two with a semicolon": "ma@acme.example; mallory@evil.example",
    "a group": "Team: ma@acme.example, mallory@evil.example;",
    "a group of one": "ma@acme.example: mallory@evil.example;",
    "an empty group": "ma@acme.example:;",
    "a comment": "mallory@evil.example (ma@acme.example)",
    "a comment before": "(ma@acme.example) mallory@evil.example",
    "a comment within": "ma(@acme.example)@evil.example",
    "a route": "<@acme.example:mallory@evil.example>",
    "two at signs": "<ma@acme.example@evil.example>",
    "a quoted local part": '<"ma@acme.example"@evil.example>',
    "a domain below": "<ma@acme.example.evil.example>",
    "a domain beside": "<ma@evilacme.example>",
    "a Cyrillic letter": "<ma@\u0430cme.example>",
    "the same in punycode": "<ma@xn--cme-5cd.example>",
    "a Cyrillic local part": "<m\u0430@acme.example>",
    "a space of no width": "<m\u200ba@acme.example>",
    "a NUL": "<ma@acme.example\x00.evil.example>",
    "another direction": "\u202e<elpmaxe.emca@am>\u202c <mallory@evil.example>",
    "two From headers": "mallory@evil.example\r\nFrom: ma@acme.example",
    "two, the other way round": "ma@acme.example\r\nFrom: mallory@evil.example",
    "a Sender": "mallory@evil.example\r\nSender: ma@acme.example",
    "a Resent-From": "mallory@evil.example\r\nResent-From: ma@acme.example",
    "a Reply-To": "mallory@evil.example\r\nReply-To: ma@acme.example",
    "a space before the colon": "mallory@evil.example\r\nFrom : ma@acme.example",
    "nothing": "",
    "nothing, and a Sender": "\r\nSender: ma@acme.example",
    "the empty path": "<>",
}


@pytest.mark.parametrize("policy", ["open", "known"])
def test_a_from_that_looks_like_somebody(quick: Desk, policy: str) -> None:
    """The server vouches for evil.example, and says so; nothing is done in Ma's name."""
    set_policy(quick, policy=policy)
    for number, (what, written) in enumerate(TRICKS.items()):
        raw = (
            f"{EVIL}\r\nFrom: {written}\r\nTo: flow@acme.example\r\nSubject: {DONE}\r\n"
            f"Date: Mon, 23 Nov 2026 09:00:00 +0800\r\nMessage-ID: <{number}@evil.example>\r\n"
            "\r\ndone\r\n"
        )
        quick.put(raw.encode())
        quick.work()
        assert state(quick) == "open", what
        assert quick.states()[-1][0] in ("held", "quarantined"), what


HIDDEN = [
    "X: y\rFrom: ma@acme.example\r\rdone\r\nFrom: eve@acme.example",
    "X: y\rFrom: ma@acme.example\r\nFrom: eve@acme.example",
    "From: eve@acme.example\r\nX: y\rFrom: ma@acme.example",
]


@pytest.mark.parametrize("head", HIDDEN)
def test_a_from_behind_a_line_end_that_no_server_sees(quick: Desk, head: str) -> None:
    """The server vouches for a colleague, whose From it has read."""
    rest = f"Subject: {DONE}\r\nMessage-ID: <h@acme.example>\r\n\r\ndone\r\n"
    quick.put(f"Authentication-Results: {SAYS['pass']}\r\n{head}\r\n{rest}".encode())
    quick.work()
    assert state(quick) == "open"
    assert MA.id not in {n.person_id for n in quick.notices() if n.kind == "receipt"}


def test_no_answer_goes_where_another_header_says(quick: Desk) -> None:
    """What the fixture looks at: no letter has an address outside the directory."""
    for field in ("Reply-To", "Sender", "Resent-From", "Return-Path", "Cc"):
        elsewhere = [(field, "mallory@evil.example")]
        quick.put(mail_of(ANNA, "[ISSUE][PORTAL] x", field, elsewhere))
        quick.put(mail_of(ANNA, "nothing that we know", "/poem", elsewhere))
    quick.work()
    quick.compose()
    assert all(
        b"mallory" not in (row.body or b"").partition(b"\r\n\r\n")[0] for row in letters(quick)
    )


# What others wrote stands in the headers that we write: subject, names, file names, arguments.

ENDS = [
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x85",
    "\u2028",
    "\u2029",
    "\r\n ",
    "\n\n",
]
SMUGGLED = "Bcc: mallory@evil.example"
ALLOWED = {
    "from", "to", "reply-to", "subject", "date", "message-id", "in-reply-to", "references",
    "list-id", "auto-submitted", "x-auto-response-suppress", "precedence", "x-mailflow-kind",
    "mime-version", "content-type", "content-transfer-encoding",
}  # fmt: skip


def as_word(text: str) -> str:
    """An encoded word (RFC 2047), which can hold anything."""
    return "=?utf-8?q?" + "".join(f"={octet:02X}" for octet in text.encode()) + "?="


def in_subject(text: str) -> bytes:
    return raw_mail(f"Subject: [ISSUE][PORTAL] {as_word('login' + text)}", "x")


def in_subject_pieces(text: str) -> bytes:
    words = " ".join(as_word(char) for char in "login" + text)
    return raw_mail(f"Subject: =?utf-8?q?=5BISSUE=5D=5BPORTAL=5D?= {words}", "x")


def in_inner_word(text: str) -> bytes:
    """What is decoded gives an encoded word, which must stay one."""
    return raw_mail(f"Subject: [ISSUE][PORTAL] {as_word(as_word('login' + text))}", "x")


def in_own_name(text: str) -> bytes:
    return raw_mail(
        "Subject: [ISSUE][PORTAL] login", "x", f"From: {as_word('Anna' + text)} <{ANNA.address}>"
    )


def in_message_id(text: str) -> bytes:
    name = as_word("<a" + text + "@x.example>")
    return raw_mail(f"Subject: [ISSUE][PORTAL] login\r\nMessage-ID: {name}", "x")


def in_client_name(text: str) -> bytes:
    line = f"From: Homer{text} <homer@globex.example>"
    body = (
        f"---------- Forwarded message ---------\n{line}\nDate: Mon, 23 Nov 2026\nSubject: p{text}"
    )
    return raw_mail("Subject: [ISSUE][PORTAL] Fwd: login", f"{body}\nTo: a@b.example\n\nNo print.")


def in_file_name(text: str) -> bytes:
    name = as_word("plan" + text + ".pdf")
    head = 'Content-Type: multipart/mixed; boundary="b"\r\nSubject: [ISSUE][PORTAL] login'
    body = (
        f'--b\n\nx {text!a}\n--b\nContent-Type: application/pdf; name="{name}"\n'
        f'Content-Disposition: attachment; filename="{name}"\n\nx\n--b--'
    )
    return raw_mail(head, body)


def in_argument(text: str) -> bytes:
    return raw_mail(f"Subject: {DONE}", f"/title new{text}\n/owner nobody{text}\n/poem {text}")


def raw_mail(head: str, body: str, sender: str = f"From: {ANNA.address}") -> bytes:
    head = f"Authentication-Results: {SAYS['pass']}\r\n{sender}\r\nTo: flow@acme.example\r\n{head}"
    return f"{head}\r\nDate: Mon, 23 Nov 2026 09:00:00 +0800\r\n\r\n{body}\r\n".encode()


PLACES = [
    in_subject,
    in_subject_pieces,
    in_inner_word,
    in_own_name,
    in_message_id,
    in_client_name,
    in_file_name,
    in_argument,
]


@pytest.mark.parametrize("place", PLACES)
def test_nothing_smuggles_a_header_into_our_mails(
    quick: Desk, place: Callable[[str], bytes]
) -> None:
    quick.put(*(place(end + SMUGGLED + end) for end in ENDS))
    before = len(letters(quick))
    quick.work()
    quick.now = quick.now.replace(hour=12)
    quick.compose()
    new = [row for row in letters(quick)[before:] if row.body]
    assert new, "somebody was told"
    for row in new:
        assert row.body is not None
        look_at(row.body)


def look_at(octets: bytes) -> None:
    """Every line ends in CRLF, every header is ours and stands there once."""
    assert b"\0" not in octets
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert b"\r" not in octets.replace(b"\r\n", b"")
    head = octets.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    lines = [line for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    names = [line.partition(b":")[0].decode().lower() for line in lines]
    assert len(names) == len(set(names))
    assert set(names) <= ALLOWED, set(names) - ALLOWED
    mail = message_from_bytes(octets, policy=default)
    assert mail.defects == []
    assert {name.lower() for name in mail} <= ALLOWED
    for name in ("From", "To", "Reply-To"):
        boxes = mail[name].addresses if mail[name] else ()
        assert all(box.addr_spec.endswith("@acme.example") for box in boxes)
    for value in mail.values():
        assert not set(str(value)) & set("\r\n\0\x0b\x0c\x1c\x85\u2028\u2029")
