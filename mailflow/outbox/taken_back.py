"""What an undo made of a record, and what stands in the way of one, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailflow.outbox import values
from mailflow.outbox.facts import Shown
from mailflow.outbox.reader import Reader
from mailflow.store.tables import Event
from mailflow.workflow.model import WITHDRAWN

# Columns of which it is enough to say that they are as before.
AS_BEFORE = {
    "title_id": "title",
    "contact_id": "contact",
    "links": "links",
    "spent": "spent",
    "following": "following",
}


def undone(reader: Reader, shown: Shown, event: Event) -> str:
    """Who took back an earlier mail, and what holds again."""
    said = _changes(reader, shown, event.old, event.new)
    actor = reader.actor(event.actor_id)
    if not said:
        return reader.say("happened.undone_nothing", actor=actor)
    changes = reader.say("format.semicolon").join(said)
    return reader.say("happened.undone", actor=actor, changes=changes)


def later(reader: Reader, _kind: object, value: Any) -> str:
    """What somebody did since: {"ref", "what", "person"}."""
    if not isinstance(value, Mapping):
        return str(value)
    key = f"later.{value.get('what')}"
    person = value.get("person")
    return reader.say(
        key if reader.phrases.has(key) else "later.other",
        ref=str(value.get("ref")),
        person=reader.actor(person if isinstance(person, int) else None),
    )


def _changes(
    reader: Reader, shown: Shown, old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[str]:
    kind = reader.installation.kinds.by_name(str(new.get("kind", shown.record.kind)))
    said = []
    if "kind" in new:
        said.append(reader.say("undone.kind", value=reader.kind(str(new["kind"]))))
    if new.get("state") == WITHDRAWN:
        said.append(reader.say("undone.withdrawn"))
    elif "state" in new:
        said.append(reader.say("undone.state", value=reader.state(kind, new["state"])))
    if "owner_id" in new:
        said.append(reader.say("undone.owner", value=reader.name(new["owner_id"])))
    if "due" in new:
        key = "undone.due" if new["due"] else "undone.due_none"
        said.append(reader.say(key, value=reader.iso_day(new["due"])))
    if "priority" in new:
        said.append(reader.say("undone.priority", value=reader.priority(new["priority"])))
    if "ref" in new:
        said.append(reader.say("undone.project", value=str(new["ref"])))
    if "agreements" in new:
        sides = reader.phrases.join([reader.side(side) for side in new["agreements"] or {}])
        key = "undone.agreements" if sides else "undone.agreements_none"
        said.append(reader.say(key, value=sides))
    said += _fields(reader, shown, old, new)
    said += [reader.say(f"undone.{name}") for column, name in AS_BEFORE.items() if column in new]
    words = f"undone.words_{old.get('words')}"
    return [*said, reader.say(words)] if reader.phrases.has(words) else said


def _fields(
    reader: Reader, shown: Shown, old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[str]:
    before, after = old.get("fields") or {}, new.get("fields") or {}
    kind = reader.installation.kinds.by_name(shown.record.kind)
    if "fields" not in new or kind is None:
        return []
    said = []
    for field in kind.fields:
        if before.get(field.name) == after.get(field.name):
            continue
        key = "undone.field" if field.name in after else "undone.field_none"
        value = values.value(reader, field, after.get(field.name, ""), values.SHORT)
        said.append(reader.say(key, name=values.label(reader, field), value=value))
    return said
