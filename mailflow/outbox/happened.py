"""What happened to a record, a sentence an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mailflow.outbox.facts import Shown, Told
from mailflow.outbox.quotes import quote
from mailflow.outbox.reader import Reader
from mailflow.outbox.refusals import size
from mailflow.outbox.taken_back import undone
from mailflow.outbox.values import changes, days_moved
from mailflow.outbox.view import Said
from mailflow.outbox.words import one_line
from mailflow.store.tables import Event
from mailflow.workflow.model import WITHDRAWN

# Events of which each value is told, below the sentence.
VALUES = ("change", "corrected")


def sentence(reader: Reader, shown: Shown, told: Told, limit: int) -> Said:
    """`limit` is how many characters of the words that came with the event are shown."""
    event = told.event
    text = SENTENCES.get(event.what, _other)(reader, shown, event)
    if event.what == "link" and told.unlinked:
        refs = reader.phrases.join(told.unlinked)
        text = reader.say("happened.unlinked_from", actor=reader.actor(event.actor_id), refs=refs)
    if event.files:
        names = [f"{one_line(str(f['name']))} ({size(f['size'])})" for f in event.files]
        text = f"{text} {reader.say('happened.files', files=reader.phrases.join(names))}".strip()
    words = quote(reader, "", told.words, limit) if told.words.strip() else None
    return Said(text, words, changes(reader, shown, told) if event.what in VALUES else ())


def _fills_in(event: Event) -> bool:
    """Whether all that it says was not known before."""
    before, after = event.old.get("fields") or {}, event.new.get("fields") or {}
    changed = [name for name in {*before, *after} if before.get(name) != after.get(name)]
    rest = event.new.keys() - {"fields", "links", "answered_at"}
    return not rest and not any(before.get(name) for name in changed)


def _opened(reader: Reader, shown: Shown, event: Event) -> str:
    days = (event.new.get("why") or {}).get("due_days")
    if days is None:
        return _recorded(reader, shown, event)
    due = reader.say("happened.due_usual", day=reader.iso_day(event.new.get("due")), n=days)
    return reader.say("format.sentences").join((_recorded(reader, shown, event), due))


def _recorded(reader: Reader, shown: Shown, event: Event) -> str:
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


def _decreed(reader: Reader, shown: Shown, event: Event) -> str:
    """The coordinator set it to agreed, though a side was missing."""
    kind = reader.installation.kinds.by_name(shown.record.kind)
    given = event.new.get("agreements") or {}
    missing = [reader.side(side) for side in ("sales", "team") if side not in given]
    return reader.say(
        "happened.decreed",
        actor=reader.actor(event.actor_id),
        state=reader.state(kind, event.new.get("state", "")),
        sides=reader.phrases.join(missing),
    )


def _reject(reader: Reader, _shown: Shown, event: Event) -> str:
    key = "happened.reject_taken_back" if event.old.get("agreements") else "happened.reject"
    return reader.say(key, actor=reader.actor(event.actor_id))


def _change(reader: Reader, shown: Shown, event: Event) -> str:
    """Which values, stands below the sentence."""
    actor, state = reader.actor(event.actor_id), event.new.get("state")
    if state is not None:
        kind = reader.installation.kinds.by_name(shown.record.kind)
        return reader.say("happened.change_reopened", actor=actor, state=reader.state(kind, state))
    if _fills_in(event):
        return reader.say("happened.filled", actor=actor)
    key = "happened.change_taken_back" if "agreements" in event.new else "happened.change"
    return reader.say(key, actor=actor)


def _corrected(reader: Reader, _shown: Shown, event: Event) -> str:
    """A mail was read again; titles, dates and fields stand below the sentence."""
    beside = {"text_id": "correct.text", "contact_id": "correct.client"}
    named = [reader.say(key) for column, key in beside.items() if column in event.new]
    named += [reader.say("correct.files")] if event.files else []
    if not named:
        return reader.say("happened.corrected")
    return reader.say("happened.corrected_too", what=reader.phrases.join(named))


def _owner(reader: Reader, _shown: Shown, event: Event) -> str:
    return reader.say(
        "happened.owner",
        actor=reader.actor(event.actor_id),
        old=reader.name(event.old.get("owner_id")),
        new=reader.name(event.new.get("owner_id")),
    )


def _due(reader: Reader, _shown: Shown, event: Event) -> str:
    old, new = event.old.get("due"), event.new.get("due")
    actor = reader.actor(event.actor_id)
    if old and new:
        n = days_moved(old, new)
        key = "happened.due_later" if n > 0 else "happened.due_earlier"
        given = {"old": reader.iso_day(old), "new": reader.iso_day(new), "n": abs(n)}
        return reader.say(key, actor=actor, **given)
    key = "happened.due_first" if new else "happened.due_none"
    return reader.say(key, actor=actor, old=reader.iso_day(old), new=reader.iso_day(new))


def _link(reader: Reader, shown: Shown, event: Event) -> str:
    """A link that was added; else that one was taken away."""
    before, after = event.old.get("links") or [], event.new.get("links") or []
    added = [link for link in after if link not in before]
    actor = reader.actor(event.actor_id)
    if not added:
        return reader.say("happened.unlinked", actor=actor)
    relation = added[0]["relation"]
    ids = {link["record"] for link in added}
    refs = [link.record.ref for link in shown.links if link.record.id in ids]
    refs = list(dict.fromkeys(refs)) or [reader.say("happened.link_hidden")]
    return reader.say(f"happened.link_{relation}", actor=actor, refs=reader.phrases.join(refs))


def _watch(reader: Reader, _shown: Shown, event: Event) -> str:
    return _switched(reader, event, "watch")


def _mute(reader: Reader, _shown: Shown, event: Event) -> str:
    return _switched(reader, event, "mute")


def _switched(reader: Reader, event: Event, how: str) -> str:
    is_on = (event.new.get("following") or {}).get(str(event.actor_id)) == how
    key = f"happened.{how}" if is_on else f"happened.no_{how}"
    return reader.say(key, actor=reader.actor(event.actor_id))


def _spent(reader: Reader, _shown: Shown, event: Event) -> str:
    before, total = event.old.get("spent") or 0, event.new.get("spent") or 0
    return reader.say(
        "happened.spent",
        actor=reader.actor(event.actor_id),
        time=reader.minutes(total - before),
        total=reader.minutes(total),
    )


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


def _escalated(reader: Reader, _shown: Shown, event: Event) -> str:
    before = event.old.get("following") or {}
    told = [int(n) for n in event.new.get("following") or {} if n not in before]
    return reader.say(
        "happened.escalated", actor=reader.actor(event.actor_id), person=reader.names(told)
    )


def _other(reader: Reader, _shown: Shown, event: Event) -> str:
    return reader.say("happened.other", actor=reader.actor(event.actor_id), what=event.what)


SENTENCES: Mapping[str, Callable[[Reader, Shown, Event], str]] = {
    "opened": _opened,
    "status": _status,
    "agree": _agree,
    "decreed": _decreed,
    "reject": _reject,
    "change": _change,
    "corrected": _corrected,
    "owner": _owner,
    "due": _due,
    "link": _link,
    "watch": _watch,
    "mute": _mute,
    "spent": _spent,
    "priority": _priority,
    "note": _note,
    "project": _project,
    "kind": _kind,
    "client_said": _client_said,
    "escalated": _escalated,
    "undone": undone,
}
