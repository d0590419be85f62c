"""A record is the fold of its events: each sets some of its fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol


class Happening(Protocol):
    """What the fold needs of an event."""

    @property
    def at(self) -> datetime: ...
    @property
    def new(self) -> Mapping[str, Any]: ...


def fold(events: Iterable[Happening]) -> dict[str, Any]:
    """The fields of a record after its events, oldest first; {} where there are none.

    `created_at` and `updated_at` are the moments of the first and of the last one.
    """
    fields: dict[str, Any] = {}
    for event in events:
        fields |= event.new
        fields.setdefault("created_at", event.at)
        fields["updated_at"] = event.at
    return fields
