"""Who is away, as their mail program answers, and who is back, since they write themselves."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from mailflow.pipeline.asking import hand_over
from mailflow.pipeline.sender import sender
from mailflow.pipeline.work import Done, Work
from mailflow.store import directory as people
from mailflow.workflow.absence import first_day_back, tells_of_absence
from mailflow.workflow.deputies import acting, is_away, with_absence


def note_absence(work: Work) -> None:
    """An answer by machine to a mail of ours, or one that the mail server vouches for."""
    mail = work.mail
    if mail.calendar is not None or sender(work) is not None or work.person is None:
        return
    text = mail.reply_text.strip() or mail.text
    if not _is_theirs(work) or not tells_of_absence(mail.subject, text):
        return
    zone = ZoneInfo(work.person.timezone)
    today = work.now.astimezone(zone).date()
    day = first_day_back(f"{mail.subject}\n{text}", today, work.person.language)
    until = datetime.combine(day, time.min, zone).astimezone(UTC)
    if until != work.person.away_until:
        # whoever answers each mail by machine says the same again
        people.set_away(work.session, work.person.id, until, work.now)
        work.directory = with_absence(work.directory, work.person, until, work.now)
    deputy = acting(work.directory, work.person.id, work.now)
    if deputy != work.person.id:
        hand_over(work, work.person.id, deputy)


def back(work: Work) -> Done | None:
    """Whoever writes themselves is there. A mail that waited says nothing of today."""
    person = work.person
    if person is None or not is_away(person, work.now):
        return None
    if work.input.turn or work.mail.automatic is not None:
        return None
    people.set_away(work.session, person.id, None, work.now)
    work.directory = with_absence(work.directory, person, None, work.now)
    return None


def _is_theirs(work: Work) -> bool:
    """Whether the mail comes from its sender: nothing speaks against it, something for it."""
    found = work.verdict()
    return found == "pass" or (work.vouched and found != "fail")
