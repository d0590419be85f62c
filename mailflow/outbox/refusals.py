"""Why nothing was done for a line, and what would work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mailflow.outbox.facts import Reason, Shown
from mailflow.outbox.reader import Reader
from mailflow.outbox.taken_back import later
from mailflow.outbox.words import one_line
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import WITHDRAWN

UNITS = ("kB", "MB", "GB")


def refusal(reader: Reader, reason: Reason, shown: Shown | None) -> str:
    """One sentence; a refusal that has no phrase is shown by its name."""
    details = reason.get("details")
    given = _details(reader, details if isinstance(details, Mapping) else {}, shown)
    name = str(reason.get("refusal", ""))
    key = f"refusal.{name}"
    if reader.phrases.has(key):
        why = reader.say(key, **given)
    else:
        shown_details = reader.phrases.join([str(value) for value in given.values()])
        why = reader.say("refusal.other", name=name.replace("_", " "), details=shown_details)
    line = one_line(str(reason.get("line") or ""))
    return reader.say("refused.line", line=line, why=why) if line else _bare(reader, why)


def _bare(reader: Reader, why: str) -> str:
    return reader.say("refused.mail", why=why)


def _details(reader: Reader, details: Mapping[str, Any], shown: Shown | None) -> dict[str, str]:
    kind = reader.installation.kinds.by_name(shown.record.kind) if shown else None
    return {str(name): _value(reader, kind, str(name), value) for name, value in details.items()}


def _value(reader: Reader, kind: Kind | None, name: str, value: Any) -> str:
    if isinstance(value, list):
        each = [_value(reader, kind, name, one) for one in value]
        apart = "format.semicolon" if name == "reports" else "format.comma"
        return reader.say(apart).join(each)
    if value is None:
        return reader.say("none")
    show = SHOWN.get(name)
    return one_line(show(reader, kind, value) if show else str(value))


def _role(reader: Reader, _kind: Kind | None, value: Any) -> str:
    key = f"role.{value}"
    return reader.say(key) if reader.phrases.has(key) else str(value)


def _state(reader: Reader, kind: Kind | None, value: Any) -> str:
    """A state of the record's kind; priorities stand under the same name."""
    if value == WITHDRAWN or (kind is not None and value in kind.states):
        return reader.state(kind, value)
    return reader.priority(value)


def size(octets: Any) -> str:
    """25.0 MB; octets in powers of ten."""
    if not isinstance(octets, int | float):
        return str(octets)
    amount, unit = float(octets) / 1000, UNITS[0]
    for bigger in UNITS[1:]:
        if amount < 1000:
            break
        amount, unit = amount / 1000, bigger
    return f"{amount:.1f} {unit}"


SHOWN: Mapping[str, Callable[[Reader, Kind | None, Any], str]] = {
    "person": lambda reader, _kind, value: reader.name(value),
    "persons": lambda reader, _kind, value: reader.name(value),
    "due": lambda reader, _kind, value: reader.iso_day(value),
    "day": lambda reader, _kind, value: reader.iso_day(value),
    "who": _role,
    "side": lambda reader, _kind, value: reader.side(value),
    "state": _state,
    "states": _state,
    "old": _state,
    "new": _state,
    "priority": lambda reader, _kind, value: reader.priority(value),
    "kind": lambda reader, _kind, value: reader.kind(str(value)),
    "kinds": lambda reader, _kind, value: reader.kind(str(value)),
    "command": lambda reader, _kind, value: reader.command(str(value)),
    "commands": lambda reader, _kind, value: reader.command(str(value)),
    "later": later,
    "size": lambda _reader, _kind, value: size(value),
    "limit": lambda _reader, _kind, value: size(value),
}
