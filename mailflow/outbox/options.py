"""What a reply can begin with: the plain words and commands that work now, for this reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from mailflow.outbox import guessed
from mailflow.outbox.buttons import Buttons
from mailflow.outbox.facts import Reason, Shown
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Option
from mailflow.workflow.commands.status import next_states
from mailflow.workflow.context import Context
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import WITHDRAWN, Moment, Person, Record

# Which moves have a button.
Have = Literal["usual", "all", "none"]
# The plain words that have a button where they lead onwards, in this order.
USUAL = ("done", "start", "acknowledge")
# More buttons than these are no help.
MOST_BUTTONS = 6
WEEK = timedelta(days=7)


def for_owner(reader: Reader, shown: Shown) -> tuple[Option, ...]:
    """How the owner moves it on, gives it away or says until when."""
    buttons = _buttons(reader, shown)
    return (
        *(agreement(reader, shown) if is_asked_to_agree(reader, shown) else ()),
        *moves(reader, shown),
        *_not_mine(reader, shown, buttons),
        _until(reader, shown, buttons),
        _line(reader, "owner"),
    )


def for_reporter(reader: Reader, _shown: Shown) -> tuple[Option, ...]:
    """How the one who reported it corrects what was understood."""
    kinds = reader.phrases.join([reader.kind(n) for n in reader.installation.kinds.names])
    return (
        _line(reader, "priority"),
        _line(reader, "due"),
        _line(reader, "owner"),
        _line(reader, "kind", kinds=kinds),
        Option(word(reader, "ignore"), reader.say("option.ignore_does")),
    )


def for_coordinator(
    reader: Reader, shown: Shown, reasons: Sequence[Reason] = ()
) -> tuple[Option, ...]:
    """How the coordinator names an owner, or puts it elsewhere; `reasons` bring guesses."""
    buttons, people = _buttons(reader, shown), _candidates(reader, shown)
    guesses = dict(guessed.owners(buttons, reasons))
    names = reader.names(person.id for person in people)
    projects = reader.phrases.join([p.key for p in reader.directory.projects.values()])
    few = people if len(people) <= MOST_BUTTONS else ()
    return (
        *guesses.values(),
        Option(
            reader.say("option.owner", command=reader.command("owner")),
            reader.say("option.owner_people", people=names),
        ),
        *(
            buttons.only(reader.name(person.id), f"{reader.command('owner')} {person.address}")
            for person in few
            if person.id not in guesses
        ),
        guessed.always(reader),
        *moves(reader, shown, "none"),
        _line(reader, "project", projects=projects),
        _ignore(reader, buttons),
    )


def moves(reader: Reader, shown: Shown, have: Have = "usual") -> tuple[Option, ...]:
    """The plain words of the kind, then the states that need /status; which `have` buttons."""
    record, kind = shown.record, reader.installation.kinds.by_name(shown.record.kind)
    if kind is None or not _may_move(reader, shown, kind):
        return ()
    allowed = reachable(kind, record.state)
    is_over = record.state in kind.settled
    by_word = {m: s for m, s in kind.words.items() if s in allowed and (is_over or m != "reopen")}
    found = [
        _word_of_kind(reader, shown, kind, meaning, have)
        for meaning in sorted(by_word, key=_place)
        if reader.phrases.has(f"word.{meaning}")
    ]
    rest = [state for state in allowed if state not in by_word.values()]
    if not rest:
        return tuple(found)
    buttons, command = _buttons(reader, shown), reader.command("status")
    if have == "all" and len(rest) <= MOST_BUTTONS:
        lines = (_to_state(reader, buttons, kind, state) for state in rest)
        return (*lines, *found)
    states = reader.phrases.join([reader.state(kind, state) for state in rest])
    write = reader.say("option.status", command=command)
    found.append(Option(write, reader.say("option.states", states=states)))
    return tuple(found)


def _to_state(reader: Reader, buttons: Buttons, kind: Kind, state: str) -> Option:
    """A state that no plain word leads to, as a line and a button of its own."""
    does = reader.say("option.state", state=reader.state(kind, state))
    return buttons.option(f"{reader.command('status')} {state}", does, called(reader, kind, state))


def _word_of_kind(reader: Reader, shown: Shown, kind: Kind, meaning: str, have: Have) -> Option:
    state = kind.words[meaning]
    does = reader.say("option.state", state=reader.state(kind, state))
    if have == "all":
        return _buttons(reader, shown).word(meaning, does, called(reader, kind, state))
    if have == "usual" and meaning in onwards(kind, shown.record.state):
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
        *_change(reader, shown),
    )


def _change(reader: Reader, shown: Shown) -> tuple[Option, ...]:
    """How what is to be agreed is changed before."""
    kind = reader.installation.kinds.by_name(shown.record.kind)
    if kind is None or not kind.fields:
        return ()
    fields = reader.phrases.join([f.called(reader.phrases.language) for f in kind.fields])
    return (_line(reader, "change", fields=fields),)


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


def is_asked_to_agree(reader: Reader, shown: Shown) -> bool:
    """Whether the reader's side is asked now, or the other one has agreed already."""
    record, kind = shown.record, reader.installation.kinds.by_name(shown.record.kind)
    if kind is None or not awaits_side(reader, shown):
        return False
    return record.state == kind.asked_to_agree or bool(record.agreements)


def word(reader: Reader, meaning: str) -> str:
    """How a plain word is said: "done / fixed"."""
    return reader.say("format.or").join(reader.phrases.each(f"word.{meaning}"))


def reachable(kind: Kind, state: str) -> Sequence[str]:
    """Where /status leads; what both sides agree is reached by agreeing."""
    if state == WITHDRAWN:
        return kind.states
    by_agreement = {kind.agreed_state, kind.rejected_state} if kind.agreement == "both" else set()
    return [s for s in next_states(kind, state) if s not in by_agreement]


def later(kind: Kind, record: Record) -> Sequence[str]:
    """The states behind that of the record."""
    known = record.state in kind.states
    return kind.states[kind.states.index(record.state) + 1 :] if known else ()


def onwards(kind: Kind, state: str) -> Sequence[str]:
    """The usual words that lead to a later state."""
    allowed, found = reachable(kind, state), []
    for meaning in USUAL:
        target = kind.words.get(meaning)
        if target in allowed and state not in kind.states[kind.states.index(target) :]:
            found.append(meaning)
    return found


def roles(reader: Reader, shown: Shown) -> set[str]:
    """What the reader is to the record; nothing where its project has ended."""
    if shown.project is None:
        return set()
    time = Moment(reader.now, reader.today)
    kinds = reader.installation.kinds
    return Context(shown.record, reader.person, reader.directory, kinds, time).roles()


def _may_move(reader: Reader, shown: Shown, kind: Kind) -> bool:
    return bool(roles(reader, shown) & set(kind.may_move))


def _buttons(reader: Reader, shown: Shown) -> Buttons:
    return Buttons(reader, f"[{shown.record.ref}] {shown.record.title}")


def _place(meaning: str) -> int:
    """The usual words first, in their order."""
    return USUAL.index(meaning) if meaning in USUAL else len(USUAL)


def called(reader: Reader, kind: Kind, state: str) -> str:
    """A state as the label of a button."""
    label = kind.state_called(state, reader.phrases.language)
    return label[:1].upper() + label[1:]


def _candidates(reader: Reader, shown: Shown) -> tuple[Person, ...]:
    """Who else could own it."""
    ids = shown.project.participants if shown.project else ()
    known = (reader.directory.persons[n] for n in ids if n != reader.person.id)
    return tuple(person for person in known if person.active)


def can_give_back(reader: Reader, shown: Shown) -> bool:
    """Whether it is theirs; whoever coordinates has nobody to give it back to."""
    if shown.project is None or shown.project.coordinator == reader.person.id:
        return False
    return shown.record.owner == reader.person.id


def may_need_a_week(reader: Reader, shown: Shown) -> bool:
    """Not where it is due later anyway."""
    return shown.record.due is None or shown.record.due < reader.today + WEEK


def _not_mine(reader: Reader, shown: Shown, buttons: Buttons) -> tuple[Option, ...]:
    if not can_give_back(reader, shown):
        return ()
    does = reader.say("option.not_mine_does")
    return (buttons.word("not_mine", does, reader.say("button.not_mine")),)


def _until(reader: Reader, shown: Shown, buttons: Buttons) -> Option:
    command = reader.command("due")
    write, does = reader.say("option.due", command=command), reader.say("option.due_does")
    if not may_need_a_week(reader, shown):
        return Option(write, does)
    line = reader.say("button.week_line", command=command)
    return buttons.option(write, does, reader.say("button.week"), line)


def _ignore(reader: Reader, buttons: Buttons) -> Option:
    return buttons.word("ignore", reader.say("option.ignore_does"), reader.say("button.ignore"))


def _line(reader: Reader, name: str, **given: str) -> Option:
    return Option(
        reader.say(f"option.{name}", command=reader.command(name)),
        reader.say(f"option.{name}_does", **given),
    )
