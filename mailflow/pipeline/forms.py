"""A form of ours that somebody filled in. The first answer opens the record that it asks
about; every other one is a reply about it, whose values may stand between the quoted lines."""

from __future__ import annotations

from collections.abc import Mapping

from mailflow.pipeline.filling import beside, given
from mailflow.pipeline.open_new import Draft
from mailflow.pipeline.opening import open_by
from mailflow.pipeline.work import Done, Work
from mailflow.store import forms
from mailflow.workflow.fields import asked_of, find
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import Person, Project, Record, Refusal
from parsers import filled_in

LONGEST_TITLE = 80


def form(work: Work) -> Done | None:
    question = work.question
    if question is None or question.kind != forms.FORM or work.person is None:
        return None
    if question.person_id != work.person.id:
        return _refuse(work, Refusal("not_yours_to_answer"))
    asked = forms.asked(question)
    project, kind = work.directory.projects.get(asked.project), work.kinds.by_name(asked.kind)
    if project is None or kind is None:
        return _refuse(work, Refusal("form_is_over"))
    _read(work, kind, asked)
    if not _says_something(work, kind, asked):
        return _refuse(work, _empty(work.person, kind, asked), question.id)
    forms.close(work.session, question, work.now)
    if asked.record is not None:
        # From here on it is a reply about that record.
        work.record, work.question = work.load_record(asked.record), None
        return None
    goal = _open(work, work.person, project, kind)
    forms.point_to(work.session, question, goal.id)
    _ask_the_team(work, project, kind, goal)
    return Done("processed", f"fills in form {question.id}")


def _read(work: Work, kind: Kind, asked: forms.Asked) -> None:
    """Of what is quoted only the lines of the form count: the rest of the mail has labels, too."""
    fields = {one.name: one for one in kind.fields if one.name in asked.fields}
    lines = filled_in(work.mail.text)
    work.form = tuple(one for one in lines if find(fields.values(), one.label))


def _says_something(work: Work, kind: Kind, asked: forms.Asked) -> bool:
    """Whether a value is there, or, where the record is, anything that a reply can say."""
    if given(work, kind):
        return True
    words = beside(work, kind, work.mail.note_text)
    return asked.record is not None and (work.has_request or bool(words))


def _open(work: Work, person: Person, project: Project, kind: Kind) -> Record:
    values, language = given(work, kind), person.language
    draft = Draft(
        project=project,
        kind=kind,
        reporter=person.id,
        title=_title(kind, values) or f"{kind.called(language)}: {project.name or project.key}",
        text=beside(work, kind, work.mail.note_text),
        files=work.files(),
    )
    return open_by(work, draft, values)


def _ask_the_team(work: Work, project: Project, kind: Kind, goal: Record) -> None:
    """What the team is asked for hangs on the record that there is now."""
    names = asked_of(kind.fields, "members", goal.fields)
    if not names:
        return
    team = [n for n in project.members if work.directory.persons[n].active]
    wanted = forms.Asked(project.id, kind.name, names, goal.id)
    for person, question in forms.ask(work.session, team, wanted, work.now).items():
        reason = {"reason": "form", "record": goal.id, "fields": list(names)}
        work.notices.tell(person, "question", reason, question.id)


def _title(kind: Kind, values: Mapping[str, str]) -> str:
    """The value of the kind's first field, in short: of a goal its result."""
    line = values.get(kind.fields[0].name, "").partition("\n")[0].strip()
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"


def _empty(person: Person, kind: Kind, asked: forms.Asked) -> Refusal:
    labels = [one.label(person.language) for one in kind.fields if one.name in asked.fields]
    return Refusal("empty_form", {"field": labels[0] if labels else "", "fields": labels})


def _refuse(work: Work, refusal: Refusal, question: int | None = None) -> Done:
    work.refuse(refusal, work.first_line(), question=question)
    return Done("processed", f"refused: {refusal.reason}")
