"""Carries out what the lines of a mail ask for, one after the other, each on what the last left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from mailflow.pipeline import deeds
from mailflow.pipeline.reaching import doubted
from mailflow.pipeline.visible import visible
from mailflow.pipeline.work import Work
from mailflow.snapshots import as_record
from mailflow.store import records
from mailflow.workflow import commands
from mailflow.workflow.context import Context
from mailflow.workflow.fields import settle
from mailflow.workflow.fold import after
from mailflow.workflow.model import (
    Effects,
    Happened,
    Moment,
    NewRecord,
    NewRule,
    Person,
    Record,
    Refusal,
)
from mailflow.workflow.refs import refs_in
from parsers import Command

MOST_NAMED = 10


@dataclass
class Outcome:
    """What the lines of one mail came to, for the record that they are about.

    `elsewhere` are the events of other records, `opens` the records to be, `word_is_text` says
    that the plain word means nothing for this kind, `already` a line that says nothing new.
    """

    events: list[Happened] = field(default_factory=list)
    elsewhere: dict[int, list[Happened]] = field(default_factory=dict)
    opens: list[NewRecord] = field(default_factory=list)
    rules: list[NewRule] = field(default_factory=list)
    refusals: list[tuple[str, Refusal]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    word_is_text: bool = False
    already: tuple[str, Refusal] | None = None

    def __bool__(self) -> bool:
        """Whether anything came of them."""
        found = (self.events, self.elsewhere, self.opens, self.rules, self.refusals, self.pages)
        return any(found)


def carry_out(
    work: Work,
    person: Person,
    before: Record,
    word: str | None,
    lines: Iterable[Command],
    given: Mapping[str, str] | None = None,
) -> Outcome:
    """Do the word and the command lines of one of ours for a record whose project goes on.

    `given` are values of its fields, which come first: what is agreed in the same mail is theirs.
    """
    outcome = Outcome()
    project = work.directory.projects[before.project]
    context = Context(
        before,
        person,
        work.directory,
        work.installation.kinds,
        Moment(work.now, work.today(project)),
    )
    if given:
        context = _fill(work, context, outcome, given)
    if word:
        context = _loaded(work, context, word, "", outcome)
        found = commands.run_word(context, word)
        outcome.word_is_text = found is None
        context = _take(work, context, outcome, work.first_line(), found)
    for line in lines:
        context = _loaded(work, context, line.name, line.argument, outcome)
        result = commands.run(context, line.name, line.argument)
        context = _take(work, context, outcome, line.said, result)
    return outcome


def _loaded(work: Work, context: Context, name: str, argument: str, outcome: Outcome) -> Context:
    """With what the command says that it needs."""
    command, person = commands.COMMANDS.get(name), context.actor
    if command is None or command.needs is None:
        return context
    if command.needs == "deeds":
        pending = {**outcome.elsewhere, context.record.id: outcome.events}
        meant = deeds.load(work, person, context.record.id, pending)
        return replace(context, deeds=meant)
    return replace(context, others=_as_left(_named(work, person, argument), outcome))


def _as_left(named: Mapping[str, Record], outcome: Outcome) -> dict[str, Record]:
    """Other records as the lines before left them."""
    events = outcome.elsewhere
    return {ref: after(record, events.get(record.id, ())) for ref, record in named.items()}


def _take(
    work: Work, context: Context, outcome: Outcome, line: str, result: Effects | Refusal | None
) -> Context:
    """Add a result to the outcome, where the mail is believed wherever it reaches; the context
    that the next line sees."""
    if result is None:
        return context
    if isinstance(result, Effects):
        result = doubted(work, result, context.record.project) or result
    if isinstance(result, Refusal):
        outcome.refusals.append((line, result))
        return context
    outcome.pages += result.pages
    outcome.opens += result.opens
    outcome.rules += result.rules
    outcome.events += result.events
    for other, events in result.elsewhere.items():
        outcome.elsewhere.setdefault(other, []).extend(events)
    for event in result.events:
        context = context.after(event)
    return context


def _fill(work: Work, context: Context, outcome: Outcome, given: Mapping[str, str]) -> Context:
    """All values in one event; each that is not understood is refused alone."""
    person, known = context.actor, context.kind.fields
    settled = settle(known, given, context.time.today, person.language)
    context = replace(context, others=_named(work, person, " ".join(settled.blockers)))
    line = _as_line(context, given, [name for name in given if name not in settled.refused])
    result = commands.run_fields(context, settled)
    if result == Refusal("already_so"):
        outcome.already = (line, result)
    elif len(settled.refused) < len(given):
        context = _take(work, context, outcome, line, result)
    for name, refusal in settled.refused.items():
        outcome.refusals.append((_as_line(context, given, [name]), refusal))
    return context


def _as_line(context: Context, given: Mapping[str, str], names: Iterable[str]) -> str:
    """The first of some values as its author may have written it."""
    name = next(iter(names), "")
    called = {one.name: one.label(context.actor.language) for one in context.kind.fields}
    return f"{called.get(name, name)}: {given.get(name, '')}"


def _named(work: Work, person: Person, argument: str) -> Mapping[str, Record]:
    """The records that an argument names and this person may see, by the refs as written."""
    ids = {ref: records.id_of(work.session, ref) for ref in refs_in(argument)[:MOST_NAMED]}
    rows = records.by_ids(work.session, [n for n in ids.values() if n is not None])
    found = {ref: as_record(rows[n]) for ref, n in ids.items() if n in rows}
    return {ref: record for ref, record in found.items() if visible(work, person, record)}
