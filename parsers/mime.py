"""The MIME tree of a mail: its parts and which of them are attachments (RFC 2045 to 2049, 2183)."""

from __future__ import annotations

import email
import email.parser
import email.policy
import re
from collections.abc import Iterator
from email.message import Message
from typing import Any

from .filenames import filename
from .headers import clean
from .model import Attachment
from .structure import bounded

MAX_DEPTH = 60
_MAX_PARTS = 2_000
_MAX_CONTENT_ID = 500
# The standard library takes parameters apart in quadratic time.
_MAX_FIELD = 8_000
# The standard library makes a message of each group of a delivery-status part.
_MAX_GROUPS = 10_000
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_BARE_RETURN = re.compile(rb"\r(?!\n)")
_REPORT = re.compile(rb"message/(?:global-)?delivery-status", re.IGNORECASE)
_LONG_FIELD = re.compile(
    rb"^content-(?:type|disposition):[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE
)
TEXTS = frozenset({"text/plain", "text/html"})
_NOT_ATTACHED = frozenset({"message/delivery-status", "message/disposition-notification"})


class _AsItCame(email.policy.Compat32):
    """Writes header fields as they came: to fold or read them would take most of the time."""

    def fold_binary(self, name: str, value: str) -> bytes:
        lines = self.linesep.join(value.splitlines())
        return f"{name}: {lines}{self.linesep}".encode("utf-8", "surrogateescape")


_AS_IT_CAME = _AsItCame()


class Part(Message):
    """A MIME part. `opened` is what was found in a container that is none of MIME's own:
    in TNEF (`winmail.dat`) or signed PKCS #7."""

    opened: Part | None = None
    # Whether the text of `opened` is shown in the place of this part.
    stands_for_it: bool = False
    # Whether the part is encrypted PKCS #7.
    sealed: bool = False

    def get_payload(self, i: Any = None, decode: Any = False) -> Any:
        """As in the library, which raises on charsets that can name no codec, or only a broken
        one (with NUL; undefined)."""
        try:
            return super().get_payload(i, decode)
        except (ValueError, LookupError):
            declared = self["Content-Type"]
            del self["Content-Type"]
            content = super().get_payload(i, decode)
            self["Content-Type"] = declared
            return content


def read_message(raw: bytes) -> tuple[Message, list[str]]:
    """The parsed mail and what was wrong with its structure. Never raises."""
    raw, unbounded = bounded(raw)
    shortened = _LONG_FIELD.sub(lambda m: m[0][:_MAX_FIELD], _without_bare_returns(raw))
    groups = shortened.count(b"\n\n") + shortened.count(b"\n\r\n")
    crowded = groups > _MAX_GROUPS and _REPORT.search(shortened) is not None
    if crowded:
        shortened = _REPORT.sub(b"text/plain", shortened)
    try:
        message: Message = email.message_from_bytes(shortened, _class=Part)
        parts = list(walk(message))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return _as_text(raw), ["unreadable MIME structure"]
    defects = [_phrase(d) for part in parts for d in part.defects]
    if unbounded:
        defects.append(unbounded)
    if crowded:
        defects.append("too many groups in a delivery report")
    elif len(shortened) != len(raw):
        defects.append("overlong Content field")
    if len(parts) >= _MAX_PARTS:
        defects.append("too many parts")
    return message, list(dict.fromkeys(defects))


def _as_text(raw: bytes) -> Message:
    """The mail with its header, and what follows as plain text."""
    message: Message = email.parser.BytesHeaderParser(_class=Part).parsebytes(raw)
    for field in ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition"):
        del message[field]
    return message


def _without_bare_returns(raw: bytes) -> bytes:
    """For the standard library a CR alone ends a line, for a mail server it does not (RFC 5321,
    2.3.8): what stood behind it would be a header that no server has seen. Each becomes a space,
    in the header; not where all lines of a mail end so."""
    end = _BLANK_LINE.search(raw)
    header, body = (raw[: end.start()], raw[end.start() :]) if end else (raw, b"")
    if b"\n" not in raw or b"\r" not in header.replace(b"\r\n", b""):
        return raw
    return _BARE_RETURN.sub(b" ", header) + body


def _phrase(defect: object) -> str:
    """`NoBoundaryInMultipartDefect` → no boundary in multipart."""
    words = re.findall(r"[A-Z][a-z0-9]*", type(defect).__name__.removesuffix("Defect"))
    return " ".join(words).lower()


def walk(message: Message) -> Iterator[Message]:
    """The parts in their order, containers included, not into attached mails.

    An attachment's `part` counts along this walk. What was opened comes after all parts that the
    mail itself has, so that their numbers stay.
    """
    todo = [(message, 0)]
    opened: list[tuple[Message, int]] = []
    count = 0
    while (todo or opened) and count < _MAX_PARTS:
        part, depth = todo.pop() if todo else opened.pop(0)
        count += 1
        yield part
        if depth >= MAX_DEPTH:
            continue
        todo.extend((child, depth + 1) for child in reversed(children_of(part)))
        if isinstance(part, Part) and part.opened is not None:
            opened.append((part.opened, depth + 1))


def children_of(part: Message) -> list[Message]:
    """The parts of a multipart; none of an attached mail."""
    if not part.is_multipart() or part.get_content_maintype() != "multipart":
        return []
    return [p for p in part.get_payload() if isinstance(p, Message)]


def leaves(message: Message) -> Iterator[Message]:
    """The parts that have content of their own."""
    return (part for part in walk(message) if not children_of(part))


def leaf_content(part: Message) -> bytes:
    """The decoded octets of a part; of an attached mail, its source."""
    try:
        if part.is_multipart():
            inner = (p for p in part.get_payload() if isinstance(p, Message))
            return b"\n".join(p.as_bytes(policy=_AS_IT_CAME) for p in inner)
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        content = str(part.get_payload()).encode("utf-8", "surrogateescape")
    return content if isinstance(content, bytes) else b""


def attachment_content(message: Message, part: int) -> bytes:
    """The octets of the attachment with that number; IndexError where there is none."""
    for index, found in enumerate(walk(message)):
        if index == part:
            return leaf_content(found)
    raise IndexError(part)


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


def attachments(message: Message) -> tuple[Attachment, ...]:
    """Every part that is not text to show: files, pictures, attached mails; of a container that
    was opened, what is in it."""
    if message.get_content_type() == "multipart/report":
        return ()
    return tuple(
        Attachment(
            part=index,
            filename=filename(part),
            content_type=part.get_content_type(),
            size=len(leaf_content(part)),
            content_id=content_id(part),
        )
        for index, part in enumerate(walk(message))
        if not children_of(part) and _counts(part)
    )


def content_id(part: Message) -> str | None:
    """By what name a `cid:` link means the part (RFC 2392)."""
    value = str(part.get("Content-ID") or "")[:_MAX_CONTENT_ID]
    return clean(value).strip("<> ") or None


def _counts(part: Message) -> bool:
    kind = part.get_content_type()
    if isinstance(part, Part) and part.opened is not None:
        return False
    if kind in _NOT_ATTACHED or part.get_content_maintype() == "multipart":
        return False
    return kind not in TEXTS or is_attached(part)
