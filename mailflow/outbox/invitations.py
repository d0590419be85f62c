"""What mails say of a meeting beside its agenda: that it is called, or called off; what somebody
wants to talk about; who comes, or proposes another time."""

from __future__ import annotations

from datetime import datetime

from mailflow.outbox import sitting
from mailflow.outbox.buttons import Buttons
from mailflow.outbox.facts import Facts, Reason
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Block, Option, Piece, Quote, Said

YOU_COME = {"accepted": "meeting.you_come", "declined": "meeting.you_do_not"}


def invited(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    """To whoever called it the same is the receipt of their mail."""
    known = sitting.given(reader, reason)
    subject = reader.say("subject.invitation", **known)
    mine = reason.get("by") == reader.person.id
    who = reader.actor(reason.get("by"))
    said = reader.say("meeting.called_by_you" if mine else "meeting.called", person=who, **known)
    asked = _call_off(reader, subject) if mine else sitting.will_you_come(reader, reason, subject)
    asked = asked or Block()
    lines = sitting.points(reader, facts, reason)
    about = (Quote(reader.say("meeting.about"), _list(lines)),) if lines else ()
    block = Block(
        said=(Said(said),),
        asked=asked.asked,
        how=asked.how,
        options=asked.options,
        quotes=about,
        facts=_facts(reader, reason),
    )
    return Piece(
        subject,
        (block,),
        how=reader.say("agenda.how"),
        project=sitting.project_of(reader, reason),
        calendar=sitting.calendar(reader, reason),
    )


def called_off(reader: Reader, _facts: Facts, _input: int, reason: Reason) -> Piece:
    known, person = sitting.given(reader, reason), reader.actor(reason.get("person"))
    said = Said(reader.say("meeting.called_off", person=person, **known))
    return Piece(
        reader.say("subject.called_off", **known),
        (Block(said=(said,)),),
        project=sitting.project_of(reader, reason),
        calendar=sitting.calendar(reader, reason, "CANCEL"),
        how="",
    )


def comes(reader: Reader, _facts: Facts, _input: int, reason: Reason) -> Piece:
    """The receipt of who answered the invitation in words."""
    known, answer = sitting.given(reader, reason), reason.get("answer")
    key = YOU_COME.get(str(answer), "meeting.you_took_back")
    subject = reader.say("subject.about_meeting", **known)
    undo = (_undo(reader, subject, "option.undo_answer_does"),) if answer else ()
    how = reader.say("ask.undo") if undo else ""
    block = Block(said=(Said(reader.say(key, **known)),), how=how, options=undo)
    project = sitting.project_of(reader, reason)
    return Piece(subject, (block,), project=project, how=reader.say("agenda.how"))


def proposed(reader: Reader, _facts: Facts, _input: int, reason: Reason) -> Piece:
    known, person = sitting.given(reader, reason), reader.name(reason.get("person"))
    value = reason.get("proposed")
    other = reader.moment(datetime.fromisoformat(str(value))) if value else reader.say("none")
    said = Said(reader.say("meeting.proposed", person=person, other=other, **known))
    why = reader.why(reader.say("because.calls_meeting"))
    block = Block(said=(said,), asked=(reader.say("meeting.ask_caller"),), why=why)
    subject = reader.say("subject.about_meeting", **known)
    project = sitting.project_of(reader, reason)
    return Piece(subject, (block,), project=project, how=reader.say("agenda.how"))


def points(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    """To their author where and when they will be talked about, to all others what they are."""
    known, lines = sitting.given(reader, reason), sitting.points(reader, facts, reason)
    author = next((one.get("person") for one in reason.get("points") or ()), None)
    key = "meeting.points" if reason.get("sitting") else "meeting.points_wait"
    if not reason.get("starts"):
        key = "meeting.points_unplanned"
    said = reader.say(key, n=len(lines), person=reader.actor(author), **known)
    is_mine = author == reader.person.id
    why = "" if is_mine else reader.why(reader.say("because.of_project", **known))
    planned = "subject.points" if reason.get("starts") else "subject.points_unplanned"
    subject, project = reader.say(planned, **known), sitting.project_of(reader, reason)
    how, undo = ("", ()) if not is_mine else (reader.say("ask.undo"), (_undo(reader, subject),))
    block = Block(said=(Said(said, Quote("", _list(lines))),), how=how, options=undo, why=why)
    goes_on = reader.say("agenda.how") if reason.get("sitting") else None
    return Piece(subject, (block,), project=project, how=goes_on)


def points_gone(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    """Their author took them back."""
    known, lines = sitting.given(reader, reason), sitting.points(reader, facts, reason)
    author = next((one.get("person") for one in reason.get("points") or ()), None)
    said = reader.say("meeting.points_gone", n=len(lines), person=reader.actor(author), **known)
    block = Block(said=(Said(said, Quote("", _list(lines))),))
    subject = reader.say("subject.points_unplanned", **known)
    return Piece(subject, (block,), project=sitting.project_of(reader, reason))


def _undo(reader: Reader, subject: str, what: str = "option.undo_points_does") -> Option:
    does, label = reader.say(what), reader.say("button.undo")
    return Buttons(reader, subject).word("undo", does, label)


def _call_off(reader: Reader, subject: str) -> Block:
    word = reader.say("meeting.cancel")
    option = Buttons(reader, subject).option(
        word, reader.say("meeting.cancel_does"), reader.say("button.cancel")
    )
    return Block(how=reader.say("meeting.to_cancel"), options=(option,))


def _facts(reader: Reader, reason: Reason) -> tuple[tuple[str, str], ...]:
    known = sitting.given(reader, reason)
    rows = (
        ("moment", sitting.when(reader, reason)),
        ("duration", reader.minutes(known["minutes"])),
        ("place", known["place"]),
        ("project", known["project"]),
    )
    return tuple((reader.say(f"fact.{name}"), value) for name, value in rows if value)


def _list(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {line}" for line in lines)
