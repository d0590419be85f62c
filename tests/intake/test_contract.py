"""What every source of mail promises.

Octets: a source hands over what its server has, octet for octet. Mails travel with CRLF at their
line ends, so these do; what a server makes of a bare LF is its own affair, and a file's line ends
stay as they are. LMTP's source puts its trace lines on top of the mail and changes nothing below.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from mailflow.intake.source import Arrival
from tests.intake.doors import SIZE_LIMIT, Door, FilesDoor, ImapDoor, LmtpDoor, imap_door
from tests.intake.mails import HEADER, ODD, mail, mails
from tests.intake.sink import DiskFull, ListSink

TRACE = b"Return-Path: <anna@client.example>\r\nDelivered-To: flow@acme.example\r\n"


@pytest.fixture(params=["imap on pymap", "imap on dovecot", "lmtp", "files"])
def any_door(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[ImapDoor | LmtpDoor | FilesDoor]:
    made: ImapDoor | LmtpDoor | FilesDoor
    match request.param.rpartition(" ")[2]:
        case "lmtp":
            made = LmtpDoor()
        case "files":
            made = FilesDoor(tmp_path)
        case kind:
            made = imap_door(request.getfixturevalue(f"{kind}_server"))
    yield made
    made.close()


def as_delivered(arrivals: Sequence[Arrival]) -> list[bytes]:
    return [arrival.raw.removeprefix(TRACE) for arrival in arrivals]


def run_until_it_fails(door: Door, sink: ListSink) -> None:
    with suppress(DiskFull):
        door.run(sink)


class TestEverySource:
    def test_gives_mails_octet_for_octet(self, any_door: Door, sink: ListSink) -> None:
        any_door.deliver(list(ODD.values()))
        any_door.run(sink)
        assert dict(zip(ODD, as_delivered(sink.arrivals), strict=True)) == ODD

    def test_gives_many_mails_in_order_and_once(self, any_door: Door, sink: ListSink) -> None:
        any_door.deliver(mails(120))
        any_door.run(sink)
        assert as_delivered(sink.given) == mails(120)

    def test_says_where_a_mail_came_from(self, any_door: Door, sink: ListSink) -> None:
        any_door.deliver([mail(1)])
        any_door.run(sink)
        (arrival,) = sink.given
        assert (arrival.mailbox, arrival.size, arrival.truncated) == (
            any_door.source.name,
            len(mail(1)),
            False,
        )
        assert arrival.place
        assert (arrival.uid is None) == (arrival.uidvalidity is None)

    def test_gives_nothing_where_nothing_waits(self, any_door: Door, sink: ListSink) -> None:
        any_door.run(sink)
        assert sink.given == []

    def test_tells_the_server_only_after_the_commit(self, any_door: Door, sink: ListSink) -> None:
        held: list[bytes] = []
        sink.before_commit = lambda arrivals: held.extend(
            raw for raw in as_delivered(arrivals) if raw in any_door.waiting()
        )
        any_door.deliver(mails(3))
        any_door.run(sink)
        assert held == mails(3)

    def test_keeps_what_the_sink_refused(self, any_door: Door, sink: ListSink) -> None:
        any_door.deliver(mails(3))
        sink.fail(3)
        run_until_it_fails(any_door, sink)
        assert sink.given == []
        assert any_door.waiting() == mails(3)

        sink.fail(0)
        any_door.run(sink)
        assert as_delivered(sink.arrivals) == mails(3)

    def test_loses_nothing_when_the_sink_fails_midway(self, any_door: Door, sink: ListSink) -> None:
        any_door.deliver(mails(120))
        takes: list[int] = []

        def fail_at_the_second(arrivals: Sequence[Arrival]) -> None:
            takes.append(len(arrivals))
            if len(takes) == 2:
                raise DiskFull

        sink.before_commit = fail_at_the_second
        run_until_it_fails(any_door, sink)
        assert takes[0] < 120
        assert 0 < len(sink.given) < 120
        any_door.run(sink)
        assert set(as_delivered(sink.given)) == set(mails(120))
        if not isinstance(any_door, FilesDoor):  # files are read anew, the pipeline knows them
            assert len(sink.given) == 120

    def test_never_hands_over_what_is_over_the_limit(self, any_door: Door, sink: ListSink) -> None:
        big = mail(1, octets=2 * SIZE_LIMIT)
        any_door.deliver([mail(0), big, mail(2)])
        any_door.run(sink)
        small, large = mail(0), sink.given[1]
        assert as_delivered(sink.given)[0] == small
        assert as_delivered(sink.given)[-1] == mail(2)
        if isinstance(any_door, LmtpDoor):  # refused at the door: its sender gets the bounce
            assert any_door.bounced == [big]
            assert len(sink.given) == 2
            return
        assert (large.truncated, large.size) == (True, len(big))
        assert large.raw == big[: big.index(b"\r\n\r\n") + 4]

    def test_bounds_a_header_that_never_ends(self, any_door: Door, sink: ListSink) -> None:
        any_door.deliver([HEADER + b"X-Filler: all header and no end\r\n" * 20_000])
        any_door.run(sink)
        assert all(a.truncated and len(a.raw) <= 262_144 for a in sink.given)
        assert len(sink.given) == (0 if isinstance(any_door, LmtpDoor) else 1)

    def test_leaves_when_told(self, any_door: Door, sink: ListSink) -> None:
        stop = Event()
        thread = Thread(target=any_door.source.watch, args=(sink, stop), daemon=True)
        thread.start()
        time.sleep(0.5)
        stop.set()
        begin = time.monotonic()
        thread.join(5)
        assert time.monotonic() - begin < 1.2
        assert not thread.is_alive()
        any_door.source.close()
        any_door.source.close()
