"""Goes through whole tables: takes mentions out of what may hold some, and counts what is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import JSON, Column, String, Table, select, tuple_, update
from sqlalchemy.orm import Session

from mailflow.store.forgetting.mentions import OMITTED, Mentions
from mailflow.store.forgetting.words import Words
from mailflow.store.tables import (
    Event,
    Input,
    Message,
    Notice,
    Outgoing,
    Question,
    Record,
    Rule,
    Sitting,
    Text,
    metadata,
)

AT_ONCE = 1_000
# Where people's words and addresses get to. What else has some was written by an admin, or is a
# key by which things are found.
SCRUBBED: dict[type, Sequence[str]] = {
    Input: ("reason", "detail", "payload", "decisions"),
    Message: ("subject", "place"),
    Question: ("options",),
    Notice: ("reasons",),
    Outgoing: ("last_error",),
    Event: ("old", "new", "files"),
    Record: ("fields", "why"),
    Rule: ("key", "decided"),
    Sitting: ("name", "place"),
    Text: ("body",),
}
# What a notice says with somebody's words.
SAID = frozenset({"line", "given"})


def scrub(session: Session, mentions: Mentions, words: Words, sent: set[int]) -> int:
    """Returns how many rows had a mention, or words that are no longer there."""
    changed = 0
    for model, names in SCRUBBED.items():
        for row in _rows(session, model.__table__, names):  # type: ignore[attr-defined]
            held = {name: getattr(row, name) for name in names}
            cleaned = {name: mentions.scrubbed(value) for name, value in held.items()}
            cleaned = _without_words(model, row, cleaned, words, sent)
            if cleaned != held:
                session.execute(update(model).where(*_is(model, row)).values(**cleaned))
                changed += 1
    return changed


def _without_words(
    model: type, row: Any, values: dict[str, Any], words: Words, sent: set[int]
) -> dict[str, Any]:
    if model is Event:
        values = {
            n: words.blanked(row.record_id, v) if n != "files" else v for n, v in values.items()
        }
        if row.id in words.files:
            values["files"] = [{**one, "name": OMITTED} for one in values["files"]]
    elif model is Record:
        values = words.blanked(row.id, values)
    elif model is Notice and row.input_id in sent:
        values["reasons"] = [_unsaid(reason) for reason in values["reasons"]]
    return values


def _unsaid(value: Any) -> Any:
    """A reason without the words that it repeats."""
    if not isinstance(value, dict):
        return value
    return {
        key: OMITTED if key in SAID and isinstance(one, str) else _unsaid(one)
        for key, one in value.items()
    }


def left(session: Session, mentions: Mentions) -> dict[str, int]:
    """Where mentions remain: table.column → in how many rows."""
    done = {model.__table__: names for model, names in SCRUBBED.items()}  # type: ignore[attr-defined]
    found: dict[str, int] = {}
    for table in metadata.sorted_tables:
        names = [c.name for c in table.columns if isinstance(c.type, (String, JSON))]
        names = [name for name in names if name not in done.get(table, ())]
        for row in _rows(session, table, names) if names else ():
            for name in names:
                if mentions.within(getattr(row, name)):
                    place = f"{table.name}.{name}"
                    found[place] = found.get(place, 0) + 1
    return found


def _rows(session: Session, table: Table, names: Sequence[str]) -> Iterator[Any]:
    """The primary keys and these columns, page by page, so that rows can be changed meanwhile."""
    keys: list[Column[Any]] = list(table.primary_key.columns)
    wanted = [*keys, *(table.c[name] for name in names if name not in table.primary_key.columns)]
    wanted += [table.c[name] for name in ("record_id", "input_id") if name in table.c]
    query = select(*dict.fromkeys(wanted)).order_by(*keys).limit(AT_ONCE)
    page = session.execute(query).all()
    while page:
        yield from page
        after = tuple(getattr(page[-1], key.name) for key in keys)
        page = session.execute(query.where(tuple_(*keys) > after)).all()


def _is(model: type, row: Any) -> list[Any]:
    keys = model.__table__.primary_key.columns  # type: ignore[attr-defined]
    return [key == getattr(row, key.name) for key in keys]
