"""The mails that are attached to a mail."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message

from .containers import mail_of_msg, open_containers
from .filenames import filename
from .mime import leaf_content, leaves, read_message

_MAX_ATTACHED = 20


def attached_mails(message: Message, defects: list[str]) -> Iterator[Message]:
    """The mails that are attached as message/rfc822, in `.eml` files, in Outlook's `.msg` files;
    with their own containers opened."""
    count = 0
    for part in leaves(message):
        inner = _mail_of(part, defects)
        if inner is None or not inner.keys():
            continue
        open_containers(inner, defects)
        yield inner
        count += 1
        if count >= _MAX_ATTACHED:
            return


def _mail_of(part: Message, defects: list[str]) -> Message | None:
    payload = part.get_payload()
    if isinstance(payload, list):
        is_mail = part.get_content_type() == "message/rfc822" and payload
        return payload[0] if is_mail and isinstance(payload[0], Message) else None
    if (filename(part) or "").lower().endswith(".eml"):
        return read_message(leaf_content(part))[0]
    return mail_of_msg(part, defects)
