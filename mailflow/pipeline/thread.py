"""Which record or question the mail is about."""

from __future__ import annotations

from sqlalchemy import select

from mailflow.pipeline.work import Done, Work
from mailflow.store import records
from mailflow.store.tables import Input, Message, Question


def thread(work: Work) -> Done | None:
    """Our mail that is answered, else a filed mail that is, else the ref in the subject.

    Where two disagree, or our mail was about several, `records_in_doubt` holds them all.
    """
    work.question = _question(work)
    if work.question is None:
        _find_record(work)
    _look_for_repetition(work)
    if work.repeats:
        return Done("ignored", "the same words as the mail before, and no command")
    return None


def _question(work: Work) -> Question | None:
    """Only whom we asked can answer, and an old answer further back in the thread is none."""
    asked = work.answers.about.get("question") if work.answers and work.vouched else None
    found = work.session.get(Question, asked) if asked else None
    return found if found and (work.direct or found.answered_at is None) else None


def _find_record(work: Work) -> None:
    decided = work.input.decisions.get("record")
    if decided is not None:
        work.record = work.load_record(decided)
        return
    found = _candidates(work)
    if len(found) == 1:
        work.record = work.load_record(found[0])
    work.records_in_doubt = found if len(found) > 1 else []


def _candidates(work: Work) -> list[int]:
    mail, session = work.mail, work.session
    named = records.id_of(session, mail.record_ref) if mail.record_ref else None
    ids = [i for i in (mail.in_reply_to, *work.references()) if i]
    answered = list(work.answers.about.get("records", ())) if work.answers else []
    threaded = answered or records.filed_under(session, ids)[:1]
    if named is None:
        return threaded
    if not threaded or named in threaded:
        return [named]
    return [named, *threaded]


def _look_for_repetition(work: Work) -> None:
    """A robot that answers each of our mails with the same words is not answered again.

    What brings something else along (a forward, a file) is no repetition.
    """
    message = work.message
    message.about, message.words = _about(work), work.digest_of_words()
    brings = work.mail.forwarded is not None or work.mail.attachments
    if message.about is None or work.has_request or work.input.decisions or brings:
        return
    last = work.session.scalars(
        select(Message)
        .join(Input, Input.id == Message.input_id)
        .where(
            Input.state == "processed",
            Message.sender == message.sender,
            Message.about == message.about,
            Message.input_id < message.input_id,
        )
        .order_by(Message.input_id.desc())
        .limit(1)
    ).first()
    work.repeats = last is not None and last.words == message.words


def _about(work: Work) -> str | None:
    if work.question is not None:
        return f"question:{work.question.id}"
    if work.record is not None:
        return f"record:{work.record.record.id}"
    return f"outgoing:{work.answers.id}" if work.answers else None
