"""The answer to a question lets the held mails go their way, or drops them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from mailflow.pipeline.asking import ask_next, shown_by
from mailflow.pipeline.rules import as_told, make_rule, placing_rule
from mailflow.pipeline.work import Done, Work
from mailflow.store.records import by_ids
from mailflow.store.tables import Input, Question
from mailflow.workflow.model import NewRule, Refusal
from mailflow.workflow.refs import as_ref
from parsers.headers import mailboxes

Decision = Mapping[str, Any] | Refusal
DROP: Mapping[str, Any] = {"ignore": True}


def answer(work: Work) -> Done | None:
    if work.question is None or work.person is None:
        return None
    question = work.question
    if work.answers is None or work.answers.person_id != work.person.id:
        return _refuse(work, Refusal("not_yours_to_answer"))
    if question.answered_at is not None:
        return _refuse(work, Refusal("already_answered"))
    decision = DECIDE[question.kind](work, question)
    if isinstance(decision, Refusal):
        return _refuse(work, decision)
    rule: NewRule | Refusal | None = None
    if _named(work, "always") is not None:
        rule = placing_rule(work, question, decision)
    if isinstance(rule, Refusal):
        return _refuse(work, rule)
    question.answered_at = work.now
    held = _release(work, question, decision)
    made = make_rule(work, rule) if rule else None
    _tell(work, question, held, dropped=decision == DROP, rule=as_told(made) if made else None)
    return Done("processed", f"answers question {question.id}")


def _release(work: Work, question: Question, decision: Mapping[str, Any]) -> list[Input]:
    """Let go what the question was about; what it did not show is asked about next."""
    query = select(Input).where(Input.held_for == question.id).order_by(Input.id)
    waiting = list(work.session.scalars(query))
    held = shown_by(work, question, waiting)
    for one in held:
        _let_go(one, decision)
    rest = [one for one in waiting if one not in held]
    if rest:
        ask_next(work, question, rest)
    return held


def _let_go(waiting: Input, decision: Mapping[str, Any]) -> None:
    if decision == DROP:
        waiting.state, waiting.reason = "ignored", "so decided by who was asked"
        return
    waiting.state, waiting.reason, waiting.held_for = "stored", None, None
    waiting.turn += 1
    waiting.decisions = {**waiting.decisions, **decision}


def _confirm(work: Work, _question: Question) -> Decision:
    """Was this you?"""
    if work.mail.word == "yes":
        return {"believed": True}
    if work.mail.word in ("no", "ignore") or _named(work, "ignore") is not None:
        return DROP
    return Refusal("answer_yes_or_no")


def _believe(work: Work, question: Question) -> Decision:
    """The coordinator is asked whether to believe a mail."""
    triaged = _triage(work, question)
    if isinstance(triaged, Refusal):
        return _confirm(work, question)
    return triaged if triaged == DROP else {**triaged, "believed": True}


def _triage(work: Work, question: Question) -> Decision:
    """Where does it belong? The number of a guess, and what commands say otherwise."""
    if _named(work, "ignore") is not None or work.mail.word in ("ignore", "no"):
        return DROP
    decided: dict[str, Any] = dict(_guessed(work, question) or {})
    project, kind = _named(work, "project"), _named(work, "kind")
    if project is not None:
        found = work.directory.project_by_key(project)
        if found is None:
            keys = [p.key for p in work.directory.projects.values()]
            return Refusal("unknown_project", {"given": project, "projects": keys})
        decided["project"] = found.key
    if kind is not None:
        known = work.installation.kinds
        wanted = known.find(kind)
        if wanted is None:
            return Refusal("unknown_kind", {"given": kind, "kinds": list(known.names)})
        decided["kind"] = wanted.name
    if not decided and work.mail.word != "yes":
        return Refusal("nothing_decided")
    return {**decided, "believed": True, "by": work.person.id if work.person else None}


def _guessed(work: Work, question: Question) -> Mapping[str, Any] | None:
    """The guess whose number it gives, alone on its line or before a command."""
    if question.kind != "triage":
        return None
    first = work.mail.items[0] if work.mail.items else None
    if first is not None and first.line.strip() == _first_line(work):
        return _chosen(str(first.numbers[0]), question.options)
    return _chosen(_first_line(work), question.options)


def _record(work: Work, question: Question) -> Decision:
    """Which of several records? Its number in our mail, or its ref."""
    if _named(work, "ignore") is not None or work.mail.word in ("ignore", "no"):
        return DROP
    rows = by_ids(work.session, question.options)
    refs = [rows[n].record.ref for n in question.options if n in rows]
    line = _first_line(work)
    chosen = _chosen(line, question.options)
    if chosen is not None and chosen in rows:
        return {"record": chosen}
    ref = as_ref(line)
    if ref in refs:
        return {"record": question.options[refs.index(ref)]}
    return Refusal("which_one", {"refs": refs})


def _client(work: Work, question: Question) -> Decision:
    """Whose words? A number of our mail, a name with an address, or no client's."""
    if _named(work, "ignore") is not None or work.mail.word == "ignore":
        return DROP
    if work.mail.word == "no":
        return {"client": ["", ""]}
    line = _first_line(work)
    chosen = _chosen(line, question.options)
    if chosen is not None:
        return {"client": chosen}
    written = [box for box in mailboxes(line) if box.address]
    if len(written) == 1:
        return {"client": [written[0].name[:200], written[0].address[:320]]}
    return Refusal("whose_words")


def _first_line(work: Work) -> str:
    lines = (line.strip() for line in work.mail.reply_text.splitlines())
    return next((line for line in lines if line), "")


def _chosen(line: str, options: Sequence[Any]) -> Any | None:
    """The option whose number the line is."""
    number = line.rstrip(".。)")
    if number.isascii() and number.isdigit() and 1 <= int(number[:6]) <= len(options):
        return options[int(number[:6]) - 1]
    return None


DECIDE: Mapping[str, Callable[[Work, Question], Decision]] = {
    "confirm": _confirm,
    "believe": _believe,
    "triage": _triage,
    "record": _record,
    "client": _client,
}


def _named(work: Work, name: str) -> str | None:
    """The argument of a command, also of one behind a number (`1 /always`)."""
    commands = [*work.mail.commands, *(c for item in work.mail.items for c in item.commands)]
    return next((c.argument for c in commands if c.name == name), None)


def _refuse(work: Work, refusal: Refusal) -> Done:
    if work.person is not None:
        work.refuse(refusal, work.first_line())
    return Done("processed", f"refused: {refusal.reason}")


def _tell(
    work: Work,
    question: Question,
    held: list[Input],
    *,
    dropped: bool,
    rule: Mapping[str, Any] | None = None,
) -> None:
    if work.person is None:
        return
    decision = "ignored" if dropped else "released"
    for waiting in held:
        reason = {"reason": "answered", "input": waiting.id, "decision": decision}
        if rule is not None:
            reason["rule"] = rule
        work.notices.tell(work.person.id, "receipt", reason)
    coordinator = work.coordinator()
    if dropped and question.kind == "confirm" and coordinator is not None:
        inputs = [waiting.id for waiting in held]
        reason = {"reason": "denied", "inputs": inputs, "person": work.person.id}
        work.notices.tell(coordinator.id, "notice", work.to_coordinator(reason))
