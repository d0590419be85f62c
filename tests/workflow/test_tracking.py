"""What waits for what, duplicates, tasks, followers, time: what each command does and refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from mailflow.outbox.phrases import languages, phrases
from mailflow.workflow import audience
from mailflow.workflow.commands import run, run_word
from mailflow.workflow.context import Context
from mailflow.workflow.dates import moved_dates
from mailflow.workflow.fold import after
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.links import linked
from mailflow.workflow.measure import measured
from mailflow.workflow.model import Effects, Happened, Link, Person, Record, Refusal
from mailflow.workflow.refs import refs_in, without_refs
from tests.workflow.company import ANNA, EVE, KINDS, LI, MA, PORTAL, TOM, context, record

SEVEN, EIGHT = 7, 8


def other(number: int = SEVEN, **fields: Any) -> Record:
    return replace(record(), id=number, ref=f"PORTAL-{number}", **fields)


def beside(*others: Record, actor: Person = MA, kind: str = "issue", **fields: Any) -> Context:
    """PORTAL-1, and the records that the line names."""
    return replace(context(actor, kind, **fields), others={one.ref: one for one in others})


def done(result: Effects | Refusal) -> Effects:
    assert isinstance(result, Effects), result
    return result


@pytest.mark.parametrize(
    ("argument", "here", "there"),
    [
        ("PORTAL-7", "related", "related"),
        ("to portal-7", "related", "related"),
        ("related to PORTAL-7", "related", "related"),
        ("blocked by PORTAL-7", "blocker", "blocks"),
        ("Depends on: [PORTAL-7].", "blocker", "blocks"),
        ("依赖 PORTAL-7", "blocker", "blocks"),
        ("依赖于PORTAL-7", "blocker", "blocks"),
        ("等待：PORTAL-7", "blocker", "blocks"),
        ("blocks PORTAL-7", "blocks", "blocker"),
        ("阻塞 PORTAL-7", "blocks", "blocker"),
        ("part of PORTAL-7", "whole", "part"),
        ("属于 PORTAL-7", "whole", "part"),
        ("contains PORTAL-7", "part", "whole"),
    ],
)
def test_a_link_stands_on_both_sides(argument: str, here: str, there: str) -> None:
    effects = done(run(beside(other()), "link", argument))
    assert [link.relation for link in after(record(), effects.events).links] == [here]
    found = after(other(), effects.elsewhere[SEVEN])
    assert found.links == (Link(there, 1),)  # type: ignore[arg-type]


def test_a_line_can_name_several_records() -> None:
    effects = done(run(beside(other(), other(EIGHT)), "link", "blocked by PORTAL-7, PORTAL-8"))
    assert after(record(), effects.events).linked("blocker") == (SEVEN, EIGHT)
    assert set(effects.elsewhere) == {SEVEN, EIGHT}


def test_what_is_more_than_related_is_not_only_related() -> None:
    links = (Link("related", SEVEN), Link("related", EIGHT))
    found = after(record(links=links), [linked(record(links=links), "blocker", SEVEN)])
    assert found.links == (Link("related", EIGHT), Link("blocker", SEVEN))


@pytest.mark.parametrize("argument", ["remove PORTAL-7", "取消 PORTAL-7"])
def test_a_link_is_taken_away_on_both_sides(argument: str) -> None:
    seven = other(links=(Link("blocks", 1),))
    here = beside(seven, links=(Link("blocker", SEVEN), Link("related", EIGHT)))
    effects = done(run(here, "link", argument))
    assert after(here.record, effects.events).links == (Link("related", EIGHT),)
    assert after(seven, effects.elsewhere[SEVEN]).links == ()


def test_the_duplicate_is_closed_and_whom_it_concerns_watch_the_original() -> None:
    seven = other(reporter=LI.id, owner=TOM.id, muted=frozenset({MA.id}))
    effects = done(run(beside(seven), "duplicate", "of PORTAL-7 the same certificate"))
    found = after(record(), effects.events)
    assert (found.state, found.links) == ("rejected", (Link("original", SEVEN),))
    assert [event.text for event in effects.events] == [None, "the same certificate"]
    original = after(seven, effects.elsewhere[SEVEN])
    assert original.links == (Link("duplicate", 1),)
    assert set(original.watchers) == {ANNA.id}
    assert set(original.muted) == {MA.id}, "who muted it stays so"


def test_a_kind_without_a_word_for_it_goes_to_its_last_state() -> None:
    effects = done(run(beside(other(), kind="decision"), "duplicate", "PORTAL-7"))
    assert after(record("decision"), effects.events).state == "superseded"


def test_nobody_comes_to_see_a_private_record_as_the_reporter_of_a_duplicate() -> None:
    private = Kinds(
        (*KINDS.all, replace(KINDS["issue"], name="case", label={}, tags=(), private=True))
    )
    seven = other(kind="case", owner=MA.id, reporter=MA.id)
    effects = done(run(replace(beside(seven), kinds=private), "duplicate", "PORTAL-7"))
    assert after(seven, effects.elsewhere[SEVEN]).watchers == {MA.id}


def test_a_task_becomes_a_part_of_the_record() -> None:
    effects = done(run(context(), "task", "write the plan @tom friday"))
    (task,) = effects.opens
    assert (task.kind, task.title, task.owner, task.relation) == (
        "task",
        "write the plan",
        TOM.id,
        "part",
    )
    assert task.due == date(2026, 11, 27)
    (chinese,) = done(run(context(actor=LI), "task", "通知客户 @Ma Jun 下周三")).opens
    assert (chinese.title, chinese.owner, chinese.due) == ("通知客户", MA.id, date(2026, 12, 2))
    assert done(run(context(), "task", "look into it")).opens[0].owner is None


FOLLOWED: list[tuple[str, str, set[int], set[int], set[int], set[int]]] = [
    # command, argument, who watches and who muted it before, and after
    ("watch", "", set(), set(), {MA.id}, set()),
    ("watch", "on", set(), {MA.id}, {MA.id}, set()),
    ("watch", "off", {MA.id, LI.id}, set(), {LI.id}, set()),
    ("watch", "取消", {MA.id}, set(), set(), set()),
    ("mute", "", {MA.id}, set(), set(), {MA.id}),
    ("mute", "off", set(), {MA.id}, set(), set()),
]


@pytest.mark.parametrize(("name", "argument", "watch", "mute", "watches", "muted"), FOLLOWED)
def test_one_way_to_follow_ends_the_other(
    name: str,
    argument: str,
    watch: set[int],
    mute: set[int],
    watches: set[int],
    muted: set[int],
) -> None:
    here = context(watchers=frozenset(watch), muted=frozenset(mute))
    found = after(here.record, done(run(here, name, argument)).events)
    assert set(found.watchers) == watches
    assert set(found.muted) == muted


def test_who_may_see_a_record_may_stop_watching_it() -> None:
    here = context(EVE, watchers=frozenset({EVE.id}))
    assert isinstance(run(here, "watch", "off"), Effects)
    assert run(here, "due", "friday") == Refusal("not_in_project", {"project": "PORTAL"})


@pytest.mark.parametrize(
    ("argument", "minutes", "comment"),
    [("2h debugging", 120, "debugging"), ("1h30", 90, None), ("半小时 查日志", 30, "查日志")],
)
def test_time_adds_up(argument: str, minutes: int, comment: str | None) -> None:
    (event,) = done(run(context(spent=60), "spent", argument)).events
    assert (event.old, event.new) == ({"spent": 60}, {"spent": 60 + minutes})
    assert event.text == comment


@pytest.mark.parametrize("what", ["watch", "mute", "spent"])
def test_ones_own_affairs_are_told_to_nobody_and_are_no_answer(what: str) -> None:
    events = [Happened(what, {"following": {}}, {"following": {}})]
    before = record(watchers=frozenset({LI.id}))
    assert audience.changed(before, before, PORTAL, KINDS["issue"], events) == []
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert "answered_at" not in measured(before, events, KINDS, TOM.id, now)[0].new


@pytest.mark.parametrize(("how", "said"), [("word", "reopen"), ("command", "open")])
def test_what_is_opened_again_is_settled_no_more(how: str, said: str) -> None:
    then = datetime(2026, 11, 20, tzinfo=UTC)
    here = context(ANNA, state="closed", answered_at=then, settled_at=then)
    result = run_word(here, said) if how == "word" else run(here, "status", said)
    assert isinstance(result, Effects)
    events = measured(here.record, result.events, KINDS, ANNA.id, here.time.now)
    found = after(here.record, events)
    assert (found.state, found.settled_at, found.answered_at) == ("open", None, then)
    told = audience.changed(here.record, found, PORTAL, KINDS["issue"], events)
    assert {tell.person for tell in told} == {ANNA.id, MA.id}


MARCH, LATER = date(2027, 3, 1), "2027-03-15"
MOVED: list[tuple[dict[str, Any], dict[str, Any], set[str]]] = [
    # what an event of a milestone that is due in March changed from what to what
    ({"due": "2027-02-01"}, {"due": "2027-03-01"}, {"due"}),
    ({"due": None}, {"due": "2027-03-01"}, set()),
    ({"fields": {"forecast": "2027-03-08"}}, {"fields": {"forecast": LATER}}, {"forecast"}),
    ({"fields": {}}, {"fields": {"forecast": LATER}}, {"forecast"}),
    ({"fields": {}}, {"fields": {"forecast": "2027-03-01"}}, set()),
    ({"fields": {}}, {"fields": {"version": "2.1"}}, set()),
    ({"state": "planned"}, {"state": "reached"}, set()),
]


@pytest.mark.parametrize(("old", "new", "moved"), MOVED)
def test_sales_hear_of_a_milestone_whose_date_moves(
    old: dict[str, Any], new: dict[str, Any], moved: set[str]
) -> None:
    kind, events = KINDS["milestone"], [Happened("change", old, new)]
    after_it = record("milestone", due=MARCH)
    assert moved_dates(after_it, kind, events) == moved
    told = audience.changed(after_it, after_it, PORTAL, kind, events)
    assert (LI.id in {tell.person for tell in told}) == bool(moved)


DUPLICATE = (Link("original", EIGHT),)
REFUSED: list[tuple[str, str, dict[str, Any], dict[str, Any], str]] = [
    # command, argument, fields of this record and of PORTAL-7, why not
    ("link", "", {}, {}, "unknown_link"),
    ("link", "frobs PORTAL-7", {}, {}, "unknown_link"),
    ("link", "blocked by the weather", {}, {}, "unknown_link"),
    ("link", "PORTAL-9", {}, {}, "unknown_record"),
    ("link", "PORTAL-1", {}, {}, "link_itself"),
    ("link", "PORTAL-7", {"links": (Link("blocker", SEVEN),)}, {}, "already_linked"),
    ("link", "blocks PORTAL-7", {"links": (Link("blocker", SEVEN),)}, {}, "link_circle"),
    ("link", "remove PORTAL-7", {}, {}, "not_linked"),
    ("duplicate", "", {}, {}, "unknown_duplicate"),
    ("duplicate", "PORTAL-7 PORTAL-8", {}, {}, "unknown_duplicate"),
    ("duplicate", "PORTAL-9", {}, {}, "unknown_record"),
    ("duplicate", "PORTAL-1", {}, {}, "link_itself"),
    ("duplicate", "PORTAL-7", {"state": "closed"}, {}, "already_in_state"),
    ("duplicate", "PORTAL-7", {"links": DUPLICATE}, {}, "already_duplicate"),
    ("duplicate", "PORTAL-7", {}, {"links": (Link("original", 1),)}, "duplicate_of_duplicate"),
    ("task", "", {}, {}, "task_without_title"),
    ("task", "@tom", {}, {}, "task_without_title"),
    ("task", "write the plan @nobody", {}, {}, "unknown_person"),
    ("watch", "perhaps", {}, {}, "unknown_switch"),
    ("watch", "", {"watchers": frozenset({MA.id})}, {}, "already_watch"),
    ("watch", "off", {}, {}, "already_no_watch"),
    ("mute", "", {"muted": frozenset({MA.id})}, {}, "already_mute"),
    ("mute", "off", {"watchers": frozenset({MA.id})}, {}, "already_no_mute"),
    ("spent", "", {}, {}, "unknown_duration"),
    ("spent", "some time", {}, {}, "unknown_duration"),
    ("spent", "2 pages", {}, {}, "unknown_duration"),
]


@pytest.mark.parametrize(("name", "argument", "fields", "seven", "why"), REFUSED)
def test_a_refusal_says_why(
    name: str, argument: str, fields: dict[str, Any], seven: dict[str, Any], why: str
) -> None:
    here = replace(beside(other(**seven), **fields))
    here = replace(here, others={**here.others, "PORTAL-1": here.record})
    result = run(here, name, argument)
    assert isinstance(result, Refusal), result
    assert result.reason == why
    assert all(phrases(language).has(f"refusal.{why}") for language in languages())


def test_an_installation_without_tasks_says_which_kinds_there_are() -> None:
    here = replace(context(), kinds=Kinds((KINDS["issue"],)))
    assert run(here, "task", "x") == Refusal("unknown_kind", {"given": "task", "kinds": ["issue"]})


@pytest.mark.parametrize(
    ("text", "refs", "rest"),
    [
        ("blocked by ACME-7", ["ACME-7"], "blocked by"),
        ("依赖acme-7和ACME-8。", ["ACME-7", "ACME-8"], "依赖 和 。"),
        ("[ACME-7], (ACME-7)", ["ACME-7"], ", ( )"),
        (
            "x-ACME-7 ACME-7x a/ACME-7 ACME-1234567890",
            [],
            "x-ACME-7 ACME-7x a/ACME-7 ACME-1234567890",
        ),
    ],
)
def test_refs_in_a_text(text: str, refs: list[str], rest: str) -> None:
    assert refs_in(text) == refs
    assert " ".join(without_refs(text).split()) == rest
