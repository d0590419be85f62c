"""What a mail shows, in the order in which it is read. Templates lay it out and decide nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailflow.workflow.model import Project


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words, shown as text; `more` says that they go on."""

    label: str
    text: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A value that was changed; without an `old` one it was not known before."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of what happened, with what it changed and the words that came with it."""

    text: str
    quote: Quote | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """A line that a reply can begin with, and what it does.

    With a `label` it is a button, too, whose `link` writes the reply; without a line only that.
    """

    write: str
    does: str
    label: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """What happened, what is asked, the words, the facts, why: about one record or one mail.

    `how` introduces the lines that answer, `form` are lines to be filled in. `meta` is the facts
    in one line, where there are several blocks; `taps` are small buttons that a list's rows have.
    """

    ref: str = ""
    title: str = ""
    said: tuple[Said, ...] = ()
    asked: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    how: str = ""
    options: tuple[Option, ...] = ()
    quotes: tuple[Quote, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    meta: str = ""
    why: str = ""
    number: int | None = None
    link: str = ""
    taps: tuple[Option, ...] = ()

    @property
    def lines(self) -> tuple[Option, ...]:
        return tuple(option for option in self.options if option.write)

    @property
    def buttons(self) -> tuple[Option, ...]:
        return tuple(option for option in self.options if option.label)


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """An iCalendar object (RFC 5545) and its method: PUBLISH, REQUEST or CANCEL (RFC 5546)."""

    octets: bytes
    name: str
    method: str = "PUBLISH"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a mail: the subject that it would have alone, its blocks, a page sent along.

    One that `is_new` begins a thread: it does not answer the mail that caused it. `how` says how to
    answer it, where that is not as usual; with "" there is nothing to answer.
    """

    subject: str
    blocks: tuple[Block, ...] = ()
    page: str = ""
    records: tuple[int, ...] = ()
    is_new: bool = False
    project: Project | None = None
    calendar: CalendarFile | None = None
    how: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A record in a list; with the number 0 it has none. `group` is a heading above it, `taps`
    are small buttons below it."""

    number: int
    ref: str
    title: str
    facts: tuple[str, ...]
    note: str = ""
    link: str = ""
    group: str = ""
    taps: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Records under a heading, then `lines` of text; `more` says that there are others, `count` how
    many in all."""

    name: str
    count: int
    title: str
    rows: tuple[Row, ...] = ()
    more: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of words under headings, `total` is a last one (or empty); `right` are the columns of
    numbers, `lines` the whole as text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    right: tuple[bool, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What a mail says around its blocks: above them, below them, and at its end."""

    subject: str
    project: Project | None = None
    lead: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    quotes: tuple[Quote, ...] = ()
    how: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A whole mail. `several` is set where its blocks are numbered and shown in short.

    `tap` says what its buttons do; `quotes` are words that stand below all else.
    """

    language: str
    subject: str
    colon: str
    lead: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    tables: tuple[Table, ...] = ()
    quotes: tuple[Quote, ...] = ()
    closing: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    several: bool = False
    tap: str = ""

    @property
    def has_taps(self) -> bool:
        """Whether it has small buttons, and no large ones beside which is said what they do."""
        if any(block.buttons for block in self.blocks):
            return False
        rows = (row for section in self.sections for row in section.rows)
        return any(block.taps for block in self.blocks) or any(row.taps for row in rows)


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail before its header: `records` are in the order of their numbers.

    `answers` is set where it answers, or asks about, the mail that caused it. `kind` is what it is
    by now, "" where it is what it was to be: a question that waits for nobody any more is none.
    """

    view: View
    records: tuple[int, ...] = ()
    project: Project | None = None
    answers: int | None = None
    calendar: CalendarFile | None = None
    refs: tuple[str, ...] = field(default=())
    kind: str = ""

    @property
    def record(self) -> int | None:
        """The one record it is about, if it is about one."""
        return self.records[0] if len(self.records) == 1 else None
