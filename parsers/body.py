"""A mail's text: which of its parts are shown, decoded and with the pictures' places in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from functools import cached_property

from .charset import decode
from .filenames import filename
from .html import html_to_text
from .mime import MAX_DEPTH, TEXTS, Part, children_of, content_id, is_attached, leaf_content, walk
from .pictures import mark

# Octets, characters and lines that nobody writes, but that programs send: what is beyond them is
# left out.
_MAX_SOURCE, _MAX_TEXT, _MAX_LINES = 4_000_000, 1_000_000, 100_000
# Marks of writing direction stand around names and addresses in right-to-left mails.
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
# How Outlook writes the place of a picture into plain text.
_CID = re.compile(r"\[cid:([^\[\]\s]{1,300})\]")


@dataclass(frozen=True, slots=True)
class Text:
    """A mail's text and whether it was HTML."""

    text: str
    is_html: bool


@dataclass
class _Reading:
    """What reading one mail's texts shares."""

    message: Message
    defects: list[str]
    octets: int = 0

    def source(self, part: Message) -> bytes:
        """The part's octets, as many as may still be read of the whole mail's texts."""
        content = leaf_content(part)
        left = max(0, _MAX_SOURCE - self.octets)
        self.octets += len(content)
        if len(content) > left:
            self.defects.append("overlong text")
        return content[:left]

    @cached_property
    def pictures(self) -> dict[str, str]:
        """What stands in the text for the picture with that Content-ID."""
        found: dict[str, str] = {}
        for part in walk(self.message):
            name = content_id(part)
            if name and (part.get_content_maintype() == "image" or filename(part)):
                found.setdefault(name, mark(filename(part)))
        return found


def charset_of(part: Message) -> str | None:
    """The charset that the part declares."""
    try:
        value = part.get_param("charset")
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    if isinstance(value, tuple):
        value = value[2]
    return str(value).strip("'\" ") if value else None


def part_text(part: Message, raw: bytes, defects: list[str]) -> str:
    """The text that the octets of a text part are, with `\\n` as its line end, without NUL."""
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
    text = text if text.isascii() else _DIRECTIONS.sub("", text)
    return text.encode("utf-8", "replace").decode("utf-8")


def _meta_charset(raw: bytes) -> str | None:
    match = re.search(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_-]{2,30})", raw[:4096], re.I)
    return match[1].decode("ascii") if match else None


def body_text(message: Message, defects: list[str]) -> Text:
    """The text that the mail shows: of alternatives the plain one, unless it is empty.

    That of a TNEF part stands for it where the mail has none of its own.
    """
    reading = _Reading(message, defects)
    texts = _with_text(_texts(message, reading, 0)) or _opened_texts(message, reading)
    if not texts:
        return Text("", False)
    joined = "\n\n".join(t.text.strip("\n") for t in texts) if len(texts) > 1 else texts[0].text
    read = _beginning(joined)
    if len(read) < len(joined):
        defects.append("overlong text")
    return Text(read, all(t.is_html for t in texts))


def _beginning(text: str) -> str:
    text = text[:_MAX_TEXT]
    return "\n".join(text.split("\n", _MAX_LINES)[:_MAX_LINES])


def _with_text(texts: list[Text]) -> list[Text]:
    return [t for t in texts if t.text.strip()]


def _opened_texts(message: Message, reading: _Reading) -> list[Text]:
    for part in walk(message):
        if isinstance(part, Part) and part.opened is not None:
            texts = _with_text(_texts(part.opened, reading, 0))
            if texts:
                return texts
    return []


def _texts(part: Message, reading: _Reading, depth: int) -> list[Text]:
    if depth > MAX_DEPTH:
        return []
    children = children_of(part)
    subtype = part.get_content_subtype()
    if children and subtype == "alternative":
        return _alternative(children, reading, depth)
    if children and subtype in ("related", "report", "signed"):
        children = _shown(children, subtype)
    if children and [c.get_content_type() for c in children] == ["text/plain", "text/html"]:
        return _alternative(children, reading, depth)
    if children:
        return [t for child in children for t in _texts(child, reading, depth + 1)]
    if isinstance(part, Part) and part.opened is not None and part.stands_for_it:
        return _texts(part.opened, reading, depth + 1)
    if is_attached(part) or part.get_content_type() not in TEXTS:
        return []
    return [_leaf_text(part, reading)]


def _shown(children: list[Message], subtype: str) -> list[Message]:
    if subtype == "related":
        texts = [c for c in children if children_of(c) or c.get_content_type() in TEXTS]
        return texts[:1]
    return children[:1]


def _alternative(children: list[Message], reading: _Reading, depth: int) -> list[Text]:
    choices = [_texts(child, reading, depth + 1) for child in children]
    choices = [c for c in choices if any(t.text.strip() for t in c)]
    plain = [c for c in choices if not any(t.is_html for t in c)]
    return (plain or choices or [[]])[0]


def _leaf_text(part: Message, reading: _Reading) -> Text:
    text = part_text(part, reading.source(part), reading.defects)
    if part.get_content_subtype() == "html":
        pictures = reading.pictures if "cid:" in text or "CID:" in text else {}
        return Text(html_to_text(text, pictures), True)
    if "flowed" in str(part.get_param("format") or "").lower():
        text = unflow(text, str(part.get_param("delsp") or "").lower() == "yes")
    if "[cid:" in text:
        text = _CID.sub(lambda match: reading.pictures.get(match[1], match[0]), text)
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
