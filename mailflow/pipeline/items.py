"""Step 9: numbered lines (`2 done`, `3 /due friday`) act on the items of the mail they answer."""

from __future__ import annotations

from mailflow.pipeline.carry import carry_out, visible
from mailflow.pipeline.effects import finish
from mailflow.pipeline.work import Done, Work
from mailflow.snapshots import as_record
from mailflow.store import records
from mailflow.workflow.model import Happened, Person, Refusal
from parsers import Item


def items(work: Work) -> Done | None:
    """All in one mail, in the order of its lines. What else it says is noted where it says
    something about one record alone; else its sender is told that it was not."""
    answered = work.answers.about.get("records", ()) if work.answers else ()
    if work.person is None or not work.vouched or not work.mail.items or not answered:
        return None
    if len(answered) == 1 and work.record is not None:
        return None
    for item in work.mail.items:
        for number in item.numbers:
            _act(work, work.person, item, number, answered)
    return Done("processed", "answers numbered items")


def _act(
    work: Work, person: Person, item: Item, number: int, answered: list[int] | tuple[()]
) -> None:
    """Do one line for one item."""
    rows = records.by_ids(work.session, answered[number - 1 : number] if number else [])
    row = next(iter(rows.values()), None)
    record = as_record(row) if row else None
    if record is None or not visible(work, person, record):
        work.refuse(Refusal("no_such_item", {"given": number, "most": len(answered)}), item.line)
        return
    outcome = carry_out(work, person, record, item.word, item.commands)
    if outcome.word_is_text:
        outcome.events.append(Happened("note", text=item.line))
    finish(work, record, outcome)
    records.file(work.session, work.mail.message_id, record.id, work.input.id)
