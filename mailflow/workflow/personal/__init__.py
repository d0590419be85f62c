"""What somebody sets for themselves: a file each. A command gives the wish that is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Literal

from mailflow.workflow.model import Person, Refusal
from mailflow.workflow.personal.digest import digest
from mailflow.workflow.personal.lang import lang
from mailflow.workflow.personal.tz import tz

Wish = Literal["digest", "language", "timezone"]

# command → the wish that it sets, and what reads its argument (the second one is the names of all
# zones): the value that is kept, or what would work
PERSONAL: Mapping[str, tuple[Wish, Callable[[str, Collection[str]], str | Refusal]]] = {
    "digest": ("digest", digest),
    "lang": ("language", lang),
    "tz": ("timezone", tz),
}


def wishes_of(person: Person) -> dict[Wish, str]:
    """What somebody gets now: their own wish, else the directory's."""
    return {
        "digest": person.digest,
        "language": person.language,
        "timezone": person.timezone,
    }
