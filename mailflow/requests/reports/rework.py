"""What was changed after both sides had agreed, and how often."""

from __future__ import annotations

from sqlalchemy.orm import Session

from mailflow.requests.reports.table import Report, Scope, Table
from mailflow.store import records, totals


def make(session: Session, scope: Scope) -> Table:
    found = totals.most_reworked(session, scope.ids, scope.public)
    rows = records.by_ids(session, [record_id for record_id, _ in found])
    return Table(
        ("record", "owner", "reworked", "time"),
        tuple(
            (
                ("record", record_id),
                ("person", rows[record_id].record.owner_id),
                ("n", times),
                ("minutes", rows[record_id].record.spent),
            )
            for record_id, times in found
            if record_id in rows
        ),
        (("text", "total"), ("none", None), ("n", sum(row[1] for row in found)), ("none", None)),
    )


REPORT = Report(
    "rework",
    {"en": "Changed after it was agreed", "zh": "同意后的变更（返工）"},
    ("rework", "reworked", "changed", "changes", "返工", "变更", "修改"),
    make,
)
