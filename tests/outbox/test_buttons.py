"""Buttons: each begins a mail that is understood, whoever sends it from whatever program."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from mailflow.outbox.buttons import Buttons, mailto
from mailflow.outbox.preview import preview
from mailflow.outbox.reader import reader_of
from mailflow.snapshots import read_directory
from mailflow.store.tables import Outgoing, Record
from mailflow.workflow.model import Person
from mailflow.workflow.tokens import Token, find, sign, tokens_in
from parsers import parse
from tests.outbox.counter import Counter, html_of, text_of
from tests.outbox.tapping import begun, buttons_of, meaning, sent
from tests.pipeline.desk import INSTALLATION, mail_of
from tests.workflow.company import ANNA, CHEN, DIRECTORY, LI, MA, TIME, TOM

SECRET = INSTALLATION.secret


def owned(counter: Counter, kind: str, state: str | None = None, owner: Person = MA) -> int:
    """The id of a new record of a kind, in a state, with an owner."""
    subject = f"[{kind.upper()}][PORTAL] Über [x] & 100 % + ümlaut? 登录"
    counter.desk.put(mail_of(ANNA, subject, "Words."))
    counter.desk.work()
    counter.compose()
    counter.later(minutes=10)
    counter.compose()
    counter.new()
    counter.later(minutes=10)
    number = max(row.record.id for row in counter.desk.records())
    changed = {"owner_id": owner.id} | ({"state": state} if state else {})
    with counter.database.write() as session:
        session.execute(update(Record).where(Record.id == number).values(**changed))
    return number


def gets(counter: Counter, person: Person, kind: str, reason: dict[str, Any]) -> Outgoing:
    counter.tell(person, kind, reason)
    assert counter.compose() == 1
    (mail,) = counter.new()
    counter.later(minutes=10)
    return mail


DONE, NOT_MINE = {"Done": "done", "已完成": "done"}, {"Not mine": "not_mine", "不归我": "not_mine"}
WEEK = {"Need a week": "/due in a week", "需要一周": "/due 一周后"}
START = {"In progress": "start", "处理中": "start"}
SEEN = {"Seen": "acknowledge", "收到": "acknowledge"}
DROP = {"Drop it": "/ignore", "不处理": "/ignore"}
COUNTS = {"It counts": "yes", "予以处理": "yes"}
GUESSED = {
    f"{project} · {called}": f"/project {project}; /kind {kind}"
    for project in ("PORTAL", "GATE")
    for called, kind in (("issue", "issue"), ("问题", "issue"), ("task", "task"), ("任务", "task"))
}
NEEDS = ["project", "kind"]
GUESSES = [
    {"project": "PORTAL", "kind": "issue", "why": [{"phrase": "word", "word": "login"}]},
    {"project": "GATE", "kind": "decision", "why": []},
]
BY_NUMBER = {
    "PORTAL · issue": "1",
    "GATE · decision": "2",
    "Always PORTAL · issue": "1; /always",
    "PORTAL · 问题": "1",
    "GATE · 决定": "2",
    "以后都归 PORTAL · 问题": "1; /always",
}
CANDIDATES = [["Homer Simpson", "homer@globex.example"], ["", "carl@globex.example"], ["马力", ""]]
RECORDS: list[tuple[str, str | None, str, dict[str, str]]] = [
    ("issue", None, "yours", DONE | START | SEEN | NOT_MINE | WEEK),
    ("issue", "in_progress", "yours", DONE | NOT_MINE | WEEK),
    ("milestone", None, "yours", DONE | NOT_MINE | WEEK),
    (
        "decision",
        None,
        "agree",
        {"Agree": "agree", "同意": "agree", "Reject…": "/reject", "不同意…": "/reject"},
    ),
    ("issue", "resolved", "yours", {}),
    ("issue", None, "reported", {}),
]
QUESTIONS: list[tuple[dict[str, Any], dict[str, str]]] = [
    (
        {"reason": "confirm", "inputs": [1]},
        {"Yes, it was me": "yes", "是我发的": "yes", "No, not me": "no", "不是我发的": "no"},
    ),
    ({"reason": "believe", "input": 1}, COUNTS | DROP),
    ({"reason": "triage", "input": 1, "cause": "odd"}, COUNTS | DROP),
    (
        {"reason": "triage", "input": 1, "needs": ["project"], "projects": ["PORTAL", "GATE"]},
        {"PORTAL": "/project PORTAL", "GATE": "/project GATE"} | DROP,
    ),
    (
        {
            "reason": "triage",
            "input": 1,
            "needs": ["project", "kind"],
            "projects": ["PORTAL", "GATE"],
            "kinds": ["issue", "task"],
        },
        GUESSED | DROP,
    ),
    ({"reason": "triage", "input": 1, "needs": ["kind"], "kinds": list("abcdefg")}, DROP),
    ({"reason": "triage", "input": 1, "needs": NEEDS, "guesses": GUESSES}, BY_NUMBER | DROP),
    ({"reason": "which", "input": 1, "records": [99, 1]}, {"PORTAL-1": "2"}),
    (
        {"reason": "client", "input": 1, "candidates": CANDIDATES},
        {"Homer Simpson": "1", "carl@globex.example": "2", "马力": "3"}
        | {"No client": "no", "不关联客户": "no"}
        | DROP,
    ),
]


def check(mail: Outgoing, person: Person, expected: dict[str, str]) -> None:
    """It has these buttons, in the reader's language; a tap on each says what it should."""
    found = buttons_of(html_of(mail))
    assert {expected[label] for label in found} == set(expected.values())
    for label, link in found.items():
        assert link.isascii()
        assert not set("+ ") & set(link)
        assert begun(link).to == INSTALLATION.address
        said = parse(sent(person, link))
        assert said.subject == f"Re: {mail.subject}"
        assert meaning(said) == expected[label]
        assert find(tokens_in(said.reply_text), SECRET) == Token(mail.id, person.id)
    assert "mailto:" not in text_of(mail)


@pytest.mark.parametrize("person", [TOM, MA], ids=["en", "zh"])
def test_the_buttons_about_a_record(counter: Counter, person: Person) -> None:
    for kind, state, reason, expected in RECORDS:
        number = owned(counter, kind, state, person)
        mail = gets(counter, person, "notice", {"reason": reason, "record": number})
        of_language = {k: v for k, v in expected.items() if k[0].isascii() == (person is TOM)}
        check(mail, person, of_language)
        links = buttons_of(html_of(mail)).values()
        assert {parse(sent(person, link)).record_ref for link in links} <= {f"PORTAL-{number}"}


@pytest.mark.parametrize("person", [TOM, MA], ids=["en", "zh"])
def test_the_buttons_about_a_held_mail(counter: Counter, person: Person) -> None:
    owned(counter, "issue")
    for reason, expected in QUESTIONS:
        check(gets(counter, person, "question", reason), person, expected)


@pytest.mark.parametrize("person", [ANNA, LI], ids=["en", "zh"])
def test_one_button_a_state_where_people_are_asked_how_it_goes_on(
    counter: Counter, person: Person
) -> None:
    owned(counter, "requirement", "delivered")
    mail = gets(counter, person, "question", {"reason": "asked", "record": 1})
    assert all(label[:1].isupper() or not label.isascii() for label in buttons_of(html_of(mail)))
    said = [meaning(parse(sent(person, link))) for link in buttons_of(html_of(mail)).values()]
    assert {"start", "/status accepted"} <= set(said)
    assert "/status agreed" not in said
    assert {"Accepted", "已验收"} & buttons_of(html_of(mail)).keys()


def test_a_state_of_an_older_kinds_file_leads_to_every_state(counter: Counter) -> None:
    number = owned(counter, "issue", "waiting")
    mail = gets(counter, ANNA, "question", {"reason": "asked", "record": number})
    labels = buttons_of(html_of(mail)).keys()
    assert labels >= {"Analysing", "In progress", "Resolved", "Closed", "Rejected"}


def test_the_coordinator_names_an_owner_with_one_tap(counter: Counter) -> None:
    owned(counter, "milestone")
    found = buttons_of(
        html_of(gets(counter, CHEN, "question", {"reason": "unrouted", "record": 1}))
    )
    said = {label: meaning(parse(sent(CHEN, link))) for label, link in found.items()}
    assert said == {
        "Anna Berg": "/owner anna@acme.example",
        "Li Wei": "/owner li@acme.example",
        "Tom O'Neil": "/owner tom@acme.example",
        "Ma Jun": "/owner ma@acme.example",
        "无需跟踪": "ignore",
    }


@pytest.mark.parametrize("person", [ANNA, LI], ids=["en", "zh"])
def test_a_receipt_of_what_was_done_can_be_undone(counter: Counter, person: Person) -> None:
    counter.desk.put(mail_of(person, "[ISSUE][PORTAL] login", "Words."))
    counter.desk.work()
    counter.compose()
    receipt = next(row for row in counter.new() if row.person_id == person.id)
    check(receipt, person, {"Undo": "undo", "撤销": "undo"})
    assert len(buttons_of(html_of(receipt))) == 1


def test_with_plus_addresses_the_mail_goes_to_the_signed_one(counter: Counter) -> None:
    counter.with_settings(plus_addresses=True)
    owned(counter, "issue")
    mail = gets(counter, MA, "question", {"reason": "confirm", "inputs": [1]})
    link = buttons_of(html_of(mail))["是我发的"]
    signed = sign(Token(mail.id, MA.id), SECRET)
    assert begun(link).to == f"flow+{signed}@acme.example"
    assert "+" not in link


def test_a_preview_has_buttons_that_prove_nothing(counter: Counter) -> None:
    owned(counter, "issue")
    with counter.database.read() as session:
        directory = read_directory(session, "UTC")
        reasons = [{"reason": "confirm", "inputs": [1]}]
        shown = preview(session, INSTALLATION, directory, TOM, "question", reasons, counter.now)
    assert shown is not None
    assert begun(buttons_of(shown[2])["Yes, it was me"]).text == "yes"


# what a mail of a tap does ---------------------------------------------------------------------


def unvouched(raw: bytes) -> bytes:
    """The same where our mail server vouches for nobody."""
    return raw.replace(b"dmarc=pass", b"dmarc=none")


def tap(counter: Counter, person: Person, text: str) -> None:
    counter.desk.put(unvouched(mail_of(person, "Re: [PORTAL-1] x", text)))
    counter.desk.work()


def token_of(counter: Counter, person: Person) -> str:
    owned(counter, "issue")
    (row,) = [r for r in counter.outgoings() if r.person_id == person.id]
    return sign(Token(row.id, person.id), SECRET)


def test_the_line_with_the_token_is_no_note_and_what_stands_behind_it_is(counter: Counter) -> None:
    token = token_of(counter, MA)
    tap(counter, MA, f"/priority high\n\n请保留此行：[{token}] 客户很着急\n\nSent from my phone")
    counter.compose()
    anna = next(row for row in counter.new() if row.person_id == ANNA.id)
    assert "> 客户很着急" in text_of(anna)
    assert "请保留" not in text_of(anna)
    assert "mf." not in text_of(anna)


@pytest.mark.parametrize(
    ("sender", "text", "obeyed"),
    [
        (MA, "done\n\n[{}]", True),
        (TOM, "done\n\n[{}]", False),
        (MA, "done\n\nOn Monday, flow wrote:\n> Please leave this line: [{}]", False),
        (MA, "done\n\n[{}0]", False),
    ],
)
def test_only_who_it_was_made_for_writes_it(
    counter: Counter, sender: Person, text: str, obeyed: bool
) -> None:
    token = token_of(counter, MA)
    tap(counter, sender, text.format(token))
    (row,) = counter.desk.records()
    assert row.record.state == ("resolved" if obeyed else "open")


def test_somebody_elses_token_in_a_text_does_not_even_say_what_it_is_about(
    counter: Counter,
) -> None:
    token = token_of(counter, MA)
    counter.desk.put(mail_of(TOM, "[ISSUE][PORTAL] Something else", f"Words.\n\n[{token}]"))
    counter.desk.work()
    assert [row.record.ref for row in counter.desk.records()] == ["PORTAL-1", "PORTAL-2"]


# the links -------------------------------------------------------------------------------------


@given(st.text(max_size=40), st.text(max_size=200))
def test_a_link_brings_back_what_was_put_in(subject: str, text: str) -> None:
    link = mailto("a+b%c&d=?@x.example", subject, text)
    assert begun(link) == ("a+b%c&d=?@x.example", subject, text)


@pytest.mark.parametrize("title", ["登" * 400, "\U0001f600" * 400, "%" * 400, "a\r\nBcc: x" * 90])
def test_a_link_is_never_too_long(title: str) -> None:
    token = sign(Token(10**17, 10**17), SECRET)
    for person in (TOM, MA):
        reader = reader_of(person, INSTALLATION, DIRECTORY, TIME.now, token)
        made = Buttons(reader, f"[PORTAL-123456] {title}").word("done", "", "x" * 400)
        assert len(made.link) < 1_900
        assert begun(made.link).subject.startswith("Re: [PORTAL-123456] ")
        assert "\n" not in begun(made.link).subject
        assert len(made.label) <= 30
        assert token in begun(made.link).text
