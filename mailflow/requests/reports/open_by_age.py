"""How urgent the open issues are, and how long they have been open."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from mailflow.requests.reports.table import Report, Scope, Table
from mailflow.store import totals

WEEK, MONTH = timedelta(days=7), timedelta(days=28)


def make(session: Session, scope: Scope) -> Table:
    bounds = [scope.now - WEEK, scope.now - MONTH]
    found = [
        (priority, (n, week, month - week, n - month), oldest)
        for priority, n, (week, month), oldest in totals.open_by_age(
            session, scope.ids, scope.open("issue"), bounds
        )
    ]
    sums = map(sum, zip(*(numbers for _, numbers, _ in found), strict=True))
    return Table(
        ("priority", "open", "week", "month", "older", "oldest"),
        tuple(
            (
                ("priority", priority),
                *(("n", n) for n in numbers),
                ("days", scope.days_since(oldest)),
            )
            for priority, numbers, oldest in found
        ),
        (("text", "total"), *(("n", n) for n in sums), ("none", None)),
    )


REPORT = Report(
    "open-issues-by-age",
    {"en": "Open issues by priority and age", "zh": "未解决问题（按优先级和时长）"},
    (
        *("open", "issue", "issues", "priority", "priorities", "age", "old", "oldest", "urgent"),
        *("未解决", "问题", "优先级", "时长", "多久", "紧急"),
    ),
    make,
)
