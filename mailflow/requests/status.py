"""`[STATUS] ACME`: how a project stands, on one page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from mailflow.snapshots.entries import (
    Entry,
    Note,
    entries,
    open_states,
    section,
    states_to_agree,
)
from mailflow.snapshots.milestones import on_plan
from mailflow.snapshots.sittings import next_meeting
from mailflow.store import summaries, tracking
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.model import Project, Refusal
from mailflow.workflow.requests import Ask, Told, which_project

# So many open issues are named; all are counted.
ISSUES = 10


def status(
    session: Session, installation: Installation, directory: Directory, ask: Ask
) -> Sequence[Told] | Refusal:
    if ask.project is None:
        return which_project(directory, ask)
    page = Page(session, installation.kinds, directory, ask)
    return [Told(ask.person.id, "report", page.reason(ask.project))]


class Page:
    """What one reader may know of a project; private kinds are left out."""

    def __init__(self, session: Session, kinds: Kinds, directory: Directory, ask: Ask) -> None:
        self.session, self.kinds, self.directory = session, kinds, directory
        self.now, self.person = ask.time.now, ask.person.id
        self.public = [kind for kind in kinds if not kind.private]

    def reason(self, project: Project) -> dict[str, Any]:
        """The notice's reason. Each record stands in the first section that it fits."""
        issues = open_states(self.kinds.counting_as("issue"))
        counts = tracking.count_by_priority(self.session, [project.id], issues) if issues else {}
        found = (
            self._goals(project),
            on_plan(self.session, self.kinds, self.directory, project, self.now),
            self._decisions(project),
            self._late(project),
            self._issues(project, issues, sum(counts.values())),
        )
        public = [kind.name for kind in self.public]
        meeting = next_meeting(self.session, project, self.now)
        return {
            "reason": "status",
            "project": project.id,
            "counts": counts,
            "rework": list(tracking.reworked(self.session, [project.id], public)),
            "meeting": meeting.name,
            "starts": meeting.starts.isoformat() if meeting.starts else None,
            "sections": _each_once([one for one in found if one["records"]]),
        }

    def _goals(self, project: Project) -> dict[str, Any]:
        states = {kind.name: kind.states for kind in self.kinds.counting_as("goal")}
        found = self._entries(summaries.in_projects(self.session, [project.id], states))
        return section("goals", [(entry.record.id, _awaits(entry)) for entry in found])

    def _decisions(self, project: Project) -> dict[str, Any]:
        states = states_to_agree(kind for kind in self.public if kind.counts_as != "goal")
        found = self._entries(summaries.in_projects(self.session, [project.id], states))
        return section("decisions", [(entry.record.id, _awaits(entry)) for entry in found])

    def _late(self, project: Project) -> dict[str, Any]:
        states, today = open_states(self.public), self.now.date()
        ids = summaries.in_projects(self.session, [project.id], states, due_by=today)
        late = [entry for entry in self._entries(ids) if entry.days_late > 0]
        return section("late", [(entry.record.id, entry.note()) for entry in late])

    def _issues(
        self, project: Project, states: Mapping[str, Collection[str]], n: int
    ) -> dict[str, Any]:
        if not states:
            return section("issues", [])
        ids = tracking.most_urgent(self.session, [project.id], states, ISSUES)
        found = self._entries(ids)
        made = section("issues", [(entry.record.id, _age(entry)) for entry in found])
        return made | {"more": n - len(found)} if n > len(found) else made

    def _entries(self, ids: Sequence[int]) -> list[Entry]:
        found = entries(self.session, self.kinds, self.directory, ids, {}, self.now)
        return [entry for entry in found if entry.visible_to(self.person)]


def _each_once(sections: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sections with each record in the first one alone; those that are left empty go."""
    seen: set[int] = set()
    kept = []
    for one in sections:
        records = [entry for entry in one["records"] if entry["record"] not in seen]
        seen.update(entry["record"] for entry in records)
        if records:
            kept.append({**one, "records": records})
    return kept


def _awaits(entry: Entry) -> Note | None:
    """Who is still to agree."""
    if not entry.awaits_agreement:
        return None
    given = entry.record.agreements
    return {"phrase": "awaits", "sides": [side for side in ("sales", "team") if side not in given]}


def _age(entry: Entry) -> Note:
    return entry.note() or {"phrase": "age", "n": entry.age}
