"""How fast records were answered and solved, against what their kinds promise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from mailflow.requests.reports.table import NOTHING, Cell, Report, Scope, Table
from mailflow.store import totals
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import PRIORITIES
from mailflow.workflow.norms import Norm, hours_of

# Of these days; so many records are measured, the newest.
DAYS, MOST = 90, 2_000


class Took(NamedTuple):
    """How many working hours it took, or has taken until now if it is not `done`."""

    hours: float
    done: bool


def make(session: Session, scope: Scope) -> Table:
    kinds = {k.name: k for k in scope.kinds if not k.private and (k.answer_hours or k.solve_hours)}
    states = {name: kind.states for name, kind in kinds.items()}
    since = scope.now - timedelta(days=DAYS)
    groups: dict[tuple[str, str, Norm], list[Took]] = {}
    for name, priority, project, opened, first, settled in totals.answered(
        session, scope.ids, states, since, MOST
    ):
        ends: tuple[tuple[Norm, datetime | None], ...] = (("answer", first), ("solve", settled))
        for which, end in ends:
            if hours_of(kinds[name], priority, which) is not None:
                zone = scope.zone(project)
                hours = scope.calendar.hours_between(opened, end or scope.now, zone)
                groups.setdefault((name, priority, which), []).append(Took(hours, end is not None))
    order = sorted(groups, key=lambda g: (list(kinds).index(g[0]), -_rank(g[1]), g[2]))
    return Table(
        ("kind", "priority", "norm", "promised", "n", "took_hours", "kept"),
        tuple(_row(kinds[group[0]], group[1], group[2], groups[group]) for group in order),
    )


def _row(kind: Kind, priority: str, which: Norm, took: Iterable[Took]) -> tuple[Cell, ...]:
    """What is not done counts only once it is late."""
    promised, took = hours_of(kind, priority, which) or 0, list(took)
    done = [one.hours for one in took if one.done]
    judged = [one for one in took if one.done or one.hours > promised]
    kept = [one for one in judged if one.hours <= promised]
    return (
        ("kind", kind.name),
        ("priority", priority),
        ("text", which),
        ("hours", promised),
        ("n", len(took)),
        ("hours", round(sum(done) / len(done), 1)) if done else NOTHING,
        ("share", len(kept) / len(judged)) if judged else NOTHING,
    )


def _rank(priority: str) -> int:
    return PRIORITIES.index(priority) if priority in PRIORITIES else 0


REPORT = Report(
    "answer-times",
    {
        "en": "Answers and solutions of the last 90 days, in working hours",
        "zh": "近 90 天的答复与解决时效（工作小时）",
    },
    (
        *("answer", "answers", "answered", "norm", "norms", "response", "solution", "solved"),
        *("fast", "答复", "时效", "响应", "标准", "解决时间"),
    ),
    make,
)
