"""What a reply can ask for: a function a command, the table that names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from mailflow.workflow.commands.agree import agree
from mailflow.workflow.commands.always import always
from mailflow.workflow.commands.change import change, fill
from mailflow.workflow.commands.due import due
from mailflow.workflow.commands.duplicate import duplicate
from mailflow.workflow.commands.help import help_
from mailflow.workflow.commands.ignore import ignore
from mailflow.workflow.commands.kind import kind
from mailflow.workflow.commands.link import link
from mailflow.workflow.commands.mute import mute
from mailflow.workflow.commands.note import note
from mailflow.workflow.commands.owner import owner
from mailflow.workflow.commands.priority import priority
from mailflow.workflow.commands.project import project
from mailflow.workflow.commands.reject import reject
from mailflow.workflow.commands.spent import spent
from mailflow.workflow.commands.status import status
from mailflow.workflow.commands.task import task
from mailflow.workflow.commands.undo import undo
from mailflow.workflow.commands.watch import watch
from mailflow.workflow.commands.why import why
from mailflow.workflow.commands.word import word
from mailflow.workflow.context import Context
from mailflow.workflow.fields import Settled
from mailflow.workflow.model import WITHDRAWN, Effects, Refusal

Needs = Literal["others", "deeds"]


@dataclass(frozen=True, slots=True)
class Command:
    """A function, and what beside its record the pipeline has to load for it (see Context)."""

    run: Callable[[Context, str], Effects | Refusal]
    needs: Needs | None = None


COMMANDS: Mapping[str, Command] = {
    "status": Command(status),
    "owner": Command(owner),
    "due": Command(due),
    "priority": Command(priority),
    "note": Command(note),
    "project": Command(project),
    "kind": Command(kind),
    "ignore": Command(ignore),
    "always": Command(always),
    "change": Command(change, needs="others"),
    "link": Command(link, needs="others"),
    "duplicate": Command(duplicate, needs="others"),
    "task": Command(task),
    "watch": Command(watch),
    "mute": Command(mute),
    "spent": Command(spent),
    "agree": Command(agree),
    "reject": Command(reject),
    "undo": Command(undo, needs="deeds"),
    "why": Command(why),
    "help": Command(help_),
}
PARTICIPANTS = {"owner", "reporter", "sales", "members", "coordinator"}
# What everybody can ask for who may see the record.
FOR_ANYBODY = {"help", "why", "watch", "mute"}
# What a record that was withdrawn still takes.
FOR_WITHDRAWN = {"status", "help", "note", "undo", "why"}
# Plain words that are commands for every kind.
WORDS = {"undo", "why"}


def run(context: Context, name: str, argument: str) -> Effects | Refusal:
    """Do what a command line asks for, or say why not and what would work."""
    command = COMMANDS.get(name)
    if command is None:
        return Refusal("unknown_command", {"given": name, "commands": list(COMMANDS)})
    if not context.roles() & PARTICIPANTS and name not in FOR_ANYBODY:
        return Refusal("not_in_project", {"project": context.project.key})
    if context.record.state == WITHDRAWN and name not in FOR_WITHDRAWN:
        return _is_withdrawn(context)
    return command.run(context, argument)


def run_fields(context: Context, settled: Settled) -> Effects | Refusal:
    """The same for lines that give values to fields."""
    if not context.roles() & PARTICIPANTS:
        return Refusal("not_in_project", {"project": context.project.key})
    if context.record.state == WITHDRAWN:
        return _is_withdrawn(context)
    return fill(context, settled)


def _is_withdrawn(context: Context) -> Refusal:
    return Refusal("is_withdrawn", {"states": list(context.kind.states)})


def run_word(context: Context, meaning: str) -> Effects | Refusal | None:
    """The same for a plain word; None where it is just text."""
    if meaning in WORDS:
        return run(context, meaning, "")
    if not context.roles() & PARTICIPANTS:
        return Refusal("not_in_project", {"project": context.project.key})
    return word(context, meaning)
