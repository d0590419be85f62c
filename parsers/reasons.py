"""Why a mail as a whole was read as it was: what its subject says, which field or phrase shows
that a program sent it, how sure a forward is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import Message
from itertools import islice

from .automatic import read_automatic
from .body import Text, charset_of
from .bounce import read_bounce
from .bounce_report import is_report
from .evidence import cited
from .explain import opened
from .headers import clean, decode_words, text_value
from .mail import parse
from .mime import TEXTS, Part, is_attached, leaves
from .model import Forward, Mail, Mailbox
from .reply import find_others
from .split import Boundary
from .subject import read_subject

_MOST_FIELDS = 200
_LONGEST_VALUE = 80
_ORIGINS = {
    "reply": "its first prefix says that it replies",
    "forward": "its first prefix says that it forwards",
    "either": "its first prefix means a reply in one language, a forward in another",
}
Field = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that a mail was taken for: the `value` of `name`, and `why`, a short English
    phrase or ""."""

    name: str
    value: str
    why: str


def reasons(raw: bytes) -> tuple[Reason, ...]:
    """What a mail as a whole was taken for; what does not apply is left out. Never raises."""
    mail = parse(raw)
    message, body = opened(raw)
    found = [_subject(mail), _text(message, body)]
    if mail.automatic:
        found.append(Reason("automatic", mail.automatic, _automatic(mail, message)))
    if mail.bounce:
        told = (mail.bounce.recipient, mail.bounce.status, mail.bounce.action)
        found.append(Reason("failed for", " ".join(filter(None, told)), ""))
    if mail.encrypted:
        found.append(Reason("encrypted", "yes", "nobody but its receiver can read it"))
    if mail.forwarded:
        lines, subject = body.text.split("\n"), read_subject(mail.subject)
        boundary, inline = find_others(lines, subject, mail.in_reply_to)
        found += _forwards(mail, mail.forwarded, boundary if inline else None)
    found += [Reason("defect", defect, "") for defect in mail.defects]
    return tuple(found)


def _subject(mail: Mail) -> Reason:
    origin = read_subject(mail.subject).origin
    said = [_ORIGINS[origin]] if origin else []
    if mail.tags:
        said.append(f"tags {' '.join(f'[{tag}]' for tag in mail.tags)}")
    if mail.record_ref:
        said.append(f"names the record {mail.record_ref}")
    return Reason("subject", mail.subject, "; ".join(said))


def _text(message: Message, body: Text) -> Reason:
    """The first part whose text is shown, and the charset that it declares."""
    wanted = "text/html" if body.is_html else "text/plain"
    shown = [p for p in leaves(message) if p.get_content_type() in TEXTS and not is_attached(p)]
    part = next((p for p in shown if p.get_content_type() == wanted), None)
    if part is None:
        return Reason("text", "none" if not body.text.strip() else "of a container", "")
    charset = charset_of(part)
    declared = f"charset {charset}" if charset else "no charset declared"
    return Reason("text", f"{wanted}, {declared}", "converted from HTML" if body.is_html else "")


def _automatic(mail: Mail, message: Message) -> str:
    if mail.automatic == "bounce":
        return _bounce(message)
    if mail.calendar:
        return "it answers an invitation (RFC 5546)"

    if read_automatic(Part(), mail.subject, False):
        return f"subject{cited(mail.subject, 'subject', 'automatic')}"

    def reads(fields: Sequence[Field]) -> bool:
        some = _with_fields(fields)
        return read_automatic(some, text_value(some, "Subject"), False) == mail.automatic

    return _fields_that(message, reads) or "its parts"


def _bounce(message: Message) -> str:
    if any(map(is_report, leaves(message))):
        return "it has a part with the delivery's status (RFC 3464)"

    def reads(fields: Sequence[Field]) -> bool:
        # Neither the text nor, where there is none among the fields, the subject says anything.
        return read_bounce(_with_fields((*fields, ("Subject", "-"))), "-")[0]

    return _fields_that(message, reads) or "its sender or subject, and a phrase of its text"


def _fields_that(message: Message, fits: Callable[[Sequence[Field]], bool]) -> str:
    """The header field that alone makes it fit, or those that do together; "" where none do."""
    fields = [(name, str(value)) for name, value in islice(message.raw_items(), _MOST_FIELDS)]
    for name, value in fields:
        if fits([(name, value)]):
            return f"field {_shown(name, value)}"
    if not fits(fields):
        return ""
    needed = [field for field in fields if not fits([f for f in fields if f is not field])]
    if not needed:
        return "several fields of its header"
    return f"field {' and '.join(_shown(*field) for field in needed)}"


def _with_fields(fields: Sequence[Field]) -> Message:
    message = Part()
    for name, value in fields:
        message.set_raw(name, value)
    return message


def _shown(name: str, value: str) -> str:
    text = clean(decode_words(value.encode("utf-8", "replace").decode("utf-8")))
    return f"{name}: {text[:_LONGEST_VALUE]}"


def _forwards(mail: Mail, forward: Forward, boundary: Boundary | None) -> list[Reason]:
    """The forwarded mail, the original within it, and those beside it."""
    why = f"{forward.confidence}: {_confidence(mail, forward, boundary)}"
    found = [Reason("forward of", _who(forward.sender), why)]
    if forward.original:
        found.append(Reason("original of", _who(forward.original.sender), "the innermost forward"))
    beside = (Reason("also of", _who(one.sender), "beside it") for one in mail.also_forwarded)
    return [*found, *beside]


def _confidence(mail: Mail, forward: Forward, boundary: Boundary | None) -> str:
    if boundary is None:
        return "an attached mail"
    if forward.sender is None:
        return "no sender was found"
    if not forward.sender.address:
        return "its sender has no address"
    if boundary.block is None:
        return "no header lines, only an attribution"
    if not boundary.block.known:
        return "header lines in no known language"
    if boundary.sort == "forwarded":
        return "header lines below a separator that says so"
    if read_subject(mail.subject).origin == "forward":
        return "header lines, and the subject says so"
    return "header lines, but neither a separator nor the subject says so"


def _who(box: Mailbox | None) -> str:
    if box is None:
        return "nobody"
    return f"{box.name} <{box.address}>" if box.name and box.address else box.name or box.address
