"""How many mails a flood of mails causes: few, and a few answers settle it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from mailflow.outbox.composer import compose
from mailflow.pipeline.asking import MOST_ALIKE, MOST_SHOWN, MOST_STRANGERS
from mailflow.store.tables import Outgoing
from mailflow.workflow.model import Person
from tests.outbox.counter import text_of
from tests.pipeline.desk import INSTALLATION, Desk, mail_of
from tests.workflow.company import ANNA, CHEN, MA

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MALLORY = Person(99, "Mallory", ("mallory@evil.example",), "en", "UTC")
FAILED = ("Authentication-Results", "mx.acme.example; dmarc=fail header.from=acme.example")
UNKNOWN = ("Authentication-Results", "mx.acme.example; none")
MORE = MOST_ALIKE + 4


def flood(
    desk: Desk,
    person: Person,
    count: int,
    *headers: tuple[str, str],
    subject: str = "[ISSUE][PORTAL] case {}",
) -> None:
    """One mail every few seconds; what it causes is composed at once, as the daemon does it."""
    for n in range(count):
        desk.put(mail_of(person, subject.format(n), f"words {n}", headers))
        handle(desk)
        desk.now += timedelta(seconds=3)


def handle(desk: Desk) -> None:
    while desk.engine.handle_next(desk.now):
        desk.compose()


def mails(desk: Desk, person: Person) -> list[Outgoing]:
    with desk.database.read() as session:
        query = select(Outgoing).where(Outgoing.person_id == person.id, Outgoing.state != "failed")
        return list(session.scalars(query.order_by(Outgoing.id)))


def answers(desk: Desk, person: Person, words: str) -> None:
    desk.now += timedelta(minutes=10)
    desk.put(desk.answer_of(person, words))
    handle(desk)


def reply(person: Person, mail: Outgoing, words: str) -> bytes:
    return mail_of(person, "Re: your mail", words, [("In-Reply-To", mail.message_id)])


def states(desk: Desk) -> Counter[str]:
    return Counter(state for state, _ in desk.states())


def test_forged_mails_are_a_few_questions_and_one_answer_is_about_many(desk: Desk) -> None:
    flood(desk, MA, MORE, FAILED)
    asked = mails(desk, CHEN)
    assert [mail.kind for mail in asked] == ["question"] * MOST_ALIKE
    assert states(desk) == {"held": MORE}
    answers(desk, CHEN, "/ignore")
    assert states(desk) == {"held": MORE - 1, "ignored": 1, "processed": 1}, "what was shown"
    following = mails(desk, CHEN)[MOST_ALIKE]
    assert following.kind == "question"
    assert "4 封以Ma Jun" in text_of(following).replace(" Ma", "Ma")
    assert all(f"case {n}" in text_of(following) for n in range(MOST_ALIKE, MORE))
    answers(desk, CHEN, "是")
    assert [row.title for row in desk.records()] == [f"case {n}" for n in range(3, MORE)]
    assert states(desk)["held"] == MOST_ALIKE - 1, "the first questions are still open"


def test_after_a_day_the_coordinator_hears_of_it_again(desk: Desk) -> None:
    flood(desk, MA, MORE, FAILED)
    desk.now += timedelta(days=1)
    flood(desk, MA, 1, FAILED)
    assert len(mails(desk, CHEN)) == MOST_ALIKE + 1


def test_a_strangers_flood_is_a_few_questions(desk: Desk) -> None:
    flood(desk, MALLORY, MORE)
    assert len(mails(desk, CHEN)) == MOST_ALIKE
    answers(desk, CHEN, "/ignore")
    assert "4 封邮件正在等待" in text_of(mails(desk, CHEN)[MOST_ALIKE])
    answers(desk, CHEN, "/ignore")
    assert states(desk) == {"held": MOST_ALIKE - 1, "ignored": 5, "processed": 2}
    assert mails(desk, MALLORY) == []


def test_an_answer_is_about_the_mail_that_was_shown_not_one_that_came_before(desk: Desk) -> None:
    flood(desk, MALLORY, MORE, subject="case {}")
    asked = mails(desk, CHEN)
    desk.put(reply(CHEN, asked[0], "/project PORTAL"))
    handle(desk)
    assert states(desk)["held"] == MORE, "its kind is still open"
    desk.put(reply(CHEN, asked[2], "/project PORTAL\n/kind issue"))
    handle(desk)
    assert [row.title for row in desk.records()] == ["case 2"]


def test_was_this_you_is_asked_about_all_that_waits(desk: Desk) -> None:
    flood(desk, ANNA, MOST_SHOWN + 4, UNKNOWN)
    assert len(mails(desk, ANNA)) == 1
    answers(desk, ANNA, "no")
    assert states(desk) == {"held": MOST_SHOWN + 3, "ignored": 1, "processed": 1}
    answers(desk, ANNA, "no")
    assert states(desk) == {"held": 3, "ignored": MOST_SHOWN + 1, "processed": 2}
    answers(desk, ANNA, "no")
    assert states(desk)["held"] == 0


def test_what_is_still_unwritten_shows_no_more_than_one_can_read(desk: Desk) -> None:
    count = MOST_SHOWN + 5
    desk.put(*(mail_of(ANNA, f"[ISSUE][PORTAL] {n}", f"{n}", [UNKNOWN]) for n in range(count)))
    desk.work()
    desk.compose()
    (mail,) = mails(desk, ANNA)
    assert f"{MOST_SHOWN} mails in your name wait." in text_of(mail)


def test_a_flood_of_one_of_ours_is_a_summary_for_the_others(desk: Desk) -> None:
    limit = 5
    for n in range(15):
        desk.put(mail_of(ANNA, f"[ISSUE][PORTAL] login {n}", f"words {n}"))
        while desk.engine.handle_next(desk.now):
            with desk.database.write() as session:
                directory = desk.engine.directory.get(session)
                compose(session, INSTALLATION, directory, desk.now, mails_a_day=limit)
        desk.now += timedelta(seconds=4)
    assert Counter(mail.kind for mail in mails(desk, ANNA)) == {"receipt": limit}
    assert len(mails(desk, MA)) == 1, "the next one is gathered"
    desk.now += timedelta(minutes=10)
    desk.compose()
    assert [mail.kind for mail in mails(desk, MA)] == ["notice", "notice"]
    assert len(mails(desk, MA)[1].about["records"]) == 14


def test_strangers_of_ever_other_names_leave_room_for_what_colleagues_write(desk: Desk) -> None:
    for n in range(45):
        stranger = Person(99, f"S{n}", (f"s{n}@evil{n}.example",), "en", "UTC")
        desk.put(mail_of(stranger, f"offer {n}", "x"))
        handle(desk)
        desk.now += timedelta(minutes=3)
    assert len(mails(desk, CHEN)) == MOST_STRANGERS
    desk.put(mail_of(ANNA, "Crash at Globex", "no tag, no kind"))
    handle(desk)
    assert "Crash at Globex" in text_of(mails(desk, CHEN)[-1])
    assert {state for state, _ in desk.states()} == {"held"}
