"""Rules in words, and in whose place a coordinator's question is put."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailflow.outbox.facts import Reason
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Said
from mailflow.outbox.words import one_line


def because_coordinator(reader: Reader, reason: Reason) -> str:
    """Why a coordinator gets it; where a deputy does, for whom."""
    absent = reason.get("for")
    if absent is None:
        return reader.say("because.coordinator")
    return reader.say("because.deputy", person=reader.name(absent))


def said_rule(reader: Reader, reason: Reason) -> tuple[Said, ...]:
    """The rule that a reason brings, shown back to whoever made or ended it."""
    rule = reason.get("rule")
    if not isinstance(rule, Mapping):
        return ()
    number, words = rule.get("id"), in_words(reader, rule)
    if reason.get("reason") == "rule_ended":
        return (Said(reader.say("rule.ended", id=number, rule=words)),)
    always, undo = reader.command("always"), reader.phrases.each("word.undo")[0]
    return (Said(reader.say("rule.made", id=number, rule=words, always=always, undo=undo)),)


def in_words(reader: Reader, rule: Mapping[str, Any]) -> str:
    """What a rule holds for, and what it decides."""
    like: Mapping[str, Any] = rule.get("of") or {}
    if "owner" in rule:
        kind = reader.say("route.kind", kind=reader.kind(str(like.get("kind", ""))))
        return reader.say(
            "rule.owner",
            project=_project(reader, like.get("project")),
            like=reader.phrases.join([kind, _client(reader, like) or reader.say("rule.no_client")]),
            owner=reader.name(rule["owner"]),
        )
    tags = one_line(str(like.get("tags") or "")) or reader.say("rule.no_tag")
    parts = [part for part in (tags, _client(reader, like)) if part]
    person, address = like.get("person"), one_line(str(like.get("address") or ""))
    return reader.say(
        "rule.mails",
        who=reader.name(person) if person is not None else address,
        like=reader.say("format.bracketed", text=reader.phrases.join(parts)),
        decided=reader.phrases.join(_decided(reader, rule)),
    )


def _decided(reader: Reader, rule: Mapping[str, Any]) -> list[str]:
    found = []
    if "project" in rule:
        found.append(reader.say("rule.project", project=_project(reader, rule["project"])))
    if "kind" in rule:
        found.append(reader.say("route.kind", kind=reader.kind(str(rule["kind"]))))
    return found


def _client(reader: Reader, like: Mapping[str, Any]) -> str:
    client = reader.directory.clients.get(like.get("client") or 0)
    return reader.say("route.client", client=one_line(client.name)) if client else ""


def _project(reader: Reader, project: object) -> str:
    found = reader.directory.projects.get(project) if isinstance(project, int) else None
    return found.key if found else reader.say("none")
