"""Guesses and rules in words, in both languages."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from mailflow.outbox import guessed, ruled
from mailflow.outbox.buttons import Buttons
from mailflow.outbox.reader import Reader, reader_of
from mailflow.workflow.model import Person
from mailflow.workflow.rules import Unrouted, mails_like, owning, placing
from tests.pipeline.desk import INSTALLATION, NOW
from tests.workflow.company import ANNA, CHEN, DIRECTORY, GATE, GLOBEX, HUAXING, LI, MA, PORTAL

GUESSES = [
    {
        "project": "PORTAL",
        "kind": "issue",
        "why": [
            {"phrase": "client", "client": GLOBEX.id, "project": PORTAL.id},
            {"phrase": "word", "word": "login"},
            {"phrase": "alike", "ref": "PORTAL-12"},
        ],
    },
    {
        "project": "GATE",
        "kind": "decision",
        "why": [{"phrase": "member", "person": LI.id, "project": GATE.id}],
    },
    {"project": "GATE", "kind": "issue", "why": []},
]


def reader(person: Person) -> Reader:
    return reader_of(person, INSTALLATION, DIRECTORY, NOW)


@pytest.mark.parametrize(
    ("person", "said"),
    [
        (
            ANNA,
            [
                (
                    "1",
                    "PORTAL · issue (Globex is a client of PORTAL, the word “login”, "
                    "same sender or client as PORTAL-12)",
                ),
                ("2", "GATE · decision (Li Wei is in GATE)"),
                ("3", "GATE · issue"),
            ],
        ),
        (
            LI,
            [
                (
                    "1",
                    "PORTAL · 问题（Globex 是 PORTAL 的客户、含有“login”一词、"
                    "与 PORTAL-12 的发件人或客户相同）",
                ),
                ("2", "GATE · 决定（Li Wei 参与了 GATE）"),
                ("3", "GATE · 问题"),
            ],
        ),
    ],
)
def test_guesses_are_numbered_and_say_why(person: Person, said: list[tuple[str, str]]) -> None:
    options = guessed.places(Buttons(reader(person), "x"), {"guesses": GUESSES})
    assert [(option.write, option.does) for option in options if option.write] == said
    (rule,) = (option for option in options if not option.write)
    assert "1%0D%0A%2F" in rule.link, "the best guess, and always in the next line"


def test_possible_owners_are_named_with_what_they_owned() -> None:
    reason = {
        "guesses": [{"person": MA.id, "refs": ["PORTAL-3", "PORTAL-1"]}, {"person": 77, "refs": []}]
    }
    ((person, option),) = guessed.owners(Buttons(reader(ANNA), "x"), [reason])
    assert (person, option.write) == (MA.id, "/owner Ma Jun")
    assert option.does == "owned PORTAL-3, PORTAL-1"
    assert quote(MA.address) in option.link


MAILS = mails_like(LI, "", ["PROBLEM"], HUAXING.id)
STRANGERS = mails_like(None, "homer@globex.example", [], GLOBEX.id)


@pytest.mark.parametrize(
    ("rule", "english", "chinese"),
    [
        (
            placing(MAILS, GATE.id, "issue"),
            "mail of Li Wei ([PROBLEM], client 华星电子): project GATE, kind issue",
            "Li Wei 发来的邮件（[PROBLEM]、客户为华星电子）：项目为 GATE、类型为问题",
        ),
        (
            placing(STRANGERS, None, "feedback"),
            "mail of homer@globex.example (without a tag, client Globex): kind feedback",
            "homer@globex.example 发来的邮件（无标签、客户为 Globex）：类型为反馈",
        ),
        (
            owning(Unrouted(PORTAL.id, "decision", None), MA.id),
            "records of PORTAL that no route takes (kind decision, without a client): owner Ma Jun",
            "PORTAL 中没有适用分派规则的记录（类型为决定、无客户）由 Ma Jun 负责",
        ),
    ],
)
def test_rules_are_shown_back_in_words(rule: Any, english: str, chinese: str) -> None:
    told = {"id": 3, **rule.decided}
    assert ruled.in_words(reader(ANNA), told) == english
    assert ruled.in_words(reader(LI), told) == chinese
    (said,) = ruled.said_rule(reader(ANNA), {"rule": told})
    assert said.text.startswith(f"From now on (rule 3): {english}.")
    assert ruled.said_rule(reader(ANNA), {}) == ()


def test_a_deputy_is_told_for_whom() -> None:
    assert ruled.because_coordinator(reader(CHEN), {}) == "您是协调人。"
    said = ruled.because_coordinator(reader(ANNA), {"for": CHEN.id})
    assert said == "You stand in for Chen Yu, who is away."
