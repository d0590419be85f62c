"""Finds the rows that entries stand for, and exchanges what is unique among rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from mailflow.store.tables import Client, Person

Known = TypeVar("Known", Person, Client)


def match(
    wanted: Sequence[Sequence[str]], known: Iterable[tuple[Iterable[str], Known]]
) -> list[Known | None]:
    """For each list of keys the row that has one of them, each row only once.

    First keys are looked at for everybody before second ones.
    """
    by_key = {key: row for keys, row in known for key in keys}
    found: list[Known | None] = [None] * len(wanted)
    taken: set[int] = set()
    for position in range(max(map(len, wanted), default=0)):
        for n, keys in enumerate(wanted):
            row = by_key.get(keys[position]) if position < len(keys) else None
            if row is not None and found[n] is None and row.id not in taken:
                found[n] = row
                taken.add(row.id)
    return found


def exchange(session: Session, lists: Sequence[tuple[list[Any], list[Any]]]) -> None:
    """Put new children in place of old ones: what is unique is taken away before it is given."""
    for now, _ in lists:
        now.clear()
    session.flush()
    for now, then in lists:
        now.extend(then)
    session.flush()
