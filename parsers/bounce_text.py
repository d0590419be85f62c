"""What a report of a failed delivery says in free text: the recipient and the status."""

from __future__ import annotations

import re
from email.message import Message

from .bounce_report import (
    ADDRESS,
    MAX_REPORT,
    STATUS,
    first_address,
    replied_statuses,
    telling,
)
from .bounce_words import ALIASES, BARE, HELPERS, MACHINES, MARKS, PATTERNS, REPLIES, VERSIONS
from .headers import header_mailboxes, message_ids, raw_values
from .mime import leaf_content, leaves

_MESSAGE_ID = re.compile(
    r"^[ \t>]{0,8}Message-Id:[ \t]{0,8}(<[^<>\s]{1,300}>)", re.IGNORECASE | re.MULTILINE
)
_TO = re.compile(
    r"^[ \t>]{0,8}(?:X-Original-)?To:([^\n]{3,400}(?:\n[ \t][^\n]{1,400})?)",
    re.IGNORECASE | re.MULTILINE,
)
_RECEIVED_FOR = re.compile(r"[ \t]for[ \t]{1,4}<?([^\s<>;]{1,120}@[^\s<>;]{1,200})", re.IGNORECASE)
_RETURNED = re.compile(r"^(?:Received: (?:from|by)|Return-Path: ?<)", re.MULTILINE)
_REPLY = re.compile(
    rf"(?<![\d.])[45]\d\d[ -]{{1,3}}(?:[45]\.\d\.\d|[<#]|(?:{'|'.join(REPLIES)})\b)", re.IGNORECASE
)
# Chinese and Japanese text leaves no space before and after an address.
_PLAIN_ADDRESS = re.compile(
    r"[\w.!#$%&*+/^`{|}~-]{1,120}@[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){1,9}",
    re.ASCII | re.IGNORECASE,
)
_EAST_ASIAN = re.compile("[\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef]")
_HEADERS = ("text/rfc822-headers", "message/rfc822", "message/global", "message/rfc822-headers")


def free_recipient(message: Message, text: str) -> str | None:
    """The address that the mail did not reach, as far as the text or the returned mail says."""
    text = text[:MAX_REPORT]
    report = _report_text(text)
    excluded = _not_failed(message)
    return (
        _address_in(" ".join(raw_values(message, "X-Failed-Recipients")), set())
        or _by_pattern((*ALIASES, *PATTERNS), report, excluded)
        or _bare_name(report, text, message)
        or _address_in(report, excluded, HELPERS)
        or _of_returned(message, text[len(report) :], excluded)
        or _by_pattern(PATTERNS, text, excluded)
        or _by_pattern(PATTERNS, report, set())
    )


def free_status(text: str) -> str | None:
    """The first status of the mailer's text; rather one behind an SMTP reply code
    (`550 5.1.1`) than any other. Of what was returned, only such a one."""
    text = text[:MAX_REPORT]
    report = _report_text(text)
    found = replied_statuses(report) or _statuses(report) or replied_statuses(text)
    return telling(found or _statuses(text))


def original_id(message: Message, text: str) -> str | None:
    """The Message-ID of the mail that came back."""
    for source in (*_returned_parts(message), text[:MAX_REPORT]):
        match = _MESSAGE_ID.search(source)
        if match:
            return message_ids(match[1])[0]
    return None


def says_reply(text: str) -> bool:
    """Whether the text holds what an SMTP server answered, a status, or a header."""
    text = text[:MAX_REPORT]
    return bool(_REPLY.search(text) or _RETURNED.search(text) or _statuses(text))


def returns_mail(message: Message) -> bool:
    """Whether the mail, or its header, is attached."""
    return any(part is not message and _is_returned(part) for part in leaves(message))


def names_recipient(text: str) -> bool:
    return _by_pattern(PATTERNS, _report_text(text[:MAX_REPORT]), set()) is not None


def _is_returned(part: Message) -> bool:
    return part.get_content_type() in _HEADERS


def _returned_parts(message: Message) -> list[str]:
    return [
        leaf_content(part)[:MAX_REPORT].decode("utf-8", "replace").replace("\r\n", "\n")
        for part in leaves(message)
        if part is not message and _is_returned(part)
    ]


def _statuses(text: str) -> list[str]:
    """The status codes of a text, without the numbers of programs' versions."""
    found = []
    for match in STATUS.finditer(text):
        before = text[max(0, match.start() - 20) : match.start()].casefold().rstrip(" (v.")
        if match[1][0] != "2" and not before.endswith(VERSIONS):
            found.append(match[1])
    return found


def _report_text(text: str) -> str:
    """What the mailer says, up to the mail that it returns."""
    folded = text.lower()
    cuts = [at for mark in MARKS if (at := folded.find(mark)) > 0]
    return text[: min(cuts)] if cuts else text


def _not_failed(message: Message) -> set[str]:
    """Addresses that are not the failed one: the report's own sender and receiver."""
    boxes = header_mailboxes(message, "From", "To", "Delivered-To", "Reply-To", "Errors-To")
    return {b.address.casefold() for b in boxes if b.address}


def _by_pattern(patterns: tuple[re.Pattern[str], ...], text: str, excluded: set[str]) -> str | None:
    for pattern in patterns:
        for match in pattern.finditer(text):
            found = _address_in(match[1], excluded)
            if found:
                return found
    return None


def _address_in(text: str, excluded: set[str], more: frozenset[str] = frozenset()) -> str | None:
    for match in ADDRESS.finditer(text):
        address = _without_text(match.group().rstrip("."))
        local = address.partition("@")[0].casefold()
        if address.casefold() in excluded or local in MACHINES or local in more:
            continue
        if local.startswith(("mailto:", "//")):
            continue
        return address
    return None


def _without_text(address: str) -> str:
    """`发给kay@client.example的邮件` → kay@client.example."""
    if address.isascii() or not _EAST_ASIAN.search(address):
        return address
    plain = _PLAIN_ADDRESS.search(address)
    return plain.group() if plain else address


def _bare_name(report: str, text: str, message: Message) -> str | None:
    """The address whose local part alone the mailer names, from the returned mail."""
    for pattern in BARE:
        match = pattern.search(report)
        if match is None:
            continue
        rest = "\n".join((text[len(report) :], *_returned_parts(message)))
        for found in _RECEIVED_FOR.finditer(rest):
            if found[1].lower().startswith(match[1].lower() + "@"):
                return first_address(found[1])
        for found in _TO.finditer(rest):
            for address in ADDRESS.findall(found[1]):
                if address.lower().startswith(match[1].lower() + "@"):
                    return str(address)
    return None


def _of_returned(message: Message, rest: str, excluded: set[str]) -> str | None:
    """To whom the returned mail was written."""
    for source in (*_returned_parts(message), rest):
        for pattern in (_TO, _RECEIVED_FOR):
            found = _by_pattern((pattern,), source, excluded)
            if found:
                return found
    return None
