"""What a reply can begin with: the plain words and commands that work now, for this reader."""

from __future__ import annotations

from collections.abc import Sequence

from mailflow.outbox.facts import Shown
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Option
from mailflow.workflow.commands.status import next_states
from mailflow.workflow.context import Context
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import WITHDRAWN, Moment


def for_owner(reader: Reader, shown: Shown) -> tuple[Option, ...]:
    """How the owner moves it on, gives it away or says until when."""
    return (
        *agreement(reader, shown),
        *moves(reader, shown),
        _line(reader, "due"),
        _line(reader, "owner"),
    )


def for_reporter(reader: Reader, _shown: Shown) -> tuple[Option, ...]:
    """How the one who reported it corrects what was understood."""
    kinds = reader.phrases.join(list(reader.installation.kinds.names))
    return (
        _line(reader, "priority"),
        _line(reader, "due"),
        _line(reader, "owner"),
        _line(reader, "kind", kinds=kinds),
        Option(word(reader, "ignore"), reader.say("option.ignore_does")),
    )


def for_coordinator(reader: Reader, shown: Shown) -> tuple[Option, ...]:
    """How the coordinator names an owner, or puts it elsewhere."""
    project = shown.project
    people = (
        reader.names(p for p in project.participants if p != reader.person.id) if project else ""
    )
    projects = reader.phrases.join([p.key for p in reader.directory.projects.values()])
    return (
        Option(
            reader.say("option.owner", command=reader.command("owner")),
            reader.say("option.owner_people", people=people),
        ),
        *moves(reader, shown),
        _line(reader, "project", projects=projects),
        Option(word(reader, "ignore"), reader.say("option.ignore_does")),
    )


def moves(reader: Reader, shown: Shown) -> tuple[Option, ...]:
    """The plain words of the kind, then the states that need /status."""
    record, kind = shown.record, reader.installation.kinds.by_name(shown.record.kind)
    if kind is None or not _may_move(reader, shown, kind):
        return ()
    allowed = _reachable(kind, record.state)
    by_word = {m: s for m, s in kind.words.items() if s in allowed}
    found = [
        Option(word(reader, meaning), reader.say("option.state", state=reader.state(kind, state)))
        for meaning, state in by_word.items()
        if reader.phrases.has(f"word.{meaning}")
    ]
    rest = [state for state in allowed if state not in by_word.values()]
    if rest:
        states = reader.phrases.join([reader.state(kind, state) for state in rest])
        command = reader.say("option.status", command=reader.command("status"))
        found.append(Option(command, reader.say("option.states", states=states)))
    return tuple(found)


def agreement(reader: Reader, shown: Shown) -> tuple[Option, ...]:
    """Yes and no, where the reader's side is still to say one of them."""
    if not awaits_side(reader, shown):
        return ()
    reject = reader.say("option.reject", command=reader.command("reject"))
    return (
        Option(word(reader, "agree"), reader.say("option.agree_does")),
        Option(reject, reader.say("option.reject_does")),
    )


def awaits_side(reader: Reader, shown: Shown) -> bool:
    record, kind = shown.record, reader.installation.kinds.by_name(shown.record.kind)
    side = shown.project.side(reader.person.id) if shown.project else None
    if kind is None or side is None or kind.agreement != "both":
        return False
    return record.state == kind.states[0] and side not in record.agreements


def word(reader: Reader, meaning: str) -> str:
    """How a plain word is said: "done / fixed"."""
    return reader.say("format.or").join(reader.phrases.each(f"word.{meaning}"))


def _reachable(kind: Kind, state: str) -> Sequence[str]:
    """Where /status leads; what both sides agree is reached by agreeing."""
    if state == WITHDRAWN:
        return kind.states
    by_agreement = {kind.agreed_state, kind.rejected_state} if kind.agreement == "both" else set()
    return [s for s in next_states(kind, state) if s not in by_agreement]


def _may_move(reader: Reader, shown: Shown, kind: Kind) -> bool:
    if shown.project is None:
        return False
    time = Moment(reader.now, reader.today)
    kinds = reader.installation.kinds
    context = Context(shown.record, reader.person, reader.directory, kinds, time)
    return bool(context.roles() & set(kind.may_move))


def _line(reader: Reader, name: str, **given: str) -> Option:
    return Option(
        reader.say(f"option.{name}", command=reader.command(name)),
        reader.say(f"option.{name}_does", **given),
    )
