"""Who stands in for whom, and until when somebody is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from mailflow.workflow.directory import Directory
from mailflow.workflow.model import Person

# A deputy who is away has a deputy, and so on; further than this nobody knows what it is about.
MOST_STEPS = 3


def acting(directory: Directory, person_id: int, now: datetime) -> int:
    """Who is to be asked instead of a person: themself, or a deputy while they are away.

    A deputy who is away, too, or has left is stood in for by theirs; where nobody is there in the
    end, it is the person themself after all.
    """
    found, passed = directory.persons.get(person_id), {person_id}
    for _ in range(MOST_STEPS + 1):
        if found is None:
            break
        if found.active and not is_away(found, now):
            return found.id
        if found.deputy is None or found.deputy in passed:
            break
        passed.add(found.deputy)
        found = directory.persons.get(found.deputy)
    return person_id


def is_away(person: Person, now: datetime) -> bool:
    """Whether they are away at this moment; what was said about an earlier one is over."""
    return person.away_until is not None and now < person.away_until


def standing_in(directory: Directory, now: datetime) -> Directory:
    """The same directory; the projects whose coordinator is away say who acts for them."""
    changed = {}
    for project in directory.projects.values():
        asked = acting(directory, project.coordinator, now)
        deputy = asked if asked != project.coordinator else None
        if deputy != project.deputy:
            changed[project.id] = replace(project, deputy=deputy)
    if not changed:
        return directory
    return replace(directory, projects={**directory.projects, **changed})


def with_absence(
    directory: Directory, person: Person, until: datetime | None, now: datetime
) -> Directory:
    """The directory in which this person is away until then, or is back (None)."""
    persons = {**directory.persons, person.id: replace(person, away_until=until)}
    return standing_in(replace(directory, persons=persons), now)
