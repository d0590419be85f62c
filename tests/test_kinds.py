"""kinds.toml: the built-in kinds, those of an installation, and what is wrong in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailflow.kinds_file import KindsError, load_kinds
from mailflow.workflow.kinds import ROLES, Kind, Kinds

RISK = """
[risk]
label = { en = "risk", zh = "风险" }
tags = ["risk", "ＲＩＳＫＯ"]
states = ["seen", "handled", "gone"]
final = ["gone"]
settled = ["handled"]
moves = { seen = ["handled"], handled = ["gone", "seen"] }
words = { done = "handled" }
may_move = ["owner", "coordinator"]
answer_hours = 24
solve_hours = { normal = 80, urgent = 4.5 }
default_due_days = 10
private = true
told = { handled = ["sales"] }
asked = { gone = ["reporter", "members"] }
[risk.state_labels.zh]
seen = "已发现"
"""

BUILT_IN = ("feedback", "issue", "decision", "goal", "requirement", "task", "milestone")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "kinds.toml"


def named(kinds: Kinds, name: str) -> Kind:
    kind = kinds.by_name(name)
    assert kind is not None
    return kind


@pytest.mark.parametrize(
    ("name", "states", "open_ones", "answer_hours"),
    [
        ("feedback", "new acknowledged planned done declined", "new acknowledged planned", 16),
        (
            "issue",
            "open analysing in_progress resolved closed rejected",
            "open analysing in_progress",
            8,
        ),
        ("decision", "proposed agreed rejected superseded", "proposed", 40),
    ],
)
def test_built_in(name: str, states: str, open_ones: str, answer_hours: float) -> None:
    kind = named(load_kinds(None), name)
    assert kind.states == tuple(states.split())
    assert [state for state in kind.states if state not in kind.settled] == open_ones.split()
    assert kind.answer_hours["normal"] == answer_hours
    assert kind.may_move == ROLES
    assert not kind.private
    for language in ("en", "zh"):
        assert set(kind.state_labels[language]) == set(kind.states)
        assert kind.label[language]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "feedback",
            {
                "acknowledge": "acknowledged",
                "start": "planned",
                "done": "done",
                "reject": "declined",
                "reopen": "new",
            },
        ),
        (
            "issue",
            {
                "acknowledge": "analysing",
                "start": "in_progress",
                "done": "resolved",
                "reject": "rejected",
                "reopen": "open",
            },
        ),
        ("decision", {}),
    ],
)
def test_built_in_words(name: str, words: dict[str, str]) -> None:
    assert named(load_kinds(None), name).words == words


def test_a_resolved_issue_is_settled_but_not_closed() -> None:
    issue = named(load_kinds(None), "issue")
    assert "resolved" in issue.settled - issue.final
    assert issue.final == {"closed", "rejected"}


def test_a_decision_needs_both_sides() -> None:
    decision = named(load_kinds(None), "decision")
    assert decision.agreement == "both"
    assert (decision.agreed_state, decision.rejected_state) == ("agreed", "rejected")
    assert named(load_kinds(None), "issue").agreement == "none"


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("FEEDBACK", "feedback"),
        ("反馈", "feedback"),
        ("bug", "issue"),
        ("ＩＳＳＵＥ", "issue"),
        ("问题", "issue"),
        ("决定", "decision"),
        ("决策", "decision"),
        ("ACME", None),
        ("", None),
    ],
)
def test_by_tag(tag: str, name: str | None) -> None:
    kind = load_kinds(None).by_tag(tag)
    assert (kind.name if kind else None) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("issue", "issue"),
        (" Issue ", "issue"),
        ("BUG", "issue"),
        ("问题", "issue"),
        ("feedback", "feedback"),
        ("决策", "decision"),
        ("issues", None),
        ("", None),
    ],
)
def test_find(text: str, name: str | None) -> None:
    kind = load_kinds(None).find(text)
    assert (kind.name if kind else None) == name


def test_an_own_kind_is_added(own: Path) -> None:
    own.write_text(RISK, "utf-8")
    kinds = load_kinds(own)
    assert [kind.name for kind in kinds] == [*BUILT_IN, "risk"]
    risk = named(kinds, "risk")
    assert risk == kinds.by_tag("RISKO") == kinds.find("风险")
    assert risk.settled == {"handled", "gone"}
    assert risk.final == {"gone"}
    assert risk.moves == {"seen": ("handled",), "handled": ("gone", "seen")}
    assert risk.may_move == ("owner", "coordinator")
    assert (risk.answer_hours, risk.default_due_days, risk.private) == ({"normal": 24}, 10, True)
    assert risk.solve_hours == {"normal": 80, "urgent": 4.5}
    assert risk.told == {"handled": ("sales",)}
    assert risk.asked == {"gone": ("reporter", "members")}
    assert (risk.called("zh"), risk.called("fr")) == ("风险", "risk")
    assert risk.state_called("seen", "zh") == "已发现"
    assert named(kinds, "issue").state_called("in_progress", "fr") == "in progress"


def test_an_own_kind_replaces_a_built_in_one_as_a_whole(own: Path) -> None:
    own.write_text('[issue]\ntags = ["DEFECT"]\nstates = ["open", "shut"]\n', "utf-8")
    kinds = load_kinds(own)
    assert [kind.name for kind in kinds] == list(BUILT_IN)
    issue = named(kinds, "issue")
    assert issue.states == ("open", "shut")
    assert (issue.words, issue.final, issue.label) == ({}, frozenset(), {})
    assert kinds.by_tag("BUG") is None
    assert kinds.by_tag("defect") == issue


WRONG = [
    ("[Risk]\nstates = ['a']", "'Risk': expected a kind's name of lower case letters, digits and"),
    ("risk = 5", "risk: expected a table, got 5"),
    ("[risk]", "risk.states: missing; expected a list of states"),
    ("[risk]\nstates = []", "risk.states: expected a list of states"),
    ("[risk]\nstates = 'a'", "risk.states: expected a list of states"),
    ("[risk]\nstates = ['a', 'a']", "risk.states: expected a state only once, got 'a' again"),
    ("[risk]\nstates = ['In Progress']", "risk.states[1]: expected lower case letters, digits"),
    ("[risk]\nstates = ['a', 'withdrawn']", "risk.states[2]: expected lower case letters, digits"),
    ("[risk]\nstates = ['a']\nfinals = ['a']", "risk.finals: unknown key; did you mean final?"),
    ("[risk]\nstates = ['a']\nfinal = ['b']", "risk.final: expected a state of a, got 'b'"),
    ("[risk]\nstates = ['a']\nsettled = ['b']", "risk.settled: expected a state of a, got 'b'"),
    ("[risk]\nstates = ['a']\nwords.done = 'b'", "risk.words: expected a state of a, got 'b'"),
    ("[risk]\nstates = ['a']\nmoves.b = ['a']", "risk.moves: expected a state of a, got 'b'"),
    ("[risk]\nstates = ['a']\nmoves.a = ['b']", "risk.moves: expected a state of a, got 'b'"),
    ("[risk]\nstates = ['a']\ntold.b = ['sales']", "risk.told: expected a state of a, got 'b'"),
    ("[risk]\nstates = ['a']\nasked.a = ['boss']", "risk.asked.a[1]: expected a table of states"),
    ("[risk]\nstates = ['a']\nstate_labels.zh.b = 'x'", "risk.state_labels: expected a state of"),
    ("[risk]\nstates = ['a']\nmay_move = ['boss']", "risk.may_move[1]: expected a list of owner,"),
    ("[risk]\nstates = ['a']\nagreement = 'all'", "risk.agreement: expected none or both"),
    ("[risk]\nstates = ['a']\nagreed_state = 'b'", "risk.agreed_state: expected a state of a"),
    ("[risk]\nstates = ['a']\nanswer_hours = -1", "risk.answer_hours.normal: expected a number of"),
    ("[risk]\nstates = ['a']\ntags = ['is sue']", "risk.tags[1]: expected a tag without spaces"),
    ("[risk]\nstates = ['a']\nlabel.en = ''", "risk.label.en: expected some words on one line"),
    (
        "[risk]\nstates = ['a']\nagreement = 'both'",
        "risk.agreed_state: missing; expected the state that",
    ),
    (
        "[risk]\nstates = ['a']\nsolve_hours = { high = 4 }",
        "risk.solve_hours: missing normal; expected the hours of the usual priority",
    ),
    ("[risk]\nstates = ['a']\nfilled = { a = ['cost'] }", "risk.filled: expected a field of"),
    ("[risk]\nstates = ['a']\nfields.cost.type = 'x'", "risk.fields.cost.type: expected one of"),
    (
        "[risk]\nstates = ['a']\ntags = ['bug']",
        "risk: expected names, tags and labels of its own, but issue has 'bug' too",
    ),
    (
        "[risk]\nstates = ['a']\nlabel.zh = '问题'",
        "risk: expected names, tags and labels of its own, but issue has '问题' too",
    ),
    (
        "[bug]\nstates = ['a']",
        "bug: expected names, tags and labels of its own, but issue has 'bug' too",
    ),
    ("[risk", "expected TOML:"),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_a_fault_is_one_line(own: Path, text: str, told: str) -> None:
    own.write_text(text, "utf-8")
    with pytest.raises(KindsError) as caught:
        load_kinds(own)
    (found,) = caught.value.lines
    assert found.startswith(f"{own}: {told}")


def test_all_faults_are_told_at_once(own: Path) -> None:
    own.write_text("[a]\nstates = []\n[b]\nstates = ['x']\nfinal = ['y']\nprivate = 3\n", "utf-8")
    with pytest.raises(KindsError) as caught:
        load_kinds(own)
    assert [line.split(": ")[1] for line in caught.value.lines] == [
        "a.states",
        "b.final",
        "b.private",
    ]


def test_a_missing_file_is_a_fault(own: Path) -> None:
    with pytest.raises(KindsError, match=r"kinds\.toml: there is no such file"):
        load_kinds(own)


def test_kinds_made_by_hand_may_not_collide_either() -> None:
    one, other = Kind("risk", ("a",), tags=("R",)), Kind("rumour", ("a",), tags=("r",))
    with pytest.raises(ValueError, match="r is risk and rumour"):
        Kinds((one, other))
    with pytest.raises(ValueError, match="risk is risk and risk"):
        Kinds((one, one))
