"""Which project a record belongs to and who owns it, rule by rule."""

from __future__ import annotations

import pytest

from mailflow.workflow.model import Client, Project
from mailflow.workflow.routing import choose_owner, choose_project, client_of
from tests.workflow.company import CHEN, DIRECTORY, GATE, GLOBEX, HUAXING, LI, MA, PORTAL, TOM

BOTH = (PORTAL, GATE)
PROJECTS: list[
    tuple[list[Project], list[Project], tuple[Project, ...], Client | None, str | None, str]
] = [
    # named, addressed, mine, client → project, rule
    ([PORTAL], [], (), None, "PORTAL", "tag"),
    ([PORTAL], [GATE], BOTH, HUAXING, "PORTAL", "tag"),
    ([], [GATE], BOTH, GLOBEX, "GATE", "plus"),
    ([], [], BOTH, HUAXING, "GATE", "client"),
    ([], [], BOTH, GLOBEX, "PORTAL", "client"),
    ([], [], (GATE,), None, "GATE", "only"),
    ([], [], (GATE,), GLOBEX, "GATE", "only"),
    ([], [], BOTH, None, None, ""),
    ([], [], (), None, None, ""),
    (list(BOTH), [], (GATE,), None, None, ""),
    ([], list(BOTH), (GATE,), None, None, ""),
]


@pytest.mark.parametrize(("named", "addressed", "mine", "client", "key", "rule"), PROJECTS)
def test_the_project_of_a_new_record(
    named: list[Project],
    addressed: list[Project],
    mine: tuple[Project, ...],
    client: Client | None,
    key: str | None,
    rule: str,
) -> None:
    chosen = choose_project(named, addressed, mine, client)
    assert (chosen.project.key if chosen else None, chosen.rule if chosen else "") == (key, rule)


OWNERS = [
    ("issue", "The LOGIN fails", None, MA.id, 1),
    ("issue", "无法登录系统", None, MA.id, 1),
    ("issue", "SSO is down", None, MA.id, 1),
    ("issue", "a lesson learnt", None, TOM.id, 2),  # SSO is not a part of "lesson"
    ("issue", "login2 fails", None, TOM.id, 2),
    ("feedback", "login", GLOBEX.id, LI.id, 3),
    ("feedback", "login", None, CHEN.id, None),
]


@pytest.mark.parametrize(("kind", "text", "client", "owner", "position"), OWNERS)
def test_the_owner_of_a_new_record(
    kind: str, text: str, client: int | None, owner: int, position: int | None
) -> None:
    found, why = choose_owner(PORTAL, kind, text, client)
    assert (found, why.get("position")) == (owner, position)
    assert why["rule"] == ("route" if position else "coordinator")


CLIENTS = [
    ("homer@globex.example", GLOBEX),
    ("homer@mail.globex.example", GLOBEX),
    ("homer@notglobex.example", None),
    ("wang@mail.example", HUAXING),
    ("other@mail.example", None),
    ("homer@example", None),
]


@pytest.mark.parametrize(("address", "client"), CLIENTS)
def test_the_client_of_an_address(address: str, client: Client | None) -> None:
    assert client_of(address, DIRECTORY.origins) == client
