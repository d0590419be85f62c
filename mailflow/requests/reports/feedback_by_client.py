"""What clients say: how much feedback each gave, and what became of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from mailflow.requests.reports.table import Report, Scope, Table
from mailflow.store import totals


def make(session: Session, scope: Scope) -> Table:
    kinds = [kind.name for kind in scope.kinds.counting_as("feedback")]
    found = totals.count_by_client(session, scope.ids, kinds)
    return Table(
        ("client", "kind", "state", "n"),
        tuple(
            (
                ("client", client),
                ("kind", kind),
                ("state", [kind, state]),
                ("n", n),
            )
            for client, kind, state, n in found
        ),
        (("text", "total"), ("none", None), ("none", None), ("n", sum(row[3] for row in found))),
    )


REPORT = Report(
    "feedback-by-client",
    {"en": "Feedback by client", "zh": "客户反馈（按客户和状态）"},
    ("feedback", "client", "clients", "customer", "customers", "theme", "反馈", "客户", "意见"),
    make,
)
