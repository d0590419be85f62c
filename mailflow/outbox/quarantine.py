"""The daily mail about what could not be handled: what it is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailflow.outbox.facts import Facts, Reason
from mailflow.outbox.reader import Reader
from mailflow.outbox.ruled import because_coordinator
from mailflow.outbox.scheduled import sent_by
from mailflow.outbox.sitting import moment_of
from mailflow.outbox.view import Block, Draft, Section, View
from mailflow.outbox.words import one_line
from mailflow.snapshots.heads import Head, heads_of

CAN = ("show", "replay", "discard")


def quarantine(reader: Reader, facts: Facts, reason: Reason) -> Draft:
    entries = [one for one in reason.get("entries") or () if isinstance(one, Mapping)]
    heads = heads_of(facts.session, [one["input"] for one in entries])
    n, before = int(reason.get("n") or 0), int(reason.get("before") or 0)
    more = n - len(entries)
    example = entries[0]["input"] if entries else 0
    view = View(
        language=reader.phrases.language,
        subject=reader.say("subject.quarantine", n=n),
        colon=reader.say("format.colon"),
        lead=(reader.say("quarantine.lead", n=n),),
        blocks=tuple(_block(reader, one, heads.get(one["input"], Head())) for one in entries),
        sections=(
            Section(
                "commands",
                len(CAN),
                reader.say("quarantine.commands"),
                lines=tuple(reader.say(f"quarantine.{can}", id=example) for can in CAN),
            ),
        ),
        closing=(
            *((reader.say("quarantine.more", n=more),) if more > 0 else ()),
            *((reader.say("quarantine.before", n=before),) if before > 0 else ()),
            reader.why(because_coordinator(reader, reason)),
        ),
        footer=(reader.say("quarantine.footer"), sent_by(reader, None)),
    )
    return Draft(view)


def _block(reader: Reader, entry: Mapping[str, Any], head: Head) -> Block:
    """A mail as it says of itself; of the clock's work its key."""
    at, key = moment_of(entry.get("at")), one_line(str(entry.get("key") or ""))
    subject = one_line(head.subject) or ("" if key else reader.say("subject.none"))
    rows = (
        ("id", str(entry["input"])),
        ("task", key),
        ("from", one_line(head.sender)),
        ("subject", subject),
        ("received", reader.moment(at) if at else ""),
        ("reason", _why(reader, str(entry.get("why") or ""))),
    )
    return Block(facts=tuple((reader.say(f"fact.{name}"), value) for name, value in rows if value))


def _why(reader: Reader, why: str) -> str:
    """What went wrong, in the reader's language where it is no error of the program."""
    key = "quarantine.why_" + why.partition(":")[0].replace(" ", "_")
    return reader.say(key) if reader.phrases.has(key) else one_line(why, 300)
