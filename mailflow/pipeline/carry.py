"""Carries out what the lines of a mail ask for, one after the other, each on what the last left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from mailflow.pipeline.work import Work
from mailflow.snapshots import as_record
from mailflow.store import records
from mailflow.workflow import commands
from mailflow.workflow.context import Context
from mailflow.workflow.model import (
    Effects,
    Happened,
    Moment,
    NewRecord,
    Person,
    Record,
    Refusal,
)
from mailflow.workflow.refs import refs_in
from mailflow.workflow.visibility import may_see
from parsers import Command

MOST_NAMED = 10


@dataclass
class Outcome:
    """What the lines of one mail came to, for the record that they are about.

    `elsewhere` are the events of other records, `opens` the records to be, `word_is_text` says
    that the plain word means nothing for this kind.
    """

    events: list[Happened] = field(default_factory=list)
    elsewhere: dict[int, list[Happened]] = field(default_factory=dict)
    opens: list[NewRecord] = field(default_factory=list)
    refusals: list[tuple[str, Refusal]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    word_is_text: bool = False

    def __bool__(self) -> bool:
        """Whether anything came of them."""
        return bool(self.events or self.elsewhere or self.opens or self.refusals or self.pages)


def carry_out(
    work: Work, person: Person, before: Record, word: str | None, lines: Iterable[Command]
) -> Outcome:
    """Do the word and the command lines of one of ours for a record whose project goes on."""
    outcome = Outcome()
    project = work.directory.projects[before.project]
    context = Context(
        before,
        person,
        work.directory,
        work.installation.kinds,
        Moment(work.now, work.today(project)),
    )
    if word:
        found = commands.run_word(context, word)
        outcome.word_is_text = found is None
        context = take(context, outcome, work.first_line(), found)
    for line in lines:
        needs = commands.COMMANDS[line.name].needs if line.name in commands.COMMANDS else None
        if needs == "others":
            context = replace(context, others=_named(work, person, line.argument))
        result = commands.run(context, line.name, line.argument)
        context = take(context, outcome, f"/{line.name} {line.argument}".strip(), result)
    return outcome


def take(
    context: Context, outcome: Outcome, line: str, result: Effects | Refusal | None
) -> Context:
    """Add a result to the outcome; the context that the next line sees."""
    if result is None:
        return context
    if isinstance(result, Refusal):
        outcome.refusals.append((line, result))
        return context
    outcome.pages += result.pages
    outcome.opens += result.opens
    outcome.events += result.events
    for other, events in result.elsewhere.items():
        outcome.elsewhere.setdefault(other, []).extend(events)
    for event in result.events:
        context = context.after(event)
    return context


def visible(work: Work, person: Person, record: Record) -> bool:
    """Whether a person may see a record of a project that goes on."""
    project = work.directory.projects.get(record.project)
    kind = work.installation.kinds.by_name(record.kind)
    if project is None or kind is None:
        return False
    return may_see(person.id, record, project, private=kind.private)


def _named(work: Work, person: Person, argument: str) -> Mapping[str, Record]:
    """The records that an argument names and this person may see, by the refs as written."""
    ids = {ref: records.id_of(work.session, ref) for ref in refs_in(argument)[:MOST_NAMED]}
    rows = records.by_ids(work.session, [n for n in ids.values() if n is not None])
    found = {ref: as_record(rows[n]) for ref, n in ids.items() if n in rows}
    return {ref: record for ref, record in found.items() if visible(work, person, record)}
