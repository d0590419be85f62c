"""The person whom a mail is for: their language, their zone, who and what things are to them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from mailflow.outbox.phrases import Phrases, phrases
from mailflow.outbox.words import one_line
from mailflow.store.forgetting import OMITTED
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import WITHDRAWN, Person, Project

ANSWERED = re.compile(r"^(?:\s{0,3}(?:re|aw|回复|答复)\s?[:：]){1,9}\s{0,3}", re.IGNORECASE)


@dataclass(frozen=True)
class Reader:
    """Says everything as this person reads it; `today` is the date where they are.

    `token` is the reply token of the mail that they read, "" where it is none yet (a preview).
    """

    person: Person
    directory: Directory
    installation: Installation
    phrases: Phrases
    zone: tzinfo
    now: datetime
    token: str = ""

    def say(self, key: str, /, **given: object) -> str:
        return self.phrases.say(key, **given)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def mailbox(self) -> str:
        """Where the reader's answers go: signed where the mail server takes plus-addresses."""
        address = self.installation.address
        if not (self.token and self.installation.plus_addresses):
            return address
        local, _, domain = address.rpartition("@")
        return f"{local}+{self.token}@{domain}"

    def answer_to(self, subject: str) -> str:
        """The subject of an answer: one "Re:", however many there are."""
        return self.say("subject.answer", subject=ANSWERED.sub("", subject) or subject)

    def day(self, day: date) -> str:
        """Mon 23 Nov 2026, 2026年11月23日 周一."""
        return self.say(
            "format.day",
            weekday=self.phrases.each("format.weekdays")[day.weekday()],
            day=day.day,
            month=self.phrases.each("format.months")[day.month - 1],
            year=day.year,
        )

    def moment(self, moment: datetime) -> str:
        """The date and the time where the reader is; one without a zone is shown as it stands."""
        local = moment.astimezone(self.zone) if moment.tzinfo else moment
        return self.say("format.moment", day=self.day(local.date()), time=f"{local:%H:%M}")

    def iso_day(self, value: object) -> str:
        """A date of an event, as stored (ISO 8601)."""
        try:
            return self.day(date.fromisoformat(str(value)))
        except ValueError:
            return self.say("none")

    def minutes(self, minutes: int) -> str:
        """How long something took: 2 h 30 min."""
        hours, rest = divmod(minutes, 60)
        if hours and rest:
            return self.say("format.hours_minutes", hours=hours, minutes=rest)
        return self.say("format.hours", n=hours) if hours else self.say("format.minutes", n=rest)

    def name(self, person: object) -> str:
        """What somebody is called; people who left keep their names."""
        known = self.directory.persons.get(person) if isinstance(person, int) else None
        if known is None:
            return self.say("somebody")
        if known.name == OMITTED:
            return self.say("forgotten")
        return one_line(known.name or known.address)

    def actor(self, person: int | None) -> str:
        """Who did something: the reader themself, mailflow's clock, or a name."""
        if person is None:
            return self.say("program")
        return self.say("you") if person == self.person.id else self.name(person)

    def why(self, *sentences: str) -> str:
        """Why the reader gets this, as one paragraph; "" where there is no sentence."""
        if not sentences:
            return ""
        said = self.say("format.sentences").join(sentences)
        return self.say("because.title") + self.say("format.colon") + said

    def names(self, persons: Iterable[int]) -> str:
        return self.phrases.join([self.name(person) for person in persons])

    def kind(self, name: str) -> str:
        known = self.installation.kinds.by_name(name)
        return known.called(self.phrases.language) if known else name

    def state(self, kind: Kind | None, state: object) -> str:
        """A state as it is typed, with what it is called where that differs."""
        name = str(state)
        if name == WITHDRAWN:
            label = self.say("fact.withdrawn")
        elif kind is None:
            return name
        else:
            label = kind.state_called(name, self.phrases.language)
        if label in (name, name.replace("_", " ")):
            return name
        return self.say("format.labelled", name=name, label=label)

    def priority(self, priority: object) -> str:
        key = f"priority.{priority}"
        return self.say(key) if self.phrases.has(key) else str(priority)

    def command(self, name: str) -> str:
        key = f"command.{name}"
        return self.say(key) if self.phrases.has(key) else f"/{name}"

    def side(self, side: object) -> str:
        key = f"side.{side}"
        return self.say(key) if self.phrases.has(key) else str(side)

    def project(self, project: Project | int | None) -> str:
        found = self.directory.projects.get(project) if isinstance(project, int) else project
        return one_line(found.name or found.key) if found else self.say("none")


def reader_of(
    person: Person,
    installation: Installation,
    directory: Directory,
    now: datetime,
    token: str = "",
) -> Reader:
    return Reader(
        person=person,
        directory=directory,
        installation=installation,
        phrases=phrases(person.language, installation.language),
        zone=zone_of(person, installation),
        now=now,
        token=token,
    )


def zone_of(person: Person, installation: Installation) -> tzinfo:
    """The person's zone; the installation's, then UTC, where that is no zone."""
    for name in (person.timezone, installation.timezone):
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            continue
    return UTC
