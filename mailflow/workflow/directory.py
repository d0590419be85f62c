"""The directory as the workflow sees it: one snapshot of who there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailflow.workflow.model import Client, Person, Project
from mailflow.workflow.refs import fold_address


@dataclass(frozen=True)
class Directory:
    """Everybody and everything by id; people who left are among `persons`, not in `addresses`."""

    persons: Mapping[int, Person]
    projects: Mapping[int, Project]
    clients: Mapping[int, Client]
    addresses: Mapping[str, int] = field(default_factory=dict)
    origins: Mapping[str, Client] = field(default_factory=dict)

    def by_address(self, address: str) -> Person | None:
        """Whose address it is, also where it carries a plus-part (RFC 5233) that we don't know."""
        folded = fold_address(address)
        found = self.addresses.get(folded)
        if found is None:
            local, _, domain = folded.rpartition("@")
            found = self.addresses.get(f"{local.partition('+')[0]}@{domain}")
        return self.persons[found] if found is not None else None

    def find_person(self, text: str, project: Project) -> Person | None:
        """Whom somebody means: an address, a whole name, or a part of one in the project.

        None where nobody or more than one fits.
        """
        wanted = text.strip().removeprefix("@").strip("<>").casefold()
        if "@" in wanted:
            return self.by_address(wanted)
        active = [person for person in self.persons.values() if person.active]
        whole = [p for p in active if p.name.casefold() == wanted]
        here = [self.persons[n] for n in project.participants if n in self.persons]
        part = [p for p in here if wanted in p.name.casefold().split()]
        local = [p for p in here if wanted == p.address.partition("@")[0].casefold()]
        return next((found[0] for found in (whole, local, part) if len(found) == 1), None)

    def project_by_key(self, key: str) -> Project | None:
        wanted = key.strip().strip("[]").casefold()
        return next((p for p in self.projects.values() if p.key.casefold() == wanted), None)

    def projects_of(self, person: int) -> tuple[Project, ...]:
        return tuple(p for p in self.projects.values() if person in p.participants)

    def own_projects_of(self, person: int) -> tuple[Project, ...]:
        """The same without those in which they only stand in for somebody."""
        mine = self.projects_of(person)
        return tuple(p for p in mine if p.side(person) or person == p.coordinator)
