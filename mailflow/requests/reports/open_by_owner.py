"""Who has how many open issues."""

from __future__ import annotations

from sqlalchemy.orm import Session

from mailflow.requests.reports.table import Report, Scope, Table
from mailflow.store import totals


def make(session: Session, scope: Scope) -> Table:
    found = totals.open_by_owner(session, scope.ids, scope.open("issue"), scope.today)
    counted = [(n, pressing, late) for _, n, pressing, late, _ in found]
    sums = map(sum, zip(*counted, strict=True))
    return Table(
        ("owner", "open", "pressing", "late", "oldest"),
        tuple(
            (
                ("person", owner),
                ("n", n),
                ("n", pressing),
                ("n", late),
                ("days", scope.days_since(oldest)),
            )
            for owner, n, pressing, late, oldest in found
        ),
        (
            ("text", "total"),
            *(("n", n) for n in sums),
            ("none", None),
        ),
    )


REPORT = Report(
    "open-issues-by-owner",
    {"en": "Open issues by owner", "zh": "未解决问题（按负责人）"},
    ("open", "issue", "issues", "owner", "who", "未解决", "问题", "負責人", "负责人", "按人"),
    make,
)
