"""Reports that a mail could not be delivered: RFC 3464, and the free texts of many mailers."""

from __future__ import annotations

import re
from email.message import Message
from enum import IntEnum

from .bounce_report import are_successes, loose_groups, report_groups, reported
from .bounce_text import (
    free_recipient,
    free_status,
    names_recipient,
    original_id,
    returns_mail,
    says_reply,
)
from .bounce_words import (
    DAEMON_NAMES,
    DAEMONS,
    NAMES,
    PHRASES,
    ROLES,
    SUBJECTS,
    SUCCESSES,
    SYSTEMS,
)
from .headers import mailboxes, raw_values, text_value
from .mime import leaf_content, leaves
from .model import Bounce
from .words import fold

_BEGINNING = 6_000
_MAX = 100_000
# `[Postmaster] …`, `*** …`, before what the subject says.
_BEFORE_SUBJECT = re.compile(r"^(?:\[[^\[\]]{0,60}\]|[*!#\s]{1,20}|spam:|external:){1,3}\s?")


class _Sender(IntEnum):
    """How surely a mail system sent the mail."""

    ANYBODY = 0
    ROLE = 1  # admin@, noreply@: people and all kinds of programs
    EMPTY = 2  # the empty return path: replies by vacation programs have it too
    SYSTEM = 3  # postmaster@: people use it too
    DAEMON = 4  # MAILER-DAEMON@


def read_bounce(message: Message, text: str) -> tuple[bool, Bounce | None]:
    """Whether the mail is a bounce, and what it says about which recipient.

    A report of success (delivered, relayed) is none; one of a delay is.
    """
    sender = _sender(message)
    subject = fold(text_value(message, "Subject"))
    is_known = _BEFORE_SUBJECT.sub("", subject).startswith(SUBJECTS)
    is_report = message.get_content_type() == "multipart/report"
    has_failed = bool(raw_values(message, "X-Failed-Recipients"))
    if not (is_known or is_report or has_failed or sender >= _Sender.EMPTY):
        return False, None
    text = text if text.strip() else _first_text(message)
    groups = report_groups(message)
    if are_successes(groups) or (not groups and subject.startswith(SUCCESSES)):
        return False, None
    by_structure = bool(groups) or has_failed or _is_delivery_report(message)
    if not by_structure and not _is_told(message, text, sender, subject, is_known):
        return False, None
    return True, _read(message, text, groups or loose_groups(message))


def _read(message: Message, text: str, groups: list[dict[str, str]]) -> Bounce | None:
    found = reported(groups)
    recipient = (found and found.recipient) or free_recipient(message, text)
    status = _better(found.status if found else None, free_status(text))
    action = (found and found.action) or None
    original = original_id(message, text)
    if recipient is None and status is None and action is None and original is None:
        return None
    return Bounce(recipient, status, action, original)


def _better(told: str | None, free: str | None) -> str | None:
    """`5.0.0` says nothing: the text may know more."""
    if told and not (told.endswith(".0.0") and free and free[0] == told[0]):
        return told
    return free or told


def _first_text(message: Message) -> str:
    """What stands in the first part, where the structure was too broken to find a text."""
    first = next(leaves(message), None)
    return leaf_content(first)[:_MAX].decode("utf-8", "replace") if first else ""


def _is_delivery_report(message: Message) -> bool:
    return str(message.get_param("report-type") or "").lower() == "delivery-status"


def _is_told(message: Message, text: str, sender: _Sender, subject: str, is_known: bool) -> bool:
    """Whether sender, subject and text together say so. The less the sender is known for it, the
    more the others must say: a human's words about a bounce are none."""
    if sender is _Sender.DAEMON:
        return is_known or not subject or _has_phrase(text) or says_reply(text)
    if sender >= _Sender.EMPTY and not is_known:
        return _has_phrase(text) and (not subject or _is_transcript(text))
    if sender is _Sender.SYSTEM:
        return _has_phrase(text) or says_reply(text) or _gives_detail(message, text)
    if sender is _Sender.EMPTY:
        return _has_phrase(text) or says_reply(text) or returns_mail(message)
    if not is_known or not _has_phrase(text):
        return False
    if sender is _Sender.ROLE or _is_automatic(message):
        return says_reply(text) or _gives_detail(message, text)
    return False


def _is_automatic(message: Message) -> bool:
    """Whether the mail says that no human wrote it (RFC 3834)."""
    submitted = text_value(message, "Auto-Submitted").lower()
    return submitted.startswith(("auto-generated", "auto-replied"))


def _is_transcript(text: str) -> bool:
    """Whether the text shows a server's answer about a recipient, and is nobody's answer to it."""
    return says_reply(text) and names_recipient(text) and "\n> " not in text[:_BEGINNING]


def _gives_detail(message: Message, text: str) -> bool:
    return names_recipient(text) or returns_mail(message)


def _has_phrase(text: str) -> bool:
    beginning = fold(text[:_BEGINNING])
    return any(phrase in beginning for phrase in PHRASES)


def _sender(message: Message) -> _Sender:
    froms = raw_values(message, "From")
    found = _Sender.ANYBODY
    if froms and "<>" in froms[0].replace(" ", ""):
        found = _Sender.SYSTEM
    for box in mailboxes(froms[0]) if froms else ():
        found = max(found, _kind_of(box.address, box.name))
    if found is _Sender.DAEMON:
        return found
    if found is _Sender.ROLE and raw_values(message, "X-MLServer"):
        return _Sender.DAEMON  # a list program, which leaves the author's name on what it passes on
    if any(v.strip() == "<>" for v in raw_values(message, "Return-Path")):
        return max(found, _Sender.EMPTY)
    return found


def _kind_of(address: str, name: str) -> _Sender:
    local = address.partition("@")[0].lower()
    if local in DAEMONS or (name and fold(name).startswith(DAEMON_NAMES)):
        return _Sender.DAEMON
    if local in SYSTEMS or (name and fold(name).startswith(NAMES)):
        return _Sender.SYSTEM
    is_role = local in ROLES or local.rpartition("-")[2] in ROLES
    return _Sender.ROLE if is_role else _Sender.ANYBODY
