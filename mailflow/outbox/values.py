"""The values of a record's fields, and what changed of them, as a reader knows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from mailflow.outbox.facts import Shown, Told
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Change
from mailflow.outbox.words import one_line
from mailflow.workflow.fields import Field
from mailflow.workflow.kinds import Kind

# How many characters of a value are shown, in a list of records fewer.
WHOLE, SHORT = 500, 60


def known(reader: Reader, shown: Shown, limit: int = WHOLE) -> Iterator[tuple[str, str]]:
    """The fields of its kind that are known, each with its label."""
    kind, values = _kind(reader, shown), shown.record.fields
    for field in kind.fields if kind else ():
        if values.get(field.name):
            yield label(reader, field), value(reader, field, values[field.name], limit)


def labels(reader: Reader, kind: Kind | None, names: object) -> tuple[str, ...]:
    """The labels of these fields of a kind, in their order."""
    wanted = names if isinstance(names, list) else []
    fields = kind.fields if kind else ()
    return tuple(label(reader, one) for one in fields if one.name in wanted)


def value(reader: Reader, field: Field, written: object, limit: int) -> str:
    """One line; dates and hours as the reader writes them."""
    text = str(written)
    if field.type == "date":
        return reader.iso_day(text)
    if field.type == "effort" and text.isascii() and text.isdigit():
        return reader.minutes(int(text[:9]))
    return one_line(text, limit)


def changes(reader: Reader, shown: Shown, told: Told) -> tuple[Change, ...]:
    """What an event made of which value: the fields in their order, then what every record has."""
    old, new, kind = told.event.old, told.event.new, _kind(reader, shown)
    due = shown.record.due.isoformat() if shown.record.due else None
    found = [*_of_fields(reader, kind, old.get("fields") or {}, new.get("fields") or {}, due)]
    if "title_id" in new:
        found.append(
            Change(reader.say("fact.title"), one_line(told.title_before), one_line(told.title))
        )
    if "due" in new:
        found.append(_moved(reader, reader.say("fact.due"), old.get("due"), new.get("due")))
    added = [link for link in new.get("links") or () if link not in (old.get("links") or ())]
    ids = {link["record"] for link in added}
    refs = [link.record.ref for link in shown.links if link.record.id in ids]
    if refs:
        refs = list(dict.fromkeys(refs))
        found.append(Change(reader.say("fact.link_blocker"), "", reader.phrases.join(refs)))
    return tuple(found)


def _of_fields(
    reader: Reader,
    kind: Kind | None,
    was: Mapping[str, Any],
    now: Mapping[str, Any],
    due: str | None,
) -> Iterator[Change]:
    for field in kind.fields if kind else ():
        before, after = was.get(field.name), now.get(field.name)
        if before != after and field.type == "date":
            yield _moved(reader, label(reader, field), before, after, due)
        elif before != after:
            old, new = (value(reader, field, one, WHOLE) if one else "" for one in (before, after))
            yield Change(label(reader, field), old, new or reader.say("none"))


def _moved(
    reader: Reader, label: str, before: str | None, after: str | None, due: str | None = None
) -> Change:
    """A day that changed, with how many days later it is; a first one than the record is due."""
    old, new = (reader.iso_day(day) if day else "" for day in (before, after))
    n = days_moved(before or due or after, after) if after else 0
    if n:
        new = reader.say("format.later" if n > 0 else "format.earlier", day=new, n=abs(n))
    return Change(label, old, new or reader.say("none"))


def days_moved(before: str | None, after: str) -> int:
    """How many days later a date is than another one (ISO 8601); 0 where one is none."""
    try:
        return (date.fromisoformat(after) - date.fromisoformat(before or "")).days
    except ValueError:
        return 0


def label(reader: Reader, field: Field) -> str:
    return field.label(reader.phrases.language)


def _kind(reader: Reader, shown: Shown) -> Kind | None:
    return reader.installation.kinds.by_name(shown.record.kind)
