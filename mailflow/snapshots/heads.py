"""Who wrote a stored mail and what about, by the head of it alone: little is read, nothing kept."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from mailflow.store import queue
from mailflow.store.inputs import as_key
from mailflow.workflow.refs import fold_address
from parsers import Mail, parse_header_only

# Octets of a header that are read.
LONGEST = 32_768
# Whom a mail says that it answers: the nearest of an overlong list, and where it began.
NEAREST = 4
_END = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Head:
    """`sender` is the folded address of From, "" where there is none; nothing of it is proved.

    `message_id` and `answers` are as an index holds them (store.inputs.as_key).
    """

    sender: str = ""
    subject: str = ""
    message_id: str | None = None
    answers: tuple[str, ...] = ()


def heads_of(session: Session, input_ids: Collection[int]) -> dict[int, Head]:
    """The heads of these mails; an empty one where it cannot be read."""
    found = queue.beginnings(session, input_ids)
    return {input_id: _head(octets) for input_id, octets in found.items()}


def _head(compressed: bytes) -> Head:
    try:
        start = zlib.decompressobj().decompress(compressed, LONGEST)
        end = _END.search(start)
        return _read(parse_header_only(start[: end.end()] if end else start))
    except Exception:  # noqa: BLE001 (that it cannot be read may be why somebody asks)
        return Head()


def _read(mail: Mail) -> Head:
    named = (mail.in_reply_to, *mail.references[-NEAREST:], *mail.references[:1])
    return Head(
        sender=sender_key(mail),
        subject=mail.subject,
        message_id=_key(mail.message_id) if mail.message_id else None,
        answers=tuple(dict.fromkeys(_key(one) for one in named if one)),
    )


def sender_key(mail: Mail) -> str:
    """As whom the queue knows its sender (Input.sender)."""
    return _key(fold_address(mail.senders[0].address)) if mail.senders else ""


def _key(text: str) -> str:
    """As an index of every database can hold it, whatever it is: no mail may stop the others."""
    return as_key(text.encode("utf-8", "replace").decode().replace("\0", ""))
