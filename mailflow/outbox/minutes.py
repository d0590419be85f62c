"""The minutes of a meeting, around what they ask of their reader: all that they opened, who was
there, and their text as it was written."""

from __future__ import annotations

from collections.abc import Sequence

from mailflow.outbox import sitting
from mailflow.outbox.about import About
from mailflow.outbox.facts import Facts, Reason, Shown
from mailflow.outbox.quotes import quote
from mailflow.outbox.reader import Reader
from mailflow.outbox.refusals import size
from mailflow.outbox.scheduled import record_row
from mailflow.outbox.view import Frame, Row, Section
from mailflow.outbox.words import one_line
from mailflow.store import meetings

# Who reads minutes reads all of them.
WHOLE = 100_000
# What concerns the reader of the minutes beyond reading them.
CONCERNS = {"yours", "agree", "asked", "unrouted", "unrouted_for"}


def of_minutes(reason: Reason) -> bool:
    return reason.get("reason") == "minutes"


def asking(reader: Reader, abouts: Sequence[About]) -> list[About]:
    """The records of the minutes that ask something of their reader: their own tasks first."""
    found = [a for a in abouts if any(r.get("reason") in CONCERNS for r in a.reasons)]
    kinds = reader.installation.kinds
    to_agree = {kind.name for kind in kinds if kind.agreement == "both"}
    return sorted(found, key=lambda about: about.shown.record.kind in to_agree)


def frame(reader: Reader, facts: Facts, reason: Reason, above: Sequence[About]) -> Frame:
    """`above` are the records whose blocks stand in the mail already."""
    known, writer = sitting.given(reader, reason), reason.get("person")
    key = "minutes.added" if reason.get("added") else "minutes.lead"
    lead = [reader.say(key, person=reader.name(writer), **known)]
    files = [f"{one_line(str(f['name']))} ({size(f['size'])})" for f in reason.get("files") or ()]
    if files:
        lead.append(reader.say("minutes.files", files=reader.phrases.join(files)))
    shown_above = {about.shown.record.id for about in above}
    shown = [facts.seen_by(reader.person.id, n) for n in reason.get("records") or ()]
    rest = [one for one in shown if one and one.record.id not in shown_above]
    texts = meetings.texts(facts.session, [reason["text"]] if reason.get("text") else [])
    attendance = () if reason.get("added") else sitting.who_comes(reader, reason)
    label = reader.say("minutes.words", who=reader.name(writer))
    words = quote(reader, label, next(iter(texts.values()), ""), WHOLE)
    return Frame(
        subject=reader.say("subject.minutes", **known),
        project=sitting.project_of(reader, reason),
        lead=tuple(lead),
        sections=(*_sections(reader, rest), *attendance),
        quotes=(words,) if words else (),
        how=None if above else reader.say("minutes.how"),
    )


def _sections(reader: Reader, shown: Sequence[Shown]) -> list[Section]:
    """A list for each kind, in the order of the minutes; what both sides agree comes first."""
    by_kind: dict[str, list[Row]] = {}
    for one in shown:
        by_kind.setdefault(one.record.kind, []).append(record_row(reader, one, 0, None))
    agreed = {kind.name for kind in reader.installation.kinds if kind.agreement == "both"}
    names = sorted(by_kind, key=lambda name: name not in agreed)
    return [
        Section(name, len(by_kind[name]), _title(reader, name), tuple(by_kind[name]))
        for name in names
    ]


def _title(reader: Reader, kind: str) -> str:
    called = reader.kind(kind)
    return reader.say("minutes.recorded", kind=called[:1].upper() + called[1:])
