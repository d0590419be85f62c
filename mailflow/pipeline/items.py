"""Numbered lines (`2 done`, `3 /due friday`) act on the items of the mail they answer."""

from __future__ import annotations

from collections.abc import Sequence

from mailflow.pipeline.carry import carry_out
from mailflow.pipeline.effects import finish
from mailflow.pipeline.visible import visible
from mailflow.pipeline.work import Done, Work
from mailflow.snapshots import as_record
from mailflow.store import records
from mailflow.store.tables import Outgoing
from mailflow.workflow.model import Happened, Person, Record, Refusal
from mailflow.workflow.remainder import says_more, without_item_lines
from mailflow.workflow.requests import requested
from parsers import Item, is_polite

# Mails that are lists: their items have numbers also where there is one.
LISTS = ("digest", "agenda", "reminder", "report")
# So much is done by one mail, so that it keeps nobody else's waiting.
MOST_STEPS = 200
# Alone in an answer to a list they only say that it was read.
READ = {"acknowledge", "yes"}


def items(work: Work) -> Done | None:
    """All in one mail, in the order of its lines. Only whom our mail was made for knows its
    numbers. What else an answer to an agenda says is for the meeting."""
    answers, person = work.answers, work.person
    if answers is None or person is None or not work.vouched or work.question is not None:
        return None
    answered = list(answers.about.get("records") or ())
    if not (work.mail.items and answered) or not (len(answered) > 1 or answers.kind in LISTS):
        return _without_number(work, answers)
    _act_on_all(work, person, answered)
    work.mail = without_item_lines(work.mail)
    if not says_more(work.mail):
        return Done("processed", "answers numbered items")
    if answers.about.get("sitting") is not None:
        return None
    work.refuse(Refusal("not_for_one_item"), work.first_line())
    return Done("processed", "answers numbered items, and says something else")


def _act_on_all(work: Work, person: Person, answered: Sequence[int]) -> None:
    """Do the lines in their order, each as a whole; what is too much for one mail is said."""
    room = MOST_STEPS
    for item in work.mail.items:
        room -= len(item.numbers) * max(1, len(item.commands))
        if room >= 0:
            _act(work, person, item, answered)
        else:
            work.refuse(Refusal("too_many_items", {"n": MOST_STEPS}), item.line)


def _act(work: Work, person: Person, item: Item, answered: Sequence[int]) -> None:
    """Do one line for each of its items."""
    missing = []
    for number in item.numbers:
        record = _record(work, person, number, answered)
        if record is None:
            missing.append(number)
            continue
        outcome = carry_out(work, person, record, item.word, item.commands)
        outcome.refusals = [(item.line, refusal) for _, refusal in outcome.refusals]
        if outcome.word_is_text:
            outcome.events.append(Happened("note", text=item.line))
        finish(work, record, outcome)
        records.file(work.session, work.mail.message_id, record.id, work.input.id)
    if missing:
        details = {"given": missing, "most": len(answered)}
        work.refuse(Refusal("no_such_item", details), item.line)


def _record(work: Work, person: Person, number: int, answered: Sequence[int]) -> Record | None:
    """The record with this number, as the lines before left it, where the person may see it."""
    rows = records.by_ids(work.session, answered[number - 1 : number])
    found = next((as_record(row) for row in rows.values()), None)
    return found if found is not None and visible(work, person, found) else None


def _without_number(work: Work, answers: Outgoing) -> Done | None:
    """Words about a list as a whole are nobody else's business: their author is told what works.
    Thanks alone, for whatever they are, need no answer."""
    mail, is_list = work.mail, answers.kind in LISTS
    names = work.record is not None or mail.record_ref or work.kind is not None
    brings = mail.forwarded is not None or mail.attachments
    to_meeting = answers.kind == "agenda" or answers.about.get("sitting") is not None
    if not work.direct or names or brings or to_meeting or requested(mail.tags):
        return None
    was_read = is_list and mail.word in READ
    asks = mail.commands or (mail.word and not was_read)
    if not asks and is_polite(mail.note_text if was_read else mail.reply_text):
        return Done("processed", "only says that it was read")
    if not is_list or (asks and work.records_in_doubt):
        return None
    why = "not_for_one_item" if answers.about.get("records") else "nothing_to_act_on"
    work.refuse(Refusal(why), work.first_line())
    return Done("processed", f"refused: {why}")
