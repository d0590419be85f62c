"""What a reply can begin with: the plain words and commands that work now, for this reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from mailflow.outbox.buttons import Buttons
from mailflow.outbox.facts import Shown
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Option
from mailflow.workflow.commands.status import next_states
from mailflow.workflow.context import Context
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import WITHDRAWN, Moment, Person

# Which moves have a button.
Have = Literal["usual", "all", "none"]
# The plain words that have a button where they lead onwards, in this order.
USUAL = ("done", "start", "acknowledge")
# More buttons than these are no help.
MOST_BUTTONS = 6


def for_owner(reader: Reader, shown: Shown) -> tuple[Option, ...]:
    """How the owner moves it on, gives it away or says until when."""
    buttons = _buttons(reader, shown)
    return (
        *agreement(reader, shown),
        *moves(reader, shown),
        *_not_mine(reader, shown, buttons),
        _in_a_week(reader, buttons),
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
    buttons, people = _buttons(reader, shown), _candidates(reader, shown)
    names = reader.names(person.id for person in people)
    projects = reader.phrases.join([p.key for p in reader.directory.projects.values()])
    few = people if len(people) <= MOST_BUTTONS else ()
    return (
        Option(
            reader.say("option.owner", command=reader.command("owner")),
            reader.say("option.owner_people", people=names),
        ),
        *(
            buttons.only(reader.name(person.id), f"{reader.command('owner')} {person.address}")
            for person in few
        ),
        *moves(reader, shown, "none"),
        _line(reader, "project", projects=projects),
        _ignore(reader, buttons),
    )


def moves(reader: Reader, shown: Shown, have: Have = "usual") -> tuple[Option, ...]:
    """The plain words of the kind, then the states that need /status; which `have` buttons."""
    record, kind = shown.record, reader.installation.kinds.by_name(shown.record.kind)
    if kind is None or not _may_move(reader, shown, kind):
        return ()
    allowed = _reachable(kind, record.state)
    by_word = {m: s for m, s in kind.words.items() if s in allowed}
    found = [
        _word_of_kind(reader, shown, kind, meaning, have)
        for meaning in sorted(by_word, key=_place)
        if reader.phrases.has(f"word.{meaning}")
    ]
    rest = [state for state in allowed if state not in by_word.values()]
    if not rest:
        return tuple(found)
    buttons, command = _buttons(reader, shown), reader.command("status")
    states = reader.phrases.join([reader.state(kind, state) for state in rest])
    write = reader.say("option.status", command=command)
    found.append(Option(write, reader.say("option.states", states=states)))
    each = rest if have == "all" else ()
    return (*found, *(buttons.only(_called(reader, kind, s), f"{command} {s}") for s in each))


def _word_of_kind(reader: Reader, shown: Shown, kind: Kind, meaning: str, have: Have) -> Option:
    state, states = kind.words[meaning], kind.states
    does = reader.say("option.state", state=reader.state(kind, state))
    onwards = shown.record.state == WITHDRAWN or states.index(state) > states.index(
        shown.record.state
    )
    if have == "all":
        return _buttons(reader, shown).word(meaning, does, _called(reader, kind, state))
    if have == "usual" and meaning in USUAL and onwards:
        return _buttons(reader, shown).word(meaning, does, reader.say(f"button.{meaning}"))
    return Option(word(reader, meaning), does)


def agreement(reader: Reader, shown: Shown) -> tuple[Option, ...]:
    """Yes and no, where the reader's side is still to say one of them."""
    if not awaits_side(reader, shown):
        return ()
    buttons, command = _buttons(reader, shown), reader.command("reject")
    reject = reader.say("option.reject", command=command)
    return (
        buttons.word("agree", reader.say("option.agree_does"), reader.say("button.agree")),
        # The blank is for the reason, which is typed behind it.
        buttons.option(
            reject, reader.say("option.reject_does"), reader.say("button.reject"), f"{command} "
        ),
    )


def undo(reader: Reader, shown: Shown) -> Option:
    """How somebody takes back what their mail did, in the receipt of it."""
    does = reader.say("option.undo_does")
    return _buttons(reader, shown).word("undo", does, reader.say("button.undo"))


def awaits_side(reader: Reader, shown: Shown) -> bool:
    record, kind = shown.record, reader.installation.kinds.by_name(shown.record.kind)
    side = shown.project.side(reader.person.id) if shown.project else None
    if kind is None or side is None:
        return False
    return record.state in kind.to_agree and side not in record.agreements


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


def _buttons(reader: Reader, shown: Shown) -> Buttons:
    return Buttons(reader, f"[{shown.record.ref}] {shown.record.title}")


def _place(meaning: str) -> int:
    """The usual words first, in their order."""
    return USUAL.index(meaning) if meaning in USUAL else len(USUAL)


def _called(reader: Reader, kind: Kind, state: str) -> str:
    """A state as the label of a button."""
    label = kind.state_called(state, reader.phrases.language)
    return label[:1].upper() + label[1:]


def _candidates(reader: Reader, shown: Shown) -> tuple[Person, ...]:
    """Who else could own it."""
    ids = shown.project.participants if shown.project else ()
    known = (reader.directory.persons[n] for n in ids if n != reader.person.id)
    return tuple(person for person in known if person.active)


def _not_mine(reader: Reader, shown: Shown, buttons: Buttons) -> tuple[Option, ...]:
    """Whoever coordinates has nobody to give it back to."""
    if shown.project is None or shown.project.coordinator == reader.person.id:
        return ()
    if shown.record.owner != reader.person.id:
        return ()
    does = reader.say("option.not_mine_does")
    return (buttons.word("not_mine", does, reader.say("button.not_mine")),)


def _in_a_week(reader: Reader, buttons: Buttons) -> Option:
    command = reader.command("due")
    return buttons.option(
        reader.say("option.due", command=command),
        reader.say("option.due_does"),
        reader.say("button.week"),
        reader.say("button.week_line", command=command),
    )


def _ignore(reader: Reader, buttons: Buttons) -> Option:
    return buttons.word("ignore", reader.say("option.ignore_does"), reader.say("button.ignore"))


def _line(reader: Reader, name: str, **given: str) -> Option:
    return Option(
        reader.say(f"option.{name}", command=reader.command(name)),
        reader.say(f"option.{name}_does", **given),
    )
