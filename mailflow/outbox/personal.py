"""What somebody set for themselves, said back in the language that they get now."""

from __future__ import annotations

from collections.abc import Mapping

from mailflow.outbox.facts import Facts, Reason
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Block, Option, Piece, Said
from mailflow.outbox.words import one_line

# wish → the command that sets it
COMMANDS = {"digest": "digest", "language": "lang", "timezone": "tz"}


def personal(reader: Reader, _facts: Facts, _input: int, reason: Reason) -> Piece:
    """`set` has for each wish what it was and what it is."""
    given = reason.get("set")
    wishes = given if isinstance(given, Mapping) else {}
    said, back = [reader.say("personal.lead")], []
    for wish, (before, now) in wishes.items():
        said.append(_is_now(reader, wish, str(now)))
        if before != now:
            line = f"{reader.command(COMMANDS[wish])} {_value(reader, str(before))}"
            back.append(Option(line, reader.say("personal.back_does")))
    how = reader.say("personal.back_several" if len(back) > 1 else "personal.back")
    block = Block(
        said=tuple(Said(sentence) for sentence in said),
        how=how if back else "",
        options=tuple(back),
        why=reader.why(reader.say("because.personal")),
    )
    return Piece(reader.say("subject.personal"), (block,))


def _is_now(reader: Reader, wish: str, value: str) -> str:
    if wish == "digest":
        return reader.say(f"personal.digest_{value}")
    return reader.say(f"personal.{wish}", value=_value(reader, value))


def _value(reader: Reader, value: str) -> str:
    """As it is written behind the command; zones have the same name everywhere."""
    key = f"personal.{value}"
    return reader.say(key) if reader.phrases.has(key) else one_line(value)
