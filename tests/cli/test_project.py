"""`mailflow project start`: who is asked; once, and again where the admin says so."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mailflow.store.database import Database
from mailflow.store.tables import Input, Notice, Question
from tests.cli.admin import Admin

ASKED = "asks Anna Berg <anna.berg@acme.example>\nasks Li Wei <li.wei@acme.example>\n"


def told(admin: Admin) -> list[tuple[str, str, bool]]:
    """What mails are to tell: their kind, the reason, and whether they ask a form."""
    database = Database(admin.database)
    with database.read() as session:
        notices = list(session.scalars(select(Notice).order_by(Notice.id)))
        acts = {row.id for row in session.scalars(select(Input).where(Input.kind == "act"))}
        forms = set(session.scalars(select(Question.id).where(Question.kind == "form")))
    database.close()
    assert all(notice.input_id in acts for notice in notices)
    return [(n.kind, n.reasons[0]["reason"], n.question_id in forms) for n in notices]


def test_sales_is_asked_once_and_the_coordinator_told(admin: Admin) -> None:
    dry = admin.run("project", "start", "portal", "--dry-run").stdout
    assert "would ask Anna Berg <anna.berg@acme.example>" in dry
    assert told(admin) == []
    assert admin.run("project", "start", "PORTAL").stdout.startswith(ASKED)
    once = [("question", "form", True)] * 2 + [("notice", "started", False)]
    assert told(admin) == once
    for more in ((), ("--dry-run",)):
        refused = admin.run("project", "start", "PORTAL", *more, status=1)
        assert "PORTAL was started on" in refused.output
        assert "--again" in refused.output
    assert told(admin) == once
    assert admin.run("project", "start", "PORTAL", "--again").stdout.startswith(ASKED)
    assert told(admin) == once * 2


@pytest.mark.parametrize(
    ("kinds", "key", "said"),
    [
        (None, "NOWHERE", "there is no project NOWHERE; known are GATE, PORTAL"),
        ('[goal]\nstates = ["new"]\n', "PORTAL", "the kind goal has no fields"),
    ],
)
def test_it_says_why_nobody_is_asked(admin: Admin, kinds: str | None, key: str, said: str) -> None:
    if kinds:
        path = admin.file("own.toml", kinds)
        admin.config.write_text(f'kinds = "{path}"\n' + admin.config.read_text("utf-8"), "utf-8")
    refused = admin.run("project", "start", key, status=1)
    assert said in refused.output
    assert told(admin) == []
