"""`mailflow rules`, on rules that real answers made."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mailflow.store import rules
from mailflow.store.database import Database
from mailflow.store.tables import Input, Person, Project
from mailflow.workflow.rules import Unrouted, mails_like, owning, placing
from tests.cli.admin import NOW, Admin

CHEN, ANNA = "chen.yu@acme.example", "anna.berg@acme.example"


@pytest.fixture
def ruled(admin: Admin) -> Admin:
    """Chen decided where the mails of a stranger belong, and who owns decisions of PORTAL."""
    admin.mail(ANNA, "[DECISION][PORTAL] OpenID Connect only", "We drop SAML.")
    admin.handle()
    admin.mail(CHEN, "Re: [PORTAL-1] OpenID Connect only", "/owner Anna Berg\n/always")
    admin.handle()
    database = Database(admin.database)
    with database.write() as session:
        gate = session.scalars(select(Project).where(Project.key == "GATE")).one()
        chen = session.scalars(select(Person).where(Person.name == "Chen Yu")).one()
        mails = mails_like(None, "wang@huaxing.example", ["求助"], None)
        cause = session.scalars(select(Input.id).limit(1)).one()
        rule = placing(mails, gate.id, "issue")
        rules.add(session, rule.key, rule.decided, chen.id, cause, NOW)
    database.close()
    return admin


def test_rules_are_listed(ruled: Admin) -> None:
    owner, mails = ruled.lines("rules")
    assert owner["for"] == "records of PORTAL without a route: kind decision, no client"
    assert (owner["project"], owner["kind"], owner["owner"]) == (None, None, ANNA)
    assert owner["made_by"] == CHEN
    assert mails["for"] == "mail of wang@huaxing.example: [求助]"
    assert (mails["project"], mails["kind"], mails["owner"]) == ("GATE", "issue", None)
    table = ruled.run("rules").stdout
    assert "project GATE, kind issue" in table
    assert f"owner {ANNA}" in table


def test_a_rule_that_is_removed_does_nothing_any_more(ruled: Admin) -> None:
    ruled.mail(ANNA, "[DECISION][PORTAL] Blue", "Not green.")
    ruled.handle()
    assert ruled.lines("records")[-1]["owner"] == ANNA
    assert "no more" in ruled.run("rules", "remove", "1").stdout
    assert [rule["id"] for rule in ruled.lines("rules")] == [2]
    ruled.mail(ANNA, "[DECISION][PORTAL] Round", "Not square.")
    ruled.handle()
    assert ruled.lines("records")[-1]["owner"] == CHEN


def test_a_rule_that_is_not_there(ruled: Admin) -> None:
    failed = ruled.run("rules", "remove", "7", status=1)
    assert "there is no rule 7" in failed.stderr


def test_the_latest_rule_of_a_key_counts(ruled: Admin) -> None:
    database = Database(ruled.database)
    with database.write() as session:
        people = {person.name: person.id for person in session.scalars(select(Person))}
        alike = Unrouted(1, "decision", None)
        rule = owning(alike, people["Ma Jun"])
        rules.add(session, rule.key, rule.decided, people["Chen Yu"], 1, NOW)
        found = rules.find(session, alike.key)
        assert found is not None
        assert found.decided["owner"] == people["Ma Jun"]
    database.close()
    assert [rule["owner"] for rule in ruled.lines("rules")] == [None, "ma.jun@acme.example"]
