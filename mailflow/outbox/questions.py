"""What is asked about held mails: a function a reason."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from mailflow.outbox import guessed, options
from mailflow.outbox.buttons import Buttons
from mailflow.outbox.facts import Facts, Reason
from mailflow.outbox.reader import Reader
from mailflow.outbox.received import beginning, facts_of_mail, sender_of, subject_of
from mailflow.outbox.ruled import because_coordinator
from mailflow.outbox.view import Block, Option, Piece, Said
from mailflow.outbox.words import one_line


def confirm(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    """Was this you?"""
    held = numbers(reason, "inputs")
    subject = question_about(reader, facts, held[0] if held else 0)
    buttons = Buttons(reader, subject)
    blocks = [mail_block(reader, facts, n) for n in held] or [Block()]
    blocks[0] = asking(
        blocks[0],
        said=(Said(reader.say("held.confirm", n=len(held))),),
        asked=(reader.say("ask.confirm", n=len(held)),),
        how=reader.say("ask.lines"),
        options=(
            buttons.word("yes", reader.say("option.yes_does"), reader.say("button.yes")),
            buttons.word("no", reader.say("option.no_does"), reader.say("button.no")),
        ),
    )
    blocks[-1] = replace(blocks[-1], why=reader.why(reader.say("because.question")))
    return Piece(subject, tuple(blocks))


def believe(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    """Shall it count, though nobody vouches for its sender?"""
    held = numbers(reason, "inputs") or [number(reason, "input")]
    n, sender = len(held), sender_of(reader, facts, held[0])
    subject = question_about(reader, facts, held[0])
    buttons = Buttons(reader, subject)
    blocks = [mail_block(reader, facts, one) for one in held]
    about = "strangers" if reason.get("stranger") else "believe"
    blocks[0] = asking(
        blocks[0],
        said=(Said(reader.say(f"held.{about}", n=n, sender=sender)),),
        asked=(reader.say(f"ask.{about}", n=n),),
        how=reader.say("ask.lines"),
        options=(_counts(buttons, n), _drop(buttons, n)),
    )
    blocks[-1] = replace(blocks[-1], why=reader.why(because_coordinator(reader, reason)))
    return Piece(subject, tuple(blocks))


def triage(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    """Where does it belong?"""
    held, given = number(reason, "input"), one_line(str(reason.get("given") or ""))
    cause = str(reason.get("cause"))
    key = f"held.{cause}" if reader.phrases.has(f"held.{cause}") else "held.no_project_and_kind"
    if cause == "no_kind" and given:
        key = "held.no_kind_given"
    subject, sender = question_about(reader, facts, held), sender_of(reader, facts, held)
    block = asking(
        mail_block(reader, facts, held),
        said=(Said(reader.say(key, sender=sender, given=given)),),
        asked=(reader.say("ask.triage"),),
        how=reader.say("ask.number_or_lines" if reason.get("guesses") else "ask.as_needed"),
        options=_triage_options(Buttons(reader, subject), reason),
        why=reader.why(because_coordinator(reader, reason)),
    )
    return Piece(subject, (block,))


def _triage_options(buttons: Buttons, reason: Reason) -> tuple[Option, ...]:
    reader, found = buttons.reader, []
    for need, names in _open(reason).items():
        listed = reader.phrases.join([_called(reader, name) for name in names])
        write = reader.say(f"option.{need}", command=reader.command(need))
        found.append(Option(write, reader.say(f"option.{need}_does", **{f"{need}s": listed})))
    if not found:
        return (_counts(buttons), _drop(buttons))
    guesses = guessed.places(buttons, reason)
    if not guesses:
        return (*found, *_guesses(buttons, _open(reason)), guessed.always(reader), _drop(buttons))
    return (*guesses, *found, guessed.always(reader), _drop(buttons))


def _open(reason: Reason) -> dict[str, list[str]]:
    """What is not known of a held mail, and the names that are possible."""
    needs = reason.get("needs") or ()
    return {
        need: [one_line(str(name)) for name in reason.get(f"{need}s") or ()]
        for need in ("project", "kind")
        if need in needs
    }


def _called(reader: Reader, name: str) -> str:
    """A kind as the reader calls it; a project by its key."""
    return reader.kind(name)


def _guesses(buttons: Buttons, still_open: Mapping[str, Sequence[str]]) -> list[Option]:
    """A button for each way to say all that is not known, where these are few."""
    reader = buttons.reader
    if math.prod(map(len, still_open.values())) > options.MOST_BUTTONS:
        return []
    found = []
    for names in product(*still_open.values()):
        lines = [
            f"{reader.command(need)} {name}" for need, name in zip(still_open, names, strict=True)
        ]
        label = reader.say("format.dot").join(_called(reader, name) for name in names)
        found.append(buttons.only(label, *lines))
    return found


def which(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    """The numbers are those of the question's options, also where one may not be seen any more."""
    held, choices, shown_ids = number(reason, "input"), [], []
    subject = question_about(reader, facts, held)
    for place, record_id in enumerate(numbers(reason, "records"), start=1):
        shown = facts.seen_by(reader.person.id, record_id)
        if shown is not None:
            ref, title = shown.record.ref, one_line(shown.record.title)
            choices.append(Buttons(reader, subject).option(str(place), f"{ref} {title}", ref))
            shown_ids.append(record_id)
    block = asking(
        mail_block(reader, facts, held),
        said=(Said(reader.say("held.which")),),
        asked=(reader.say("ask.which"),),
        how=reader.say("ask.number"),
        options=tuple(choices),
        why=reader.why(reader.say("because.question")),
    )
    return Piece(subject, (block,), records=tuple(shown_ids))


def client(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    """Whose words does it bring?"""
    held = number(reason, "input")
    subject = question_about(reader, facts, held)
    buttons = Buttons(reader, subject)
    no_client = reader.say("option.no_client_does")
    block = asking(
        mail_block(reader, facts, held),
        said=(Said(reader.say("held.client")),),
        asked=(reader.say("ask.client"),),
        how=reader.say("ask.lines"),
        options=(
            *_clients(buttons, reason.get("candidates") or ()),
            Option(reader.say("option.client"), reader.say("option.client_does")),
            buttons.word("no", no_client, reader.say("button.no_client")),
            _drop(buttons),
        ),
        why=reader.why(reader.say("because.question")),
    )
    return Piece(subject, (block,))


def _clients(buttons: Buttons, candidates: Sequence[Sequence[str]]) -> list[Option]:
    """Who may have written it, by their numbers."""
    say, found = buttons.reader.say, []
    for place, names in enumerate(candidates, start=1):
        given = [one_line(str(name)) for name in names if name]
        does = say("option.client_is", client=one_line(" ".join(given)))
        found.append(buttons.option(str(place), does, given[0] if given else str(place)))
    return found


def _counts(buttons: Buttons, n: int = 1) -> Option:
    say = buttons.reader.say
    return buttons.word("yes", say("option.believe_does", n=n), say("button.believe"))


def _drop(buttons: Buttons, n: int = 1) -> Option:
    reader = buttons.reader
    does, label = reader.say("option.drop_does", n=n), reader.say("button.drop")
    return buttons.option(reader.command("ignore"), does, label)


def mail_block(reader: Reader, facts: Facts, input_id: int) -> Block:
    """A held mail: how it begins, from whom, when."""
    details = facts_of_mail(reader, facts, input_id)
    return Block(quotes=beginning(reader, facts, input_id), facts=details)


def asking(
    block: Block,
    said: tuple[Said, ...],
    asked: tuple[str, ...],
    why: str = "",
    options: tuple[Option, ...] = (),
    how: str = "",
) -> Block:
    """The block with what is said and asked above it."""
    return replace(block, said=said, asked=asked, options=options, why=why, how=how)


def question_about(reader: Reader, facts: Facts, input_id: int) -> str:
    """The subject of a question about a held mail, and of what answers it."""
    return reader.say("subject.question", subject=subject_of(reader, facts, input_id))


def number(reason: Reason, key: str) -> int:
    """An id of a reason; 0 where it is none."""
    value = reason.get(key)
    return value if isinstance(value, int) else 0


def numbers(reason: Reason, key: str) -> list[int]:
    """The ids of a reason, without what is none."""
    values = reason.get(key)
    return [n for n in values if isinstance(n, int)] if isinstance(values, list) else []
