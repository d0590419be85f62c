"""What a record hangs together with, and what its change means for that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailflow.outbox.facts import Reason, Shown
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Said
from mailflow.outbox.words import one_line
from mailflow.workflow.model import Record, Relation

RELATIONS: tuple[Relation, ...] = ("whole", "part", "original", "duplicate", "related")
# So many are named, the others are counted.
NAMED = 5


def said(
    reader: Reader, shown: Shown, reasons: Sequence[Reason], moves: Sequence[Record]
) -> tuple[Said, ...]:
    """What a date moves along with it, and that nothing keeps the record back any more."""
    found = [
        reader.say("hanging.moves", n=len(moves), records=_named(reader, moves, len(moves)))
        if moves
        else "",
        *(_unblocked(reader, shown, r) for r in reasons if r.get("reason") == "unblocked"),
    ]
    return tuple(Said(text) for text in dict.fromkeys(found) if text)


def facts(reader: Reader, shown: Shown) -> Iterator[tuple[str, str]]:
    """What it waits for and what it hangs together with, by the names of facts."""
    if not _is_settled(reader, shown):
        yield "link_blocker", _named(reader, shown.open_linked("blocker"))
        yield "link_blocks", _named(reader, shown.open_linked("blocks"))
    for relation in RELATIONS:
        yield f"link_{relation}", _named(reader, shown.linked(relation))


def waits_for(reader: Reader, shown: Shown) -> str:
    """What an open record in a list waits for: "waits for ACME-7"."""
    blockers = shown.open_linked("blocker")
    if not blockers or _is_settled(reader, shown):
        return ""
    refs = reader.phrases.join([record.ref for record in blockers[:NAMED]])
    return reader.say("note.waits_for", refs=refs)


def _is_settled(reader: Reader, shown: Shown) -> bool:
    kind = reader.installation.kinds.by_name(shown.record.kind)
    return kind is None or shown.record.state not in set(kind.states) - kind.settled


def _unblocked(reader: Reader, shown: Shown, reason: Reason) -> str:
    done = [one for one in shown.linked("blocker") if one.id == reason.get("by")]
    ref = done[0].ref if done else reader.say("happened.link_hidden")
    left = reader.phrases.join([record.ref for record in shown.open_linked("blocker")])
    key = "hanging.unblocked_partly" if left else "hanging.unblocked"
    return reader.say(key, ref=ref, refs=left) if left else reader.say(key, ref=ref)


def _named(reader: Reader, records: Sequence[Record], most: int = NAMED) -> str:
    """ACME-7 Its title; ACME-8 Another one."""
    named = [f"{record.ref} {one_line(record.title, 60)}" for record in records[:most]]
    if len(records) > most:
        named.append(reader.say("hanging.more", n=len(records) - most))
    return reader.say("format.semicolon").join(named)
