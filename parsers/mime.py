"""The MIME tree of a mail: its text, its attachments, its parts (RFC 2045 to 2049, 2183, 2231)."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import decode_rfc2231

from .charset import decode
from .headers import clean, decode_words
from .html import html_to_text
from .model import Attachment

_MAX_DEPTH = 60
_MAX_PARTS = 2_000
# The standard library takes parameters apart in quadratic time.
_MAX_FIELD = 8_000
_LONG_FIELD = re.compile(
    rb"^content-(?:type|disposition):[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE
)
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_FILENAME = re.compile(
    r"""(?:file)?name\*?(?:0\*?)?\s*=\s*(?:"([^"]*)"|([^\s;]+))""", re.IGNORECASE
)
_TEXTS = frozenset({"text/plain", "text/html"})
_NOT_ATTACHED = frozenset({"message/delivery-status", "message/disposition-notification"})


@dataclass(frozen=True, slots=True)
class Text:
    """A mail's text and whether it was HTML."""

    text: str
    is_html: bool


def read_message(raw: bytes) -> tuple[Message, list[str]]:
    """The parsed mail and what was wrong with its structure. Never raises."""
    shortened = _LONG_FIELD.sub(lambda m: m[0][:_MAX_FIELD], raw)
    try:
        message = email.message_from_bytes(shortened)
        parts = list(walk(message))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        message = Message()
        message.set_payload(raw.decode("latin-1"))
        return message, ["unreadable MIME structure"]
    defects = [_phrase(d) for part in parts for d in part.defects]
    if len(shortened) != len(raw):
        defects.append("overlong Content field")
    if len(parts) >= _MAX_PARTS:
        defects.append("too many parts")
    return message, list(dict.fromkeys(defects))


def _phrase(defect: object) -> str:
    """`NoBoundaryInMultipartDefect` → no boundary in multipart."""
    words = re.findall(r"[A-Z][a-z0-9]*", type(defect).__name__.removesuffix("Defect"))
    return " ".join(words).lower()


def walk(message: Message) -> Iterator[Message]:
    """The parts in their order, containers included, not into attached mails.

    An attachment's `part` counts along this walk.
    """
    todo = [(message, 0)]
    count = 0
    while todo and count < _MAX_PARTS:
        part, depth = todo.pop()
        count += 1
        yield part
        if depth < _MAX_DEPTH:
            todo.extend((child, depth + 1) for child in reversed(_children(part)))


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    if not isinstance(payload, list) or part.get_content_maintype() != "multipart":
        return []
    return [p for p in payload if isinstance(p, Message)]


def leaves(message: Message) -> Iterator[Message]:
    """The parts that have content of their own."""
    return (part for part in walk(message) if not _children(part))


def leaf_content(part: Message) -> bytes:
    """The decoded octets of a part; of an attached mail, its source."""
    payload = part.get_payload()
    try:
        if isinstance(payload, list):
            return b"\n".join(p.as_bytes() for p in payload if isinstance(p, Message))
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        content = str(payload).encode("utf-8", "surrogateescape")
    return content if isinstance(content, bytes) else b""


def attachment_content(message: Message, part: int) -> bytes:
    """The octets of the attachment with that number; IndexError where there is none."""
    for index, found in enumerate(walk(message)):
        if index == part:
            return leaf_content(found)
    raise IndexError(part)


def charset_of(part: Message) -> str | None:
    """The charset that the part declares."""
    try:
        value = part.get_param("charset")
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    if isinstance(value, tuple):
        value = value[2]
    return str(value).strip("'\" ") if value else None


def part_text(part: Message, defects: list[str]) -> str:
    """A text part's text with `\\n` as its line end, without NUL."""
    raw = leaf_content(part)
    declared = charset_of(part)
    if declared is None and part.get_content_subtype() == "html":
        declared = _meta_charset(raw)
    text, defect = decode(raw, declared)
    if defect:
        defects.append(defect)
    return normal_text(text)


def normal_text(text: str) -> str:
    """The text with `\\n` as its line end, without NUL and lone surrogates."""
    text = _LINE_ENDS.sub("\n", text.replace("\x00", ""))
    return text.encode("utf-8", "replace").decode("utf-8")


def _meta_charset(raw: bytes) -> str | None:
    match = re.search(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_-]{2,30})", raw[:4096], re.I)
    return match[1].decode("ascii") if match else None


def body_text(message: Message, defects: list[str]) -> Text:
    """The text that the mail shows: of alternatives the plain one, unless it is empty."""
    texts = [t for t in _texts(message, defects, 0) if t.text.strip()]
    if not texts:
        return Text("", False)
    joined = "\n\n".join(t.text.strip("\n") for t in texts) if len(texts) > 1 else texts[0].text
    return Text(joined, all(t.is_html for t in texts))


def _texts(part: Message, defects: list[str], depth: int) -> list[Text]:
    if depth > _MAX_DEPTH:
        return []
    children = _children(part)
    subtype = part.get_content_subtype()
    if children and subtype == "alternative":
        return _alternative(children, defects, depth)
    if children and subtype in ("related", "report", "signed"):
        children = _shown(children, subtype)
    if children and [c.get_content_type() for c in children] == ["text/plain", "text/html"]:
        return _alternative(children, defects, depth)
    if children:
        return [t for child in children for t in _texts(child, defects, depth + 1)]
    if is_attached(part) or part.get_content_type() not in _TEXTS:
        return []
    return [_leaf_text(part, defects)]


def _shown(children: list[Message], subtype: str) -> list[Message]:
    if subtype == "related":
        texts = [c for c in children if _children(c) or c.get_content_type() in _TEXTS]
        return texts[:1]
    return children[:1]


def _alternative(children: list[Message], defects: list[str], depth: int) -> list[Text]:
    choices = [_texts(child, defects, depth + 1) for child in children]
    choices = [c for c in choices if any(t.text.strip() for t in c)]
    plain = [c for c in choices if not any(t.is_html for t in c)]
    return (plain or choices or [[]])[0]


def _leaf_text(part: Message, defects: list[str]) -> Text:
    text = part_text(part, defects)
    if part.get_content_subtype() == "html":
        return Text(html_to_text(text), True)
    if "flowed" in str(part.get_param("format") or "").lower():
        text = unflow(text, str(part.get_param("delsp") or "").lower() == "yes")
    return Text(text, False)


def unflow(text: str, delete_space: bool) -> str:
    """format=flowed (RFC 3676): soft line breaks removed within one depth of quoting."""
    lines: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        if open_depth == depth:
            lines[-1] += content
        else:
            lines.append(f"{'>' * depth} {content}" if depth else content)
        soft = content.endswith(" ") and content != "-- "
        if soft and delete_space:
            lines[-1] = lines[-1][:-1]
        open_depth = depth if soft else -1
    return "\n".join(lines)


def is_attached(part: Message) -> bool:
    """Whether the part is an attachment rather than text to show."""
    if _disposition(part) == "attachment":
        return True
    return filename(part) is not None


def _disposition(part: Message) -> str:
    try:
        return (part.get_content_disposition() or "").strip()
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def filename(part: Message) -> str | None:
    """The part's file name, decoded, without directories' control characters; a claim."""
    try:
        name = part.get_filename()
    except (ValueError, LookupError, TypeError, AttributeError):
        name = None
    if name is None:
        name = _broken_filename(part)
    if name is None:
        return None
    name = str(name)
    if "''" in name[:40] and "%" in name:
        charset, _, value = decode_rfc2231(name)
        name = str(value) if charset is None else _percent_decoded(str(value), charset)
    return clean(decode_words(_eight_bit(name))) or None


def _broken_filename(part: Message) -> str | None:
    """Names in fields that the standard library cannot take apart."""
    for field in ("Content-Disposition", "Content-Type"):
        match = _FILENAME.search(str(part.get(field, ""))[:4_000])
        if match:
            return match[1] or match[2]
    return None


def _percent_decoded(value: str, charset: str) -> str:
    raw = re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), value.encode())
    return decode(raw, charset)[0]


def _eight_bit(name: str) -> str:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return decode(name.encode("utf-8", "surrogateescape"), None)[0]
    return name


def attachments(message: Message) -> tuple[Attachment, ...]:
    """Every part that is not text to show: files, pictures, attached mails."""
    if message.get_content_type() == "multipart/report":
        return ()
    return tuple(
        Attachment(index, filename(part), part.get_content_type(), len(leaf_content(part)))
        for index, part in enumerate(walk(message))
        if not _children(part) and _counts(part)
    )


def _counts(part: Message) -> bool:
    kind = part.get_content_type()
    if kind in _NOT_ATTACHED or part.get_content_maintype() == "multipart":
        return False
    return kind not in _TEXTS or is_attached(part)


def attached_mails(message: Message) -> list[Message]:
    """The mails that are attached as message/rfc822 or in `.eml` files."""
    found: list[Message] = []
    for part in leaves(message):
        payload = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(payload, list):
            found.extend(p for p in payload[:1] if isinstance(p, Message) and p.keys())
        elif (filename(part) or "").lower().endswith(".eml") and not isinstance(payload, list):
            inner, _ = read_message(leaf_content(part))
            found.extend([inner] if inner.keys() else [])
    return found
