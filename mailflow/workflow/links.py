"""How records hang together: the events that add a link or take it away."""

from __future__ import annotations

from typing import Any

from mailflow.workflow.model import Happened, Link, Record, Relation


def linked(record: Record, relation: Relation, other: int) -> Happened:
    """The event that says what another record is to this one; once said it stays so.

    What is more than related is not only related any more.
    """
    before = as_column(record.links)
    link = Link(relation, other)
    kept = tuple(one for one in record.links if one != Link("related", other) or link == one)
    after = as_column(kept if link in kept else (*kept, link))
    return Happened("link", {"links": before}, {"links": after})


def parted(record: Record, other: int) -> Happened:
    """The event that takes all links with another record away."""
    kept = tuple(link for link in record.links if link.record != other)
    return Happened("link", {"links": as_column(record.links)}, {"links": as_column(kept)})


def as_column(links: tuple[Link, ...]) -> list[dict[str, Any]]:
    """Links as an event holds them."""
    return [{"relation": link.relation, "record": link.record} for link in links]
