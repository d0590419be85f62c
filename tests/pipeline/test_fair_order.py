"""Who floods the mailbox keeps nobody else waiting, and all that they sent is handled, too."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from mailflow.pipeline.fair import BATCH, SHARE
from mailflow.store.clock import fire
from mailflow.store.database import Database
from mailflow.store.tables import Input, Raw
from mailflow.workflow.model import Person
from tests.pipeline.desk import Desk, mail_of
from tests.workflow.company import ANNA, LI, MA, TOM

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# What a program sent ends early on its way: enough, where only the order matters.
QUICK = ("X-Mailflow-Kind", "notice")


def flood(person: Person, count: int, start: int = 0) -> list[bytes]:
    return [
        mail_of(person, f"mail {n}", f"words {n}", [QUICK]) for n in range(start, start + count)
    ]


def with_id(name: str, **headers: str) -> list[tuple[str, str]]:
    return [("Message-ID", f"<{name}@mail.example>"), QUICK, *headers.items()]


def order(desk: Desk, most: int = 10_000) -> list[int]:
    """The ids of the inputs as they are handled from now on."""
    handled: list[int] = []
    waiting = stored(desk.database)
    while len(handled) < most and desk.engine.handle_next(desk.now):
        left = stored(desk.database)
        handled += waiting - left
        waiting = left
    return handled


def stored(database: Database) -> set[int]:
    with database.read() as session:
        return set(session.scalars(select(Input.id).where(Input.state == "stored")))


def ranks(desk: Desk) -> list[int]:
    with desk.database.read() as session:
        return list(session.scalars(select(Input.rank).order_by(Input.id)))


def test_a_flood_waits_behind_everybody_else(desk: Desk) -> None:
    desk.put(*flood(ANNA, 50))
    desk.put(*flood(LI, 1), *flood(ANNA, 5, 50), *flood(MA, 2))
    handled = order(desk)
    assert handled[:SHARE] == list(range(1, SHARE + 1)), "the first of a flood are mails as others"
    assert handled[SHARE : SHARE + 3] == [51, 57, 58]
    rest = [n for n in range(SHARE + 1, 57) if n != 51]
    assert handled[SHARE + 3 :] == rest, "its own order stays, and nothing of it is left"


@ON_SQLITE
def test_who_comes_while_a_flood_waits_is_next(desk: Desk) -> None:
    desk.put(*flood(ANNA, 50))
    assert order(desk, 30) == list(range(1, 31))
    desk.put(*flood(TOM, 1))
    desk.put(*flood(ANNA, 1, 50))
    assert order(desk) == [51, *range(31, 51), 52], "nor does a flooder overtake themself"


@ON_SQLITE
def test_more_than_is_placed_at_once(desk: Desk) -> None:
    count = 2 * BATCH + 30
    desk.put(*flood(ANNA, count))
    desk.put(*flood(LI, 1))
    assert order(desk, SHARE + 1)[-1] == count + 1
    assert ranks(desk) == [n // SHARE for n in range(count)] + [0]


def test_an_answer_waits_for_what_it_answers(desk: Desk) -> None:
    desk.put(*flood(ANNA, 2 * SHARE), mail_of(ANNA, "the question", "words", with_id("first")))
    answer = with_id("second", References="<old@mail.example> <first@mail.example>")
    desk.put(mail_of(MA, "Re: the question", "done", answer))
    desk.put(
        mail_of(
            LI,
            "Re: Re: the question",
            "no",
            with_id("x", **{"In-Reply-To": "<second@mail.example>"}),
        )
    )
    desk.put(*flood(TOM, 1))
    handled = order(desk)
    first = 2 * SHARE + 1
    assert handled[SHARE] == first + 3
    assert handled[-3:] == [first, first + 1, first + 2]
    desk.put(
        mail_of(
            MA, "Re: the question", "thanks", with_id("later", References="<first@mail.example>")
        )
    )
    desk.put(*flood(TOM, 1, 1))
    order(desk)
    assert ranks(desk)[-2:] == [0, 0], "what was handled keeps nobody waiting"


@ON_SQLITE
def test_the_clock_is_never_kept_waiting(desk: Desk) -> None:
    desk.put(*flood(ANNA, 50))
    with desk.database.write() as session:
        fired = fire(session, "digest:1", desk.now, {"what": "digest"}, desk.now).id
    desk.engine.firings = {"digest": lambda *_: None}
    assert order(desk).index(fired) == SHARE


@ON_SQLITE
def test_mails_without_a_sender_are_one_flood_too(desk: Desk) -> None:
    desk.put(*(f"Subject: {n}\r\n\r\nwords {n}".encode() for n in range(30)))
    desk.put(*flood(LI, 1))
    assert order(desk).index(31) == SHARE


@ON_SQLITE
def test_capitals_and_names_make_no_other_sender(desk: Desk) -> None:
    shouting = replace(ANNA, name="Somebody", addresses=("ANNA@ACME.example",))
    desk.put(*flood(ANNA, SHARE), *flood(shouting, SHARE), *flood(LI, 1))
    assert order(desk).index(2 * SHARE + 1) == SHARE


@ON_SQLITE
def test_a_replay_and_a_held_mail_keep_their_place(desk: Desk) -> None:
    desk.put(*flood(ANNA, 30))
    order(desk)
    before = ranks(desk)
    with desk.database.write() as session:
        for row in session.scalars(select(Input)):
            row.state, row.turn = "stored", 1
    desk.put(*flood(LI, 1))
    assert order(desk) == [*range(1, SHARE + 1), 31, *range(SHARE + 1, 31)]
    assert ranks(desk)[:30] == before


@ON_SQLITE
def test_a_mail_without_its_octets_stops_nothing(desk: Desk) -> None:
    desk.put(*flood(ANNA, 2))
    with desk.database.write() as session:
        session.delete(session.get_one(Raw, 1))
    for _ in range(2):
        desk.engine.handle_next(desk.now)
    assert stored(desk.database) == {1}
