"""Why a record has the owner and the place that it has: routes, people, rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailflow.outbox.facts import Shown
from mailflow.outbox.reader import Reader
from mailflow.outbox.words import one_line


def why_owned(reader: Reader, shown: Shown) -> str:
    """What chose the owner, in words."""
    why: Mapping[str, Any] = shown.row.record.why or {}
    owner, project = reader.name(shown.record.owner), str(why.get("project", ""))
    if why.get("rule") == "route":
        parts = reader.phrases.join(_parts_of_route(reader, why))
        position = why.get("position", "")
        return reader.say(
            "route.route", owner=owner, position=position, project=project, parts=parts
        )
    if why.get("rule") == "person":
        return reader.say("route.person", owner=owner, person=reader.name(why.get("person")))
    if why.get("rule") == "always":
        person = reader.name(why.get("by"))
        return reader.say("route.always", owner=owner, person=person, id=why.get("id"))
    return reader.say("route.coordinator", owner=owner, project=project)


def why_placed(reader: Reader, shown: Shown) -> tuple[str, ...]:
    """That a rule said its project or kind, where one did."""
    placed = (shown.row.record.why or {}).get("placed")
    return (reader.say("route.placed", id=placed),) if placed else ()


def _parts_of_route(reader: Reader, why: Mapping[str, Any]) -> list[str]:
    client = reader.directory.clients.get(why.get("client", -1))
    parts = []
    if why.get("kind"):
        parts.append(reader.say("route.kind", kind=reader.kind(str(why["kind"]))))
    if why.get("word"):
        parts.append(reader.say("route.word", word=one_line(str(why["word"]))))
    if client is not None:
        parts.append(reader.say("route.client", client=one_line(client.name)))
    return parts or [reader.say("route.rest")]
