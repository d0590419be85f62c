"""How records hang together: the event that adds a link."""

from __future__ import annotations

from typing import Any

from mailflow.workflow.model import Happened, Link, Record, Relation


def linked(record: Record, relation: Relation, other: int) -> Happened:
    """The event that says what another record is to this one; once said it stays so."""
    before = as_column(record.links)
    link = Link(relation, other)
    after = before if link in record.links else [*before, *as_column((link,))]
    return Happened("link", {"links": before}, {"links": after})


def as_column(links: tuple[Link, ...]) -> list[dict[str, Any]]:
    """Links as an event holds them."""
    return [{"relation": link.relation, "record": link.record} for link in links]
