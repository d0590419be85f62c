"""A kind of one's own is one table in the admin's kinds.toml, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mailflow.cli import main
from tests.stories.office import Office, text_of, whole

RISK = """
[risk]
label = { en = "risk", zh = "风险" }
tags = ["RISK", "风险"]
states = ["seen", "handled", "gone"]
final = ["gone"]
moves = { seen = ["handled", "gone"], handled = ["gone", "seen"] }
words = { start = "handled", done = "gone" }
may_move = ["owner", "members", "coordinator"]
told = { gone = ["sales"] }
told_of = { chance = ["sales"] }
default_due_days = 5

[risk.fields]
chance = { en = ["chance", "probability"], zh = ["概率"] }
impact = { en = ["impact"], zh = ["影响"] }

[risk.state_labels]
zh = { seen = "已发现", handled = "应对中", gone = "已消除" }
"""


@pytest.fixture(autouse=True)
def own_kinds(tmp_path: Path) -> Path:
    path = tmp_path / "kinds.toml"
    path.write_text(RISK, "utf-8")
    return path


@pytest.mark.config(extra='kinds = "kinds.toml"')
def test_a_risk_lives_by_its_table_alone(office: Office) -> None:
    lines = "Chance: high\nImpact: two weeks\n\nThey said so."
    office.tom.writes("[RISK][PORTAL] The supplier may be late", lines)
    office.runs()
    (risk,) = office.records()
    assert (risk["kind"], risk["state"], risk["due"]) == ("risk", "seen", "2026-11-30")
    assert risk["fields"] == {"chance": "high", "impact": "two weeks"}
    office.tom.reads("PORTAL-1", kind="receipt")
    question = office.chen.reads("PORTAL-1", kind="question")
    assert "风险" in text_of(question)
    assert "概率：high" in text_of(question)

    office.chen.replies(question, "/负责人 Ma Jun\n/状态 handled\n概率：低")
    office.runs()
    assert (office.record("PORTAL-1")["state"], office.record("PORTAL-1")["owner"]) == (
        "handled",
        "ma.jun@acme.example",
    )
    office.chen.reads("PORTAL-1", kind="receipt")
    office.tom.reads("PORTAL-1", kind="notice")
    task = office.ma.reads("PORTAL-1", kind="notice")
    assert "handled（应对中）" in text_of(task)
    for sales in (office.anna, office.li):
        assert "低" in text_of(sales.reads("PORTAL-1", kind="notice"))

    office.anna.replies(task, "/status gone", verdict="pass")
    office.runs()
    assert "you may not move it" in text_of(office.anna.reads("PORTAL-1", kind="receipt"))

    office.monday_comes()
    digests = {name: person.reads(kind="digest") for name, person in office.people.items()}
    assert all("The supplier may be late" in whole(mail) for mail in digests.values())
    for person in office.people.values():
        person.reads_everything()

    office.ma.replies(task, "已解决")
    office.runs()
    assert office.record("PORTAL-1")["state"] == "gone"
    told = "已发现" not in text_of(office.li.reads("PORTAL-1", kind="notice"))
    assert told
    for person in office.people.values():
        person.reads_everything()


@pytest.mark.config(extra='kinds = "kinds.toml"')
def test_a_mistake_in_it_is_one_clear_line(office: Office, own_kinds: Path) -> None:
    own_kinds.write_text(RISK.replace('done = "gone"', 'done = "over"'), "utf-8")
    config = ["--config", str(office.folder / "mailflow.toml")]
    done = CliRunner().invoke(main, [*config, "run", "--once"])
    assert done.exit_code != 0
    (line,) = done.stderr.strip().splitlines()
    assert "risk.words: expected a state of seen, handled, gone, got 'over'" in line
    found = CliRunner().invoke(main, [*config, "check", "--json"]).stdout.splitlines()
    assert any("got 'over'" in json.dumps(json.loads(one)) for one in found)
