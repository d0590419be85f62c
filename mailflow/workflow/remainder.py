"""What is left of a mail's own text once a part of it was dealt with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from parsers import Mail, is_polite


def without_commands(mail: Mail, names: Collection[str]) -> Mail:
    """The mail as if these commands, and the plain words called so, did not stand in it."""
    return replace(
        mail,
        commands=tuple(one for one in mail.commands if one.name not in names),
        word=None if mail.word in names else mail.word,
    )


def without_item_lines(mail: Mail) -> Mail:
    """The mail as if the lines that answer numbered items did not stand in it.

    `2. /due friday` is a command line, too, so one command goes with each of an item's.
    """
    commands = list(mail.commands)
    for command in (one for item in mail.items for one in item.commands):
        if command in commands:
            commands.remove(command)
    note, reply = _without_lines(mail, mail.note_text), _without_lines(mail, mail.reply_text)
    return replace(mail, commands=tuple(commands), items=(), note_text=note, reply_text=reply)


def says_more(mail: Mail) -> bool:
    """Whether it asks for something, has words beyond a greeting or thanks, or brings something."""
    asks = mail.commands or mail.word or mail.items
    brings = mail.forwarded is not None or mail.attachments
    return bool(asks or brings) or not is_polite(mail.note_text)


def _without_lines(mail: Mail, text: str) -> str:
    said = {item.line.strip() for item in mail.items}
    return "\n".join(line for line in text.split("\n") if line.strip() not in said).strip()
