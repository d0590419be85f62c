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
class Said:
    """One sentence of what happened, with the words that came with it."""

    text: str
    quote: Quote | None = None


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

    `how` introduces the lines that answer. `meta` is the facts in one line, where there are several
    blocks.
    """

    ref: str = ""
    title: str = ""
    said: tuple[Said, ...] = ()
    asked: tuple[str, ...] = ()
    how: str = ""
    options: tuple[Option, ...] = ()
    quotes: tuple[Quote, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    meta: str = ""
    why: str = ""
    number: int | None = None
    link: str = ""

    @property
    def lines(self) -> tuple[Option, ...]:
        return tuple(option for option in self.options if option.write)

    @property
    def buttons(self) -> tuple[Option, ...]:
        return tuple(option for option in self.options if option.label)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a mail: the subject that it would have alone, its blocks, a page sent along."""

    subject: str
    blocks: tuple[Block, ...] = ()
    page: str = ""
    records: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A record in a list."""

    number: int
    ref: str
    title: str
    facts: tuple[str, ...]
    note: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Records under a heading; `more` says that there are others, `count` how many in all."""

    name: str
    count: int
    title: str
    rows: tuple[Row, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A whole mail. `several` is set where its blocks are numbered and shown in short.

    `tap` says what its buttons do.
    """

    language: str
    subject: str
    colon: str
    lead: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    closing: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    several: bool = False
    tap: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail before its header: `records` are in the order of their numbers.

    `answers` is set where it answers, or asks about, the mail that caused it.
    """

    view: View
    records: tuple[int, ...] = ()
    project: Project | None = None
    answers: int | None = None
    calendar: bytes | None = None
    calendar_name: str = ""
    refs: tuple[str, ...] = field(default=())

    @property
    def record(self) -> int | None:
        """The one record it is about, if it is about one."""
        return self.records[0] if len(self.records) == 1 else None
