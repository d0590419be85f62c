"""Note the mail's header; the same mail by a second way ends here."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from mailflow.pipeline.work import Done, Work
from mailflow.store.inputs import as_key
from mailflow.store.tables import Input, Message

LEFT_ALONE = "automatic: list"


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
        if mail.automatic == "list" or cause.reason != LEFT_ALONE:
            return Done("ignored", f"the same mail as input {first.input_id}")
        # A list's copy that was left alone must not stand in the way of the one to us.
        first.fingerprint = None
        work.session.flush()
    message.fingerprint = mail.fingerprint
    return None


def _claimed(work: Work) -> datetime | None:
    """The Date header, where it is a moment that databases can hold."""
    date = work.mail.date
    if date is None:
        return None
    try:
        return date.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
