"""A read mail as plain values for JSON, with the keys of `mailflow parse --json`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from .model import CalendarReply, Command, Forward, Item, Mail, Mailbox


def as_json(mail: Mail) -> dict[str, object]:
    """All keys but `path`. `project` is null: a mail alone does not know it. `authentication` is
    what the topmost Authentication-Results field says; whether to trust it is not known here."""
    return {
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "subject": mail.subject,
        "from": _mailbox(mail.senders[0] if mail.senders else None),
        "to": _mailboxes(mail.to),
        "cc": _mailboxes(mail.cc),
        "date": _date(mail.date),
        "tags": list(mail.tags),
        "record_ref": mail.record_ref,
        "project": None,
        "commands": _commands(mail.commands),
        "items": [_item(item) for item in mail.items],
        "reply_text": mail.reply_text,
        "answers": [{"to": one.to, "text": one.text} for one in mail.answers],
        "forwarded": _forward(mail.forwarded),
        "also_forwarded": [_forward(one) for one in mail.also_forwarded],
        "attachments": [
            {
                "filename": a.filename,
                "content_type": a.content_type,
                "size": a.size,
                "content_id": a.content_id,
            }
            for a in mail.attachments
        ],
        "encrypted": mail.encrypted,
        "automatic": mail.automatic,
        "bounce": _bounce(mail),
        "calendar": _calendar(mail.calendar),
        "authentication": _authentication(mail),
        "defects": list(mail.defects),
    }


def _commands(commands: Iterable[Command]) -> list[dict[str, str]]:
    return [{"name": c.name, "argument": c.argument} for c in commands]


def _item(item: Item) -> dict[str, object]:
    return {
        "numbers": list(item.numbers),
        "commands": _commands(item.commands),
        "word": item.word,
        "line": item.line,
    }


def _date(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _mailbox(box: Mailbox | None) -> dict[str, str | None] | None:
    if box is None:
        return None
    return {"name": box.name or None, "address": box.address or None}


def _mailboxes(boxes: Iterable[Mailbox]) -> list[dict[str, str | None] | None]:
    return [_mailbox(box) for box in boxes]


def _forward(forward: Forward | None) -> dict[str, object] | None:
    if forward is None:
        return None
    return {
        "from": _mailbox(forward.sender),
        "to": _mailboxes(forward.to),
        "cc": _mailboxes(forward.cc),
        "date": _date(forward.date),
        "subject": forward.subject,
        "body": forward.body,
        "note": forward.note,
        "confidence": forward.confidence,
        "unknown_zone": forward.unknown_zone,
        "original": _forward(forward.original),
    }


def _bounce(mail: Mail) -> dict[str, str | None] | None:
    bounce = mail.bounce
    if bounce is None:
        return None
    return {
        "recipient": bounce.recipient,
        "status": bounce.status,
        "action": bounce.action,
        "message_id": bounce.message_id,
    }


def _calendar(reply: CalendarReply | None) -> dict[str, object] | None:
    if reply is None:
        return None
    return {
        "attendee": _mailbox(reply.attendee),
        "answer": reply.answer,
        "uid": reply.uid,
        "summary": reply.summary,
        "start": _date(reply.start),
    }


def _authentication(mail: Mail) -> dict[str, str | None]:
    results = mail.authentication[0].results if mail.authentication else {}
    found: dict[str, str | None] = {"spf": None, "dkim": None, "dmarc": None, "trusted": None}
    for method in ("spf", "dkim", "dmarc"):
        if results.get(method):
            found[method] = results[method][0][0]
    return found
