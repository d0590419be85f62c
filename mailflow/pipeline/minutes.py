"""The minutes of a meeting: their lines become records, and everybody of the project gets them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailflow.pipeline.effects import open_for
from mailflow.pipeline.work import Done, Work
from mailflow.snapshots.sittings import as_reason, everybody
from mailflow.store import records
from mailflow.store.tables import Sitting
from mailflow.workflow.minutes import Writer, read_minutes
from mailflow.workflow.model import Person, Project


def take_minutes(
    work: Work, sitting: Sitting, project: Project, person: Person, lines: Sequence[str]
) -> Done:
    """Further minutes of the same meeting are sent round as an addition to the first."""
    today = work.today(project)
    writer = Writer(project, work.directory, work.kinds, person.language, today)
    read = read_minutes(writer, lines)
    for line, refusal in read.refused:
        work.refuse(refusal, line)
    opened = []
    for recorded in read.records:
        record = open_for(work, recorded.new, project.id, person.id)
        opened.append(record.id)
        if recorded.refusal is not None:
            work.refuse(recorded.refusal, recorded.line, record.id)
    if not (read.text or opened):
        return Done("processed", "refused: private_in_minutes")
    reason: dict[str, Any] = {
        **as_reason(work.session, sitting),
        "reason": "minutes",
        "person": person.id,
        "records": opened,
        "text": records.add_text(work.session, read.text),
        "files": [{"name": name, "size": size} for name, size in work.files()],
        "added": sitting.minutes_id is not None,
    }
    for reader in everybody(work.directory, project):
        work.notices.tell(reader, "minutes", reason)
    _note(work, sitting)
    return Done("processed", "minutes")


def _note(work: Work, sitting: Sitting) -> None:
    if sitting.minutes_id is None:
        sitting.minutes_id = work.input.id
    else:
        sitting.additions = [*sitting.additions, work.input.id]
