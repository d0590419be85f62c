"""What directory.toml says about people, clients and kinds: does it fit together?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mailflow.directory_file.entries import DirectoryFile, PersonEntry, ProjectEntry, RouteEntry
from mailflow.toml_file import near
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.refs import fold_address


@dataclass(frozen=True, slots=True)
class Rules:
    """What the file is checked against beyond itself.

    `tags` are words in brackets that mean something else than a project, beyond those of kinds;
    `own` is the folded address of the shared mailbox.
    """

    kinds: Kinds
    tags: Collection[str]
    own: str


def check(directory: DirectoryFile, rules: Rules) -> tuple[DirectoryFile, list[str]]:
    """The entries with every reference in its one spelling, and what is wrong with them."""
    faults = [*_repeated(directory), *_forbidden(directory, rules)]
    refer = _References.of(directory, rules)
    resolved = DirectoryFile(
        person=tuple(refer.in_person(entry) for entry in directory.person),
        client=directory.client,
        project=tuple(refer.in_project(entry) for entry in directory.project),
    )
    return resolved, faults + refer.faults


def _repeated(directory: DirectoryFile) -> Iterator[str]:
    """What may stand only once in the file, and stands in it again."""
    people, clients = directory.person, directory.client
    yield from _twice("address", ((f"person {p.name}", a) for p in people for a in p.addresses))
    yield from _twice("name", ((f"client {c.name}", c.name.casefold()) for c in clients))
    yield from _twice("origin", ((f"client {c.name}", o) for c in clients for o in c.origins))
    yield from _twice("key", ((f"project {p.key}", p.key) for p in directory.project))
    for project in directory.project:
        place = f"project {project.key}: meeting "
        yield from _twice("name", ((place + m.name, m.name) for m in project.meeting))


def _twice(what: str, places: Iterable[tuple[str, str]]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for place, value in places:
        if value in seen:
            yield f'{place}: {what} "{value}" stands already at {seen[value]}'
        seen.setdefault(value, place)


def _forbidden(directory: DirectoryFile, rules: Rules) -> Iterator[str]:
    """Entries that would make mailflow write to itself, or that would be read as another thing."""
    ours = {address for person in directory.person for address in person.addresses}
    for person in directory.person:
        for address in person.addresses:
            if _without_plus(address) == _without_plus(rules.own):
                yield f'person {person.name}: address "{address}" is the shared mailbox itself'
    for client in directory.client:
        for address in ours & set(client.addresses):
            yield f'client {client.name}: address "{address}" is that of a person of ours'
    for project in directory.project:
        if project.key in rules.tags or rules.kinds.by_tag(project.key):
            yield f'project {project.key}: key "{project.key}" is a tag with another meaning'


def _without_plus(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


@dataclass
class _References:
    """Turns what the file calls people, clients and kinds into their one spelling."""

    addresses: Mapping[str, str]
    names: Mapping[str, list[str]]
    clients: Mapping[str, str]
    kinds: Kinds
    faults: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, directory: DirectoryFile, rules: Rules) -> _References:
        names: dict[str, list[str]] = {}
        for person in directory.person:
            names.setdefault(person.name.casefold(), []).append(person.addresses[0])
        return cls(
            {a: p.addresses[0] for p in directory.person for a in p.addresses},
            names,
            {client.name.casefold(): client.name for client in directory.client},
            rules.kinds,
        )

    def in_person(self, entry: PersonEntry) -> PersonEntry:
        if entry.deputy is None:
            return entry
        place = f"person {entry.name}"
        deputy = self._person(place, "deputy", entry.deputy)
        if deputy == entry.addresses[0]:
            self.faults.append(f"{place}: deputy is the person itself")
        return entry.model_copy(update={"deputy": deputy})

    def in_project(self, entry: ProjectEntry) -> ProjectEntry:
        place = f"project {entry.key}"
        routes = tuple(
            self._route(f"{place}: route {n}", route) for n, route in enumerate(entry.route, 1)
        )
        return entry.model_copy(
            update={
                "coordinator": self._person(place, "coordinator", entry.coordinator),
                "sales": self._people(place, "sales", entry.sales),
                "members": self._people(place, "members", entry.members),
                "clients": _once(self._client(place, "clients", c) for c in entry.clients),
                "route": routes,
            }
        )

    def _route(self, place: str, entry: RouteEntry) -> RouteEntry:
        kind = self._kind(place, entry.kind) if entry.kind else None
        client = self._client(place, "client", entry.client) if entry.client else None
        owner = self._person(place, "owner", entry.owner)
        return entry.model_copy(update={"kind": kind, "owner": owner, "client": client})

    def _kind(self, place: str, given: str) -> str:
        found = self.kinds.find(given)
        if found is None:
            known = self.kinds.names
            hint = near(given, known) or "; known are " + ", ".join(known)
            self.faults.append(f'{place}: kind "{given}" is not a kind{hint}')
        return found.name if found else given

    def _people(self, place: str, key: str, given: Iterable[str]) -> tuple[str, ...]:
        return _once(self._person(place, key, one) for one in given)

    def _person(self, place: str, key: str, given: str) -> str:
        found = self.addresses.get(fold_address(given))
        named = self.names.get(given.casefold(), [])
        if found is None and len(named) > 1:
            self.faults.append(
                f'{place}: {key} "{given}" is the name of {len(named)} people; give an address'
            )
        elif found is None and not named:
            hint = near(given, self._alike(given))
            self.faults.append(f'{place}: {key} "{given}" is nobody in this file{hint}')
        return found or next(iter(named), given)

    def _alike(self, given: str) -> list[str]:
        """What may have been meant: of addresses those with the same domain or local part."""
        halves = set(fold_address(given).split("@"))
        alike = [address for address in self.addresses if halves & set(address.split("@"))]
        return alike if "@" in given else list(self.names)

    def _client(self, place: str, key: str, given: str) -> str:
        found = self.clients.get(given.casefold())
        if found is None:
            hint = near(given, list(self.clients.values()))
            self.faults.append(f'{place}: {key} "{given}" is no client in this file{hint}')
        return found or given


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
