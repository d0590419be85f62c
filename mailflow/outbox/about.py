"""What a mail says of one record: why it comes, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mailflow.outbox.facts import Facts, Reason, Shown, Told, gone
from mailflow.outbox.reader import Reader
from mailflow.workflow.audience import OWN_AFFAIRS
from mailflow.workflow.model import Record

# After these the reader may see the record for the first time, or as another one.
NEW_TO_THE_READER = {"opened", "owner", "project", "kind"}


@dataclass(frozen=True)
class About:
    """What a mail says of one record: its reasons, and the events that caused them.

    `earlier` are the words that came before, for somebody who gets the record now; `moves` what
    hangs on a date that changed.
    """

    shown: Shown
    reasons: tuple[Reason, ...]
    told: tuple[Told, ...]
    earlier: tuple[Told, ...] = ()
    moves: tuple[Record, ...] = ()

    @property
    def names(self) -> set[str]:
        """The names of its reasons."""
        return {str(reason.get("reason")) for reason in self.reasons}


def about_records(
    reader: Reader, facts: Facts, causes: Sequence[tuple[int, Reason]]
) -> list[About]:
    """The records that these (input, reason) pairs name and the reader may see, each once."""
    found: dict[int, tuple[Shown, list[Reason], dict[int, Told]]] = {}
    for input_id, reason in causes:
        shown = facts.seen_by(reader.person.id, reason.get("record"))
        if shown is None:
            continue
        _, reasons, told = found.setdefault(shown.record.id, (shown, [], {}))
        reasons.append(reason)
        for one in facts.events.get((input_id, shown.record.id), ()):
            if one.event.what not in OWN_AFFAIRS or one.event.actor_id == reader.person.id:
                seen = (facts.seen_by(reader.person.id, n) for n in gone(one))
                refs = tuple(other.record.ref for other in seen if other)
                told[one.event.id] = replace(one, unlinked=refs)
    return [
        _about(reader, facts, shown, reasons, [told[n] for n in sorted(told)])
        for shown, reasons, told in found.values()
    ]


def _about(
    reader: Reader, facts: Facts, shown: Shown, reasons: Sequence[Reason], told: Sequence[Told]
) -> About:
    owners = [one.event.new.get("owner_id") for one in told if one.event.what == "owner"]
    gets_it = bool(owners) and owners[-1] == reader.person.id
    earlier = facts.earlier(shown.record.id, told[0].event.id) if gets_it else ()
    ids = dict.fromkeys(n for reason in reasons for n in reason.get("moves") or ())
    moves = [one.record for n in ids if (one := facts.seen_by(reader.person.id, n))]
    return About(shown, tuple(reasons), tuple(told), tuple(earlier), tuple(moves))


def is_refused(reason: Reason) -> bool:
    return reason.get("reason") == "refused"
