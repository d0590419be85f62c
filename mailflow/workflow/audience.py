"""Who is told of what happened to a record, and how (the table "Who is told" of the design)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    if kind.agreement == "both":
        sides = dict.fromkeys((*project.sales, *project.members))
        tells += [Tell(person, "question", "agree") for person in sides]
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
        for role in kind.told.get(after.state, ()):
            tells += [Tell(person, "notice", "told") for person in _people(role, after, project)]
        for role in kind.asked.get(after.state, ()):
            tells += [Tell(person, "question", "asked") for person in _people(role, after, project)]
    stood = (before.kind, before.project, before.state)
    is_proposed = kind.agreement == "both" and after.state == kind.states[0]
    if is_proposed and stood != (after.kind, after.project, after.state):
        tells += [Tell(p, "question", "agree") for p in (*project.sales, *project.members)]
    return tells


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
