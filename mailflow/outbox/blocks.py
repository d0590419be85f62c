"""The block of a mail that is about one record."""

from __future__ import annotations

from collections.abc import Sequence

from mailflow.outbox import hanging, values
from mailflow.outbox.about import NEW_TO_THE_READER, About, is_refused
from mailflow.outbox.asked import QUESTIONS, Asked, asks, waits, with_undo
from mailflow.outbox.buttons import mailto
from mailflow.outbox.facts import Shown
from mailflow.outbox.happened import sentence
from mailflow.outbox.owned import why_owned, why_placed
from mailflow.outbox.quotes import EXCERPT, WHOLE, quote
from mailflow.outbox.reader import Reader
from mailflow.outbox.refusals import refusal
from mailflow.outbox.ruled import said_rule
from mailflow.outbox.view import Block, Quote, Said
from mailflow.outbox.words import one_line
from mailflow.store.tables import Contact
from mailflow.workflow.fields import client_in

# What somebody decides by reading the record's words.
WHOLE_FOR = {"agree", "rejected", "form", "asked"}


def record_block(
    reader: Reader, about: About, *, several: bool, budget: int = WHOLE, receipt: bool = False
) -> Block:
    """`several` mails show each record in short; `budget` is in characters of its words."""
    shown, record = about.shown, about.shown.record
    refused = tuple(
        Said(refusal(reader, reason, shown)) for reason in about.reasons if is_refused(reason)
    )
    happened = tuple(sentence(reader, shown, told, budget) for told in about.told)
    happened += _since(reader, about)
    ruled = tuple(said for reason in about.reasons for said in said_rule(reader, reason))
    asked = asks(reader, about)
    if several:
        # How to answer stands once, below them all.
        asked = Asked("" if receipt else asked.question)
    elif receipt:
        asked = with_undo(reader, about, asked)
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


def _since(reader: Reader, about: About) -> tuple[Said, ...]:
    """The facts are those of now: what they say otherwise than the sentences above."""
    record = about.shown.record
    kind = reader.installation.kinds.by_name(record.kind)
    due = record.due.isoformat() if record.due else None
    now = (
        ("state", "state", record.state, reader.state(kind, record.state)),
        ("owner", "owner_id", record.owner, reader.name(record.owner)),
        ("due", "due", due, reader.iso_day(due)),
    )
    told = {name: value for one in about.told for name, value in one.event.new.items()}
    changed = [
        reader.say(f"fact.{fact}") + reader.say("format.colon") + shown_as
        for fact, column, value, shown_as in now
        if told.get(column, value) != value
    ]
    facts = reader.say("format.semicolon").join(changed)
    return (Said(reader.say("happened.since", facts=facts)),) if changed else ()


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
    names = _by_now(names, still_asked=waits(reader, about))
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


def _by_now(names: Sequence[str], *, still_asked: bool) -> list[str]:
    """Without what is not asked any more, unless it is all that there is to say."""
    if still_asked:
        return list(names)
    rest = [name for name in names if name not in QUESTIONS]
    return rest or (["was_asked"] if names else [])


def mail_about(reader: Reader, ref: str, title: str) -> str:
    """A link that begins a mail about this record alone."""
    return mailto(reader.installation.address, f"[{ref}] {one_line(title, 80)}")
