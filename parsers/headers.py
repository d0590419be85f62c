"""Reading header fields as they arrive: encoded words, mailboxes, message identifiers."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from email.message import Message
from itertools import islice

from .charset import decode as decode_charset
from .model import Mailbox

_MAX_HEADER = 60_000
_MAX_FIELDS = 100
_FOLD = re.compile(r"\r?\n[ \t]*|\r[ \t]*")
_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=)[ \t\r\n]+(?==\?)")
_QUOTED_BYTE = re.compile(rb"=([0-9A-Fa-f]{2})")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")
_ADDRESS = re.compile(
    r"(?<![^\s<>()\[\],;:\"'@])[^\s<>()\[\],;:\"'@]{1,200}(?:'[^\s<>()\[\],;:\"@]{1,100})?"
    r"@[^\s<>()\[\],;:\"@]{1,255}"
)
_FULL_WIDTH = str.maketrans("＜＞＠", "<>@")
# `"Name";<a@b>`, as QQ prints it.
_LOOSE_NAME = re.compile(r"(\")\s?;\s?<")
_MAILTO = re.compile(r"<mailto:([^<>]{0,400})>|\[mailto:([^\[\]]{0,400})\]", re.IGNORECASE)


def raw_values(message: Message, name: str) -> list[str]:
    """The values of the first fields of that name, unfolded, as text with raw bytes decoded;
    encoded words remain."""
    wanted, length = name.lower(), len(name)
    found = (
        value for key, value in message.raw_items() if len(key) == length and key.lower() == wanted
    )
    return [_unfold(_native(str(value))) for value in islice(found, _MAX_FIELDS)]


def text_value(message: Message, name: str) -> str:
    """The first field of that name, decoded, on one line, without control characters."""
    values = raw_values(message, name)
    return clean(decode_words(values[0])) if values else ""


def _native(value: str) -> str:
    """compat32 keeps raw 8-bit header bytes as surrogates."""
    value = value[:_MAX_HEADER]
    if value.isascii():
        return value
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return decode_charset(value.encode("utf-8", "surrogateescape"), None)[0]
    return value


def _unfold(value: str) -> str:
    return _FOLD.sub(" ", value) if "\n" in value or "\r" in value else value


def clean(text: str) -> str:
    """The text on one line: no control, line-separating or direction-changing character."""
    if text.isprintable():
        return " ".join(text.split())
    kept = (
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") else c
        for c in text
        if c not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
    )
    return " ".join("".join(kept).split())


def decode_words(value: str) -> str:
    """RFC 2047, as tolerant as mail programs need it: characters split between words, missing
    padding, no space around, line ends inside."""
    if "=?" not in value:
        return value
    value = _BETWEEN.sub(r"\1", value)
    parts: list[str] = []
    position = 0
    pending = b""
    charset = ""
    for match in _ENCODED.finditer(value):
        between = value[position : match.start()]
        name = match[1].partition("*")[0].lower()
        if pending and (between or name != charset):
            parts.append(decode_charset(pending, charset)[0])
            pending = b""
        parts.append(between)
        pending += _word_bytes(match[2], match[3])
        charset = name
        position = match.end()
    if pending:
        parts.append(decode_charset(pending, charset)[0])
    parts.append(value[position:])
    return "".join(parts)


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        raw = raw.replace(b"_", b" ")
        return _QUOTED_BYTE.sub(lambda m: bytes([int(m[1], 16)]), raw)
    raw = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    if len(raw) % 4 == 1:
        raw = raw[:-1]
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        return b""


def message_ids(value: str) -> tuple[str, ...]:
    """The identifiers of a Message-ID, In-Reply-To or References field, without brackets."""
    found = _MESSAGE_ID.findall(value)
    if not found and value.strip() and " " not in value.strip() and "@" in value:
        found = [value.strip()[:900]]
    return tuple(dict.fromkeys(clean(f) for f in found))


def header_mailboxes(message: Message, *names: str) -> tuple[Mailbox, ...]:
    """All mailboxes of these fields, in order."""
    values = [v for name in names for v in raw_values(message, name)]
    return tuple(box for value in values for box in mailboxes(value))


def mailboxes(value: str) -> tuple[Mailbox, ...]:
    """The mailboxes of an address list, in RFC 5322 form or as mail programs print it.

    Names are decoded after the list was split, so an encoded comma separates nothing.
    """
    value = value[:_MAX_HEADER].translate(_FULL_WIDTH) if "＜" in value else value[:_MAX_HEADER]
    value = _LOOSE_NAME.sub(r"\1 <", _mailto(value))
    return tuple(box for item in _split(value) if (box := _mailbox(item)) is not None)


def authors(value: str) -> tuple[Mailbox, ...]:
    """The mailboxes of a From field. Every author has an address, so what stands before the only
    one belongs to its name: `Last, First <a@b>`, written without its quotes."""
    found = mailboxes(value)
    addressed = [box for box in found if box.address]
    if len(addressed) != 1 or found[0].address:
        return found
    name, _, _ = clean(decode_words(_mailto(value))).partition(addressed[0].address)
    return (Mailbox(name.strip(" <([\"'"), addressed[0].address),)


def author_mailboxes(message: Message) -> tuple[Mailbox, ...]:
    """The mailboxes of the From fields, in order."""
    return tuple(box for value in raw_values(message, "From") for box in authors(value))


def _mailto(value: str) -> str:
    """`a@b <mailto:a@b>` and `Name [mailto:a@b]` as programs print links."""
    if "mailto:" not in value.lower():
        return value
    without = _MAILTO.sub(lambda m: f" <{m[2]}>" if m[2] else "", value)
    if "@" in without:
        return without
    return _MAILTO.sub(lambda m: f" <{m[1] or m[2]}>", value)


def _split(value: str) -> list[str]:
    """The items of the list: commas, or semicolons where there are any, outside of quotes."""
    separators = ";" if _outside(value, ";") else ",;"
    items: list[str] = []
    start = 0
    for position in _outside(value, separators):
        items.append(value[start:position])
        start = position + 1
    items.append(value[start:])
    if separators == ";":
        # A semicolon list may still hold comma lists of full addresses (a group's members).
        items = [part for item in items for part in _comma_parts(item)]
    return [i for i in items if i.strip()]


def _comma_parts(item: str) -> list[str]:
    parts: list[str] = []
    start = 0
    for position in [*_outside(item, ","), len(item)]:
        parts.append(item[start:position])
        start = position + 1
    return parts if all("@" in p for p in parts if p.strip()) else [item]


def _outside(value: str, wanted: str) -> list[int]:
    """Positions of these characters outside of quotes, angle brackets and comments."""
    if not any(char in value for char in wanted):
        return []
    found: list[int] = []
    quoted = False
    depth = angle = name_end = 0
    skip = False
    for position, char in enumerate(value):
        if position < name_end:
            continue
        if skip:
            skip = False
        elif char == "'" and not quoted and not depth and not angle:
            name_end = _single_quoted(value, position)
        elif char == "\\":
            skip = True
        elif char == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif char == "<":
            angle = 1
        elif char == ">":
            angle = 0
        elif char in wanted and not depth and not angle:
            found.append(position)
    return found if not quoted else [p for p, c in enumerate(value) if c in wanted]


def _single_quoted(value: str, start: int) -> int:
    """Where `'Last, First' <` ends, which some programs print; else the start."""
    end = value.find("<", start, start + 200)
    if end < 0 or "'" in value[start + 1 : end].rstrip()[:-1]:
        return start
    return end if value[start + 1 : end].rstrip().endswith("'") else start


def _mailbox(item: str) -> Mailbox | None:
    item = item.strip()
    if item.endswith(":"):
        return None
    group, colon, rest = item.partition(":")
    if colon and not any(c in group for c in '<"@('):
        item = rest.strip()
    before, angle, rest = _angle(item)
    if angle:
        address = _bare(rest)
        name = _name(before)
    else:
        address, name = _bare_mailbox(item)
    if not address and not name:
        return None
    if name.casefold() == address.casefold():
        name = ""
    return Mailbox(name=name, address=normal_address(address))


def _angle(item: str) -> tuple[str, str, str]:
    """What stands before the last `<` outside of quotes, and what stands in the brackets."""
    quoted = False
    position = -1
    for i, char in enumerate(item):
        if char == '"':
            quoted = not quoted
        elif char == "<" and not quoted:
            position = i
            break
    if position < 0:
        return item, "", ""
    return item[:position], "<", item[position + 1 :].partition(">")[0]


def _bare(text: str) -> str:
    match = _ADDRESS.search(text)
    if match:
        return match.group()
    text = clean(text).strip("<>\"' ")
    return text if "@" in text and " " not in text else ""


def _bare_mailbox(item: str) -> tuple[str, str]:
    comment = re.search(r"\(([^()]{1,200})\)", item)
    match = _ADDRESS.search(item)
    if not match:
        return "", _name(item)
    rest = item[: match.start()].strip(" (['\"")
    if comment and "@" not in comment[1]:
        return match.group(), _name(comment[1])
    return match.group(), _name(rest)


def _name(text: str) -> str:
    text = clean(decode_words(text.strip()))
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    text = text[1:-1] if text[:1] == "[" and text[-1:] == "]" else text.strip(' \t"*([<')
    if len(text) > 1 and text[0] == text[-1] == "'":
        text = text[1:-1]
    return text.strip()


def normal_address(address: str) -> str:
    """The address with its domain in lower case and IDNA form; the local part as it is."""
    local, at, domain = clean(address).rpartition("@")
    if not at:
        return clean(address)
    domain = domain.lower().rstrip(".")
    if not domain.isascii():
        with suppress(UnicodeError):
            domain = domain.encode("idna").decode("ascii")
    return f"{local}@{domain}"


def addresses(boxes: Iterable[Mailbox]) -> tuple[str, ...]:
    """The boxes' addresses, case-folded, each once, in order."""
    return tuple(dict.fromkeys(b.address.casefold() for b in boxes if b.address))
