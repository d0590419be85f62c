"""A request is answered: `[STATUS] ACME`, `[HELP]`."""

from __future__ import annotations

from mailflow.pipeline.believe import believe
from mailflow.pipeline.work import Done, Work
from mailflow.workflow.model import Moment, Person, Project, Refusal
from mailflow.workflow.requests import Ask, requested


def request(work: Work) -> Done | None:
    """Only one of ours can ask, and only about projects of theirs. A reply asks for nothing. The
    project that the subject names may be stricter about who is believed."""
    name = requested(work.mail.tags)
    handle = work.requests.get(name) if name else None
    if name is None or handle is None or work.person is None:
        return None
    if work.answers is not None or work.record is not None:
        return None
    ask = _ask(work, work.person, name)
    if isinstance(ask, Refusal):
        work.refuse(ask, work.mail.subject)
        return Done("processed", f"refused: {ask.reason}")
    if ask.project is not None and ask.project != work.project:
        work.project = ask.project
        doubted = believe(work)
        if doubted is not None:
            return doubted
    answer = handle(work.session, work.installation, work.directory, ask)
    if isinstance(answer, Refusal):
        work.refuse(answer, work.mail.subject)
        return Done("processed", f"refused: {answer.reason}")
    for told in answer:
        work.notices.tell(told.person, told.kind, told.reason, told.question)
    return Done("processed", f"request: {name}")


def _ask(work: Work, person: Person, name: str) -> Ask | Refusal:
    project, text = _project(work, work.title)
    mine = work.directory.projects_of(person.id)
    if project is not None and project not in mine:
        keys = [one.key for one in mine]
        return Refusal("unknown_project", {"given": project.key, "projects": keys})
    time = Moment(work.now, work.today(project))
    return Ask(name, person, project, text, work.mail.reply_text.strip(), work.input.id, time)


def _project(work: Work, title: str) -> tuple[Project | None, str]:
    """The project that the subject's first word names, and the rest; else as for any mail."""
    first, _, rest = title.partition(" ")
    named = work.directory.project_by_key(first) if first and work.rule != "tag" else None
    return (named, rest.strip()) if named else (work.project, title)
