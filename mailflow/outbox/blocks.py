"""The block of a mail that is about one record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mailflow.outbox import forms, hanging, options, values
from mailflow.outbox.buttons import mailto
from mailflow.outbox.facts import Facts, Reason, Shown, Told
from mailflow.outbox.happened import sentence
from mailflow.outbox.owned import why_owned, why_placed
from mailflow.outbox.quotes import EXCERPT, WHOLE, quote
from mailflow.outbox.reader import Reader
from mailflow.outbox.refusals import refusal
from mailflow.outbox.ruled import said_rule
from mailflow.outbox.view import Block, Option, Quote, Said
from mailflow.outbox.words import one_line
from mailflow.store.tables import Contact
from mailflow.workflow.audience import OWN_AFFAIRS
from mailflow.workflow.fields import client_in
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import Record

# After these the reader may see the record for the first time, or as another one.
NEW_TO_THE_READER = {"opened", "owner", "project", "kind"}
# What somebody decides by reading the record's words.
WHOLE_FOR = {"agree", "rejected", "form", "asked"}
ASKING = (
    "unrouted",
    "unrouted_for",
    "form",
    "rejected",
    "agree",
    "asked",
    "yours",
    "unblocked",
    "opened",
)


class Asked(NamedTuple):
    """What is asked, the sentence before the lines that answer it, and these lines; `form` are
    lines to be filled in."""

    question: str = ""
    how: str = ""
    options: tuple[Option, ...] = ()
    form: tuple[str, ...] = ()


NOTHING = Asked()


@dataclass(frozen=True)
class About:
    """What a mail says of one record: its reasons, and the events that caused them.

    `earlier` are the words that came before, for somebody who gets the record now; `moves` what
    hangs on a date that changed.
    """

    shown: Shown
    reasons: tuple[Reason, ...]
    told: tuple[Told, ...]
    earlier: tuple[Told, ...] = ()
    moves: tuple[Record, ...] = ()


def about_records(
    reader: Reader, facts: Facts, causes: Sequence[tuple[int, Reason]]
) -> list[About]:
    """The records that these (input, reason) pairs name and the reader may see, each once."""
    found: dict[int, tuple[Shown, list[Reason], dict[int, Told]]] = {}
    for input_id, reason in causes:
        shown = facts.seen_by(reader.person.id, reason.get("record"))
        if shown is None:
            continue
        _, reasons, told = found.setdefault(shown.record.id, (shown, [], {}))
        reasons.append(reason)
        for one in facts.events.get((input_id, shown.record.id), ()):
            if one.event.what not in OWN_AFFAIRS or one.event.actor_id == reader.person.id:
                told[one.event.id] = one
    return [
        _about(reader, facts, shown, reasons, [told[n] for n in sorted(told)])
        for shown, reasons, told in found.values()
    ]


def _about(
    reader: Reader, facts: Facts, shown: Shown, reasons: Sequence[Reason], told: Sequence[Told]
) -> About:
    owners = [one.event.new.get("owner_id") for one in told if one.event.what == "owner"]
    gets_it = bool(owners) and owners[-1] == reader.person.id
    earlier = facts.earlier(shown.record.id, told[0].event.id) if gets_it else ()
    ids = dict.fromkeys(n for reason in reasons for n in reason.get("moves") or ())
    moves = [one.record for n in ids if (one := facts.seen_by(reader.person.id, n))]
    return About(shown, tuple(reasons), tuple(told), tuple(earlier), tuple(moves))


def record_block(
    reader: Reader, about: About, *, several: bool, budget: int = WHOLE, receipt: bool = False
) -> Block:
    """`several` mails show each record in short; `budget` is in characters of its words."""
    shown, record = about.shown, about.shown.record
    refused = tuple(
        Said(refusal(reader, reason, shown)) for reason in about.reasons if is_refused(reason)
    )
    happened = tuple(sentence(reader, shown, told, budget) for told in about.told)
    ruled = tuple(said for reason in about.reasons for said in said_rule(reader, reason))
    asked = asks(reader, about)
    if several:
        # How to answer stands once, below them all.
        asked = Asked("" if receipt else asked.question)
    elif receipt:
        asked = _with_undo(reader, about, asked)
    return Block(
        ref=record.ref,
        title=one_line(record.title),
        said=happened + hanging.said(reader, shown, about.reasons, about.moves) + ruled + refused,
        asked=(asked.question,) if asked.question else (),
        form=asked.form,
        how=asked.how,
        options=asked.options,
        quotes=_words(reader, about, budget),
        facts=() if several else facts_of(reader, shown),
        meta=_meta(reader, shown) if several else "",
        why="" if several else reader.why(*because(reader, about)),
        link=mail_about(reader, record.ref, record.title),
    )


def is_refused(reason: Reason) -> bool:
    return reason.get("reason") == "refused"


def asks(reader: Reader, about: About) -> Asked:
    """What is asked of the reader, and the lines that answer it."""
    shown, kind = about.shown, reader.installation.kinds.by_name(about.shown.record.kind)
    names = {str(reason.get("reason")) for reason in about.reasons}
    name = next((n for n in ASKING if n in names), "")
    state = shown.record.state
    is_asked = options.awaits_side(reader, shown) and kind and kind.asked_to_agree == state
    if name == "form":
        return _form(reader, about, kind)
    if name == "rejected":
        choices = options.agreement(reader, shown)
        return _asked(reader, reader.say("ask.rejected"), choices)
    if name == "agree" or (name in ("opened", "yours") and is_asked):
        side = reader.side(shown.project.side(reader.person.id)) if shown.project else ""
        choices = options.agreement(reader, shown)
        return _asked(reader, reader.say("ask.agree", side=side), choices) if choices else NOTHING
    if name in ("unrouted", "unrouted_for"):
        choices = options.for_coordinator(reader, shown, about.reasons)
        return _asked(reader, reader.say("ask.unrouted"), choices)
    if name == "asked":
        question = reader.say("ask.asked", state=reader.state(kind, state))
        return _asked(reader, question, options.moves(reader, shown, "all"))
    closed = kind is None or state not in kind.states or state in (kind.settled | kind.final)
    if name in ("yours", "unblocked") and not closed:
        is_new = any(told.event.what in NEW_TO_THE_READER for told in about.told)
        question = reader.say("ask.yours" if is_new else "ask.goes_on")
        lines = forms.to_be_analysed(reader, shown, kind)
        if lines:
            return _analysis(reader, shown, lines)
        return _asked(reader, question, options.for_owner(reader, shown))
    if name == "opened":
        choices, how = options.for_reporter(reader, shown), reader.say("ask.if_wrong")
        return Asked(reader.say("ask.correct"), how, choices)
    return NOTHING


def _form(reader: Reader, about: About, kind: Kind | None) -> Asked:
    """What a side is asked for, and then whether it agrees."""
    shown = about.shown
    fields = [reason.get("fields") for reason in about.reasons if reason.get("reason") == "form"]
    lines = forms.lines_of(reader, values.labels(reader, kind, fields[0]))
    button = forms.fill_in(reader, f"[{shown.record.ref}] {shown.record.title}", lines)
    choices = options.agreement(reader, shown)
    how = reader.say("ask.then_agree") if choices else ""
    return Asked(reader.say("ask.form"), how, (button, *choices), lines)


def _analysis(reader: Reader, shown: Shown, lines: tuple[str, ...]) -> Asked:
    button = forms.fill_in(reader, f"[{shown.record.ref}] {shown.record.title}", lines)
    choices = (button, *options.for_owner(reader, shown))
    return Asked(reader.say("ask.analyse"), reader.say("ask.or_lines"), choices, lines)


def _asked(reader: Reader, question: str, choices: tuple[Option, ...]) -> Asked:
    return Asked(question, reader.say("ask.lines") if choices else "", choices)


def _with_undo(reader: Reader, about: About, asked: Asked) -> Asked:
    """In a receipt: what the reader's mail changed, they can take back."""
    if not any(t.event.actor_id == reader.person.id and t.event.new for t in about.told):
        return asked
    how = asked.how or reader.say("ask.undo")
    return asked._replace(how=how, options=(*asked.options, options.undo(reader, about.shown)))


def _words(reader: Reader, about: About, budget: int) -> tuple[Quote, ...]:
    """The record's own words: whole where they may be new to the reader, else their beginning."""
    shown = about.shown
    is_new = any(told.event.what in NEW_TO_THE_READER for told in about.told)
    is_asked = any(reason.get("reason") in WHOLE_FOR for reason in about.reasons)
    limit = budget if is_new or is_asked else min(EXCERPT, budget)
    who = _client_who_wrote(shown)
    label = reader.say("words.of", who=who) if who else reader.say("words.record")
    found = [quote(reader, label, shown.record.text, limit)]
    for told in about.earlier:
        key = "words.taken_back" if told.taken_back else "words.earlier"
        said = reader.say(key, who=reader.actor(told.event.actor_id))
        found.append(quote(reader, said, told.words, limit))
    return tuple(one for one in found if one)


def _client_who_wrote(shown: Shown) -> str:
    """The client whose words they are; "" where it is one of ours who names them."""
    contact = shown.row.contact
    if contact is None or client_in(shown.record.text):
        return ""
    return one_line(contact.name or contact.address)


def facts_of(
    reader: Reader, shown: Shown, limit: int = values.WHOLE
) -> tuple[tuple[str, str], ...]:
    """What is known of a record, label and value; what is not known is left out.

    `limit` is how many characters of its fields' values are shown.
    """
    record, kind = shown.record, reader.installation.kinds.by_name(shown.record.kind)
    due = reader.day(record.due) if record.due else ""
    rows = (
        ("client", client_line(reader, shown.row.contact, record.client)),
        ("kind", reader.kind(record.kind)),
        ("state", reader.state(kind, record.state)),
        ("agreed", _agreements(reader, shown)),
        ("owner", reader.name(record.owner)),
        ("due", due),
        ("priority", reader.priority(record.priority)),
        ("reporter", reader.name(record.reporter)),
        ("project", reader.project(shown.project)),
        ("reworked", reader.say("fact.times", n=record.reworked) if record.reworked else ""),
        *hanging.facts(reader, shown),
    )
    common = tuple((reader.say(f"fact.{name}"), value) for name, value in rows if value)
    return (*values.known(reader, shown, limit), *common)


def _meta(reader: Reader, shown: Shown) -> str:
    colon = reader.say("format.colon")
    pairs = facts_of(reader, shown, values.SHORT)
    return reader.say("format.dot").join(f"{label}{colon}{value}" for label, value in pairs)


def client_line(reader: Reader, contact: Contact | None, client_id: int | None) -> str:
    """Homer Simpson <homer@globex.example>, Globex."""
    client = reader.directory.clients.get(client_id) if client_id is not None else None
    parts = []
    if contact is not None:
        address = one_line(contact.address)
        name = one_line(contact.name)
        parts.append(f"{name} <{address}>" if name and address else name or address)
    if client is not None:
        parts.append(one_line(client.name))
    return reader.phrases.join([part for part in parts if part])


def _agreements(reader: Reader, shown: Shown) -> str:
    kind = reader.installation.kinds.by_name(shown.record.kind)
    if kind is None or kind.agreement != "both":
        return ""
    given = shown.record.agreements
    missing = "waiting" if shown.record.state in kind.to_agree else "not_given"
    people = {
        side: reader.name(given[side]) if side in given else reader.say(f"fact.{missing}")
        for side in ("sales", "team")
    }
    said = [reader.say("fact.agreement", side=reader.side(s), person=p) for s, p in people.items()]
    return reader.say("format.semicolon").join(said)


def because(reader: Reader, about: About) -> tuple[str, ...]:
    """Why the reader gets this, and why the record has the owner it has."""
    names = list(dict.fromkeys(str(reason.get("reason")) for reason in about.reasons))
    names = [name for name in names if name != "refused"] or names
    if {"unrouted", "unrouted_for"} & set(names):
        names = [name for name in names if name != "yours"]
    shown, kind = about.shown, reader.installation.kinds.by_name(about.shown.record.kind)
    side = shown.project.side(reader.person.id) if shown.project else None
    given = {
        "project": reader.project(shown.project),
        "side": reader.side(side) if side else reader.say("none"),
        "state": reader.state(kind, shown.record.state),
        "coordinator": reader.name(shown.project.coordinator if shown.project else None),
    }
    said = [
        reader.say(f"because.{name}", **given)
        for name in names
        if reader.phrases.has(f"because.{name}")
    ]
    owned, placed = why_owned(reader, shown), why_placed(reader, shown)
    return tuple(dict.fromkeys((*said, owned, *placed))) if said else ()


def mail_about(reader: Reader, ref: str, title: str) -> str:
    """A link that begins a mail about this record alone."""
    return mailto(reader.installation.address, f"[{ref}] {one_line(title, 80)}")
