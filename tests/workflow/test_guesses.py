"""The best guesses where a mail belongs and who may own a record."""

from __future__ import annotations

from typing import Any

import pytest

from mailflow.workflow.guesses import Alike, Clues, Owned, owners, places
from tests.workflow.company import (
    ANNA,
    CHEN,
    DIRECTORY,
    EVE,
    GATE,
    GLOBEX,
    HUAXING,
    KINDS,
    LI,
    MA,
    PORTAL,
    TOM,
)

ISSUE, DECISION = KINDS["issue"], KINDS["decision"]


def guessed(title: str = "", text: str = "", **known: Any) -> list[tuple[str, str]]:
    found = places(Clues(title, text, **known), DIRECTORY, KINDS)
    return [(guess.project, guess.kind) for guess in found]


def phrases(title: str = "", text: str = "", **known: Any) -> list[str]:
    (best, *_) = places(Clues(title, text, **known), DIRECTORY, KINDS)
    return [str(why["phrase"]) for why in best.why]


@pytest.mark.parametrize(
    ("clues", "best"),
    [
        # the client decides, whatever else is possible
        ({"person": LI, "client": GLOBEX, "kind": ISSUE}, [("PORTAL", "issue")]),
        ({"person": LI, "client": HUAXING, "kind": ISSUE}, [("GATE", "issue")]),
        # nothing speaks for either
        ({"person": LI, "kind": ISSUE}, [("PORTAL", "issue"), ("GATE", "issue")]),
        # words of routes, of kinds, of projects
        ({"title": "Our SSO", "person": ANNA}, [("PORTAL", "issue")]),
        ({"title": "lesson", "person": ANNA, "kind": DECISION}, [("PORTAL", "decision")]),
        ({"title": "登录不了", "person": LI}, [("PORTAL", "issue")]),
        ({"title": "Decision about colours", "person": TOM}, [("PORTAL", "decision")]),
        ({"title": "一个问题", "person": MA, "project": GATE}, [("GATE", "issue")]),
        ({"title": "Something for gate", "person": LI, "kind": ISSUE}, [("GATE", "issue")]),
        # a stranger of a client, and one of nobody
        ({"client": GLOBEX, "kind": ISSUE}, [("PORTAL", "issue")]),
        ({"title": "Hello", "kind": ISSUE}, []),
        # earlier records
        (
            {"client": HUAXING, "alike": [Alike("GATE-3", GATE.id, "decision", "client")]},
            [("GATE", "decision")],
        ),
        (
            {"person": LI, "alike": [Alike("GATE-3", GATE.id, "decision", "contact")]},
            [("GATE", "decision")],
        ),
        # of a project that is not theirs, nothing is guessed
        ({"person": ANNA, "client": HUAXING, "kind": ISSUE}, [("PORTAL", "issue")]),
        ({"person": EVE, "kind": ISSUE}, []),
        # what is sure stays
        (
            {"title": "SSO issue", "person": LI, "project": GATE, "kind": DECISION},
            [("GATE", "decision")],
        ),
    ],
)
def test_where_a_mail_may_belong(clues: dict[str, Any], best: list[tuple[str, str]]) -> None:
    assert guessed(**clues)[: len(best) or 1] == best


def test_there_are_three_at_most_and_the_unlikely_are_left_out() -> None:
    assert len(guessed("Hello", person=LI)) == 3
    alike = [Alike("GATE-3", GATE.id, "issue", "contact")]
    assert guessed("问题", person=LI, client=HUAXING, alike=alike)[0] == ("GATE", "issue")
    assert ("PORTAL", "feedback") not in guessed("问题", person=LI, client=HUAXING, alike=alike)


def test_each_says_why_the_strongest_reason_first() -> None:
    alike = [Alike("PORTAL-12", PORTAL.id, "issue", "client")]
    said = phrases("Cannot login", person=ANNA, client=GLOBEX, alike=alike)
    assert said == ["client", "word", "alike"]
    assert phrases("Hello", person=ANNA) == ["member"]


def test_a_huge_mail_is_read_from_its_beginning() -> None:
    assert guessed("x" * 1_000_000, "login " * 200_000, person=ANNA)[0] == ("PORTAL", "issue")
    assert guessed("Hello", "x " * 10_000 + "login", person=ANNA)[0] == ("PORTAL", "feedback")


LATELY = [
    Owned("PORTAL-9", "decision", None, TOM.id),
    Owned("PORTAL-8", "decision", HUAXING.id, MA.id),
    Owned("PORTAL-7", "decision", None, CHEN.id),
    Owned("PORTAL-6", "issue", HUAXING.id, TOM.id),
    Owned("PORTAL-5", "decision", None, TOM.id),
    Owned("PORTAL-4", "decision", None, 77),
    Owned("PORTAL-3", "feedback", None, LI.id),
]


@pytest.mark.parametrize(
    ("kind", "client", "best"),
    [
        ("decision", None, [(TOM.id, ("PORTAL-9", "PORTAL-5")), (MA.id, ("PORTAL-8",))]),
        (
            "decision",
            HUAXING.id,
            [(TOM.id, ("PORTAL-9", "PORTAL-6", "PORTAL-5")), (MA.id, ("PORTAL-8",))],
        ),
        ("task", HUAXING.id, [(MA.id, ("PORTAL-8",)), (TOM.id, ("PORTAL-6",))]),
        ("task", None, []),
    ],
)
def test_who_owned_what_is_alike(
    kind: str, client: int | None, best: list[tuple[int, tuple[str, ...]]]
) -> None:
    assert owners(LATELY, kind, client, PORTAL, DIRECTORY) == best
