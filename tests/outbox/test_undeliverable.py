"""Who hears that a mail could not be delivered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from mailflow.outbox.sender import tell_undeliverable
from mailflow.store.outbox import Claimed
from mailflow.store.tables import Notice, Outgoing
from mailflow.store.tables import Person as PersonRow
from mailflow.workflow.model import Person
from tests.outbox.counter import Counter, text_of
from tests.workflow.company import ANNA, CHEN, MA, TOM


@pytest.mark.parametrize(
    ("failed", "away", "told", "absent"),
    [
        (ANNA, (), CHEN, None),
        (ANNA, (CHEN,), MA, CHEN),
        (ANNA, (CHEN, MA), CHEN, None),
        (MA, (CHEN,), CHEN, None),
        (CHEN, (CHEN,), MA, CHEN),
        (CHEN, (), None, None),
    ],
)
def test_the_coordinator_hears_of_it_or_who_acts_for_them(
    counter: Counter,
    failed: Person,
    away: tuple[Person, ...],
    told: Person | None,
    absent: Person | None,
) -> None:
    counter.tell(failed, "receipt", {"reason": "page", "page": "help"})
    counter.compose()
    (mail,) = counter.new()
    with counter.database.write() as session:
        session.get_one(PersonRow, CHEN.id).deputy_id = MA.id
        for person in away:
            session.get_one(PersonRow, person.id).away_until = counter.now + timedelta(days=1)
        row = session.get_one(Outgoing, mail.id)
        claimed = Claimed(row.id, row.person_id, row.address, b"", 1, row.record_id, row.kind)
        tell_undeliverable(session, claimed, CHEN.address, counter.now)
    with counter.database.read() as session:
        notices = session.scalars(select(Notice).where(Notice.outgoing_id.is_(None)))
        found = [(notice.person_id, notice.reasons[0].get("for")) for notice in notices]
    assert found == ([] if told is None else [(told.id, absent.id if absent else None)])


def test_who_acts_reads_for_whom(counter: Counter) -> None:
    reason = {"reason": "undeliverable", "outgoing": 1, "for": CHEN.id}
    counter.tell(TOM, "notice", reason)
    counter.compose()
    (mail,) = counter.new()
    assert CHEN.name in text_of(mail)
