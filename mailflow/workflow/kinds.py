"""The kinds of records: their states, what moves them, who is told."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from mailflow.workflow.fields import Field

Role = Literal["owner", "reporter", "sales", "members", "coordinator"]
Agreement = Literal["none", "both"]
# Which of its records every agenda names: none but those that are due, the new ones, all open ones.
OnAgenda = Literal["due", "new", "open"]
# What status pages, plans and reports take its records for.
CountsAs = Literal["goal", "milestone", "issue", "feedback"]

ROLES: tuple[Role, ...] = ("owner", "reporter", "sales", "members", "coordinator")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record.

    `states` are in their order, the first is where a record starts. In a `final` one it is closed;
    in a `settled` one (all final ones are) nothing waits for its owner. `moves` says where a state
    may go; one that is not in it may go anywhere. `words` maps plain words to the state they move
    to. With `agreement` "both" a record reaches `agreed_state` once one of sales and one of the
    members agreed, and `rejected_state` (if there is one) when one of them rejected; that can be
    done in the states `agreeable`; in the last of them both sides are asked, and a change of what
    was agreed leads back to it. `told` and `asked` name, for a state, roles that hear of it beyond
    the usual, `told_of` does so for a field or a column (due, owner) that changes. A record whose
    fields of `filled` are all known moves on to that state by itself. Labels and state labels go
    by language. `answer_hours` and `solve_hours` are working hours by priority, `default_due_days`
    working days. `also` are words of minutes that mean this kind where no kind has them; `agenda`
    says which records stand on every agenda beside those that are due, `counts_as` what status
    pages, plans and reports take them for.
    """

    name: str
    states: tuple[str, ...]
    tags: tuple[str, ...] = ()
    label: Mapping[str, str] = field(default_factory=dict)
    state_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    final: frozenset[str] = frozenset()
    settled: frozenset[str] = frozenset()
    moves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    agreement: Agreement = "none"
    agreed_state: str | None = None
    rejected_state: str | None = None
    agreeable: tuple[str, ...] = ()
    may_move: tuple[Role, ...] = ROLES
    answer_hours: Mapping[str, float] = field(default_factory=dict)
    solve_hours: Mapping[str, float] = field(default_factory=dict)
    default_due_days: int | None = None
    private: bool = False
    told: Mapping[str, tuple[Role, ...]] = field(default_factory=dict)
    asked: Mapping[str, tuple[Role, ...]] = field(default_factory=dict)
    told_of: Mapping[str, tuple[Role, ...]] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()
    filled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    agenda: OnAgenda = "due"
    counts_as: CountsAs | None = None

    @property
    def to_agree(self) -> tuple[str, ...]:
        """The states in which both sides can still agree, none where they need not."""
        if self.agreement == "none":
            return ()
        return self.agreeable or self.states[:1]

    @property
    def asked_to_agree(self) -> str | None:
        """The state in which both sides are asked to agree."""
        return self.to_agree[-1] if self.to_agree else None

    def called(self, language: str) -> str:
        """What it is called in a language, its name where it has no word there."""
        return self.label.get(language, self.name)

    def state_called(self, state: str, language: str) -> str:
        """What a state is called in a language; without a word there its name, spaced."""
        return self.state_labels.get(language, {}).get(state, state.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Kinds:
    """All kinds, in their order. Raises ValueError where two have a name, tag or label alike."""

    all: tuple[Kind, ...]
    _by_name: Mapping[str, Kind] = field(init=False, repr=False, compare=False)
    _by_word: Mapping[str, Kind] = field(init=False, repr=False, compare=False)
    _by_tag: Mapping[str, Kind] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = collisions(self.all)
        if found:
            raise ValueError("; ".join(f"{word} is {a} and {b}" for word, a, b in found))
        by_word = {word: kind for kind in self.all for word in _words(kind)}
        by_tag = {as_tag(tag): kind for kind in self.all for tag in kind.tags}
        object.__setattr__(self, "_by_name", {kind.name: kind for kind in self.all})
        object.__setattr__(self, "_by_word", by_word)
        object.__setattr__(self, "_by_tag", by_tag)

    def __iter__(self) -> Iterator[Kind]:
        return iter(self.all)

    def __getitem__(self, name: str) -> Kind:
        """The kind whose name this is exactly; raises KeyError where there is none."""
        return self._by_name[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all kinds, in their order."""
        return tuple(self._by_name)

    def by_name(self, name: str) -> Kind | None:
        """The kind whose name this is exactly, None where there is none."""
        return self._by_name.get(name)

    def by_tag(self, tag: str) -> Kind | None:
        """The kind of a subject's tag, written without its brackets."""
        return self._by_tag.get(as_tag(tag))

    def counting_as(self, what: CountsAs) -> tuple[Kind, ...]:
        """The kinds that everybody of a project may see and that are taken for this."""
        return tuple(kind for kind in self.all if kind.counts_as == what and not kind.private)

    def find(self, text: str) -> Kind | None:
        """The kind that somebody means by its name, its label in any language or a tag."""
        return self._by_word.get(_folded(text))


def as_tag(text: str) -> str:
    """A tag in its one spelling: compatibility forms unified (NFKC), upper case."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def collisions(kinds: tuple[Kind, ...]) -> list[tuple[str, str, str]]:
    """Words (names, tags, labels) that two kinds have alike, with the kinds' names."""
    first: dict[str, str] = {}
    found = []
    for kind in kinds:
        for word in _words(kind):
            if first.setdefault(word, kind.name) != kind.name:
                found.append((word, first[word], kind.name))
    names = [kind.name for kind in kinds]
    return found + [(name, name, name) for name in sorted(set(names)) if names.count(name) > 1]


def _words(kind: Kind) -> list[str]:
    """Every word that `find` knows the kind by, each once."""
    return list(dict.fromkeys(map(_folded, (kind.name, *kind.label.values(), *kind.tags))))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
