"""Outlook's own form of a message, its properties, as a mail (MS-OXPROPS, MS-OXCMSG).

TNEF and `.msg` files hold the same properties; each has a reader of its own.
"""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime, formataddr
from enum import IntEnum

from .charset import decode
from .headers import clean, header_mailboxes, text_value
from .mime import Part
from .rtf import rtf_text

Value = str | bytes | int
Properties = Mapping[int, Value]


class Tag(IntEnum):
    """The properties that are read, by their identifiers."""

    SUBJECT = 0x0037
    SUBMITTED = 0x0039
    AUTHOR_NAME = 0x0042
    AUTHOR_TYPE = 0x0064
    AUTHOR_ADDRESS = 0x0065
    TRANSPORT_HEADERS = 0x007D
    RECIPIENT_TYPE = 0x0C15
    SENDER_NAME = 0x0C1A
    SENDER_TYPE = 0x0C1E
    SENDER_ADDRESS = 0x0C1F
    DELIVERED = 0x0E06
    BODY = 0x1000
    RTF = 0x1009
    HTML = 0x1013
    MESSAGE_ID = 0x1035
    NAME = 0x3001
    ADDRESS_TYPE = 0x3002
    ADDRESS = 0x3003
    CONTENT = 0x3701
    FILE_NAME = 0x3704
    LONG_FILE_NAME = 0x3707
    MIME_TYPE = 0x370E
    CONTENT_ID = 0x3712
    SMTP_ADDRESS = 0x39FE
    TEXT_CODE_PAGE = 0x3FDE
    CODE_PAGE = 0x3FFD
    SENDER_SMTP = 0x5D01
    AUTHOR_SMTP = 0x5D02


# Code pages that are no `cp` of that number.
_CODE_PAGES = {
    1200: "utf-16-le",
    20127: "us-ascii",
    20866: "koi8-r",
    20932: "euc-jp",
    21866: "koi8-u",
    50220: "iso-2022-jp",
    50221: "iso-2022-jp",
    50222: "iso-2022-jp",
    51932: "euc-jp",
    51936: "gb18030",
    51949: "euc-kr",
    52936: "hz",
    54936: "gb18030",
    65000: "utf-7",
    65001: "utf-8",
    **{28590 + part: f"iso-8859-{part}" for part in (*range(1, 10), 13, 15)},
}
# Name, SMTP address, address and its type: whom the mail is from, then who sent it for them.
_SENDERS = (
    (Tag.AUTHOR_NAME, Tag.AUTHOR_SMTP, Tag.AUTHOR_ADDRESS, Tag.AUTHOR_TYPE),
    (Tag.SENDER_NAME, Tag.SENDER_SMTP, Tag.SENDER_ADDRESS, Tag.SENDER_TYPE),
)
_RECIPIENT = (Tag.NAME, Tag.SMTP_ADDRESS, Tag.ADDRESS, Tag.ADDRESS_TYPE)
_RECIPIENT_FIELDS = {1: "To", 2: "Cc"}
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_MIME_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+_-]{1,100}", re.IGNORECASE)
_MAX_TRANSPORT_HEADERS = 200_000
_MAX_RECIPIENTS = 1_000


@dataclass
class File:
    """An attachment: a file's octets, or another message."""

    properties: Properties
    content: bytes = b""
    item: Item | None = None


@dataclass
class Item:
    """A message of Outlook. `code_page` is that of its narrow strings, 0 where unknown."""

    properties: Properties = field(default_factory=dict)
    recipients: list[Properties] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    code_page: int = 0

    def text(self, tag: Tag, properties: Properties | None = None) -> str:
        """A property's text, "" where it has none; by default one of the message itself."""
        value = (self.properties if properties is None else properties).get(tag, "")
        if isinstance(value, bytes):
            value = decode(value, charset_of(self.code_page))[0]
        return value.rstrip("\x00") if isinstance(value, str) else ""


def charset_of(page: Value | None) -> str | None:
    """The charset that a code page of Windows is, None where it says none."""
    if not isinstance(page, int) or page <= 0:
        return None
    return _CODE_PAGES.get(page) or f"cp{page}"


def as_mail(item: Item) -> Part:
    """The message as a mail in MIME, with its fields, one text and its files."""
    mail = Part()
    for name, value in {**_fields(item), **_transport_fields(item)}.items():
        mail[name] = value
    mail["Content-Type"] = f'multipart/mixed; boundary="{_boundary(item)}"'
    text = _text_part(item)
    mail.set_payload([*([text] if text else []), *(_file_part(item, f) for f in item.files)])
    return mail


def _boundary(item: Item) -> str:
    """One that is the same each time that the same message is read."""
    properties = repr(sorted(item.properties.items())).encode("utf-8", "replace")
    return f"=_{hashlib.sha256(properties).hexdigest()[:32]}"


def _fields(item: Item) -> dict[str, str]:
    sender = next((box for tags in _SENDERS if (box := _mailbox(item, item.properties, tags))), "")
    fields = {
        "From": sender,
        "Subject": _encoded(item.text(Tag.SUBJECT)),
        "Date": _moment(item),
        "Message-ID": clean(item.text(Tag.MESSAGE_ID)),
    }
    for kind, name in _RECIPIENT_FIELDS.items():
        boxes = (
            _mailbox(item, recipient, _RECIPIENT)
            for recipient in item.recipients[:_MAX_RECIPIENTS]
            if recipient.get(Tag.RECIPIENT_TYPE) == kind
        )
        fields[name] = ", ".join(box for box in boxes if box)
    return {name: value for name, value in fields.items() if value}


def _transport_fields(item: Item) -> dict[str, str]:
    """What the mail's own header said, where Outlook kept it: it knows more, as the zone."""
    header = item.text(Tag.TRANSPORT_HEADERS)[:_MAX_TRANSPORT_HEADERS]
    if not header.strip():
        return {}
    kept = email.message_from_bytes(header.encode("utf-8", "replace"))
    fields = {name: _encoded(text_value(kept, name)) for name in ("Subject", "Date", "Message-ID")}
    for name in ("From", "To", "Cc"):
        boxes = header_mailboxes(kept, name)[:_MAX_RECIPIENTS]
        fields[name] = ", ".join(_written(box.name, box.address) for box in boxes)
    return {name: value for name, value in fields.items() if value}


def _mailbox(item: Item, properties: Properties, tags: tuple[Tag, Tag, Tag, Tag]) -> str:
    """`Name <address>`; an address inside Exchange (EX) is none that mail could reach."""
    name, smtp, address, kind = (clean(item.text(tag, properties)) for tag in tags)
    found = smtp or (address if kind.upper() in ("", "SMTP") and "@" in address else "")
    return _written(name, found or (name if "@" in name else ""))


def _written(name: str, address: str) -> str:
    name = name.strip("'\"")
    if name == address or not name:
        return address
    plain = name.isascii() and address.isascii()
    return formataddr((name, address)) if plain else f"{_encoded(name)} <{address}>"


def _moment(item: Item) -> str:
    for tag in (Tag.SUBMITTED, Tag.DELIVERED):
        value = item.properties.get(tag)
        if isinstance(value, int) and value > 0:
            try:
                return format_datetime(_EPOCH + timedelta(microseconds=value // 10))
            except (OverflowError, ValueError):
                continue
    return ""


def _encoded(text: str) -> str:
    text = clean(text)
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=70).encode()


def _text_part(item: Item) -> Part | None:
    """The plain text, else the HTML, else the RTF."""
    plain = item.text(Tag.BODY)
    if plain.strip():
        return _leaf("text/plain; charset=utf-8", plain.encode("utf-8", "replace"))
    html = item.properties.get(Tag.HTML)
    if isinstance(html, str) and html.strip():
        return _leaf("text/html; charset=utf-8", html.encode("utf-8", "replace"))
    if isinstance(html, bytes) and html.strip():
        charset = charset_of(item.properties.get(Tag.TEXT_CODE_PAGE))
        return _leaf(f"text/html; charset={charset}" if charset else "text/html", html)
    rtf = item.properties.get(Tag.RTF)
    text = rtf_text(rtf) if isinstance(rtf, bytes) and rtf else ""
    return _leaf("text/plain; charset=utf-8", text.encode("utf-8", "replace")) if text else None


def _leaf(content_type: str, content: bytes) -> Part:
    part = Part()
    part["Content-Type"] = content_type
    part.set_payload(content.decode("ascii", "surrogateescape"))
    return part


def _file_part(item: Item, file: File) -> Part:
    names = (Tag.LONG_FILE_NAME, Tag.FILE_NAME, Tag.NAME)
    name = next((n for tag in names if (n := clean(item.text(tag, file.properties)))), "")
    if file.item is not None:
        part = Part()
        part["Content-Type"] = "message/rfc822"
        part.set_payload([as_mail(file.item)])
        return part
    kind = _MIME_TYPE.fullmatch(item.text(Tag.MIME_TYPE, file.properties).strip())
    part = _leaf(kind[0].lower() if kind else "application/octet-stream", file.content)
    if part.get_content_maintype() in ("multipart", "message"):
        part.replace_header("Content-Type", "application/octet-stream")
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name or "unnamed"))
    content_id = clean(item.text(Tag.CONTENT_ID, file.properties))
    if content_id.isascii() and content_id:
        part["Content-ID"] = f"<{content_id.strip('<>')}>"
    return part
