"""The fields of a kind: what its records are asked for beyond a title and a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from mailflow.workflow.model import Refusal
from mailflow.workflow.refs import refs_in
from parsers import Labelled, label_key, labelled, read_duration
from parsers.dates import parse_due

# text; a day; the record's own due date; working hours; other records that it waits for
FieldType = Literal["text", "date", "due", "effort", "blockers"]
FIELD_TYPES: tuple[FieldType, ...] = ("text", "date", "due", "effort", "blockers")

NOT_TEXT: tuple[FieldType, ...] = ("date", "due", "effort")

LONGEST_VALUE = 2_000
LONGEST_LABEL = 40
# What empties a field by /change; for a date and a length of time more words than for a text, of
# which they may be the value.
DASHES = "-–—"
EMPTY = frozenset({"none", *DASHES, "无", "無"})
NO_DATE = EMPTY | {"never", "没有", "沒有", "取消"}
# How the line is called that says whose need it is.
CLIENT = frozenset(map(label_key, ("client", "customer", "客户", "客戶")))
# What may stand between a field's label and its new value.
BETWEEN = re.compile(r"\s{0,5}(?:[:：=＝→]|->|to\s|改为|改成|为)?\s{0,5}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Field:
    """`labels` are by language; the first of each is what people read, all are understood in a
    line such as `Budget: 400 000 EUR`. `side` is who is asked for it (sales or members)."""

    name: str
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    type: FieldType = "text"
    side: Literal["sales", "members"] | None = None

    def called(self, language: str) -> str:
        """What it is called in a language, its name where it has no word there."""
        words = self.labels.get(language)
        return words[0] if words else self.name.replace("_", " ")

    def label(self, language: str) -> str:
        """The same where it begins a line."""
        called = self.called(language)
        return called[:1].upper() + called[1:]


def find(fields: Iterable[Field], label: str) -> Field | None:
    """The field that a label means: its name, or one of its labels in any language."""
    wanted = label_key(label)
    for one in fields:
        if wanted in map(label_key, _words(one)):
            return one
    return None


def client_in(text: str) -> str:
    """What a line of a text says of whose need it is ("Client: …"); "" where none does."""
    lines = labelled(text.splitlines())
    return next((one.value for one in lines if label_key(one.label) in CLIENT), "")


def read(fields: Sequence[Field], lines: Iterable[Labelled]) -> dict[str, str]:
    """The values that labelled lines give to fields, by the fields' names; the last one counts."""
    if not fields:
        return {}
    pairs = ((find(fields, line.label), line.value.strip()) for line in lines)
    return {found.name: value[:LONGEST_VALUE] for found, value in pairs if found and value}


def no_date(value: str) -> bool:
    """Whether it says that there is no date, or no length of time."""
    return value.strip().casefold() in NO_DATE


def asked_of(fields: Iterable[Field], side: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """The names of what a side (sales or members) is asked for, without what is known already."""
    there = set(known)
    return tuple(one.name for one in fields if one.side == side and one.name not in there)


def leading(fields: Iterable[Field], text: str) -> tuple[Field, str] | None:
    """The field whose label a text begins with, the longest one, and the value behind it."""
    words = {label_key(word): one for one in fields for word in _words(one)}
    start = text[:LONGEST_LABEL]
    for end in range(len(start), 0, -1):
        if _ends_word(text, end) and (found := words.get(label_key(start[:end]))):
            between = BETWEEN.match(text, end)
            return found, text[between.end() if between else end :].strip()[:LONGEST_VALUE]
    return None


def taken_out(fields: Sequence[Field], text: str) -> tuple[dict[str, str], str]:
    """The values that the labelled lines of a text give, and the text without these lines."""
    lines = text.splitlines()
    found = [line for line in labelled(lines) if find(fields, line.label)] if fields else []
    left_out = {n for one in found for n in _lines_of(one, lines)}
    rest = "\n".join(line for n, line in enumerate(lines) if n not in left_out)
    return read(fields, found), rest.strip() if found else text


def _lines_of(one: Labelled, lines: Sequence[str]) -> range:
    """Where a label stands, with the lines below over which its value goes on."""
    parts, end = set(one.value.split("\n")), one.line + 1
    while end < len(lines) and lines[end][:1].isspace() and lines[end].strip() in parts:
        end += 1
    return range(one.line, end)


def _words(one: Field) -> tuple[str, ...]:
    return (one.name, *(word for words in one.labels.values() for word in words))


def _ends_word(text: str, end: int) -> bool:
    """Whether no Latin word goes on there; Chinese puts no space behind a word."""
    apart = not text[end - 1].isascii() or not text[end : end + 1].isalnum()
    return apart and not text[end - 1].isspace() and text[end - 1] not in DASHES


@dataclass(frozen=True, slots=True)
class Settled:
    """What values of fields come to: those that the record keeps, its due date, the refs of what it
    waits for, what was not understood, by the fields' names, and which are to be empty."""

    fields: Mapping[str, str] = field(default_factory=dict)
    due: date | None = None
    blockers: tuple[str, ...] = ()
    refused: Mapping[str, Refusal] = field(default_factory=dict)
    emptied: frozenset[str] = frozenset()


def settle(
    fields: Sequence[Field], given: Mapping[str, str], today: date, language: str
) -> Settled:
    """Read values by the types of their fields: dates become ISO 8601, efforts minutes; "none" is
    a value of texts alone."""
    kept: dict[str, str] = {}
    refused: dict[str, Refusal] = {}
    due, blockers = None, []
    types = {one.name: one.type for one in fields}
    emptied = {name for name, value in given.items() if types[name] in NOT_TEXT and no_date(value)}
    for name, value in given.items():
        if name in emptied:
            continue
        found = _settled(types[name], value, today, language)
        if isinstance(found, Refusal):
            refused[name] = found
        elif types[name] == "due":
            due = date.fromisoformat(found)
        elif types[name] == "blockers":
            blockers += refs_in(found)
        else:
            kept[name] = found
    return Settled(kept, due, tuple(blockers), refused, frozenset(emptied))


def without_due(fields: Iterable[Field], settled: Settled) -> bool:
    """Whether the values say that there is to be no due date."""
    return any(one.type == "due" and one.name in settled.emptied for one in fields)


def _settled(type_: FieldType, value: str, today: date, language: str) -> str | Refusal:
    if type_ in ("date", "due"):
        day = parse_due(value, today, language)
        return day.isoformat() if day else Refusal("unknown_date", {"given": value})
    if type_ == "effort":
        effort = read_duration(value)
        return str(effort[0]) if effort else Refusal("unknown_effort", {"given": value})
    if type_ == "blockers" and not refs_in(value):
        return Refusal("unknown_record", {"given": value})
    return value
