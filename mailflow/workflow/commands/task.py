"""`/task write the plan @ma.jun friday`: what has to be done for it, as a record of its own."""

from __future__ import annotations

from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, NewRecord, Refusal
from parsers import read_promise


def task(context: Context, argument: str) -> Effects | Refusal:
    """The task is a part of the record. Without an owner the routes of its project choose one."""
    kind = context.kinds.find("task")
    if kind is None:
        return Refusal("unknown_kind", {"given": "task", "kinds": list(context.kinds.names)})
    directory, project = context.directory, context.project
    promise = read_promise(
        argument,
        context.time.today,
        context.actor.language,
        lambda name: directory.find_person(name, project) is not None,
    )
    owner = directory.find_person(promise.person, project) if promise.person else None
    if promise.person and owner is None:
        people = [directory.persons[n].name for n in project.participants]
        return Refusal("unknown_person", {"given": promise.person, "people": people})
    if not promise.title:
        return Refusal("task_without_title")
    new = NewRecord(
        kind.name,
        promise.title,
        owner=owner.id if owner else None,
        due=promise.due,
        relation="part",
    )
    return Effects(opens=(new,))
