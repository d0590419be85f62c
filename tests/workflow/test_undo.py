"""What an undo reverses, and what stands in its way: histories in, events or a refusal out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailflow.workflow.commands import run, run_word
from mailflow.workflow.model import WITHDRAWN, Effects, Happened, Refusal
from mailflow.workflow.reversal import UNDONE, Deed, Deeds, take_back, taken_back
from tests.workflow.company import (
    ANNA,
    CHEN,
    DIRECTORY,
    KINDS,
    LI,
    MA,
    PORTAL,
    TOM,
    context,
    record,
)

OPENED = Deed(
    1,
    ANNA.id,
    "opened",
    new={
        "kind": "issue",
        "state": "open",
        "owner_id": MA.id,
        "why": {"rule": "route"},
        "due": None,
        "priority": "normal",
        "agreements": {},
        "fields": {},
        "links": [],
        "following": {},
        "spent": 0,
        "reworked": 0,
    },
)
LINK = {"relation": "part", "record": 7}
OTHER = {"relation": "related", "record": 8}


def deed(cause: int, actor: int, what: str = "status", **new: Any) -> Deed:
    return Deed(cause, actor, what, {}, new)


def undone(cause: int, actor: int, of: int, **new: Any) -> Deed:
    return Deed(cause, actor, UNDONE, {"input": of}, new)


def meant(cause: int | None, *history: Deed, asked: int = 99) -> Deeds:
    found = {1: (OPENED, *history)} if history or cause == OPENED.input else {}
    return Deeds(cause, asked, {1: record()}, found)


def back(cause: int, *history: Deed, actor: int = TOM.id) -> Happened | Refusal:
    found = take_back(meant(cause, *history), actor, DIRECTORY, KINDS)
    return found if isinstance(found, Refusal) else found[1]


def built_on(found: Happened | Refusal) -> list[tuple[str, int]]:
    assert isinstance(found, Refusal), found
    assert found.reason == "built_on", found
    return [(later["what"], later["person"]) for later in found.details["later"]]


def test_all_that_a_mail_set_is_as_it_was() -> None:
    found = back(
        5,
        deed(2, MA.id, "due", due="2026-12-01"),
        deed(5, TOM.id, state="in_progress"),
        deed(5, TOM.id, "due", due="2026-12-10"),
        deed(5, TOM.id, "priority", priority="high"),
        Deed(5, TOM.id, "note", said=True),
        deed(6, MA.id, "owner", owner_id=TOM.id),
    )
    assert isinstance(found, Happened)
    assert found.new == {"state": "open", "due": "2026-12-01", "priority": "normal"}
    assert found.old == {
        "input": 5,
        "words": "gone",
        "state": "in_progress",
        "due": "2026-12-10",
        "priority": "high",
    }


def test_what_was_measured_stays() -> None:
    found = back(5, deed(5, TOM.id, state="resolved", answered_at="x", settled_at="y"))
    assert isinstance(found, Happened)
    assert found.new == {"state": "open"}


def test_a_field_that_changed_since_is_named() -> None:
    found = back(
        5,
        deed(5, TOM.id, "due", due="2026-12-10"),
        deed(5, TOM.id, state="in_progress"),
        deed(6, MA.id, state="resolved"),
        deed(7, LI.id, "due", due="2026-12-24"),
        Deed(8, ANNA.id, "note", said=True),
    )
    assert sorted(built_on(found)) == [("due", LI.id), ("status", MA.id)]


def test_a_field_that_came_back_to_what_was_set_is_no_hindrance() -> None:
    found = back(
        5,
        deed(5, TOM.id, state="in_progress"),
        deed(6, MA.id, state="resolved"),
        deed(7, MA.id, state="in_progress"),
    )
    assert isinstance(found, Happened)
    assert found.new == {"state": "open"}


@pytest.mark.parametrize(
    ("column", "before", "mine", "since", "restored"),
    [
        ("fields", {"a": "1"}, {"a": "2"}, {"a": "2", "b": "3"}, {"a": "1", "b": "3"}),
        ("fields", {}, {"a": "2"}, {"a": "2", "b": "3"}, {"b": "3"}),
        ("fields", {"a": "1"}, {}, {"b": "3"}, {"a": "1", "b": "3"}),
        ("following", {"3": "watch"}, {}, {"4": "mute"}, {"3": "watch", "4": "mute"}),
        ("agreements", {}, {"team": 3}, {"team": 3, "sales": 1}, {"sales": 1}),
        ("links", [], [LINK], [LINK, OTHER], [OTHER]),
        ("links", [LINK], [], [OTHER], [OTHER, LINK]),
        ("spent", 30, 90, 150, 90),
        ("reworked", 0, 1, 2, 1),
    ],
)
def test_tables_go_key_by_key_links_one_by_one_and_sums_lose_what_was_added(
    column: str, before: Any, mine: Any, since: Any, restored: Any
) -> None:
    found = back(
        5,
        deed(2, MA.id, "change", **{column: before}),
        deed(5, TOM.id, "change", **{column: mine}),
        deed(6, MA.id, "change", **{column: since}),
    )
    assert isinstance(found, Happened)
    assert found.new == {column: restored}
    assert found.old[column] == since


@pytest.mark.parametrize(
    ("column", "before", "mine", "since"),
    [
        ("fields", {"a": "1"}, {"a": "2"}, {"a": "3"}),
        ("fields", {}, {"a": "2"}, {}),
        ("agreements", {}, {"team": 3}, {}),
        ("links", [], [LINK], []),
        ("links", [LINK], [], [LINK]),
        ("owner_id", 4, 3, 1),
    ],
)
def test_what_somebody_changed_again_stands(
    column: str, before: Any, mine: Any, since: Any
) -> None:
    found = back(
        5,
        deed(2, MA.id, "change", **{column: before}),
        deed(5, TOM.id, "change", **{column: mine}),
        deed(6, LI.id, "change", **{column: since}),
    )
    assert built_on(found) == [("change", LI.id)]


def test_a_yes_stands_once_both_sides_agreed() -> None:
    mine = deed(5, TOM.id, "agree", agreements={"team": TOM.id})
    theirs = deed(6, ANNA.id, "agree", agreements={"team": TOM.id, "sales": ANNA.id})
    reached = deed(6, ANNA.id, state="agreed")
    assert built_on(back(5, mine, theirs, reached)) == [("status", ANNA.id)]
    found = back(6, mine, theirs, reached, actor=ANNA.id)
    assert isinstance(found, Happened)
    assert found.new == {"agreements": {"team": TOM.id}, "state": "open"}


def test_a_state_of_another_kind_is_not_restored() -> None:
    mine = deed(5, TOM.id, "change", fields={"version": "2"})
    other = deed(6, LI.id, "kind", kind="task", state="open", agreements={})
    assert built_on(back(5, mine, other)) == [("kind", LI.id)]
    found = back(6, mine, other, actor=LI.id)
    assert isinstance(found, Happened)
    assert found.new == {"kind": "issue"}


def test_what_was_opened_is_withdrawn() -> None:
    linked = deed(1, ANNA.id, "link", links=[LINK])
    found = back(1, linked, deed(3, ANNA.id, "due", due="2026-12-01"), actor=ANNA.id)
    assert isinstance(found, Happened)
    assert found.new == {"state": WITHDRAWN, "links": []}
    by_clock = deed(4, ANNA.id, state="open")
    assert isinstance(back(1, replace(by_clock, actor=None), actor=ANNA.id), Happened)


def test_what_was_opened_stays_once_others_worked_on_it() -> None:
    note = Deed(6, MA.id, "note", said=True)
    assert built_on(back(1, note, actor=ANNA.id)) == [("note", MA.id)]
    moved, gone = deed(6, MA.id, state="resolved"), undone(7, MA.id, 6, state="open")
    assert isinstance(back(1, moved, gone, actor=ANNA.id), Happened)


def test_an_undo_can_be_taken_back_and_nothing_twice() -> None:
    mine = deed(5, TOM.id, state="resolved")
    first = undone(6, TOM.id, 5, state="open")
    assert back(5, mine, first) == Refusal("already_undone")
    again = back(6, mine, first)
    assert isinstance(again, Happened)
    assert (again.new, again.old["input"]) == ({"state": "resolved"}, 6)
    second = undone(7, TOM.id, 6, state="resolved")
    assert taken_back((mine, first)) == {5}
    assert taken_back((mine, first, second)) == {6}
    assert isinstance(back(5, mine, first, second), Happened)


def test_words_count_no_more_and_then_again() -> None:
    note = Deed(5, TOM.id, "note", said=True)
    found = back(5, note)
    assert found == Happened(UNDONE, {"input": 5, "words": "gone"}, {})
    taken = Deed(6, TOM.id, UNDONE, {"input": 5, "words": "gone"})
    assert back(6, note, taken) == Happened(UNDONE, {"input": 6, "words": "back"}, {})


def test_in_one_mail_it_is_taken_back_once_without_a_refusal() -> None:
    mine = deed(5, TOM.id, state="resolved")
    deeds = meant(5, mine, undone(99, TOM.id, 5, state="open"))
    assert take_back(deeds, TOM.id, DIRECTORY, KINDS) == {}


@pytest.mark.parametrize(
    ("actor", "works"), [(TOM, True), (CHEN, True), (ANNA, False), (MA, False)]
)
def test_only_its_author_and_the_coordinator_take_a_mail_back(actor: Any, works: bool) -> None:
    found = back(5, deed(5, TOM.id, state="resolved"), actor=actor.id)
    assert isinstance(found, Happened) == works
    assert works or found == Refusal("not_your_mail")


def test_a_mail_is_taken_back_whole_or_not_at_all() -> None:
    mine = deed(5, TOM.id, state="resolved")
    records = {1: record(), 2: record(id=2, ref="PORTAL-2")}
    free, built = (OPENED, mine), (OPENED, mine, deed(6, MA.id, state="closed"))
    both = take_back(Deeds(5, 9, records, {1: free, 2: free}), TOM.id, DIRECTORY, KINDS)
    assert not isinstance(both, Refusal)
    assert set(both) == {1, 2}
    one = take_back(Deeds(5, 9, records, {1: free, 2: built}), TOM.id, DIRECTORY, KINDS)
    assert one == Refusal(
        "built_on", {"later": [{"ref": "PORTAL-2", "what": "status", "person": MA.id}]}
    )


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ({"project_id": 1, "number": 5, "ref": "OLD-5"}, "project_closed"),
        ({"kind": "wish", "state": "open"}, "unknown_kind"),
    ],
)
def test_where_it_leads_back_to_must_still_be_there(new: dict[str, Any], reason: str) -> None:
    before = {"project_id": 77, "number": 1, "ref": "GONE-1", "kind": "gone"}
    start = replace(OPENED, new={**OPENED.new, **before})
    deeds = Deeds(5, 9, {1: record()}, {1: (start, deed(5, TOM.id, "project", **new))})
    found = take_back(deeds, TOM.id, DIRECTORY, KINDS)
    assert isinstance(found, Refusal)
    assert found.reason == reason


def test_the_command_and_the_word() -> None:
    nothing = context(TOM)
    assert run(nothing, "undo", "") == Refusal("nothing_to_undo")
    closed = Deeds(5, 9, refused=Refusal("project_closed", {"given": "OLD-5"}))
    assert run(replace(nothing, deeds=closed), "undo", "") == closed.refused
    mine = deed(5, TOM.id, state="resolved")
    there = {1: record(), 2: record(id=2, ref="PORTAL-2")}
    known = Deeds(5, 9, there, {1: (OPENED, mine), 2: (OPENED, mine)})
    found = run_word(replace(nothing, deeds=known), "undo")
    assert isinstance(found, Effects)
    assert [event.new for event in found.events] == [{"state": "open"}]
    assert [event.new for event in found.elsewhere[2]] == [{"state": "open"}]


def test_a_withdrawn_record_comes_back_by_undo() -> None:
    gone = undone(6, ANNA.id, 1, state=WITHDRAWN)
    deeds = Deeds(6, 9, {1: record(state=WITHDRAWN)}, {1: (OPENED, gone)})
    found = run(replace(context(ANNA, state=WITHDRAWN), deeds=deeds), "undo", "")
    assert isinstance(found, Effects)
    assert found.events[0].new == {"state": "open"}


def test_everybody_who_sees_a_record_may_ask_why() -> None:
    assert run(context(CHEN), "why", "") == Effects(pages=("why",))
    assert PORTAL.coordinator == CHEN.id
