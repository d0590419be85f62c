"""What happened to a record, a sentence an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mailflow.outbox.facts import Shown, Told
from mailflow.outbox.quotes import quote
from mailflow.outbox.reader import Reader
from mailflow.outbox.refusals import size
from mailflow.outbox.view import Said
from mailflow.outbox.words import one_line
from mailflow.store.tables import Event
from mailflow.workflow.model import WITHDRAWN


def sentence(reader: Reader, shown: Shown, told: Told, limit: int) -> Said:
    """`limit` is how many characters of the words that came with the event are shown."""
    event = told.event
    text = SENTENCES.get(event.what, _other)(reader, shown, event)
    if event.files:
        names = [f"{one_line(str(f['name']))} ({size(f['size'])})" for f in event.files]
        text = f"{text} {reader.say('happened.files', files=reader.phrases.join(names))}".strip()
    return Said(text, quote(reader, "", told.words, limit) if told.words.strip() else None)


def _opened(reader: Reader, shown: Shown, event: Event) -> str:
    if event.actor_id == reader.person.id:
        return reader.say(
            "happened.opened_as",
            ref=shown.record.ref,
            kind=reader.kind(str(event.new.get("kind", shown.record.kind))),
            project=reader.project(shown.project),
        )
    kind = reader.kind(str(event.new.get("kind", shown.record.kind)))
    return reader.say("happened.opened", actor=reader.actor(event.actor_id), kind=kind)


def _status(reader: Reader, shown: Shown, event: Event) -> str:
    actor, new = reader.actor(event.actor_id), event.new.get("state")
    if new == WITHDRAWN:
        return reader.say("happened.withdrawn", actor=actor)
    kind = reader.installation.kinds.by_name(shown.record.kind)
    old = reader.state(kind, event.old.get("state", ""))
    return reader.say("happened.status", actor=actor, old=old, new=reader.state(kind, new))


def _agree(reader: Reader, _shown: Shown, event: Event) -> str:
    before = event.old.get("agreements") or {}
    sides = [side for side in event.new.get("agreements") or {} if side not in before]
    said_for = reader.phrases.join([reader.side(side) for side in sides])
    return reader.say("happened.agree", actor=reader.actor(event.actor_id), side=said_for)


def _owner(reader: Reader, _shown: Shown, event: Event) -> str:
    return reader.say(
        "happened.owner",
        actor=reader.actor(event.actor_id),
        old=reader.name(event.old.get("owner_id")),
        new=reader.name(event.new.get("owner_id")),
    )


def _due(reader: Reader, _shown: Shown, event: Event) -> str:
    old, new = event.old.get("due"), event.new.get("due")
    key = "happened.due" if old and new else ("happened.due_first" if new else "happened.due_none")
    actor = reader.actor(event.actor_id)
    return reader.say(key, actor=actor, old=reader.iso_day(old), new=reader.iso_day(new))


def _priority(reader: Reader, _shown: Shown, event: Event) -> str:
    return reader.say(
        "happened.priority",
        actor=reader.actor(event.actor_id),
        old=reader.priority(event.old.get("priority")),
        new=reader.priority(event.new.get("priority")),
    )


def _note(reader: Reader, _shown: Shown, event: Event) -> str:
    return reader.say("happened.note", actor=reader.actor(event.actor_id))


def _project(reader: Reader, _shown: Shown, event: Event) -> str:
    return reader.say(
        "happened.project",
        actor=reader.actor(event.actor_id),
        project=reader.project(event.new.get("project_id")),
        old=event.old.get("ref", ""),
        new=event.new.get("ref", ""),
    )


def _kind(reader: Reader, _shown: Shown, event: Event) -> str:
    new = str(event.new.get("kind", ""))
    return reader.say(
        "happened.kind",
        actor=reader.actor(event.actor_id),
        old=reader.kind(str(event.old.get("kind", ""))),
        new=reader.kind(new),
        state=reader.state(reader.installation.kinds.by_name(new), event.new.get("state", "")),
    )


def _client_said(reader: Reader, shown: Shown, _event: Event) -> str:
    contact = shown.row.contact
    who = one_line(contact.name or contact.address) if contact else reader.say("fact.client")
    return reader.say("happened.client_said", client=who)


def _other(reader: Reader, _shown: Shown, event: Event) -> str:
    return reader.say("happened.other", actor=reader.actor(event.actor_id), what=event.what)


SENTENCES: Mapping[str, Callable[[Reader, Shown, Event], str]] = {
    "opened": _opened,
    "status": _status,
    "agree": _agree,
    "owner": _owner,
    "due": _due,
    "priority": _priority,
    "note": _note,
    "project": _project,
    "kind": _kind,
    "client_said": _client_said,
}
