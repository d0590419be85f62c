"""A small company for tests of the workflow: nobody and nothing is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from mailflow.kinds_file import load_kinds
from mailflow.workflow.context import Context
from mailflow.workflow.directory import Directory
from mailflow.workflow.model import Client, Moment, Person, Project, Record, Route

KINDS = load_kinds(None)
ANNA = Person(1, "Anna Berg", ("anna@acme.example",), "en", "Europe/Berlin")
LI = Person(2, "Li Wei", ("li@acme.example",), "zh", "Asia/Shanghai")
TOM = Person(3, "Tom O'Neil", ("tom@acme.example", "tom@home.example"), "en", "Europe/Berlin")
MA = Person(4, "Ma Jun", ("ma@acme.example",), "zh", "Asia/Shanghai")
CHEN = Person(5, "Chen Yu", ("chen@acme.example",), "zh", "Asia/Shanghai")
EVE = Person(6, "Eve Else", ("eve@acme.example",), "en", "UTC")
PEOPLE = (ANNA, LI, TOM, MA, CHEN, EVE)
GLOBEX = Client(1, "Globex", frozenset({"globex.example"}))
HUAXING = Client(2, "华星电子", frozenset({"huaxing.example", "wang@mail.example"}))
PORTAL = Project(
    id=1,
    key="PORTAL",
    name="Customer portal",
    coordinator=CHEN.id,
    sales=(ANNA.id, LI.id),
    members=(TOM.id, MA.id),
    clients=frozenset({GLOBEX.id}),
    timezone="Asia/Shanghai",
    routes=(
        Route("issue", ("login", "SSO", "登录"), None, MA.id),
        Route("issue", (), None, TOM.id),
        Route(None, (), GLOBEX.id, LI.id),
    ),
)
GATE = Project(
    id=2,
    key="GATE",
    name="Gateway",
    coordinator=CHEN.id,
    sales=(LI.id,),
    members=(MA.id,),
    clients=frozenset({HUAXING.id}),
    timezone="Asia/Shanghai",
)
DIRECTORY = Directory(
    persons={person.id: person for person in PEOPLE},
    projects={project.id: project for project in (PORTAL, GATE)},
    clients={client.id: client for client in (GLOBEX, HUAXING)},
    addresses={address: person.id for person in PEOPLE for address in person.addresses},
    origins={origin: client for client in (GLOBEX, HUAXING) for origin in client.origins},
)
TIME = Moment(datetime(2026, 11, 23, 1, tzinfo=UTC), date(2026, 11, 23))


def record(kind: str = "issue", **fields: Any) -> Record:
    """PORTAL-1, reported by Anna, owned by Ma, in the kind's first state."""
    start = Record(
        id=1,
        ref="PORTAL-1",
        project=PORTAL.id,
        kind=kind,
        state=KINDS[kind].states[0],
        title="Cannot log in",
        text="invalid token",
        owner=MA.id,
        reporter=ANNA.id,
    )
    return replace(start, **fields)


def context(actor: Person = MA, kind: str = "issue", **fields: Any) -> Context:
    return Context(record(kind, **fields), actor, DIRECTORY, KINDS, TIME)
