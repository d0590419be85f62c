"""What one mail says, out of the notices that go into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailflow.outbox import minutes
from mailflow.outbox.about import About, about_records, is_refused
from mailflow.outbox.agenda import agenda
from mailflow.outbox.asked import waits
from mailflow.outbox.blocks import record_block
from mailflow.outbox.facts import Facts, Reason
from mailflow.outbox.pieces import piece
from mailflow.outbox.quotes import WHOLE
from mailflow.outbox.reader import Reader
from mailflow.outbox.reminder import reminder
from mailflow.outbox.report import report
from mailflow.outbox.rows import Taps
from mailflow.outbox.scheduled import scheduled, sent_by, short_list
from mailflow.outbox.view import Block, Draft, Frame, Piece, View
from mailflow.outbox.words import one_line
from mailflow.store.tables import Notice
from mailflow.workflow.model import Project

# The words of several records share this many characters, each gets at least so many.
SHARED, LEAST = 20_000, 200


def draft(reader: Reader, facts: Facts, kind: str, notices: Sequence[Notice]) -> Draft | None:
    """None where nothing is left that the reader may see."""
    causes = [(notice.input_id, reason) for notice in notices for reason in notice.reasons]
    if kind == "reminder" and causes:
        return reminder(reader, facts, causes[0][1])
    if kind == "agenda" and causes:
        return agenda(reader, facts, causes[0][1])
    if kind == "digest" and causes:
        return scheduled(reader, facts, kind, causes[0][1])
    if kind == "report" and causes:
        return report(reader, facts, *causes[0])
    return _of_notices(reader, facts, kind, notices, causes)


def _of_notices(
    reader: Reader,
    facts: Facts,
    kind: str,
    notices: Sequence[Notice],
    causes: Sequence[tuple[int, Reason]],
) -> Draft | None:
    """What happened to records, what is asked about them, and what else there is to say."""
    abouts = about_records(reader, facts, causes)
    written = next((reason for _, reason in causes if minutes.of_minutes(reason)), None)
    if written is not None:
        abouts = minutes.asking(reader, abouts)
    pieces = [
        found
        for input_id, reason in _without_record(abouts, causes)
        if (found := piece(reader, facts, input_id, reason)) is not None
    ]
    if not (abouts or pieces or written):
        return None
    kind = _by_now(reader, kind, abouts, pieces, written)
    frame = _frame(reader, facts, written, abouts, pieces)
    blocks, project = _blocks(reader, kind, abouts, pieces), frame.project
    view = View(
        language=reader.phrases.language,
        subject=frame.subject,
        colon=reader.say("format.colon"),
        lead=frame.lead,
        blocks=blocks,
        sections=frame.sections,
        quotes=frame.quotes,
        closing=_closing(reader, abouts),
        pages=tuple(found.page for found in pieces if found.page),
        footer=_footer(reader, kind, frame),
        several=len(blocks) > 1,
        tap=reader.say("button.how"),
    )
    return Draft(
        view,
        kind=kind,
        records=tuple(a.shown.record.id for a in abouts)
        or tuple(n for found in pieces for n in found.records),
        project=project,
        answers=notices[0].input_id if _answers(kind, abouts, pieces) else None,
        calendar=next((found.calendar for found in pieces if found.calendar), None),
    )


def _by_now(
    reader: Reader,
    kind: str,
    abouts: Sequence[About],
    pieces: Sequence[Piece],
    written: Reason | None,
) -> str:
    """A question that nobody has to answer any more tells what happened, as another mail does."""
    if kind != "question" or pieces or any(waits(reader, about) for about in abouts):
        return kind
    if written is not None:
        return "minutes"
    told = (one for about in abouts for one in about.told)
    return "receipt" if any(one.event.actor_id == reader.person.id for one in told) else "notice"


def _frame(
    reader: Reader,
    facts: Facts,
    written: Reason | None,
    abouts: Sequence[About],
    pieces: Sequence[Piece],
) -> Frame:
    """What stands around the blocks; minutes that are sent round are the mail as a whole."""
    if written is not None:
        return minutes.frame(reader, facts, written, abouts)
    projects = {found.project.id: found.project for found in pieces if found.project}
    of_pieces = next(iter(projects.values())) if len(projects) == 1 and not abouts else None
    how = next((found.how for found in pieces if found.how is not None and not abouts), None)
    return Frame(_subject(reader, abouts, pieces), _project(abouts) or of_pieces, how=how)


def _without_record(
    abouts: Sequence[About], causes: Sequence[tuple[int, Reason]]
) -> list[tuple[int, Reason]]:
    """The reasons that no record's block shows."""
    shown = {about.shown.record.id for about in abouts}
    return [
        (input_id, reason)
        for input_id, reason in causes
        if reason.get("record") not in shown and (is_refused(reason) or "record" not in reason)
    ]


def _blocks(
    reader: Reader, kind: str, abouts: Sequence[About], pieces: Sequence[Piece]
) -> tuple[Block, ...]:
    several, receipt = len(abouts) > 1, kind == "receipt"
    budget = max(LEAST, min(WHOLE, SHARED // len(abouts))) if abouts else WHOLE
    blocks, taps = [], Taps(reader)
    for number, about in enumerate(abouts, start=1):
        block = record_block(reader, about, several=several, budget=budget, receipt=receipt)
        small = taps.of(about.shown, number) if several and not receipt else ()
        blocks.append(replace(block, number=number, taps=small) if several else block)
    return (*blocks, *_why_once([block for found in pieces for block in found.blocks]))


def _why_once(blocks: Sequence[Block]) -> list[Block]:
    """Where the reason is the same for several in a row, it stands below the last of them."""
    below = [block.why for block in blocks[1:]]
    above = zip(blocks[:-1], below, strict=True)
    return [*(replace(a, why="") if a.why == why else a for a, why in above), *blocks[-1:]]


def _subject(reader: Reader, abouts: Sequence[About], pieces: Sequence[Piece]) -> str:
    """A thread keeps one subject; refs stand in brackets only where it is about one record."""
    if len(abouts) == 1:
        record = abouts[0].shown.record
        return f"[{record.ref}] {one_line(record.title)}"
    if abouts:
        refs = [about.shown.record.ref for about in abouts]
        return reader.say("subject.several", n=len(refs), refs=short_list(reader, refs))
    return pieces[0].subject


def _closing(reader: Reader, abouts: Sequence[About]) -> tuple[str, ...]:
    if len(abouts) < 2:
        return ()
    return (reader.say("ask.several", ref=f"[{abouts[0].shown.record.ref}]"),)


def _footer(reader: Reader, kind: str, frame: Frame) -> tuple[str, ...]:
    if frame.how is not None:
        how = frame.how
    elif kind == "question":
        how = reader.say("footer.answer")
    else:
        how = reader.say("footer.reply", help=reader.command("help"))
    return (*((how,) if how else ()), sent_by(reader, frame.project))


def _project(abouts: Sequence[About]) -> Project | None:
    projects = {about.shown.record.project: about.shown.project for about in abouts}
    return next(iter(projects.values())) if len(projects) == 1 else None


def _answers(kind: str, abouts: Sequence[About], pieces: Sequence[Piece]) -> bool:
    """A receipt answers the mail it was caused by; so does a question about a held mail."""
    asked = [found for found in pieces if not found.is_new]
    return kind == "receipt" or (kind == "question" and not abouts and bool(asked))
