"""Reports that a mail could not be delivered: RFC 3464, and the free texts of many mailers."""

from __future__ import annotations

import re
import tomllib
from email.message import Message
from importlib import resources

from .headers import header_mailboxes, message_ids, raw_values, text_value
from .mime import leaf_content, leaves
from .model import Bounce
from .words import fold

_TABLE = tomllib.loads(
    resources.files(__package__).joinpath("formats", "bounces.toml").read_text(encoding="utf-8")
)
_DAEMONS = frozenset(_TABLE["daemons"])
_NAMES = tuple(fold(p) for p in _TABLE["names"])
_SUBJECTS = tuple(fold(p) for p in _TABLE["subjects"])
_PHRASES = tuple(fold(p) for p in _TABLE["phrases"])
_MARKS = tuple(p.casefold() for p in _TABLE["marks"])
_PATTERNS = [re.compile(p, re.IGNORECASE | re.MULTILINE) for p in _TABLE["patterns"]]

_MAX = 100_000
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,2}\.\d{1,3})(?![\d.]*\d)")
_REPLY_STATUS = re.compile(r"\b[45]\d\d[-\s'#(]{1,4}([45]\.\d{1,2}\.\d{1,3})(?![\d.]*\d)")
_ADDRESS = re.compile(
    r"[^\s<>()\[\],;:\"'@=]{1,120}@[A-Za-z0-9\u0080-\uffff][A-Za-z0-9\u0080-\uffff.-]{0,200}[A-Za-z0-9\u0080-\uffff]"
)
_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:[ \t]*(.*)$")
_MESSAGE_ID = re.compile(
    r"^[ \t>]{0,8}Message-Id:[ \t]{0,8}(<[^<>\s]{1,300}>)", re.IGNORECASE | re.MULTILINE
)
_RECIPIENT_FIELDS = frozenset({"final-recipient", "original-recipient", "status", "action"})
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_HEADERS = ("text/rfc822-headers", "message/rfc822", "message/global", "message/rfc822-headers")


def read_bounce(message: Message, text: str) -> tuple[bool, Bounce | None]:
    """Whether the mail is a bounce, and what it says about which recipient."""
    groups = [g for part in _reports(message) for g in _groups(part)]
    text = text if text.strip() else _first_text(message)
    if not groups and not _is_bounce(message, text):
        return False, None
    groups = groups or _loose_groups(message)
    reported = _reported(groups)
    free = _free_text(message, text)
    recipient = (reported and reported.recipient) or free.recipient
    status = _better(reported.status if reported else None, free.status)
    action = (reported and reported.action) or None
    original = _original_id(message, text)
    if recipient is None and status is None and action is None and original is None:
        return True, None
    return True, Bounce(recipient, status, action, original)


def _better(reported: str | None, free: str | None) -> str | None:
    """`5.0.0` says nothing: the text may know more."""
    if reported and not (reported.endswith(".0.0") and free and free[0] == reported[0]):
        return reported
    return free or reported


def _reports(message: Message) -> list[Message]:
    return [part for part in leaves(message) if part.get_content_type() in _REPORTS]


def _first_text(message: Message) -> str:
    """What stands in the first part, where the structure was too broken to find a text."""
    first = next(leaves(message), None)
    return leaf_content(first)[:_MAX].decode("utf-8", "replace") if first else ""


def _groups(part: Message) -> list[dict[str, str]]:
    """The groups of fields of a delivery-status part that are about a recipient."""
    text = leaf_content(part)[:_MAX].decode("utf-8", "replace")
    groups = map(_fields, re.split(r"\n[ \t\r]*\n", text.replace("\r\n", "\n")))
    return [g for g in groups if g.keys() & _RECIPIENT_FIELDS]


def _loose_groups(message: Message) -> list[dict[str, str]]:
    """The same in parts of other types: reports that were not labelled, or that came back."""
    found = [g for part in leaves(message) for g in _groups(part)]
    return [g for g in found if "final-recipient" in g]


def _fields(group: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in group.split("\n"):
        match = _FIELD.match(line)
        if match:
            name = match[1].lower()
            fields.setdefault(name, match[2].strip())
        elif name and line[:1] in " \t":
            fields[name] += " " + line.strip()
    return fields


def _reported(groups: list[dict[str, str]]) -> Bounce | None:
    """The first failed recipient; of those that only relayed or delayed, the first one."""
    with_recipient = [g for g in groups if "final-recipient" in g or "original-recipient" in g]
    if not with_recipient:
        return _bounce_of(groups[0]) if groups else None
    failed = [g for g in with_recipient if g.get("action", "").lower().startswith("failed")]
    return _bounce_of((failed or with_recipient)[0])


def _bounce_of(group: dict[str, str]) -> Bounce:
    final = _typed_address(group.get("final-recipient", ""))
    original = _typed_address(group.get("original-recipient", ""))
    match = _STATUS.search(group.get("status", ""))
    status = match[1] if match else None
    if status is None or status.endswith(".0.0"):
        detail = _status_in(group.get("diagnostic-code", ""))
        status = detail if detail and (not status or detail[0] == status[0]) else status
    action = group.get("action", "").lower().split(" ")[0] or None
    # The original one is the address that we wrote to.
    return Bounce(original or final, status, action)


def _typed_address(value: str) -> str | None:
    """`rfc822; <a@b>` → a@b."""
    value = value.partition(";")[2] or value
    match = _ADDRESS.search(value)
    return match.group() if match else None


def _is_bounce(message: Message, text: str) -> bool:
    if str(message.get_param("report-type") or "").lower() == "delivery-status":
        return True
    if raw_values(message, "X-Failed-Recipients"):
        return True
    subject = fold(text_value(message, "Subject"))
    by_subject = subject.startswith(_SUBJECTS)
    if _is_daemon(message):
        return by_subject or not subject or _has_phrase(text)
    return by_subject and _has_phrase(text)


def _has_phrase(text: str) -> bool:
    beginning = fold(text[:6_000])
    return any(phrase in beginning for phrase in _PHRASES)


def _is_daemon(message: Message) -> bool:
    """Whether a mail system is the sender, or nobody is."""
    froms = raw_values(message, "From")
    if froms and "<>" in froms[0].replace(" ", ""):
        return True
    for box in header_mailboxes(message, "From"):
        local = box.address.partition("@")[0].lower()
        if local in _DAEMONS or fold(box.name).startswith(_NAMES):
            return True
    if raw_values(message, "X-MLServer"):
        return True
    return any(v.strip() == "<>" for v in raw_values(message, "Return-Path"))


def _free_text(message: Message, text: str) -> Bounce:
    report = _report_text(text)
    excluded = _not_failed(message)
    recipient = (
        _address_in(" ".join(raw_values(message, "X-Failed-Recipients")), set())
        or _by_pattern(report, excluded)
        or _address_in(report, excluded)
        or _original_recipient(message, excluded)
        or _by_pattern(text, excluded)
    )
    return Bounce(recipient, _status_in(report, text), None)


def _report_text(text: str) -> str:
    """What the mailer says, up to the mail that it returns."""
    report = text[:_MAX]
    folded = report.casefold()
    cuts = [at for mark in _MARKS if (at := folded.find(mark)) > 0]
    return report[: min(cuts)] if cuts else report


def _not_failed(message: Message) -> set[str]:
    """Addresses that are not the failed one: the report's own sender and receiver."""
    boxes = header_mailboxes(message, "From", "To", "Delivered-To", "Reply-To")
    return {b.address.casefold() for b in boxes if b.address}


def _by_pattern(text: str, excluded: set[str]) -> str | None:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            found = _address_in(match[1], excluded)
            if found:
                return found
    return None


def _address_in(text: str, excluded: set[str]) -> str | None:
    for match in _ADDRESS.finditer(text):
        address = match.group().rstrip(".")
        if address.casefold() in excluded or _is_machine(address):
            continue
        return address
    return None


def _is_machine(address: str) -> bool:
    local = address.partition("@")[0].lower()
    return local in _DAEMONS or local.startswith(("mailto:", "//"))


def _original_recipient(message: Message, excluded: set[str]) -> str | None:
    for part in leaves(message):
        if part.get_content_type() in _HEADERS:
            for line in re.findall(rb"^To:[^\n]{0,400}", leaf_content(part)[:_MAX], re.M | re.I):
                found = _address_in(line.decode("utf-8", "replace"), excluded)
                if found:
                    return found
    return None


def _status_in(*sources: str) -> str | None:
    """The first status of the first source that has one; rather one behind an SMTP reply code
    (`550 5.1.1`) than any other."""
    for source in sources:
        replied = [m[1] for m in _REPLY_STATUS.finditer(source[:_MAX])]
        found = replied or [m[1] for m in _STATUS.finditer(source[:_MAX]) if m[1][0] != "2"]
        telling = [s for s in found if not s.endswith(".0.0")]
        if found:
            return (telling or found)[0]
    return None


def _original_id(message: Message, text: str) -> str | None:
    """The Message-ID of the mail that came back."""
    for part in leaves(message):
        if part is message or part.get_content_type() not in _HEADERS:
            continue
        match = _MESSAGE_ID.search(leaf_content(part)[:_MAX].decode("utf-8", "replace"))
        if match:
            return message_ids(match[1])[0]
    match = _MESSAGE_ID.search(text[:_MAX])
    return message_ids(match[1])[0] if match else None
