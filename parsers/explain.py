"""What each line of a mail's text was taken for, and by which rule.

The lines go the way that they go when a mail is read, each with its number on it. Only the
evidence (which phrase, of which language) is looked up once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.message import Message
from itertools import islice
from typing import Literal

from .body import Text, body_text
from .commands import command_of, read_commands
from .containers import open_containers
from .evidence import cited, evidence_of, label_evidence, rule_evidence, title_of
from .forward import read_forwards
from .mail import parse
from .mime import read_message
from .model import Mail
from .pgp import without_signature
from .places import Line, Place, as_it_stood, body_offset, placed, places_of
from .plain_words import plain_word
from .reply import Reading, find_others, joined
from .signature import LeftOut
from .split import Boundary, find_boundary, is_rule, unquote
from .subject import read_subject

What = Literal[
    "own", "command", "word", "banner", "signature", "notice", "quote", "attribution",
    "separator", "header", "forwarded", "blank",
]  # fmt: skip

WHOLE = "nothing else was left: the whole text stays"
WHOLE_FORWARD = "nothing else was left: also the reply"
_NO_RULE = "nothing marks it as another's"


@dataclass(frozen=True, slots=True)
class Explained:
    """One line of a mail's text (HTML converted), counted from 1.

    Where words of the author share a line with an attribution, or a separator with header lines,
    each has the same number. A line of the author is as it was taken, without marks. `rule` is a
    short English phrase, "" for a blank line.
    """

    number: int
    line: str
    what: What
    rule: str


def explain(raw: bytes) -> tuple[Explained, ...]:
    """All lines of the mail's text, blank ones at its end left out. Never raises."""
    return _Sheet(parse(raw), opened(raw)[1]).explained()


def opened(raw: bytes) -> tuple[Message, Text]:
    """The mail's parts, and its text as it is read."""
    message, _ = read_message(raw)
    open_containers(message, [])
    body = body_text(message, [])
    return message, replace(body, text=without_signature(body.text))


class _Sheet:
    """What is said of each line, or of each of its parts where several share one."""

    def __init__(self, mail: Mail, body: Text) -> None:
        self.mail = mail
        self.lines = body.text.split("\n")
        self.said: dict[Place, Explained] = {}
        self.forwarded: list[Place] = []
        places = [(index, 0) for index in range(len(self.lines))]
        subject = read_subject(mail.subject)
        boundary, forward = find_others(self.lines, subject, mail.in_reply_to)
        if boundary is not None:
            boundary, at = as_it_stood(boundary, self.lines), places_of(boundary, places)
            above = placed(boundary.above, places[: len(boundary.above)])
            boundary = replace(boundary, lines=placed(boundary.lines, at), above=above)
        author = mail.senders[0] if mail.senders else None
        reading = Reading(placed(self.lines, places), boundary, author, forward=forward)
        self._say_own(reading.own, boundary)
        self._say_left_out(reading.left_out)
        if boundary is not None:
            self._say_others(boundary, at, forward=forward)
        self._say_rest()
        if mail.reply_text and not joined(reading.own):
            self._say_whole(is_html=body.is_html)

    def explained(self) -> tuple[Explained, ...]:
        return tuple(self.said[place] for place in sorted(self.said))

    def _say(
        self, place: Place, what: What, rule: str, line: str, *, as_taken: bool = False
    ) -> None:
        index, part = place
        text = str(line) if as_taken or part else self.lines[index]
        self.said[place] = Explained(index + 1, text, what, rule)

    def _say_own(self, own: Sequence[str], boundary: Boundary | None) -> None:
        _, word, rest = read_commands(own)
        kept = {id(line) for line in rest}
        texts = [position for position, line in enumerate(own) if line.strip()]
        for line in own[texts[0] : texts[-1] + 1] if texts else ():
            if not isinstance(line, Line):
                continue
            command = command_of(line)
            what: What = "own"
            if id(line) in kept:
                late = "a command counts in the first lines only" if command else ""
                rule = late or _own_rule(line.place, boundary)
            elif command:
                what, rule = "command", f"command {command.line}"
            elif plain_word(line):
                what, rule = "word", f"plain word `{word}`"
            else:
                rule = "greeting before a plain word"
            self._say(line.place, what, rule, line, as_taken=True)

    def _say_left_out(self, left_out: Sequence[LeftOut]) -> None:
        for found in left_out:
            lines = [line for line in found.lines if isinstance(line, Line) and line.strip()]
            for line in lines:
                first = found.what == "quote" or line is lines[0]
                rule = rule_evidence(found.rule, line) if first else f"below the {found.rule}"
                self._say(line.place, found.what, rule, line)

    def _say_others(self, boundary: Boundary, places: Sequence[Place], *, forward: bool) -> None:
        self._say_boundary(boundary, places)
        if forward:
            self._say_forwarded(boundary, places, self.mail.subject, "", 0)
        elif boundary.sort != "wrote":
            rule = f"below {title_of(boundary)}"
            theirs = zip(places, boundary.lines, strict=True)
            for place, line in islice(theirs, boundary.body, None):
                if line.strip():
                    self._say(place, "quote", rule, line)

    def _say_boundary(self, boundary: Boundary, places: Sequence[Place]) -> None:
        """The lines that announce the words of others."""
        shared = boundary.attribution.before if boundary.attribution else ""
        for position in range(boundary.start, boundary.body):
            place, line = places[position], boundary.lines[position]
            if shared and position == boundary.start:
                place, line = (place[0], place[1] + 1), line[len(shared) :]
            if line.strip():
                self._say(place, *_sort_of(boundary, position), line)

    def _say_forwarded(
        self,
        boundary: Boundary,
        places: Sequence[Place],
        subject: str,
        nested: str,
        depth: int,
    ) -> None:
        """The forwarded text, and the boundaries at which it was found to hold more mails."""
        found = read_forwards(boundary, "", subject, depth)
        body = found[0].body.split("\n")
        offset = boundary.body + body_offset(boundary.lines[boundary.body :], body)
        within = list(places[offset : offset + len(body)])
        if not found[0].body or len(within) != len(body):
            return
        if depth == 0:
            self.forwarded = within
            self._say_ended(boundary, places, offset + len(body))
        rule = f"below {title_of(boundary)}{nested}"
        for place, line in zip(within, body, strict=True):
            self._say(place, "forwarded", rule, line)
        beside = len(found) > 1
        inner = find_boundary(body) if beside or found[0].original else None
        if inner is None:
            return
        inner, within = as_it_stood(inner, body), places_of(inner, within)
        self._say_boundary(inner, within)
        subject = subject if beside else found[0].subject or ""
        nested = ", the next mail" if beside else ", within the forwarded mail"
        self._say_forwarded(inner, within, subject, nested, depth + 1)

    def _say_ended(self, boundary: Boundary, places: Sequence[Place], start: int) -> None:
        """`End of forwarded message` and what stands below it, which is nobody's."""
        lines = [p for p in range(start, len(places)) if boundary.lines[p].strip(" \t>|\ufeff")]
        for position in lines:
            line = boundary.lines[position]
            if position == lines[0]:
                rule = f"end of the forwarded mail{cited(line, 'lines', 'ended')}"
                self._say(places[position], "separator", rule, line)
            else:
                self._say(places[position], "quote", "below the end of the forwarded mail", line)

    def _say_rest(self) -> None:
        known = {index for index, _ in self.said}
        for index in range(_text_end(self.lines)):
            if index not in known:
                self._say((index, 0), *_plainly(self.lines[index]), "")

    def _say_whole(self, *, is_html: bool) -> None:
        """The text that stands for the reply where nothing of the author's own is left."""
        if self.mail.forwarded is not None:
            body = self.mail.forwarded.body.split("\n")
            if len(body) != len(self.forwarded):
                return  # that of an attached mail
            body_lines = placed(body, self.forwarded)
            for line in Reading(body_lines, None, None, forward=False).own:
                if isinstance(line, Line):
                    one = self.said[line.place]
                    rule = f"{one.rule}; {WHOLE_FORWARD}"
                    self._say(line.place, one.what, rule, line, as_taken=True)
            return
        rules = {index: self.said[index, part].rule for index, part in sorted(self.said)[::-1]}
        self.said.clear()
        lines = unquote(self.lines) if is_html else self.lines
        for index in range(_text_end(lines)):
            rule = f"{WHOLE} ({rules[index]})" if rules.get(index) else WHOLE
            self._say((index, 0), "own", rule, lines[index], as_taken=True)


def _text_end(lines: Sequence[str]) -> int:
    """How many lines there are without the blank ones at the end."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _plainly(line: str) -> tuple[What, str]:
    """What a line is of which nothing else was said."""
    if not line.strip(" \t>|\ufeff\u200b\xa0"):
        return "blank", ""
    return ("separator", "rule of dashes") if is_rule(line) else ("quote", "no own words")


def _own_rule(place: Place, boundary: Boundary | None) -> str:
    if boundary is None:
        return _NO_RULE
    if place[0] < boundary.start or (boundary.attribution and boundary.attribution.before):
        return f"above {title_of(boundary)}"
    return f"below {title_of(boundary)}, not marked as a quote"


def _sort_of(boundary: Boundary, position: int) -> tuple[What, str]:
    """What a line between the author's words and those of others is."""
    block, found, line = boundary.block, boundary.attribution, boundary.lines[position]
    if block is not None and block.start <= position < block.end:
        return "header", label_evidence(block, line)
    if found is not None and found.start <= position < found.end:
        return "attribution", evidence_of(boundary)
    if position == boundary.start:
        return "separator", evidence_of(boundary)
    return "separator", "repeats the separator"
