"""Note the mail's header; the same mail by a second way ends here."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from mailflow.pipeline.asking import SHOWING
from mailflow.pipeline.work import Done, Work
from mailflow.store.inputs import as_key
from mailflow.store.tables import Input, Message, Question

# How the reasons begin why a program's mail is left alone.
LEFT_ALONE = "automatic: "


def seen(work: Work) -> Done | None:
    mail, message = work.mail, work.message
    message.message_id = as_key(mail.message_id) if mail.message_id else None
    message.sender = as_key(mail.senders[0].address) if mail.senders else ""
    message.subject = mail.subject
    message.claimed_at = _claimed(work)
    first = work.session.scalars(
        select(Message).where(Message.fingerprint == mail.fingerprint)
    ).first()
    if first is not None and first is not message:
        cause = work.session.get_one(Input, first.input_id)
        if _counts(work, cause):
            return Done("ignored", f"the same mail as input {first.input_id}")
        first.fingerprint = None
        work.session.flush()
    message.fingerprint = mail.fingerprint
    return None


def _counts(work: Work, first: Input) -> bool:
    """Whether the copy that came first stands for the mail. Anybody can send one ahead: neither
    one that was left alone as a program's counts, nor one that is doubted where this one is not."""
    why = first.reason or ""
    if why.startswith(LEFT_ALONE):
        return why == f"{LEFT_ALONE}{work.mail.automatic}"
    question = work.session.get(Question, first.held_for) if first.state == "held" else None
    is_doubted = question is not None and question.kind in SHOWING
    is_ours = len(work.mail.senders) == 1 and work.directory.by_address(
        work.mail.senders[0].address
    )
    return not (is_doubted and is_ours and work.verdict() == "pass")


def _claimed(work: Work) -> datetime | None:
    """The Date header, where it is a moment that databases can hold."""
    date = work.mail.date
    if date is None:
        return None
    try:
        return date.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
