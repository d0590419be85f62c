"""The fields of delivery reports (RFC 3464, RFC 6533), as loosely as mailers write them."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from email.message import Message

from .mime import leaf_content, leaves
from .model import Bounce

MAX_REPORT = 100_000
_MAX_VALUE = 4_000
_MAX_GROUPS = 1_000
STATUS = re.compile(r"(?<![\d.\w/])([245]\.\d{1,2}\.\d{1,3})(?![\d.]*\d)")
_REPLY_STATUS = re.compile(r"\b[45]\d\d[-\s'#(]{1,4}([45]\.\d{1,2}\.\d{1,3})(?![\d.]*\d)")
_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:[ \t]*(.*)$")
# RFC 5322, or with a quoted local part; RFC 6532 beyond ASCII.
ADDRESS = re.compile(
    r"(?:[^\s<>()\[\],;:\"'@=：；，。、（）《》“”]{1,120}|\"[^\"\n@]{1,80}\")"
    r"@[A-Za-z0-9\u0080-\uffff][A-Za-z0-9\u0080-\uffff.-]{0,200}[A-Za-z0-9\u0080-\uffff]"
)
# RFC 6533 writes é as \x{E9}; RFC 3461 writes + as +2B.
_ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_XTEXT = {"+2B": "+", "+3D": "="}

_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_RECIPIENT_FIELDS = ("final-recipient", "original-recipient", "status", "action")
# The address that was written to comes first, then what became of it.
_ADDRESS_FIELDS = (
    "original-recipient",
    "final-recipient",
    "x-original-recipient",
    "x-actual-recipient",
    "remote-recipient",
)
_SUCCESSES = ("delivered", "relayed", "expanded", "deliverable")
_FAILURES = ("failed", "failure", "undeliverable", "expired")

Group = dict[str, str]


def is_report(part: Message) -> bool:
    return part.get_content_type() in _REPORTS


def report_groups(message: Message) -> list[Group]:
    """The groups of fields about one recipient each, of parts that are labelled as reports."""
    return [g for part in leaves(message) if is_report(part) for g in _groups(part)]


def loose_groups(message: Message) -> list[Group]:
    """The same in parts of other types: reports that were not labelled, or that came back."""
    found = [g for part in leaves(message) for g in _groups(part)]
    return [g for g in found if "final-recipient" in g]


def are_successes(groups: list[Group]) -> bool:
    """Whether the report says of every recipient that the mail reached them, or went on."""
    return bool(groups) and all(
        _action(g) in _SUCCESSES and g.get("status", "2").strip()[:1] not in ("4", "5")
        for g in groups
    )


def reported(groups: list[Group]) -> Bounce | None:
    """The first failed recipient; else the first one that is not yet reached; else the first."""
    if not groups:
        return None
    with_recipient = [g for g in groups if "final-recipient" in g or "original-recipient" in g]
    failed = [g for g in with_recipient if _action(g) in _FAILURES]
    waiting = [g for g in with_recipient if _action(g) not in _SUCCESSES]
    return _bounce_of((failed or waiting or with_recipient or groups)[0])


def first_address(value: str) -> str | None:
    match = ADDRESS.search(value[:_MAX_VALUE])
    return match.group().rstrip(".") if match else None


def replied_statuses(text: str) -> list[str]:
    """The status codes that stand behind an SMTP reply code: `550 5.1.1`."""
    return [m[1] for m in _REPLY_STATUS.finditer(text[:MAX_REPORT])]


def telling(statuses: list[str]) -> str | None:
    """The first status; rather one that says more than `5.0.0`."""
    return next((s for s in statuses if not s.endswith(".0.0")), statuses[0] if statuses else None)


def _bounce_of(group: Group) -> Bounce:
    addresses = (_typed_address(group[f]) for f in _ADDRESS_FIELDS if f in group)
    status = telling(STATUS.findall(group.get("status", "")))
    if status is None or status.endswith(".0.0"):
        detail = _status_of(group.get("diagnostic-code", ""))
        status = detail if detail and (not status or detail[0] == status[0]) else status
    return Bounce(next((a for a in addresses if a), None), status, _action(group) or None)


def _status_of(diagnostic: str) -> str | None:
    found = replied_statuses(diagnostic)
    return telling(found or [s for s in STATUS.findall(diagnostic) if s[0] != "2"])


def _action(group: Group) -> str:
    words = group.get("action", "").lower().replace(";", " ").replace("(", " ").split()
    return words[0] if words else ""


def _typed_address(value: str) -> str | None:
    """`rfc822; <a@b>` → a@b."""
    value = value.partition(";")[2] or value
    value = _ESCAPED.sub(_unescaped, value)
    for code, char in _XTEXT.items():
        value = value.replace(code, char)
    return first_address(value)


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return chr(code) if 0x20 < code <= 0xFFFF and not 0xD800 <= code <= 0xDFFF else match[0]


def _groups(part: Message) -> list[Group]:
    groups: list[Group] = [{}]
    last = ""
    for line in _lines(part):
        match = _FIELD.match(line)
        if match:
            last = match[1].lower()
            if last in _RECIPIENT_FIELDS and last in groups[-1]:
                groups.append({})
            groups[-1].setdefault(last, match[2].strip()[:_MAX_VALUE])
        elif not line.strip():
            groups.append({})
            last = ""
        elif last and line[0] in " \t" and len(groups[-1][last]) < _MAX_VALUE:
            groups[-1][last] += " " + line.strip()[:_MAX_VALUE]
    return [g for g in groups if any(f in g for f in _RECIPIENT_FIELDS)]


def _lines(part: Message) -> Iterator[str]:
    text = _content(part)[:MAX_REPORT].decode("utf-8", "replace")
    return iter(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _source(part: Message) -> bytes:
    """The standard library makes a message of each group; writing a million of them takes long."""
    payload = part.get_payload()
    if not is_report(part) or not isinstance(payload, list) or len(payload) <= _MAX_GROUPS:
        return leaf_content(part)
    shortened = Message()
    shortened["Content-Type"] = "message/rfc822"
    shortened.set_payload(payload[:_MAX_GROUPS])
    return leaf_content(shortened)


def _content(part: Message) -> bytes:
    """The octets of the report. RFC 3464 allows no encoding, so the standard library takes none
    off; some mailers encode all the same."""
    content = _source(part)
    encoding = str(part.get("Content-Transfer-Encoding") or "").strip().lower()
    if not is_report(part):
        return content
    if encoding == "base64" and b":" not in content[:60]:
        try:
            return base64.b64decode(b"".join(content.split())[: MAX_REPORT * 4 // 3 // 4 * 4])
        except (binascii.Error, ValueError):
            return content
    return quopri.decodestring(content) if encoding == "quoted-printable" else content
