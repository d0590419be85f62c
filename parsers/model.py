"""What a parsed mail is: plain dataclasses, the same for every source and every language."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

Confidence = Literal["sure", "likely", "unsure"]
Automatic = Literal["auto-reply", "bounce", "list", "own"]
Attendance = Literal["accepted", "declined", "tentative", "counter"]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address of a header (RFC 5322 mailbox).

    The address is "" where the header names somebody without one. Its domain is lower case and in
    its ASCII (IDNA) form; the local part stays as it was written. The name is decoded and has no
    control characters; it is a claim and proves nothing.
    """

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the mail's text, or a file of a container (TNEF, signed PKCS #7).

    `part` is its index in the walk of the MIME tree; what containers hold is counted after that.
    `size` is in octets after decoding the transfer encoding. The file name is a claim: decoded,
    on one line, without folders. `content_id` is what a `cid:` link calls it (RFC 2392).
    """

    part: int
    filename: str | None
    content_type: str
    size: int
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """`/due friday` is Command("due", "friday"). The name is the English one where it is known,
    else what was written, in lower case; the argument is stripped. `written` is the line itself."""

    name: str
    argument: str
    written: str = field(default="", compare=False)

    @property
    def line(self) -> str:
        """As it can be written."""
        return f"/{self.name} {self.argument}".strip()

    @property
    def said(self) -> str:
        """As it was written, else as it can be."""
        return self.written or self.line


@dataclass(frozen=True, slots=True)
class Item:
    """`1-3 /due friday` of an answer to a numbered list: what its author says about which items.

    The numbers are 1 to 999, each once, in the order in which they stand. At least one of commands
    and word is there. The line is as it stands in the text, without white space at its end.
    """

    numbers: tuple[int, ...]
    commands: tuple[Command, ...]
    word: str | None
    line: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """`Budget: 400 000 EUR` of a text: the label as it is spelled, and what stands behind it.

    The value is not empty; its lines are stripped. `line` is the label's index in the text.
    """

    label: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Promise:
    """`write the plan @anna friday`: what, who, and until when.

    The person is a name or an address as it was written, known or not; the day has no time.
    """

    title: str
    person: str | None
    due: date | None


@dataclass(frozen=True, slots=True)
class Appointment:
    """`tomorrow 15:00-16:30 Release review`: when, for how many minutes where it says so, and what.

    Day and time are those of the writer's zone.
    """

    day: date
    at: time
    minutes: int | None
    title: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the author wrote below the quoted lines `to`."""

    to: str
    text: str


@dataclass(frozen=True, slots=True)
class Forward:
    """A mail that was forwarded, as its header lines in the forwarding mail give it.

    `note` is what the forwarder wrote above it. `original` is the innermost forward where they
    nest, null otherwise. `date` has no zone where the header names none or
    one that may mean several, which is `unknown_zone` then (CST, IST).
    """

    sender: Mailbox | None
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    date: datetime | None
    subject: str | None
    body: str
    note: str
    confidence: Confidence = "sure"
    unknown_zone: str | None = None
    original: Forward | None = None


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery status (RFC 3464, or read from free text). `message_id` is the failed mail's."""

    recipient: str | None
    status: str | None
    action: str | None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """An answer to an invitation (RFC 5546). `counter` proposes another time, which `start` is.

    `start` has no zone where the calendar names none or only a day; all of it is a claim.
    """

    attendee: Mailbox
    answer: Attendance
    uid: str
    summary: str
    start: datetime | None


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """One Authentication-Results header (RFC 8601): who says it, and what was found.

    `results` maps a method (dmarc, spf, dkim) to its results in order, each a pair of the verdict
    (pass, fail, none …) and the domain that the property (header.from, smtp.mailfrom, header.d)
    names, "" where none.
    """

    authserv_id: str
    results: dict[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Mail:
    """A received mail, read. `subject` is decoded and one line; `title` is it without the
    prefixes (Re:, 转发:) and without the tags in brackets.

    `tags` are the contents of the leading brackets, upper case, in order, record refs included;
    `record_ref` is the first of the form ACME-42, anywhere in the subject. `text` is the whole
    text (HTML converted), `reply_text` what the author newly wrote: no quote, no forward, no
    signature. `commands` are its command lines; `word` is the canonical plain word (done, agree,
    yes …) where the first own line is one as a whole; `note_text` is reply_text without command
    lines and without that word. `items` are the own lines that could answer a numbered list; they
    are in the note too. `also_forwarded` are the other mails where several were forwarded
    together. `answers` are those that stand between quoted lines, in order. `delivered_to` are all
    addresses this copy was sent to (To, Cc, Delivered-To, X-Original-To), folded. `fingerprint` is
    equal for the same mail arriving by two ways (Received lines differ) and nothing else.
    `encrypted` says that only its receiver can read the mail; `calendar` is its answer to an
    invitation. `defects` are short English phrases.
    """

    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    subject: str
    title: str
    senders: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    reply_to: tuple[Mailbox, ...]
    delivered_to: tuple[str, ...]
    date: datetime | None
    tags: tuple[str, ...]
    record_ref: str | None
    text: str
    reply_text: str
    note_text: str
    commands: tuple[Command, ...]
    word: str | None
    forwarded: Forward | None
    also_forwarded: tuple[Forward, ...]
    attachments: tuple[Attachment, ...]
    automatic: Automatic | None
    bounce: Bounce | None
    authentication: tuple[AuthenticationResults, ...]
    fingerprint: str
    answers: tuple[Answer, ...] = ()
    encrypted: bool = False
    calendar: CalendarReply | None = None
    items: tuple[Item, ...] = ()
    defects: tuple[str, ...] = field(default=())
