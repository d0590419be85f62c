"""Who is told of what happened to a record, and how (the table "Who is told" of the design)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailflow.workflow.fold import changed_names
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import Happened, Project, Record

# The kinds of mail that one input can give a person; the first that applies is the one they get.
ORDER = ("question", "minutes", "receipt", "notice")


@dataclass(frozen=True, slots=True)
class Tell:
    """A person, the kind of mail, and the reason: a phrase's name (opened, changed, agree …)."""

    person: int
    kind: str
    reason: str


def opened(record: Record, project: Project, kind: Kind, *, routed: bool) -> list[Tell]:
    """A new record: its owner, its reporter, both sides where they have to agree.

    Where no route fitted, the coordinator is owner and asked who it should be.
    """
    tells = [Tell(record.reporter, "receipt", "opened")]
    if routed:
        tells.append(Tell(record.owner, "notice", "yours"))
    else:
        tells.append(Tell(record.owner, "question", "unrouted"))
    if kind.asked_to_agree == record.state:
        tells += _both_sides(project)
    return tells


def changed(
    before: Record, after: Record, project: Project, kind: Kind, events: Sequence[Happened]
) -> list[Tell]:
    """A record that moved, changed or got a note."""
    if not events:
        return []
    tells = [Tell(person, "notice", "follows") for person in sorted(after.watchers)]
    tells += [Tell(after.owner, "notice", "yours"), Tell(after.reporter, "notice", "reported")]
    if before.owner != after.owner:
        tells.append(Tell(before.owner, "notice", "was_yours"))
    if before.state != after.state:
        tells += _of_state(after, project, kind)
    tells += _of_values(after, project, kind, events)
    stood = (before.kind, before.project, before.state)
    if kind.asked_to_agree == after.state and stood != (after.kind, after.project, after.state):
        tells += _both_sides(project)
    muted = after.muted - {after.owner if before.owner != after.owner else 0}
    return [tell for tell in tells if tell.kind != "notice" or tell.person not in muted]


def _both_sides(project: Project) -> list[Tell]:
    sides = dict.fromkeys((*project.sales, *project.members))
    return [Tell(person, "question", "agree") for person in sides]


def _of_state(record: Record, project: Project, kind: Kind) -> list[Tell]:
    """The roles that hear of a state, and those that are asked how it goes on."""
    return [
        Tell(person, how, reason)
        for roles, how, reason in ((kind.told, "notice", "told"), (kind.asked, "question", "asked"))
        for role in roles.get(record.state, ())
        for person in _people(role, record, project)
    ]


def _of_values(
    record: Record, project: Project, kind: Kind, events: Sequence[Happened]
) -> list[Tell]:
    """The roles that hear of a field or a column when it changes."""
    values = {name for event in events for name in changed_names(event)}
    return [
        Tell(person, "notice", "told_of")
        for name, roles in kind.told_of.items()
        if name in values
        for role in roles
        for person in _people(role, record, project)
    ]


def _people(role: str, record: Record, project: Project) -> tuple[int, ...]:
    people = {
        "sales": project.sales,
        "members": project.members,
        "owner": (record.owner,),
        "reporter": (record.reporter,),
        "coordinator": (project.coordinator,),
    }
    return people[role]


def one_mail_each(tells: Sequence[Tell], actor: int | None) -> dict[int, tuple[str, list[str]]]:
    """For each person the kind of their one mail and all its reasons.

    Whoever acted gets a receipt instead of a notice.
    """
    mails: dict[int, tuple[str, list[str]]] = {}
    for tell in tells:
        kind = "receipt" if tell.person == actor and tell.kind == "notice" else tell.kind
        before, reasons = mails.get(tell.person, (kind, []))
        first = min(before, kind, key=ORDER.index)
        if tell.reason not in reasons:
            reasons.append(tell.reason)
        mails[tell.person] = (first, reasons)
    return mails
