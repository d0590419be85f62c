"""Where a mail may belong, and who may own a record: the best guesses, each with its reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from mailflow.workflow.directory import Directory
from mailflow.workflow.kinds import Kind, Kinds
from mailflow.workflow.model import Client, Person, Project
from mailflow.workflow.routing import has_word

MOST = 3
MOST_REASONS = 3
LONGEST_WORDS = 5_000

# How much each thing says; what is less than half as likely as the best guess is none.
NAMED, CLIENT, WORD, MEMBER = 4, 4, 2, 1
KIND_IN_TITLE, KIND_IN_TEXT = 3, 2
How = Literal["contact", "client", "sender"]
ALIKE: Mapping[How, int] = {"contact": 3, "client": 2, "sender": 1}
SAME_KIND, SAME_CLIENT = 2, 2

# A phrase of the templates' table [guess], and what fills it in (ids, names, words).
Why = dict[str, Any]
Evidence = list[tuple[int, Why]]


@dataclass(frozen=True, slots=True)
class Alike:
    """An earlier record of the same contact, client or sender."""

    ref: str
    project: int
    kind: str
    how: How


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of a mail. `project` and `kind` are set where they are sure, `person` is the
    sender if one of ours; `alike` are the latest first."""

    title: str
    text: str
    person: Person | None = None
    client: Client | None = None
    project: Project | None = None
    kind: Kind | None = None
    alike: Sequence[Alike] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """A project (its key), a kind, and why."""

    project: str
    kind: str
    why: tuple[Why, ...]


def places(clues: Clues, directory: Directory, kinds: Kinds) -> list[Guess]:
    """At most three, the best first; none where nothing speaks for any project."""
    title = clues.title[:LONGEST_WORDS].casefold()
    words = f"{title}\n{clues.text[:LONGEST_WORDS].casefold()}"
    of_kinds = {kind.name: list(_of_kind(kind, title, words)) for kind in kinds}
    possible = [clues.kind] if clues.kind else list(kinds)
    found = []
    for project in _projects(clues, directory):
        of_project = list(_of_project(project, clues, words))
        if not of_project and clues.project is None:
            continue
        for kind in possible:
            both = list(_of_both(project, kind.name, clues, words))
            found.append(_guess(project, kind, [*both, *of_project, *of_kinds[kind.name]]))
    best = max((points for points, _ in found), default=0)
    likely = [one for one in found if one[0] * 2 > best or best == 0]
    order = kinds.names.index
    likely.sort(key=lambda one: (-one[0], order(one[1].kind)))
    return [guess for _, guess in likely[:MOST]]


def _projects(clues: Clues, directory: Directory) -> Iterable[Project]:
    if clues.project is not None:
        return (clues.project,)
    mine = directory.own_projects_of(clues.person.id) if clues.person else ()
    return mine or directory.projects.values()


def _guess(project: Project, kind: Kind, evidence: Evidence) -> tuple[int, Guess]:
    points = sum(points for points, _ in evidence)
    ranked = sorted(evidence, key=lambda one: -one[0])
    why = tuple(why for _, why in ranked[:MOST_REASONS])
    return points, Guess(project.key, kind.name, why)


def _of_project(project: Project, clues: Clues, words: str) -> Iterator[tuple[int, Why]]:
    """What speaks for a project, whatever the kind is."""
    name = {"project": project.id}
    if clues.client is not None and clues.client.id in project.clients:
        yield CLIENT, {"phrase": "client", "client": clues.client.id, **name}
    if has_word(project.key.casefold(), words):
        yield NAMED, {"phrase": "word", "word": project.key}
    if clues.person is not None and clues.person.id in project.participants:
        yield MEMBER, {"phrase": "member", "person": clues.person.id, **name}


def _of_kind(kind: Kind, title: str, words: str) -> Iterator[tuple[int, Why]]:
    """The first of a kind's names, labels and tags that the mail has."""
    names = dict.fromkeys((kind.name.replace("_", " "), *kind.label.values(), *kind.tags))
    for place, points in ((title, KIND_IN_TITLE), (words, KIND_IN_TEXT)):
        word = next((one for one in names if has_word(one.casefold(), place)), None)
        if word is not None:
            yield points, {"phrase": "word", "word": word}
            return


def _of_both(project: Project, kind: str, clues: Clues, words: str) -> Iterator[tuple[int, Why]]:
    """What speaks for this kind in this project: a route's word, an earlier record."""
    for route in project.routes:
        word = next((w for w in route.words if has_word(w.casefold(), words)), None)
        if word is not None and route.kind in (None, kind):
            yield WORD, {"phrase": "word", "word": word}
            break
    mine = [one for one in clues.alike if (one.project, one.kind) == (project.id, kind)]
    best = max(mine, key=lambda one: ALIKE[one.how], default=None)
    if best is not None:
        yield ALIKE[best.how], {"phrase": "alike", "ref": best.ref}


@dataclass(frozen=True, slots=True)
class Owned:
    """A record that somebody owns."""

    ref: str
    kind: str
    client: int | None
    owner: int


def owners(
    lately: Sequence[Owned], kind: str, client: int | None, project: Project, directory: Directory
) -> list[tuple[int, tuple[str, ...]]]:
    """Who owned what is alike, with the refs of it, the best first; `lately` the latest first.

    The coordinator owns what nobody else does, so that says nothing.
    """
    points: Counter[int] = Counter()
    refs: dict[int, list[str]] = {}
    for one in lately:
        owner = directory.persons.get(one.owner)
        same_client = client is not None and one.client == client
        said = SAME_KIND * (one.kind == kind) + SAME_CLIENT * same_client
        if not said or owner is None or not owner.active or owner.id == project.coordinator:
            continue
        points[owner.id] += said
        refs.setdefault(owner.id, []).append(one.ref)
    return [(owner, tuple(refs[owner][:MOST_REASONS])) for owner, _ in points.most_common(MOST)]
