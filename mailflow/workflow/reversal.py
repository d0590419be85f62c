"""Taking back what one mail did: new events that reverse its own.

A mail is taken back as a whole or not at all, where every field still holds what it set. What a
table holds (fields, agreements, following) is compared key by key, links one by one, and sums
(time spent) lose what was added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mailflow.workflow.directory import Directory
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.model import WITHDRAWN, Happened, Record, Refusal

UNDONE = "undone"
# When something was answered stays so; when it was settled follows the state by itself.
MEASURED = {"answered_at", "settled_at"}
# What these hold means something for one kind alone.
OF_A_KIND = {"state", "agreements", "fields"}
MOST_NAMED = 5

# What a value was before a mail, after it, and is now → what it will be; None: it was built on.
Restore = Callable[[Any, Any, Any], tuple[Any] | None]


@dataclass(frozen=True, slots=True)
class Deed:
    """An event as it stands in a record's history, and the input that caused it.

    `said` is set where words or files came with it.
    """

    input: int
    actor: int | None
    what: str
    old: Mapping[str, Any] = field(default_factory=dict)
    new: Mapping[str, Any] = field(default_factory=dict)
    said: bool = False


@dataclass(frozen=True, slots=True)
class Deeds:
    """What the mail (`input`) did that is to be taken back by another one (`asked`).

    `histories` are all events of each record that it touched, oldest first; `refused` is why it
    cannot be looked at.
    """

    input: int | None = None
    asked: int = 0
    records: Mapping[int, Record] = field(default_factory=dict)
    histories: Mapping[int, Sequence[Deed]] = field(default_factory=dict)
    refused: Refusal | None = None


def taken_back(history: Iterable[Deed]) -> set[int]:
    """The inputs that an undo took back which was not taken back itself."""
    found: set[int] = set()
    for deed in reversed(list(history)):
        if deed.what == UNDONE and deed.input not in found:
            found.add(deed.old["input"])
    return found


def take_back(
    deeds: Deeds, actor: int, directory: Directory, kinds: Kinds
) -> dict[int, Happened] | Refusal:
    """The event that reverses a mail on each record, by the records' ids."""
    if deeds.refused is not None:
        return deeds.refused
    if deeds.input is None or not deeds.histories:
        return Refusal("nothing_to_undo")
    if not all(_may(deeds, n, actor, directory) for n in deeds.histories):
        return Refusal("not_your_mail")
    if any(deeds.input in taken_back(history) for history in deeds.histories.values()):
        return _again(deeds)
    found: dict[int, Happened] = {}
    later: list[dict[str, Any]] = []
    for record_id, history in deeds.histories.items():
        event, built = _reversed(history, deeds.input)
        later += [{"ref": deeds.records[record_id].ref, **_as_json(deed)} for deed in built]
        if event is not None:
            found[record_id] = event
    if later:
        return Refusal("built_on", {"later": later[:MOST_NAMED]})
    return _possible(deeds, found, directory, kinds) or found or Refusal("nothing_to_undo")


def _may(deeds: Deeds, record_id: int, actor: int, directory: Directory) -> bool:
    """Only whose mail it was, or who coordinates the project."""
    project = directory.projects[deeds.records[record_id].project]
    mine = (deed for deed in deeds.histories[record_id] if deed.input == deeds.input)
    leads = actor in (project.coordinator, project.deputy)
    return leads or all(deed.actor == actor for deed in mine)


def _again(deeds: Deeds) -> dict[int, Happened] | Refusal:
    """Not twice; what an earlier line of the same mail took back needs no refusal."""
    just_now = any(
        deed.what == UNDONE and deed.input == deeds.asked and deed.old["input"] == deeds.input
        for history in deeds.histories.values()
        for deed in history
    )
    return {} if just_now else Refusal("already_undone")


def _possible(
    deeds: Deeds, found: Mapping[int, Happened], directory: Directory, kinds: Kinds
) -> Refusal | None:
    """Where it leads must still be there: the project, the kind."""
    for record_id, event in found.items():
        ref, new = deeds.records[record_id].ref, event.new
        if "project_id" in new and new["project_id"] not in directory.projects:
            return Refusal("project_closed", {"given": ref})
        if "kind" in new and kinds.by_name(new["kind"]) is None:
            return Refusal("unknown_kind", {"given": new["kind"], "kinds": list(kinds.names)})
    return None


def _reversed(history: Sequence[Deed], cause: int) -> tuple[Happened | None, list[Deed]]:
    """The event that reverses those of an input, and the later ones that stand in its way."""
    first = next(n for n, deed in enumerate(history) if deed.input == cause)
    mine = [deed for deed in history if deed.input == cause]
    later = [deed for deed in history[first:] if deed.input != cause]
    before, now = _merged(history[:first]), _merged(history)
    after = before | _merged(mine)
    if mine[0].what == "opened":
        return _withdrawn(cause, after, now), _by_others(history, later, mine[0].actor)
    old: dict[str, Any] = {"input": cause}
    new: dict[str, Any] = {}
    built: list[str] = []
    for column in sorted(_merged(mine).keys() - MEASURED):
        restore = RESTORE.get(column, _value)
        restored = restore(before.get(column), after[column], now.get(column))
        if restored is None:
            built.append(column)
        elif restored[0] != now.get(column):
            old[column], new[column] = now.get(column), restored[0]
    built += _depends(new, after, now)
    words = _words(mine)
    if words:
        old["words"] = words
    event = Happened(UNDONE, old, new) if new or words else None
    return event, _last_of_each(later, built)


def _withdrawn(cause: int, after: Mapping[str, Any], now: Mapping[str, Any]) -> Happened | None:
    """What was opened cannot be unmade; what it hung together with by the same mail goes."""
    if now["state"] == WITHDRAWN:
        return None
    old: dict[str, Any] = {"input": cause, "state": now["state"]}
    new: dict[str, Any] = {"state": WITHDRAWN}
    links = [one for one in now.get("links", []) if one not in after.get("links", [])]
    if links != now.get("links", []):
        old["links"], new["links"] = now["links"], links
    return Happened(UNDONE, old, new)


def _by_others(history: Sequence[Deed], later: Iterable[Deed], author: int | None) -> list[Deed]:
    """What somebody else did, and did not take back."""
    gone = taken_back(history)
    return [
        deed
        for deed in later
        if deed.actor not in (None, author)
        and deed.input not in gone
        and not (deed.what == UNDONE and deed.old["input"] in gone)
    ]


def _depends(new: Mapping[str, Any], after: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Columns that changed since, on which what is restored depends."""
    found = []
    if OF_A_KIND & new.keys() and "kind" not in new and now.get("kind") != after.get("kind"):
        found.append("kind")
    if "agreements" in new and now.get("state") != after.get("state"):
        found.append("state")
    return found


def _words(mine: Iterable[Deed]) -> str:
    """Whether words that were said count no more ("gone") or count again ("back")."""
    found = ""
    for deed in mine:
        if deed.what == UNDONE and "words" in deed.old:
            found = "back" if deed.old["words"] == "gone" else "gone"
        elif deed.said:
            found = "gone"
    return found


def _last_of_each(later: Sequence[Deed], columns: Iterable[str]) -> list[Deed]:
    """The last events that set these columns, each once."""
    found: list[Deed] = []
    for column in columns:
        deed = next((d for d in reversed(later) if column in d.new), None)
        if deed is not None and deed not in found:
            found.append(deed)
    return found


def _merged(deeds: Iterable[Deed]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for deed in deeds:
        found |= deed.new
    return found


def _as_json(deed: Deed) -> dict[str, Any]:
    return {"what": deed.what, "person": deed.actor}


def _value(before: Any, after: Any, now: Any) -> tuple[Any] | None:
    if before == after:
        return (now,)
    return (before,) if now == after else None


def _table(before: Any, after: Any, now: Any) -> tuple[Any] | None:
    before, after, now = before or {}, after or {}, now or {}
    found = dict(now)
    for key in [k for k in {**before, **after} if before.get(k) != after.get(k)]:
        if now.get(key) != after.get(key):
            return None
        found.pop(key, None)
        if key in before:
            found[key] = before[key]
    return (found,)


def _links(before: Any, after: Any, now: Any) -> tuple[Any] | None:
    before, after, now = before or [], after or [], now or []
    added = [one for one in after if one not in before]
    removed = [one for one in before if one not in after]
    if any(one not in now for one in added) or any(one in now for one in removed):
        return None
    return ([*(one for one in now if one not in added), *removed],)


def _sum(before: Any, after: Any, now: Any) -> tuple[Any] | None:
    return (max(0, (now or 0) - ((after or 0) - (before or 0))),)


RESTORE: Mapping[str, Restore] = {
    "fields": _table,
    "agreements": _table,
    "following": _table,
    "links": _links,
    "spent": _sum,
    "reworked": _sum,
}
