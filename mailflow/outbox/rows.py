"""The small buttons of a record in a list: the most likely steps, each as a numbered line.

Only what waits for the reader has some. The number says which record is meant, and the reply
token in the text which list of ours, so the subject is short.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from mailflow.outbox import options
from mailflow.outbox.buttons import Buttons
from mailflow.outbox.facts import Shown
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Option
from mailflow.workflow.kinds import Kind

# A step: what stands on its button, and the line behind the number.
Step = tuple[str, str]

MOST_STEPS = 3
# Some mail programs cut a mail off that is longer than 100 kB; a row's buttons are about one.
MOST_ROWS = 20


@dataclass
class Taps:
    """The buttons of a mail's rows, as long as there is `room`: the first rows have them."""

    reader: Reader
    room: int = MOST_ROWS

    def of(self, shown: Shown, number: int, *, acts: bool = False) -> tuple[Option, ...]:
        """Those of one record; `acts` says that the reader stands in for its owner."""
        if not self.room or not number:
            return ()
        buttons = Buttons(self.reader, f"[{shown.record.ref}]")
        found = tuple(
            buttons.only(label, f"{number} {line}")
            for label, line in islice(_steps(self.reader, shown, acts=acts), MOST_STEPS)
        )
        self.room -= bool(found)
        return found


def _steps(reader: Reader, shown: Shown, *, acts: bool) -> Iterator[Step]:
    """What can be done next, the most likely first; nothing where it does not wait for them."""
    record, kind = shown.record, reader.installation.kinds.by_name(shown.record.kind)
    roles = options.roles(reader, shown)
    if kind is None:
        return
    is_open = record.state in kind.states and record.state not in kind.settled
    if options.is_asked_to_agree(reader, shown):
        yield _word(reader, "agree")
        # The blank is for the reason, which is typed behind it.
        yield reader.say("button.reject"), f"{reader.command('reject')} "
    elif roles & set(kind.asked.get(record.state, ())):
        yield from _states(reader, kind, record.state)
    elif is_open and "coordinator" in roles and not record.routed:
        yield reader.say("button.owner"), f"{reader.command('owner')} "
        yield _word(reader, "ignore")
    elif is_open and (acts or "owner" in roles):
        yield from _onwards(reader, shown, kind, roles)


def _onwards(reader: Reader, shown: Shown, kind: Kind, roles: set[str]) -> Iterator[Step]:
    """How its owner goes on with it, puts it off or gives it back."""
    leads = options.onwards(kind, shown.record.state) if roles & set(kind.may_move) else ()
    yield from (_word(reader, meaning) for meaning in leads[:1])
    if options.may_need_a_week(reader, shown):
        line = reader.say("button.week_line", command=reader.command("due"))
        yield reader.say("button.week"), line
    if options.can_give_back(reader, shown):
        yield _word(reader, "not_mine")


def _states(reader: Reader, kind: Kind, state: str) -> Iterator[Step]:
    """How it can go on from a state in which somebody is asked: forward, or one step back."""
    command, place = reader.command("status"), kind.states.index(state)
    reachable = [kind.states.index(one) for one in options.reachable(kind, state)]
    forward = [n for n in reachable if n > place][: MOST_STEPS - 1]
    back = [n for n in reachable if n < place][-1:]
    for name in (kind.states[n] for n in (*forward, *back)):
        yield options.called(reader, kind, name), f"{command} {name}"


def _word(reader: Reader, meaning: str) -> Step:
    return reader.say(f"button.{meaning}"), reader.phrases.each(f"word.{meaning}")[0]
