"""What goes wrong between us and an IMAP server, through to the records: N mails in, N taken.

The mails go from a real server into the real store, and the pipeline handles them.
"""

from __future__ import annotations

import re
import shutil
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select

from mailflow.intake import backoff
from mailflow.intake.imap import ImapSource, MailboxError
from mailflow.intake.source import Arrival
from mailflow.store.database import Database
from mailflow.store.tables import Message, Notice
from mailflow.wiring import StoreSink
from tests.intake.doors import ImapDoor, imap_door, watching
from tests.intake.mails import mail, mails
from tests.intake.sink import ListSink
from tests.pipeline.desk import Desk, mail_of, open_desk
from tests.servers.imap import PASSWORD, ImapServer, dovecot
from tests.servers.process import wait_for
from tests.servers.proxy import FaultProxy, fault_proxy
from tests.workflow.company import ANNA


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("company") / "mailflow.db"
    open_desk(f"sqlite:///{path}").database.close()
    return path


@dataclass
class Books:
    """A sink that stores, and the pipeline behind it."""

    desk: Desk
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None
    sent: list[bytes] = field(default_factory=list)

    def take(self, arrivals: Sequence[Arrival]) -> None:
        self.before()
        StoreSink(self.desk.database, lambda: self.desk.now, Event()).take(arrivals)
        self.after()

    def issues(self, count: int) -> list[bytes]:
        """So many mails, each an issue of its own, that no other one is."""
        begin = len(self.sent)
        self.sent += [
            mail_of(
                ANNA, f"[ISSUE][PORTAL] login {n}", f"case {n}, {n - begin} of it\n" + "x\n" * 600
            )
            for n in range(begin, begin + count)
        ]
        return self.sent[begin:]

    def taken(self) -> int:
        """How many mails are in the store, the same ones that came again among them."""
        with self.desk.database.read() as session:
            return session.scalar(select(func.count()).select_from(Message)) or 0

    def balance(self) -> None:
        """Each mail that was ever delivered is one record, and each of its notices one."""
        self.desk.work()
        titles = sorted(row.title for row in self.desk.records())
        assert titles == sorted(f"login {n}" for n in range(len(self.sent)))
        with self.desk.database.read() as session:
            told = session.execute(
                select(Notice.person_id, func.count()).group_by(Notice.person_id)
            ).all()
        assert {count for _, count in told} == {len(self.sent)}


@pytest.fixture
def books(tmp_path: Path, company: Path) -> Iterator[Books]:
    shutil.copyfile(company, tmp_path / "mailflow.db")
    desk = Desk(Database(f"sqlite:///{tmp_path}/mailflow.db"))
    yield Books(desk)
    desk.database.close()


def fault_at(proxy: FaultProxy, words: bytes, fault: Callable[[bytes, int], bytes]) -> None:
    """Once the server says these words, its octets go through `fault`, with their position."""

    def rewrite(piece: bytes) -> bytes:
        if words not in piece:
            return piece
        proxy.rewrite = None
        return fault(piece, piece.index(words))

    proxy.rewrite = rewrite


def drain_all(source: ImapSource, books: Books) -> None:
    while source.drain(books):
        pass


# what the server says, and how many octets of it come before the fault
PLACES = {
    "greeting": (b"* OK", 3),
    "search": (b"* SEARCH", 9),
    "size": (b"RFC822.SIZE", 11),
    "before-literal": (b"BODY[]", 6),
    "in-literal": (b"BODY[]", 700),
    "in-a-later-literal": (b", 1 of it", 500),
    "moved-but-not-said": (b"COPYUID", 2),
}


class TestCutOff:
    def test_at_every_place(self, door: ImapDoor, proxy: FaultProxy, books: Books) -> None:
        for place in PLACES:
            self.fault(proxy, place, proxy.cut_after)
            self.fails(door, proxy, books)
        drain_all(door.source, books)
        assert door.waiting() == []
        books.balance()

    def test_between_the_commit_and_the_move(
        self, door: ImapDoor, proxy: FaultProxy, books: Books
    ) -> None:
        """And another process goes on: it does not know that they were taken."""
        door.deliver(books.issues(3))
        books.after = proxy.cut
        source = door.connect(proxy.port)
        with pytest.raises(MailboxError):
            source.drain(books)
        books.after = lambda: None
        assert door.source.drain(books) == 3
        assert (books.taken(), door.waiting()) == (3, [])
        books.balance()

    def test_silently(self, door: ImapDoor, proxy: FaultProxy, books: Books) -> None:
        """The connection stays open, and nothing comes any more."""
        for place in ("greeting", "in-literal", "moved-but-not-said"):
            self.fault(proxy, place, proxy.stall_after)
            self.fails(door, proxy, books)
        drain_all(door.source, books)
        assert door.waiting() == []
        books.balance()

    def fault(self, proxy: FaultProxy, place: str, ends: Callable[[int], None]) -> None:
        words, octets = PLACES[place]

        def fault(piece: bytes, at: int) -> bytes:
            ends(at + octets)
            return piece

        fault_at(proxy, words, fault)

    def fails(self, door: ImapDoor, proxy: FaultProxy, books: Books) -> None:
        door.deliver(books.issues(2))
        source = door.connect(proxy.port, read_seconds=0.3)
        with pytest.raises(MailboxError):
            source.drain(books)
        source.close()
        proxy.heal()

    def test_by_a_server_that_says_goodbye_in_the_middle(
        self, door: ImapDoor, proxy: FaultProxy, books: Books
    ) -> None:
        door.deliver(books.issues(3))
        goodbye = b"* BYE shutting down\r\n"

        def fault(piece: bytes, at: int) -> bytes:
            whole = piece[: piece.rfind(b"\n", 0, at) + 1] + goodbye
            proxy.cut_after(len(whole))
            return whole

        fault_at(proxy, b"BODY[]", fault)
        source = door.connect(proxy.port)
        with pytest.raises(MailboxError):
            source.drain(books)
        assert source.drain(books) == 3
        books.balance()

    def test_by_a_restart_in_the_middle_of_a_mail(
        self, dovecot_server: ImapServer, books: Books
    ) -> None:
        door = imap_door(dovecot_server)
        door.deliver(books.issues(3))
        with fault_proxy(dovecot_server.port) as proxy:

            def fault(piece: bytes, at: int) -> bytes:
                dovecot_server.restart(hard=True)
                proxy.cut_after(at + 500)
                return piece

            fault_at(proxy, b"BODY[]", fault)
            source = door.connect(proxy.port)
            with pytest.raises(MailboxError):
                source.drain(books)
            assert source.drain(books) == 3
        books.balance()
        source.close()


class TestTheSameMailsAgain:
    def test_under_another_uidvalidity(
        self, door: ImapDoor, proxy: FaultProxy, books: Books
    ) -> None:
        """Stored, but not moved when the server lost its index and numbered all mails anew."""
        door.deliver(books.issues(3))
        source = door.connect(proxy.port)
        books.after = proxy.cut
        with pytest.raises(MailboxError):
            source.drain(books)
        books.after = lambda: None
        raws = door.waiting()
        before = door.box.folder_status(door.folder, ["UIDVALIDITY"])
        door.box.select_folder("INBOX")
        door.box.delete_folder(door.folder)
        door.box.create_folder(door.folder)
        door.deliver(raws + books.issues(1))
        assert door.box.folder_status(door.folder, ["UIDVALIDITY"]) != before
        assert source.drain(books) == 4
        assert books.taken() == 7
        books.balance()

    def test_moved_back_by_another_client(self, door: ImapDoor, books: Books) -> None:
        door.deliver(books.issues(2))
        door.run(books)
        door.box.select_folder(door.processed)
        door.box.move(door.box.search(), door.folder)
        door.run(books)
        assert (books.taken(), door.waiting()) == (4, [])
        books.balance()

    def test_in_two_folders(self, door: ImapDoor, books: Books) -> None:
        """Filed by a rule and copied by hand; each folder has a watcher of its own."""
        door.deliver(books.issues(2))
        door.box.create_folder(other := f"{door.folder}-2")
        door.box.select_folder(door.folder)
        door.box.copy(door.box.search(), other)
        second = door.connect(folder=other)
        door.run(books)
        assert second.drain(books) == 2
        second.close()
        books.balance()


class TestOtherClients:
    def test_one_that_reads_the_mails(self, door: ImapDoor, books: Books) -> None:
        door.deliver(books.issues(2))
        door.source.check()
        door.box.select_folder(door.folder)
        door.box.fetch(door.box.search(), ["BODY[]"])
        door.box.add_flags(door.box.search(), [rb"\Seen", rb"\Answered", rb"\Flagged"])
        assert door.source.drain(books) == 2
        books.balance()

    def test_one_that_deletes_a_mail_between_its_size_and_its_octets(
        self, door: ImapDoor, proxy: FaultProxy, sink: ListSink
    ) -> None:
        door.deliver(mails(3))

        def delete_one(piece: bytes) -> bytes:
            if b"BODY.PEEK[]" in piece:
                proxy.rewrite_client = None
                with door.server.log_in(door.user) as other:
                    other.select_folder(door.folder)
                    other.delete_messages(other.search()[1:2])
                    other.expunge()
            return piece

        proxy.rewrite_client = delete_one
        source = door.connect(proxy.port)
        source.drain(sink)
        source.drain(sink)
        # a server may still give its octets to a session that knew it
        assert [raw for raw in sink.raws if raw != mail(1)] == [mail(0), mail(2)]
        assert len(sink.given) == len(set(sink.raws))
        assert door.waiting() == []

    def test_one_that_renames_the_folder_and_back(self, door: ImapDoor, books: Books) -> None:
        door.source.check()
        door.deliver(books.issues(2))
        door.box.rename_folder(door.folder, away := f"{door.folder}-away")
        for _ in range(3):
            try:
                door.run(books)
            except MailboxError:
                continue
        assert door.box.folder_exists(door.folder)
        door.deliver(books.issues(1))
        door.run(books)
        if left := door.mails_in(away):
            door.deliver(left)
        door.run(books)
        assert door.waiting() == []
        books.balance()


class TestRefusals:
    """A real NO: Dovecot has no rights on the folder."""

    @pytest.fixture
    def door(self, dovecot_server: ImapServer) -> Iterator[ImapDoor]:
        door = imap_door(dovecot_server)
        yield door
        door.close()

    def path(self, door: ImapDoor, folder: str) -> Path:
        return door.server.maildir(door.user, folder)

    def test_no_to_move(
        self, door: ImapDoor, books: Books, caplog: pytest.LogCaptureFixture
    ) -> None:
        door.deliver(books.issues(2))
        door.source.check()
        self.path(door, door.processed).chmod(0)
        assert [door.source.drain(books) for _ in range(3)] == [2, 0, 0]
        assert len([r for r in caplog.records if "cannot be moved" in r.message]) == 1
        assert len(door.waiting()) == 2
        self.path(door, door.processed).chmod(0o700)
        assert door.source.drain(books) == 0
        assert (door.waiting(), len(door.filed())) == ([], 2)
        assert books.taken() == 2
        books.balance()

    def test_no_to_select(
        self,
        door: ImapDoor,
        books: Books,
        caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(backoff, "SHORTEST", 0.05)
        door.deliver(books.issues(2))
        self.path(door, door.folder).chmod(0)
        tries: list[str] = []
        source = door.connect(password=lambda: tries.append("") or PASSWORD)  # type: ignore[func-returns-value]
        with watching(source, books):
            wait_for(lambda: len(tries) > 3, "it tries again")
            assert books.taken() == 0
            self.path(door, door.folder).chmod(0o700)
            wait_for(lambda: books.taken() == 2, "the mails")
        assert len([r for r in caplog.records if "trying again" in r.message]) == 1
        books.balance()


class TestNonsense:
    @pytest.mark.parametrize("change", [-40, 40])
    def test_a_literal_of_another_length_than_announced(
        self, door: ImapDoor, proxy: FaultProxy, books: Books, change: int
    ) -> None:
        door.deliver(books.issues(2))

        def fault(piece: bytes, _at: int) -> bytes:
            return re.sub(
                rb"\{(\d+)\}", lambda found: b"{%d}" % (int(found[1]) + change), piece, count=1
            )

        fault_at(proxy, b"BODY[] {", fault)
        source = door.connect(proxy.port, read_seconds=0.3)
        with pytest.raises(MailboxError):
            source.drain(books)
        assert books.taken() == 0
        assert source.drain(books) == 2
        books.balance()

    def test_octets_that_trickle_in(self, door: ImapDoor, proxy: FaultProxy, books: Books) -> None:
        """All of it takes longer than the server may keep still."""
        door.deliver(books.issues(2))
        source = door.connect(proxy.port, read_seconds=0.2)
        source.check()
        proxy.piece = 20
        assert source.drain(books) == 2
        assert proxy.connections == 1
        books.balance()

    def test_a_server_that_says_we_are_logged_in_before_starttls(
        self, door: ImapDoor, proxy: FaultProxy
    ) -> None:
        """PREAUTH would let somebody in between keep us from encrypting (RFC 9051, 11)."""
        said: list[bytes] = []
        fault_at(proxy, b"* OK", lambda piece, _at: piece.replace(b"* OK", b"* PREAUTH", 1))
        proxy.rewrite_client = lambda piece: said.append(piece) or piece  # type: ignore[func-returns-value]
        with pytest.raises(MailboxError):
            door.connect(proxy.port, security="starttls").check()
        assert b"LOGIN" not in b"".join(said).upper()


def test_a_certificate_that_has_expired() -> None:
    with dovecot(tls=True, expired=True) as server:
        context = ssl.create_default_context(cafile=str(server.certificate))
        door = imap_door(server)
        for security, port in (("tls", server.tls_port), ("starttls", server.port)):
            source = door.connect(port, host="localhost", security=security, context=context)
            with pytest.raises(MailboxError, match="certificate has expired"):
                source.check()
        door.close()
