"""What only an IMAP server can do to us."""

from __future__ import annotations

import logging
import re
import ssl
import time
from collections.abc import Iterator
from itertools import pairwise
from threading import Lock

import pytest

from mailflow.intake import backoff, imap_connection
from mailflow.intake.imap import BATCH_MAILS, BATCH_OCTETS, MailboxError, batches
from tests.intake.doors import SIZE_LIMIT, ImapDoor, imap_door, watching
from tests.intake.mails import mail, mails
from tests.intake.sink import DiskFull, ListSink
from tests.servers.imap import PASSWORD, ImapServer, dovecot
from tests.servers.process import wait_for
from tests.servers.proxy import FaultProxy, fault_proxy


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the usual pauses; test_backoff.py and test_contract.py keep to the real ones."""
    monkeypatch.setattr(backoff, "SHORTEST", backoff.SHORTEST / 10)
    monkeypatch.setattr(imap_connection, "LOOK_SECONDS", imap_connection.LOOK_SECONDS / 10)


def without(*capabilities: bytes) -> object:
    """A server that does not offer these, of the same length for the sake of literals."""

    def rewrite(piece: bytes) -> bytes:
        for capability in capabilities:
            piece = piece.replace(b" " + capability, b" X" + capability[1:])
        return piece

    return rewrite


class TestTaking:
    def test_makes_the_processed_folder_at_connecting(self, door: ImapDoor) -> None:
        door.source.check()
        assert door.box.folder_exists(door.processed)

    def test_moves_what_it_took(self, door: ImapDoor, sink: ListSink) -> None:
        door.deliver(mails(3))
        assert door.source.drain(sink) == 3
        assert (door.waiting(), door.filed()) == ([], mails(3))
        assert door.source.drain(sink) == 0

    def test_gives_uid_and_uidvalidity(self, door: ImapDoor, sink: ListSink) -> None:
        door.deliver(mails(3))
        state = door.box.folder_status(door.folder, ["UIDVALIDITY", "UIDNEXT"])
        door.run(sink)
        assert {a.uidvalidity for a in sink.given} == {state[b"UIDVALIDITY"]}
        assert [a.uid for a in sink.given] == [state[b"UIDNEXT"] - n for n in (3, 2, 1)]

    def test_leaves_mails_unread_and_deleted_ones_alone(
        self, door: ImapDoor, sink: ListSink
    ) -> None:
        door.deliver(mails(2))
        door.box.select_folder(door.folder)
        door.box.delete_messages(door.box.search()[:1])
        door.run(sink)
        assert sink.raws == [mail(1)]
        door.box.select_folder(door.processed)
        assert b"\\Seen" not in next(iter(door.box.get_flags(door.box.search()).values()))

    def test_reads_folders_with_chinese_names(self, server: ImapServer, sink: ListSink) -> None:
        made = imap_door(server)
        door = ImapDoor(server, made.user, f"收件{made.folder}", f"已处理 & {made.folder}")
        door.deliver([mail(1)])
        door.run(sink)
        assert (sink.raws, door.filed()) == ([mail(1)], [mail(1)])

    def test_a_mail_that_vanishes_before_the_fetch(self, door: ImapDoor, sink: ListSink) -> None:
        door.deliver(mails(BATCH_MAILS + 5))

        def delete_some(_: object) -> None:
            with door.server.log_in(door.user) as other:
                other.select_folder(door.folder)
                gone = other.search()[BATCH_MAILS + 1 : BATCH_MAILS + 3]
                other.delete_messages(gone)
                other.expunge()
            sink.before_commit = lambda arrivals: None

        sink.before_commit = delete_some
        door.run(sink)
        door.run(sink)
        expected = mails(BATCH_MAILS + 5)
        del expected[BATCH_MAILS + 1 : BATCH_MAILS + 3]
        assert sink.raws == expected
        assert door.waiting() == []

    def test_a_mail_that_another_client_moves_while_it_is_stored(
        self, door: ImapDoor, sink: ListSink
    ) -> None:
        door.deliver(mails(3))

        def move_all(_: object) -> None:
            with door.server.log_in(door.user) as other:
                other.create_folder(door.folder + "-private")
                other.select_folder(door.folder)
                other.move(other.search(), door.folder + "-private")

        sink.before_commit = move_all
        door.run(sink)
        assert sink.raws == mails(3)
        sink.before_commit = lambda arrivals: None
        door.deliver([mail(3)])
        door.run(sink)
        assert sink.raws == mails(4)


class TestPuttingAway:
    @pytest.mark.parametrize("missing", [(b"MOVE",), (b"MOVE", b"UIDPLUS")])
    def test_copies_where_move_is_missing(
        self, door: ImapDoor, proxy: FaultProxy, sink: ListSink, missing: tuple[bytes, ...]
    ) -> None:
        said: list[bytes] = []
        proxy.rewrite = without(*missing)  # type: ignore[assignment]
        proxy.rewrite_client = lambda piece: said.append(piece) or piece  # type: ignore[func-returns-value]
        door.deliver(mails(3))
        assert door.connect(proxy.port).drain(sink) == 3
        assert (door.waiting(), door.filed()) == ([], mails(3))
        assert door.box.folder_status(door.folder, ["MESSAGES"]) == {b"MESSAGES": 0}
        words = b"".join(said)
        assert b" MOVE " not in words
        assert (b"UID EXPUNGE" in words) == (b"UIDPLUS" not in missing)

    def test_copies_where_move_is_refused(
        self, door: ImapDoor, proxy: FaultProxy, sink: ListSink
    ) -> None:
        proxy.rewrite_client = lambda piece: piece.replace(b"UID MOVE", b"UID NONE")
        door.deliver(mails(3))
        assert door.connect(proxy.port).drain(sink) == 3
        assert (door.waiting(), door.filed()) == ([], mails(3))

    def test_makes_the_folder_again_that_somebody_deleted(
        self, door: ImapDoor, sink: ListSink
    ) -> None:
        door.source.check()
        door.box.delete_folder(door.processed)
        door.deliver(mails(2))
        assert door.source.drain(sink) == 2
        assert (door.waiting(), door.filed()) == ([], mails(2))

    def test_a_mail_that_cannot_be_moved_is_not_given_again(
        self,
        door: ImapDoor,
        proxy: FaultProxy,
        sink: ListSink,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        refuse = {b"UID MOVE": b"UID NONE", b"UID STORE": b"UID NONES"}

        def rewrite(piece: bytes) -> bytes:
            for words, other in refuse.items():
                piece = piece.replace(words, other)
            return piece

        proxy.rewrite_client = rewrite
        door.deliver(mails(2))
        source = door.connect(proxy.port)
        assert [source.drain(sink) for _ in range(3)] == [2, 0, 0]
        door.deliver([mail(2)])
        assert source.drain(sink) == 1
        assert sorted(a.raw for a in sink.given) == mails(3)
        assert len([r for r in caplog.records if "cannot be moved" in r.message]) == 1
        assert sorted(door.filed()) == mails(3)  # copied once, not at each attempt

        refuse.clear()
        assert source.drain(sink) == 0
        assert door.waiting() == []

    def test_a_mail_that_was_taken_before_a_cut_counts_once(
        self, door: ImapDoor, proxy: FaultProxy, sink: ListSink
    ) -> None:
        sink.before_commit = lambda arrivals: proxy.cut()
        door.deliver(mails(2))
        with pytest.raises(MailboxError):
            door.connect(proxy.port).drain(sink)
        assert len(sink.given) == 2

        sink.before_commit = lambda arrivals: None
        door.connect(proxy.port).drain(sink)
        assert sink.raws == mails(2)
        assert door.waiting() == []


class TestBadConnections:
    def test_cut_anywhere(self, door: ImapDoor, proxy: FaultProxy, sink: ListSink) -> None:
        """Also in the middle of literals: each mail is 3,000 octets."""
        door.deliver(mails(10, octets=3000))
        cuts = 0
        # between and within the seven answers before the mails, then within mails
        for octets in (100, 700, 1000, 3000, 9_000, 17_500, 26_000, 31_500):
            proxy.cut_after(octets)
            source = door.connect(proxy.port)
            try:
                source.drain(sink)
            except OSError:
                cuts += 1
            source.close()
            proxy.heal()
            if not door.waiting():
                door.deliver(mails(10, octets=3000))
        door.run(sink)
        assert cuts == 8
        assert door.waiting() == []
        assert {a.raw for a in sink.given} == set(mails(10, octets=3000))
        for uid in {a.uid for a in sink.given}:
            assert len({a.raw for a in sink.given if a.uid == uid}) == 1

    def test_watch_goes_on_after_a_cut_at_once(
        self, door: ImapDoor, proxy: FaultProxy, sink: ListSink
    ) -> None:
        with watching(door.connect(proxy.port), sink):
            wait_for(lambda: proxy.connections == 1, "it connects")
            door.deliver([mail(0)])
            wait_for(lambda: sink.raws == [mail(0)], "the first mail")
            proxy.cut()
            begin = time.monotonic()
            door.deliver([mail(1)])
            wait_for(lambda: sink.raws == mails(2), "the second mail")
            assert time.monotonic() - begin < 2

    def test_a_connection_that_dies_silently(
        self, door: ImapDoor, proxy: FaultProxy, sink: ListSink
    ) -> None:
        source = door.connect(proxy.port, poll_seconds=0.6, read_seconds=0.6)
        with watching(source, sink):
            door.deliver([mail(0)])
            wait_for(lambda: sink.raws == [mail(0)], "the first mail")
            proxy.stall_after(0)
            door.deliver([mail(1)])
            wait_for(lambda: proxy.connections > 1, "it gives the dead connection up", 5)
            proxy.heal()
            wait_for(lambda: sink.raws == mails(2), "the second mail", 8)

    def test_a_server_that_is_not_there(self, door: ImapDoor, sink: ListSink) -> None:
        with pytest.raises(OSError, match=r"flow .*:1\)"):
            door.connect(1).check()

    def test_a_server_that_talks_nonsense(
        self, door: ImapDoor, proxy: FaultProxy, sink: ListSink
    ) -> None:
        door.deliver(mails(2))
        source = door.connect(proxy.port)
        source.check()
        for old, new in [(b"* SEARCH", b"* SEARCH x"), (b" OK", b" HA")]:
            proxy.rewrite = lambda line, old=old, new=new: line.replace(old, new)
            with pytest.raises(MailboxError):
                source.drain(sink)
        proxy.rewrite = None
        assert source.drain(sink) == 2
        assert sink.raws == mails(2)

    def test_a_mail_that_cannot_be_fetched_holds_up_no_other(
        self,
        door: ImapDoor,
        proxy: FaultProxy,
        sink: ListSink,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        door.deliver(mails(3))
        door.box.select_folder(door.folder, readonly=True)
        damaged = b"%d" % door.box.search()[1]
        proxy.rewrite_client = lambda line: re.sub(
            rb"FETCH [\d,:]*\b%b\b[\d,:]* \(BODY" % damaged, b"FETCH 0 (BODY", line
        )
        source = door.connect(proxy.port)
        assert [source.drain(sink) for _ in range(3)] == [2, 0, 0]
        assert sink.raws == [mail(0), mail(2)]
        assert len([r for r in caplog.records if "cannot be fetched" in r.message]) == 1
        proxy.rewrite_client = None
        assert source.drain(sink) == 1
        assert sorted(sink.raws) == mails(3)

    def test_says_goodbye_when_the_server_does(
        self, door: ImapDoor, proxy: FaultProxy, sink: ListSink
    ) -> None:
        source = door.connect(proxy.port)
        source.check()
        goodbye = b"* BYE shutting down\r\n"
        proxy.rewrite = lambda line: goodbye
        proxy.cut_after(len(goodbye))
        with pytest.raises(MailboxError):
            source.drain(sink)
        proxy.rewrite = None
        door.deliver([mail(1)])
        assert source.drain(sink) == 1


class TestWatching:
    def test_takes_a_mail_within_a_second(self, door: ImapDoor, sink: ListSink) -> None:
        """Deliveries at many moments, also those between a search and the next IDLE."""
        slowest = 0.0
        with watching(door.connect(poll_seconds=60), sink):
            wait_for(lambda: door.box.folder_exists(door.processed), "it connects")
            for number in range(0, 8, 2):
                door.deliver([mail(number)])
                slowest = max(
                    slowest,
                    wait_for(lambda n=number: sink.raws[-1:] == [mail(n)], "the mail"),  # type: ignore[misc]
                )
                time.sleep(number * 0.04)
        assert sink.raws == mails(8)[::2]
        assert slowest < 1.5

    def test_polls_where_there_is_no_idle(
        self, door: ImapDoor, proxy: FaultProxy, sink: ListSink
    ) -> None:
        said: list[bytes] = []
        proxy.rewrite = without(b"IDLE")  # type: ignore[assignment]
        proxy.rewrite_client = lambda piece: said.append(piece) or piece  # type: ignore[func-returns-value]
        with watching(door.connect(proxy.port, poll_seconds=0.3), sink):
            wait_for(lambda: door.box.folder_exists(door.processed), "it connects")
            door.deliver([mail(0)])
            wait_for(lambda: sink.raws == [mail(0)], "the mail", 3)
        assert b"IDLE" not in b"".join(said)

    def test_looks_from_time_to_time_though_idle_says_nothing(
        self, door: ImapDoor, proxy: FaultProxy, sink: ListSink
    ) -> None:
        lock = Lock()
        idling = [False]

        def notice_idle(piece: bytes) -> bytes:
            with lock:
                if b"IDLE" in piece or b"DONE" in piece:
                    idling[0] = b"IDLE" in piece
            return piece

        def keep_still(piece: bytes) -> bytes:
            return b"" if idling[0] and b"EXISTS" in piece else piece

        proxy.rewrite, proxy.rewrite_client = keep_still, notice_idle
        with watching(door.connect(proxy.port, poll_seconds=0.5), sink):
            wait_for(lambda: idling[0], "it idles")
            door.deliver([mail(0)])
            wait_for(lambda: sink.raws == [mail(0)], "the mail", 3)

    def test_a_line_that_comes_in_pieces(
        self, door: ImapDoor, proxy: FaultProxy, sink: ListSink, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.WARNING)
        with watching(door.connect(proxy.port), sink):
            wait_for(lambda: door.box.folder_exists(door.processed), "it connects")
            proxy.piece = 5
            for number in range(2):
                door.deliver([mail(number)])
                wait_for(lambda n=number: len(sink.given) > n, "the mail")  # type: ignore[misc]
        assert sink.raws == mails(2)
        assert proxy.connections == 1
        assert caplog.records == []

    def test_a_sink_that_fails_for_a_while(
        self, door: ImapDoor, sink: ListSink, caplog: pytest.LogCaptureFixture
    ) -> None:
        sink.fail(2)
        door.deliver(mails(2))
        with watching(door.source, sink):
            wait_for(lambda: sink.raws == mails(2), "the mails")
        assert [r.message for r in caplog.records if "no space left" in r.message] == [
            "flow: no space left; trying again"
        ]

    def test_a_wrong_password_is_said_once_and_tried_ever_more_seldom(
        self, pymap_server: ImapServer, sink: ListSink, caplog: pytest.LogCaptureFixture
    ) -> None:
        door, passwords, tries = imap_door(pymap_server), ["hunter2"], list[float]()

        def password() -> str:
            tries.append(time.monotonic())
            return passwords[0]

        door.deliver([mail(0)])
        with watching(door.connect(password=password), sink):
            wait_for(lambda: len(tries) >= 3, "it tries again", 15)
            assert len([r for r in caplog.records if r.levelno >= logging.WARNING]) == 1
            assert "hunter2" not in caplog.text
            passwords[0] = PASSWORD
            wait_for(lambda: sink.raws == [mail(0)], "the mail", 15)
        waits = [later - earlier for earlier, later in pairwise(tries)]
        assert waits[1] >= backoff.SHORTEST / 2
        assert len(waits) == 2 or waits[2] >= backoff.SHORTEST

    def test_a_folder_that_is_missing_is_made(self, door: ImapDoor) -> None:
        folder = f"{door.folder}-new"
        assert not door.box.folder_exists(folder)
        door.connect(folder=folder).check()
        assert door.box.folder_exists(folder)

    def test_a_folder_that_is_deleted_and_comes_back(self, door: ImapDoor, sink: ListSink) -> None:
        door.deliver([mail(0)])
        with watching(door.connect(poll_seconds=0.5), sink):
            wait_for(lambda: sink.raws == [mail(0)], "the first mail")
            door.box.delete_folder(door.folder)
            wait_for(lambda: door.box.folder_exists(door.folder), "the folder, made again", 15)
            door.deliver([mail(1)])
            wait_for(lambda: sink.raws == mails(2), "the second mail", 15)
        assert len({a.uidvalidity for a in sink.given}) == 2


class TestRestart:
    @pytest.mark.parametrize(
        ("kind", "hard"), [("pymap", True), ("dovecot", True), ("dovecot", False)]
    )
    def test_goes_on_where_the_server_restarts(
        self, request: pytest.FixtureRequest, kind: str, hard: bool, sink: ListSink
    ) -> None:
        """pymap comes back without folders, with another UIDVALIDITY and the same UIDs."""
        server: ImapServer = request.getfixturevalue(f"{kind}_server")
        door = imap_door(server)
        with watching(door.source, sink):
            door.deliver([mail(0)])
            wait_for(lambda: sink.raws == [mail(0)], "the first mail")
            server.restart(hard)
            door.box = server.log_in(door.user)
            wait_for(lambda: door.box.folder_exists(door.folder), "the folder is there")
            door.deliver([mail(1)])
            wait_for(lambda: sink.raws == mails(2), "the second mail", 15)
        door.close()


@pytest.fixture(scope="module")
def secure() -> Iterator[ImapServer]:
    with dovecot(tls=True) as server:
        yield server


class TestTls:
    @pytest.fixture
    def context(self, secure: ImapServer) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(secure.certificate))

    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_takes_and_watches(
        self, secure: ImapServer, context: ssl.SSLContext, security: str, sink: ListSink
    ) -> None:
        door = imap_door(secure)
        source = door.connect(
            secure.tls_port if security == "tls" else secure.port,
            host="localhost",
            security=security,
            context=context,
        )
        with watching(source, sink):
            for number in range(2):
                door.deliver([mail(number, octets=SIZE_LIMIT // 2)])
                wait_for(lambda n=number: len(sink.given) > n, "the mail", 3)  # type: ignore[misc]
        assert sink.raws == [mail(n, octets=SIZE_LIMIT // 2) for n in range(2)]

    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_refuses_a_certificate_that_nobody_vouches_for(
        self, secure: ImapServer, security: str
    ) -> None:
        port = secure.tls_port if security == "tls" else secure.port
        source = imap_door(secure).connect(port, host="localhost", security=security)
        with pytest.raises(MailboxError, match="certificate verify failed"):
            source.check()

    def test_refuses_a_certificate_of_another_host(
        self, secure: ImapServer, context: ssl.SSLContext
    ) -> None:
        source = imap_door(secure).connect(secure.tls_port, security="tls", context=context)
        with pytest.raises(MailboxError, match=r"not valid for .127\.0\.0\.1"):
            source.check()

    def test_never_goes_on_without_the_tls_it_was_told_to_use(
        self, secure: ImapServer, context: ssl.SSLContext
    ) -> None:
        said: list[bytes] = []
        with fault_proxy(secure.port) as proxy:
            proxy.rewrite = without(b"STARTTLS")  # type: ignore[assignment]
            proxy.rewrite_client = lambda piece: said.append(piece) or piece  # type: ignore[func-returns-value]
            source = imap_door(secure).connect(
                proxy.port, host="localhost", security="starttls", context=context
            )
            with pytest.raises(MailboxError):
                source.check()
        assert PASSWORD.encode() not in b"".join(said)


class TestBatches:
    def test_are_bounded_in_number_and_octets(self) -> None:
        many = dict.fromkeys(range(1, 121), 10)
        assert [len(batch) for batch in batches(many, 1000)] == [50, 50, 20]
        heavy = dict.fromkeys(range(1, 6), BATCH_OCTETS // 2)
        assert list(batches(heavy, BATCH_OCTETS)) == [[1, 2], [3, 4], [5]]

    def test_count_only_the_header_of_what_is_over_the_limit(self) -> None:
        sizes = {1: 10**12, 2: 10**12, 3: 5}
        assert list(batches(sizes, 1000)) == [[1, 2, 3]]

    def test_a_mail_that_is_larger_than_a_batch_goes_alone(self) -> None:
        sizes = {3: 10, 1: 10, 2: 2 * BATCH_OCTETS}
        assert list(batches(sizes, 3 * BATCH_OCTETS)) == [[1], [2], [3]]

    def test_of_nothing(self) -> None:
        assert list(batches({}, 1000)) == []


def test_a_failing_sink_does_not_cost_the_connection(
    door: ImapDoor, proxy: FaultProxy, sink: ListSink
) -> None:
    source = door.connect(proxy.port)
    door.deliver([mail(0)])
    sink.fail(1)
    with pytest.raises(DiskFull):
        source.drain(sink)
    assert source.drain(sink) == 1
    assert proxy.connections == 1
