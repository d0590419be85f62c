"""What both sides decided, and how long it took them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from mailflow.requests.reports.table import Cell, Report, Scope, Table
from mailflow.store import records, totals
from mailflow.workflow.kinds import Kind


def make(session: Session, scope: Scope) -> Table:
    kinds = [kind for kind in scope.kinds if kind.agreement == "both" and not kind.private]
    states = {kind.name: _decided(kind) for kind in kinds}
    found = totals.settled(session, scope.ids, states)
    rows = records.by_ids(session, [record_id for record_id, _, _ in found])
    days = [(settled - opened).days for _, opened, settled in found]
    average: Cell = ("days", round(sum(days) / len(days))) if days else ("none", None)
    return Table(
        ("record", "kind", "state", "took"),
        tuple(
            (
                ("record", record_id),
                ("kind", rows[record_id].record.kind),
                ("state", [rows[record_id].record.kind, rows[record_id].record.state]),
                ("days", n),
            )
            for (record_id, _, _), n in zip(found, days, strict=True)
            if record_id in rows
        ),
        (("text", "average"), ("none", None), ("none", None), average),
    )


def _decided(kind: Kind) -> list[str]:
    """The states in which nothing is to be agreed any more and nothing waits."""
    return [state for state in kind.states if state in kind.settled and state not in kind.to_agree]


REPORT = Report(
    "decisions",
    {"en": "Decisions and how long they took", "zh": "决定及所用时间"},
    ("decision", "decisions", "decided", "agreed", "agreement", "决定", "决策", "同意", "多久"),
    make,
)
