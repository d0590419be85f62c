"""Whatever people write, a mail ends somewhere, and a record's row is the fold of its events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from mailflow.pipeline.engine import Engine
from mailflow.requests import HANDLED
from mailflow.store.tables import Outgoing
from mailflow.workflow.commands import COMMANDS
from mailflow.workflow.kinds import Kind, Kinds
from tests.pipeline.desk import INSTALLATION, Desk, mail_of, open_desk
from tests.workflow.company import KINDS, PEOPLE

CONFLICT = Kind("conflict", ("named", "settled"), tags=("CONFLICT",), private=True)
TAGS = [*(kind.tags[0] for kind in KINDS), "CONFLICT", "PORTAL", "GATE", "NONSENSE"]
TAGS += ["STATUS", "REPORT", "HELP", "MEETING", "AGENDA", "START", "议程", "会议"]
REFS = ["PORTAL-1", "PORTAL-2", "PORTAL-5", "GATE-1", "PORTAL-99999999999"]
VALUES = ["", "part of", "@Ma Jun friday", "9999-12-31", "99999h", "zh", "../../etc/passwd", "done"]
VALUES += ["agreed", "budget 3", "预算 改为 4", "<b>{{7*7}}", "x" * 3_000, "\u2028\x00"]
WORDS = ["done", "agree", "undo", "why me?", "yes", "no", "not mine", "同意", "撤销", "cancel", "2"]
LABELS = ["Budget", "预算", "Effort", "Due", "Forecast", "Blocked by", "Task", "Conflict"]
SUBJECTS = ["hello", "tomorrow 15:00 Review", "明天下午3点 评审", "open issues by owner", "again"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(f"sqlite:///{tmp_path}/mailflow.db")
    ours = replace(INSTALLATION, kinds=Kinds((*KINDS.all, CONFLICT)))
    desk.engine = Engine(desk.database, ours, {}, lambda: desk.now, HANDLED)
    yield desk
    desk.database.close()


def a_line(chance: Random) -> str:
    value = f"{chance.choice(REFS)} {chance.choice(VALUES)}" if chance.random() < 0.5 else ""
    value = value or chance.choice(VALUES)
    command = chance.choice([*COMMANDS, "tz", "lang", "digest"])
    what = chance.choice([f"/{command} {value}", chance.choice(WORDS)])
    number = chance.choice(["1 ", "1-3 ", "第2项 ", "99 "])
    return chance.choice([what, number + what, f"{chance.choice(LABELS)}: {value}"])


def a_mail(chance: Random, desk: Desk) -> bytes:
    """A new mail, or an answer to one of ours that anybody got."""
    person, lines = chance.choice(PEOPLE), [a_line(chance) for _ in range(chance.randint(1, 6))]
    tags = "".join(f"[{chance.choice(TAGS)}]" for _ in range(chance.randint(0, 2)))
    with desk.database.read() as session:
        query = select(Outgoing.message_id, Outgoing.person_id).order_by(Outgoing.id.desc())
        got = [one for one, by in session.execute(query.limit(40)) if chance.random() * by < 3]
    headers = [("In-Reply-To", chance.choice(got))] if got and chance.random() < 0.6 else []
    return mail_of(person, f"{tags} {chance.choice(SUBJECTS)}", "\n".join(lines), headers)


@pytest.mark.parametrize("seed", [7, 8])
def test_any_words_end_somewhere(desk: Desk, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 (nothing is secret here)
    for _ in range(6):
        desk.put(*(a_mail(chance, desk) for _ in range(5)))
        desk.work()
        desk.compose()
    assert {state for state, _ in desk.states()} <= {"processed", "held", "ignored"}
    with desk.database.read() as session:
        composed = session.scalars(select(Outgoing.last_error).where(Outgoing.state == "failed"))
        assert [why for why in composed if why and "Error" in why] == []
        for row in desk.records():
            assert desk.fold(session, row.record.id) == desk.columns(row)
