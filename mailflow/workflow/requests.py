"""Requests: tagged mails that are answered or acted on and make no record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mailflow.workflow.directory import Directory
from mailflow.workflow.kinds import as_tag
from mailflow.workflow.model import Moment, Person, Project, Refusal

# tag → the request that it means. A project's key and a kind's tag may be none of them.
REQUESTS: Mapping[str, str] = {
    as_tag(tag): name
    for name, tags in {
        "status": ("STATUS", "状态", "项目状态"),
        "report": ("REPORT", "报表", "报告"),
        "help": ("HELP", "帮助"),
        "meeting": ("MEETING", "会议"),
        "agenda": ("AGENDA", "议程"),
        "start": ("START", "启动"),
        "client": ("CLIENT", "客户"),
        "thanks": ("THANKS", "感谢"),
    }.items()
    for tag in tags
}


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody of ours asks for. `text` is the subject without tags and the project's key,
    `body` the mail's own text, `cause` the input's id; `project` is one of the person's own."""

    request: str
    person: Person
    project: Project | None
    text: str
    body: str
    cause: int
    time: Moment


@dataclass(frozen=True, slots=True)
class Told:
    """Whom an answer goes to, in which kind of mail, with which reason (see Notice)."""

    person: int
    kind: str
    reason: Mapping[str, Any]
    question: int | None = None


def requested(tags: Iterable[str]) -> str | None:
    """The request that the first of these tags means which means one."""
    return next((REQUESTS[tag] for tag in map(as_tag, tags) if tag in REQUESTS), None)


def which_project(directory: Directory, ask: Ask) -> Refusal:
    """Why nothing is done for who is in several projects, or in none, and names none of them."""
    keys = [project.key for project in directory.projects_of(ask.person.id)]
    return Refusal("which_project", {"projects": keys})
