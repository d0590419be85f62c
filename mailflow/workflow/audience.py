"""Who is told of what happened to a record, and how (the table "Who is told" of the design)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mailflow.workflow.dates import moved_dates
from mailflow.workflow.fold import changed_names
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import Happened, Project, Record
from mailflow.workflow.reversal import UNDONE

# The kinds of mail that one input can give a person; the first that applies is the one they get.
ORDER = ("question", "minutes", "receipt", "notice")

# What nobody else has to hear of.
OWN_AFFAIRS = {"watch", "mute", "spent"}


@dataclass(frozen=True, slots=True)
class Tell:
    """A person, the kind of mail, and the reason: a phrase's name (opened, changed, agree …)."""

    person: int
    kind: str
    reason: str


def opened(record: Record, project: Project, kind: Kind, *, routed: bool) -> list[Tell]:
    """A new record: its owner, its reporter, both sides where they have to agree.

    Where no route fitted, the coordinator is owner and asked who it should be; while they are away,
    their deputy is.
    """
    tells = [Tell(record.reporter, "receipt", "opened")]
    if routed:
        tells.append(Tell(record.owner, "notice", "yours"))
    else:
        tells += _to_be_routed(record, project)
    if kind.asked_to_agree == record.state:
        tells += _both_sides(project, "agree", record)
    return tells


def changed(
    before: Record, after: Record, project: Project, kind: Kind, events: Sequence[Happened]
) -> list[Tell]:
    """A record that moved, changed or got a note."""
    if all(_is_own_affair(event) for event in events):
        return []
    tells = [Tell(person, "notice", "follows") for person in sorted(after.watchers)]
    tells += [Tell(after.owner, "notice", "yours"), Tell(after.reporter, "notice", "reported")]
    if before.owner != after.owner:
        tells.append(Tell(before.owner, "notice", "was_yours"))
        tells += [] if after.routed else _to_be_routed(after, project)
    if before.state != after.state:
        tells += _of_state(after, project, kind)
    tells += _of_values(after, project, kind, events)
    reason = _asked_anew(before, after, kind, events)
    tells += _both_sides(project, reason, after) if reason else []
    muted = after.muted - {after.owner if before.owner != after.owner else 0}
    return [tell for tell in tells if tell.kind != "notice" or tell.person not in muted]


def _is_own_affair(event: Happened) -> bool:
    """Whether it is nobody else's business: who follows a record, also where that is undone."""
    undone = event.what == UNDONE and "words" not in event.old and event.new.keys() == {"following"}
    return event.what in OWN_AFFAIRS or undone


def _to_be_routed(record: Record, project: Project) -> list[Tell]:
    if project.deputy is None:
        return [Tell(record.owner, "question", "unrouted")]
    return [
        Tell(project.deputy, "question", "unrouted_for"),
        Tell(record.owner, "notice", "yours"),
    ]


def _asked_anew(
    before: Record, after: Record, kind: Kind, events: Sequence[Happened]
) -> str | None:
    """Why both sides are asked to agree: it came to it, or what they were asked about changed."""
    if after.state not in kind.to_agree:
        return None
    if any(event.what == "reject" for event in events):
        return "rejected"
    # Who takes back their own yes asks nobody anew.
    lost = before.agreements.keys() > after.agreements.keys()
    taken_back = lost and any(event.what != UNDONE for event in events)
    stood = (before.kind, before.project, before.state)
    came = stood != (after.kind, after.project, after.state)
    changed = came or any(event.what == "change" for event in events)
    return "agree" if taken_back or (changed and kind.asked_to_agree == after.state) else None


def _both_sides(project: Project, reason: str, record: Record) -> list[Tell]:
    """All of both sides: a side that agreed already is only told."""
    asked = Tell(0, "question", reason)
    told = Tell(0, "notice", "sided")
    return [
        replace(told if project.side(person) in record.agreements else asked, person=person)
        for person in dict.fromkeys((*project.sales, *project.members))
    ]


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
    values |= moved_dates(record, kind, events)
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
        "coordinator": (project.acting,),
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
