"""Asking the coordinator where a mail belongs."""

from __future__ import annotations

from mailflow.pipeline.asking import hold
from mailflow.pipeline.place import unknown_tags
from mailflow.pipeline.work import Done, Work


def hold_for_triage(work: Work, cause: str | None = None) -> Done:
    """One question says all that is missing; the answer is /project, /kind or /ignore."""
    missing = {"project": work.project is None, "kind": work.kind is None}
    needs = [name for name, is_missing in missing.items() if is_missing]
    cause = cause or "no_" + "_and_".join(needs)
    mine = work.directory.projects_of(work.person.id) if work.person else ()
    projects = mine or tuple(work.directory.projects.values())
    reason = {
        "reason": "triage",
        "input": work.input.id,
        "cause": cause,
        "given": ", ".join(unknown_tags(work)),
        "projects": [project.key for project in projects],
        "kinds": list(work.installation.kinds.names),
        "needs": needs,
    }
    return hold(work, "triage", work.coordinator(), reason, cause.replace("_", " "))
