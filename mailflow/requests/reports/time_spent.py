"""Who worked how long on what."""

from __future__ import annotations

from sqlalchemy.orm import Session

from mailflow.requests.reports.table import Report, Scope, Table
from mailflow.store import totals


def make(session: Session, scope: Scope) -> Table:
    found = totals.spent_by_record(session, scope.ids, scope.public)
    return Table(
        ("person", "record", "time"),
        tuple(
            (("person", person), ("record", record), ("minutes", minutes))
            for person, record, minutes in sorted(found, key=lambda row: (row[0], -row[2]))
        ),
        (("text", "total"), ("none", None), ("minutes", sum(row[2] for row in found))),
    )


REPORT = Report(
    "time",
    {"en": "Time spent by person and record", "zh": "用时（按人员和记录）"},
    ("time", "hours", "spent", "effort", "用时", "工时", "耗时", "时间"),
    make,
)
