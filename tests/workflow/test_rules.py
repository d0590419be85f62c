"""Rules: for what they hold, and what `/always` makes one of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailflow.workflow.commands import run
from mailflow.workflow.model import Effects, Person, Refusal
from mailflow.workflow.rules import Mails, Unrouted, mails_like, owned, owning, placed, placing
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
    context,
)


@pytest.mark.parametrize(
    ("person", "address", "tags", "client", "key"),
    [
        (LI, "li@acme.example", [], None, "place:2::"),
        (LI, "li@home.example", [], None, "place:2::"),
        (LI, "li@acme.example", ["PROBLEM"], None, "place:2::[PROBLEM]"),
        (LI, "li@acme.example", ["A", "B"], 1, "place:2:1:[A][B]"),
        (None, "homer@globex.example", [], 1, "place:homer@globex.example:1:"),
    ],
)
def test_which_mails_are_alike(
    person: Person | None, address: str, tags: list[str], client: int | None, key: str
) -> None:
    mails = mails_like(person, address, tags, client)
    assert mails.key == key
    assert Mails.from_json(mails.as_json()) == mails


def test_endless_tags_make_no_endless_key() -> None:
    assert len(mails_like(LI, "", ["X" * 90] * 50, None).key) < 255


@pytest.mark.parametrize(
    ("decided", "person", "project", "kind"),
    [
        ({"project": GATE.id, "kind": "issue"}, LI, GATE, "issue"),
        ({"project": GATE.id}, LI, GATE, None),
        ({"kind": "issue"}, LI, None, "issue"),
        # Anna is not in this project any more
        ({"project": GATE.id, "kind": "issue"}, ANNA, None, "issue"),
        ({"project": GATE.id, "kind": "issue"}, None, GATE, "issue"),
        ({"project": 77, "kind": "poem"}, LI, None, None),
        ({}, LI, None, None),
    ],
)
def test_what_a_rule_still_decides(
    decided: dict[str, Any], person: Person | None, project: Any, kind: str | None
) -> None:
    found, of_kind = placed(decided, person, DIRECTORY, KINDS)
    assert (found, of_kind and of_kind.name) == (project, kind)


def test_an_owner_who_left_is_none() -> None:
    rule = owning(Unrouted(PORTAL.id, "decision", None), MA.id)
    assert owned(rule.decided, DIRECTORY) == MA.id
    left = {**DIRECTORY.persons, MA.id: replace(MA, active=False)}
    assert owned(rule.decided, replace(DIRECTORY, persons=left)) is None
    assert owned({}, DIRECTORY) is None


def test_a_rule_says_only_what_was_decided() -> None:
    mails = mails_like(LI, "", [], HUAXING.id)
    assert placing(mails, GATE.id, None).decided == {"project": GATE.id, "of": mails.as_json()}


def unrouted(actor: Person = CHEN, **fields: Any) -> Effects | Refusal:
    """`/always` on a decision, which no route of PORTAL takes."""
    return run(context(actor, "decision", **{"owner": ANNA.id, **fields}), "always", "")


def test_always_makes_a_rule_of_who_owns_it() -> None:
    found = unrouted()
    assert isinstance(found, Effects)
    (rule,) = found.rules
    assert rule.key == "owner:1:decision:"
    assert rule.decided["owner"] == ANNA.id
    of_client = unrouted(client=HUAXING.id)
    assert isinstance(of_client, Effects)
    assert of_client.rules[0].key == "owner:1:decision:2"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"actor": LI}, "may_not_rule"),
        ({"actor": EVE}, "not_in_project"),
        ({"routed": False, "owner": CHEN.id}, "owner_first"),
        ({"client": GLOBEX.id}, "route_decides"),
    ],
)
def test_what_always_refuses(fields: dict[str, Any], why: str) -> None:
    found = unrouted(**fields)
    assert isinstance(found, Refusal)
    assert found.reason == why
