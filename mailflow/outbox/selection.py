"""Which waiting notices become which mails now: gathering, and the daily limit. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailflow.store.outbox import Waiting

# These come when the clock says so, whatever else a person got that day.
ALWAYS = ("digest", "agenda", "invitation", "report", "reminder")
# Nobody waits longer than so many times the gathering, however often another mail comes between.
PATIENCE = 5
# What is more than this goes into the next mail.
MOST_IN_ONE = 300


@dataclass(frozen=True, slots=True)
class Rules:
    gather: timedelta
    mails_a_day: int


@dataclass(frozen=True, slots=True)
class Past:
    """What a person got: when the last mail was made, and how many since their midnight.

    `was_full` says of an earlier moment whether the limit was reached on its day.
    """

    last: datetime | None
    today: int
    midnight: datetime
    was_full: Callable[[datetime], bool]


@dataclass(frozen=True, slots=True)
class Planned:
    """One mail to be: its kind and the notices that go into it."""

    person_id: int
    kind: str
    notices: tuple[int, ...]


def plan(waiting: Sequence[Waiting], past: Past, rules: Rules, now: datetime) -> list[Planned]:
    """The mails that one person gets now, in this order; `waiting` are theirs, oldest first.

    What was gathered goes first, so that a receipt of the same pass does not put it off.
    """
    room = max(0, rules.mails_a_day - past.today)
    planned: list[Planned] = []
    together = [w for w in waiting if w.kind == "notice" or _is_left_over(w, past)]
    if together and room > 0 and _is_gathered(together, past, rules, now):
        ids = tuple(w.id for w in together[:MOST_IN_ONE])
        planned.append(Planned(together[0].person_id, "notice", ids))
    taken = {w.id for w in together}
    alone = [w for w in waiting if w.id not in taken and w.kind not in ALWAYS]
    planned += [Planned(w.person_id, w.kind, (w.id,)) for w in alone[: room - len(planned)]]
    due = [Planned(w.person_id, w.kind, (w.id,)) for w in waiting if w.kind in ALWAYS]
    return planned + due


def _is_left_over(waiting: Waiting, past: Past) -> bool:
    """A receipt that found its day's limit reached: it goes out in the next day's summary."""
    return (
        waiting.kind == "receipt"
        and waiting.created_at < past.midnight
        and past.was_full(waiting.created_at)
    )


def _is_gathered(together: Sequence[Waiting], past: Past, rules: Rules, now: datetime) -> bool:
    if past.last is None or past.last + rules.gather <= now:
        return True
    return together[0].created_at + PATIENCE * rules.gather <= now
