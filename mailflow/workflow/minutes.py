"""The minutes of a meeting: which of their lines are records, which are its text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mailflow.workflow.directory import Directory
from mailflow.workflow.fields import Field, find
from mailflow.workflow.kinds import Kind, Kinds
from mailflow.workflow.model import NewRecord, Project, Refusal
from parsers import Labelled, Promise, label_key, labelled, read_promise

MOST_RECORDS, MOST_LINES = 100, 2_000
LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record that a line of the minutes opens; `refusal` is what was not understood of it."""

    line: str
    new: NewRecord
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Minutes:
    """`text` is all that may be sent round, as written; `refused` are lines that may not."""

    records: tuple[Recorded, ...]
    text: str
    refused: tuple[tuple[str, Refusal], ...] = ()


@dataclass(frozen=True, slots=True)
class Writer:
    """What minutes are read by: the project, who and what there is, their author's language.

    `today` is the day in the project's zone.
    """

    project: Project
    directory: Directory
    kinds: Kinds
    language: str
    today: date


def read_minutes(writer: Writer, lines: Sequence[str]) -> Minutes:
    """A line whose label is a kind (`Decision: …`, `任务：…`) opens a record of it.

    A private kind is refused, and its line left out of the text. What is too long or opens too much
    ends somewhere, which is said.
    """
    records: list[Recorded] = []
    refused: list[tuple[str, Refusal]] = []
    left_out: set[int] = set()
    beyond = _where_it_ends(lines)
    lines, over = lines[:MOST_LINES], None
    for line in labelled(lines):
        kind = kind_of(writer.kinds, line.label)
        if kind is None:
            continue
        if kind.private:
            left_out.update(_lines_of(line, lines))
        if len(records) + len(refused) == MOST_RECORDS:
            over = over or f"{line.label}: {line.value}"
        elif kind.private:
            refusal = Refusal("private_in_minutes", {"kind": kind.name})
            refused.append((f"{line.label}: {line.value}", refusal))
        else:
            records.append(_recorded(writer, kind, line))
    text = "\n".join(line for number, line in enumerate(lines) if number not in left_out)
    if over is not None:
        beyond.insert(0, (over, Refusal("too_many_in_minutes", {"n": MOST_RECORDS})))
    return Minutes(tuple(records), text.strip(), (*refused, *beyond))


def _where_it_ends(lines: Sequence[str]) -> list[tuple[str, Refusal]]:
    """The first line that is not read any more, where there is one."""
    refusal = Refusal("minutes_too_long", {"n": MOST_LINES})
    return [(line, refusal) for line in lines[MOST_LINES : MOST_LINES + 1]]


def has_minutes(kinds: Kinds, fields: Sequence[Field], lines: Sequence[str]) -> bool:
    """Whether a line would open a record in minutes, and is no value of one of these fields."""
    labels = [line.label for line in labelled(lines[:MOST_LINES])]
    return any(kind_of(kinds, one) is not None and find(fields, one) is None for one in labels)


def kind_of(kinds: Kinds, label: str) -> Kind | None:
    """The kind that a label means: its name, label or tag, else one of its further words."""
    found = kinds.find(label)
    if found is not None:
        return found
    key = label_key(label)
    return next((kind for kind in kinds if key in map(label_key, kind.also)), None)


def _recorded(writer: Writer, kind: Kind, line: Labelled) -> Recorded:
    first, _, rest = line.value.partition("\n")
    said = _promise(writer, kind, first)
    person = writer.directory.find_person(said.person, writer.project) if said.person else None
    is_here = person is not None and person.active and person.id in writer.project.participants
    new = NewRecord(
        kind=kind.name,
        title=(said.title or first)[:LONGEST_TITLE],
        text=rest,
        owner=person.id if person and is_here else None,
        due=said.due,
    )
    if said.person is None or is_here:
        return Recorded(f"{line.label}: {first}", new)
    return Recorded(f"@{said.person}", new, _unknown(writer, said.person))


def _promise(writer: Writer, kind: Kind, line: str) -> Promise:
    """Who and until when: only where the kind has a due date or somebody is named.

    Of what both sides agree the words are the record, the date in them too.
    """
    names = "@" in line or "＠" in line
    has_due = any(field.type == "due" for field in kind.fields)
    if kind.agreement == "both" or not (names or has_due):
        return Promise(line, None, None)

    def is_person(text: str) -> bool:
        return writer.directory.find_person(text, writer.project) is not None

    return read_promise(line, writer.today, writer.language, is_person)


def _unknown(writer: Writer, given: str) -> Refusal:
    people = [writer.directory.persons[n] for n in writer.project.participants]
    names = [person.name for person in people if person.active]
    return Refusal("unknown_owner", {"given": given, "people": names})


def _lines_of(line: Labelled, lines: Sequence[str]) -> Iterable[int]:
    """The numbers of the lines that a value takes up: those behind it are indented."""
    return range(line.line, min(len(lines), line.line + 1 + line.value.count("\n")))
