"""Mails that were forwarded inside of a mail: who wrote them, when, to whom, what."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from .attribution import Attribution, author, languages_of, moment_text
from .blocks import Block
from .headers import authors, mailboxes
from .model import Confidence, Forward, Mailbox
from .moments import sent_date, unknown_zone
from .split import Boundary, find_boundary, is_quoted, unquote
from .subject import Origin, Subject, read_subject
from .words import ENDED, fold

_MAX_NESTING = 20


def is_believable(boundary: Boundary, subject: Subject, in_reply_to: str | None) -> bool:
    """Whether lines that only have the shape of a header are one, rather than somebody's facts.

    Something else has to speak for it: the mail forwards or replies, a line is drawn above, there
    are two mailboxes, or the mail's own subject ends with the one that is given there.
    """
    block = boundary.block
    if block is None or block.known or subject.origin or in_reply_to:
        return True
    theirs = block.values["subject"]
    return block.start > boundary.start or "to" in block.values or subject.title.endswith(theirs)


def is_forward(boundary: Boundary, origin: Origin | None, in_reply_to: str | None) -> bool:
    """Whether what others wrote was forwarded, or is a quote below (or above) a reply.

    A line "Forwarded message" says it; so does the subject's outermost prefix. A bare block of
    header lines without either is a forward where nothing says that the mail is a reply.
    """
    if boundary.sort == "forwarded":
        return True
    if boundary.sort == "wrote":
        return origin == "forward"
    if origin in ("forward", "reply"):
        return origin == "forward"
    return in_reply_to is None


def read_forwards(
    boundary: Boundary, note: str, subject: str, depth: int = 0
) -> tuple[Forward, ...]:
    """The forwarded mail from that boundary on, and those that follow it in the same mail.

    `subject` is that of the forwarding mail. The body of each keeps what follows it, so that
    nothing is lost where the mails belong together.
    """
    lines = _body(boundary.lines[boundary.body :])
    forward = _from_header(boundary, subject) or _from_attribution(boundary, subject)
    inner = find_boundary(lines) if depth < _MAX_NESTING else None
    original: Forward | None = None
    others: tuple[Forward, ...] = ()
    if inner is not None and _stands_beside(forward, inner):
        others = read_forwards(inner, "", subject, depth + 1)
    elif inner is not None:
        original = _original(inner, forward.subject or "", depth)
    body = "\n".join(lines)
    return replace(forward, body=body, note=note, original=original), *others


def _stands_beside(forward: Forward, inner: Boundary) -> bool:
    """Whether this is the next of several mails that were forwarded together, rather than a mail
    that the forwarded one forwards: that one's subject would say so."""
    if inner.sort != "forwarded" or inner.block is None or forward.subject is None:
        return False
    outer = read_subject(forward.subject)
    title = read_subject(inner.block.values.get("subject", "")).title
    # A prefix of no language that we know also says that it forwards.
    prefixed = bool(title) and len(outer.title) > len(title) and outer.title.endswith(title)
    return outer.origin in (None, "reply") and not prefixed


def _goes_on(line: str) -> bool:
    """Not `----- End forwarded message -----`, below which the forwarder goes on."""
    bare = line.strip(" \t>").strip("-=*")
    return len(bare) == len(line.strip()) or not fold(bare).startswith(ENDED)


def _body(lines: Sequence[str]) -> list[str]:
    """The forwarded text, without the quote marks or the indentation that all of it has."""
    kept = [line.rstrip().strip("\ufeff\u200b") for line in takewhile(_goes_on, lines)]
    while any(k.strip() for k in kept) and all(is_quoted(k) for k in kept if k.strip()):
        kept = [line.rstrip() for line in unquote(kept)]
    kept = textwrap.dedent("\n".join(kept)).split("\n")
    while kept and not kept[0].strip():
        kept.pop(0)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _original(boundary: Boundary, subject: str, depth: int) -> Forward | None:
    """The innermost forward within the body of one with that subject."""
    forwards = read_subject(subject).origin == "forward"
    if boundary.sort == "wrote" or (boundary.sort != "forwarded" and not forwards):
        return None
    inner = read_forwards(boundary, "\n".join(boundary.above).strip(), subject, depth + 1)[0]
    return inner.original or inner


def _from_header(boundary: Boundary, subject: str) -> Forward | None:
    block = boundary.block
    if block is None:
        return None
    sender = _sender(block, boundary.lines)
    return Forward(
        sender=sender,
        to=mailboxes(block.values.get("to", "")),
        cc=mailboxes(block.values.get("cc", "")),
        date=_date(block),
        unknown_zone=unknown_zone(block.values.get("date", "")),
        subject=block.values.get("subject") or None,
        body="",
        note="",
        confidence=_confidence(boundary, sender, subject),
    )


def _date(block: Block) -> datetime | None:
    text = block.values.get("date", "")
    return sent_date(text, block.languages)


def _sender(block: Block, lines: Sequence[str]) -> Mailbox | None:
    """The block's sender; an address that it lacks is looked up in the rest of the mail."""
    boxes = authors(block.values.get("from", ""))
    if not boxes:
        return None
    sender = boxes[0]
    if sender.address or not sender.name:
        return sender
    return Mailbox(sender.name, _address_of(sender.name, lines))


def _address_of(name: str, lines: Sequence[str]) -> str:
    for line in lines:
        if name not in line or "@" not in line:
            continue
        for box in mailboxes(line.partition(":")[2] or line):
            if box.name == name and box.address:
                return box.address
    return ""


def _confidence(boundary: Boundary, sender: Mailbox | None, subject: str) -> Confidence:
    if sender is None or not sender.address:
        return "unsure"
    known = boundary.block is not None and boundary.block.known
    said = boundary.sort == "forwarded" or read_subject(subject).origin == "forward"
    return "sure" if known and said else "likely"


def _from_attribution(boundary: Boundary, subject: str) -> Forward:
    found: Attribution | None = boundary.attribution
    sender = author(found) if found else None
    return Forward(
        sender=sender,
        to=(),
        cc=(),
        date=sent_date(moment_text(found), languages_of(found)) if found else None,
        subject=read_subject(subject).title or None,
        body="",
        note="",
        confidence="likely" if sender and sender.address else "unsure",
    )
