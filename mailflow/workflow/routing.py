"""Which project a new record belongs to, and who owns it; each with the rule that decided."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mailflow.workflow.model import Client, Project, Route
from mailflow.workflow.refs import domain_of


@dataclass(frozen=True, slots=True)
class Chosen:
    """A project, and the rule that chose it: tag, plus, client or only."""

    project: Project
    rule: str


def choose_project(
    named: Sequence[Project],
    addressed: Sequence[Project],
    mine: Sequence[Project],
    client: Client | None,
) -> Chosen | None:
    """By tag, plus-address, the sender's one project with this client, the only one; else None.

    `named` and `addressed` are the projects that the tags and the plus-addresses name, `mine`
    those in which the sender is. Two that are named are as good as none: somebody is asked.
    """
    with_client = [p for p in mine if client and client.id in p.clients]
    for rule, found in (("tag", named), ("plus", addressed), ("client", with_client)):
        if len(found) == 1:
            return Chosen(found[0], rule)
        if found and rule != "client":
            return None
    return Chosen(mine[0], "only") if len(mine) == 1 else None


def choose_owner(
    project: Project, kind: str, text: str, client: int | None
) -> tuple[int, dict[str, Any]]:
    """The owner of a new record and why: the first route that fits, else the coordinator."""
    folded = text.casefold()
    for position, route in enumerate(project.routes, start=1):
        word = _word(route, folded)
        if word is None or route.kind not in (None, kind) or route.client not in (None, client):
            continue
        why: dict[str, Any] = {"rule": "route", "position": position, "project": project.key}
        if route.kind:
            why["kind"] = route.kind
        if word:
            why["word"] = word
        if route.client is not None:
            why["client"] = route.client
        return route.owner, why
    return project.coordinator, {"rule": "coordinator", "project": project.key}


def client_of(address: str, clients: Mapping[str, Client]) -> Client | None:
    """The client whose address or domain it is; `clients` maps origins to clients."""
    domain = domain_of(address)
    return clients.get(address) or clients.get(domain) or _parent(domain, clients)


def _parent(domain: str, clients: Mapping[str, Client]) -> Client | None:
    labels = domain.split(".")
    parents = (".".join(labels[n:]) for n in range(1, len(labels) - 1))
    return next((clients[parent] for parent in parents if parent in clients), None)


def _word(route: Route, folded: str) -> str | None:
    """The route's word that the text has, "" where the route asks for none, None otherwise."""
    if not route.words:
        return ""
    return next((word for word in route.words if has_word(word.casefold(), folded)), None)


def has_word(word: str, folded: str) -> bool:
    """Whole words where letters have them (so that SSO is not in "lesson"), else anywhere."""
    if not word.isascii():
        return word in folded
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", folded) is not None
