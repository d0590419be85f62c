"""The agenda of a meeting: what was promised, what has to be decided, the points, and the rest."""

from __future__ import annotations

from collections.abc import Sequence

from mailflow.outbox import sitting
from mailflow.outbox.facts import Facts, Reason
from mailflow.outbox.reader import Reader
from mailflow.outbox.scheduled import sections_of, sent_by
from mailflow.outbox.view import Draft, Section, View

# Points of people stand in the list of what has to be decided, or have one of their own.
ORDER = ("promised", "decisions", "points")


def agenda(reader: Reader, facts: Facts, reason: Reason) -> Draft:
    """Its records are numbered through all sections; its points have no numbers."""
    numbers: dict[int, int] = {}
    sections = _with_points(
        reader, facts, reason, sections_of(reader, facts, "agenda", reason, numbers)
    )
    project, known = sitting.project_of(reader, reason), sitting.given(reader, reason)
    lead = [sitting.lead(reader, reason)]
    if not sections:
        lead.append(reader.say("agenda.quiet"))
    subject = reader.say("subject.agenda", **known)
    asked = sitting.will_you_come(reader, reason, subject)
    help_ = reader.say("footer.numbers", help=reader.command("help"))
    view = View(
        language=reader.phrases.language,
        subject=subject,
        colon=reader.say("format.colon"),
        lead=tuple(lead),
        blocks=(asked,) if asked else (),
        sections=(*sections, *sitting.who_comes(reader, reason)),
        closing=(reader.say("agenda.how"),),
        footer=(*((help_,) if numbers else ()), sent_by(reader, project)),
        tap=reader.say("button.how"),
    )
    calendar = sitting.calendar(reader, reason)
    return Draft(view, tuple(numbers), project=project, calendar=calendar)


def _with_points(
    reader: Reader, facts: Facts, reason: Reason, sections: Sequence[Section]
) -> tuple[Section, ...]:
    """The sections with the points of people among them."""
    found = {section.name: section for section in sections}
    for name, decides in (("decisions", True), ("points", False)):
        lines = sitting.points(reader, facts, reason, decides=decides)
        if lines:
            before = found.get(name)
            count = len(lines) + (before.count if before else 0)
            rows, more = (before.rows, before.more) if before else ((), "")
            found[name] = Section(name, count, reader.say(f"agenda.{name}"), rows, more, lines)
    rest = [name for name in found if name not in ORDER]
    return tuple(found[name] for name in (*ORDER, *rest) if name in found)
