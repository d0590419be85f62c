"""The best guesses as lines that a reply can begin with, each with its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mailflow.outbox.buttons import Buttons
from mailflow.outbox.facts import Reason
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Option
from mailflow.outbox.words import one_line


def places(buttons: Buttons, reason: Reason) -> tuple[Option, ...]:
    """Where a mail may belong, by the numbers of the guesses; the best one also for always."""
    reader, found, rule = buttons.reader, [], []
    for place, guess in enumerate(reason.get("guesses") or (), start=1):
        names = (one_line(str(guess["project"])), reader.kind(str(guess["kind"])))
        label = reader.say("format.dot").join(names)
        does = label + _bracketed(reader, [_why(reader, why) for why in guess["why"]])
        found.append(buttons.option(str(place), does, label))
        if place == 1:
            label = reader.say("button.always", guess=label)
            rule.append(buttons.only(label, str(place), reader.command("always")))
    return (*found, *rule)


def always(reader: Reader) -> Option:
    """The line that makes an answer hold for all mails like this one."""
    return Option(reader.command("always"), reader.say("option.always_does"))


def owners(buttons: Buttons, reasons: Sequence[Reason]) -> Iterator[tuple[int, Option]]:
    """Who may own a record (their ids), and the line that says so."""
    reader = buttons.reader
    guesses = [guess for reason in reasons for guess in reason.get("guesses") or ()]
    for guess in guesses:
        person = reader.directory.persons.get(guess["person"])
        if person is None or not person.active:
            continue
        name, refs = reader.name(person.id), reader.phrases.join(list(guess["refs"]))
        command = reader.command("owner")
        does = reader.say("guess.owned", refs=refs)
        yield (
            person.id,
            buttons.option(f"{command} {name}", does, name, f"{command} {person.address}"),
        )


def _why(reader: Reader, why: Mapping[str, Any]) -> str:
    client = reader.directory.clients.get(why.get("client", 0))
    project = reader.directory.projects.get(why.get("project", 0))
    return reader.say(
        f"guess.{why['phrase']}",
        person=reader.name(why.get("person")),
        client=one_line(client.name) if client else reader.say("none"),
        project=project.key if project else reader.say("none"),
        word=one_line(str(why.get("word", ""))),
        ref=one_line(str(why.get("ref", ""))),
    )


def _bracketed(reader: Reader, said: Sequence[str]) -> str:
    return reader.say("format.bracketed", text=reader.phrases.join(list(said))) if said else ""
