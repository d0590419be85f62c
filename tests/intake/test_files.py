"""Mails in files, as people keep them."""

from __future__ import annotations

import mailbox
import os
import time
import tracemalloc
from pathlib import Path

import pytest

from mailflow.intake.files import FilesSource, read_mails
from tests.intake.doors import SIZE_LIMIT
from tests.intake.mails import HEADER, ODD, mail, mails
from tests.intake.sink import DiskFull, ListSink

FROM = b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n"


def raws(*paths: Path) -> list[bytes]:
    return [raw for _, raw in read_mails(paths)]


def mbox(*parts: bytes) -> bytes:
    return b"".join(FROM + part + b"\n" for part in parts)


def write(path: Path, raw: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    return path


class TestOneMail:
    @pytest.mark.parametrize("raw", [*ODD.values(), b"", b"a", b"\0\xff", b"X: y\n\nlf\n"])
    def test_stays_as_it_is(self, tmp_path: Path, raw: bytes) -> None:
        path = write(tmp_path / "a.eml", raw)
        assert list(read_mails([path])) == [(str(path), raw)]

    def test_an_eml_is_never_split(self, tmp_path: Path) -> None:
        raw = mbox(b"Subject: a\n\nx\n", b"Subject: b\n\ny\n")
        assert raws(write(tmp_path / "a.EML", raw)) == [raw]

    def test_a_mail_that_begins_with_the_word_from_is_no_mbox(self, tmp_path: Path) -> None:
        raw = b"From the beginning it was slow\n\nFrom here on too\n"
        assert raws(write(tmp_path / "note", raw)) == [raw]

    def test_a_path_that_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            list(read_mails([tmp_path / "gone.eml"]))


class TestMbox:
    def test_is_split_and_unquoted(self, tmp_path: Path) -> None:
        path = write(
            tmp_path / "box",
            mbox(b"Subject: a\n\n>From one\n>>From two\n> From three\n", b"Subject: b\n\ny\n"),
        )
        assert raws(path) == [
            b"Subject: a\n\nFrom one\n>From two\n> From three\n",
            b"Subject: b\n\ny\n",
        ]

    def test_reads_what_pythons_mailbox_wrote(self, tmp_path: Path) -> None:
        path = tmp_path / "box"
        written = mailbox.mbox(path)
        for number in range(5):
            written.add(mail(number).replace(b"\r\n", b"\n"))
        written.close()
        assert raws(path) == [raw.replace(b"\r\n", b"\n") for raw in mails(5)]

    def test_keeps_crlf(self, tmp_path: Path) -> None:
        separator = FROM.replace(b"\n", b"\r\n")
        path = write(tmp_path / "box", b"".join(separator + raw + b"\r\n" for raw in mails(3)))
        assert raws(path) == mails(3)

    @pytest.mark.parametrize("separator", [b"From \n", b"From - \n", b"From a@b 12:01\n"])
    def test_knows_the_separators_of_mail_programs(self, tmp_path: Path, separator: bytes) -> None:
        path = write(tmp_path / "box", separator + b"A: b\n\nx\n\n" + separator + b"A: c\n\ny\n")
        assert raws(path) == [b"A: b\n\nx\n", b"A: c\n\ny\n"]

    def test_a_sentence_that_nobody_quoted_splits_nothing(self, tmp_path: Path) -> None:
        text = b"Subject: a\n\nhello\n\nFrom Monday on we test.\n"
        assert raws(write(tmp_path / "box", mbox(text))) == [text]

    def test_a_separator_needs_an_empty_line_before_it(self, tmp_path: Path) -> None:
        text = b"Subject: a\n\nthey wrote:\n" + FROM + b"end\n"
        assert raws(write(tmp_path / "box", mbox(text))) == [text]

    def test_without_a_line_end_at_its_end(self, tmp_path: Path) -> None:
        assert raws(write(tmp_path / "box", FROM + b"A: b\n\nx")) == [b"A: b\n\nx"]

    def test_a_line_in_the_middle_of_a_long_one_is_none(self, tmp_path: Path) -> None:
        text = b"A: b\n\n" + b"x" * 65_536 + FROM + b"\n"
        assert raws(write(tmp_path / "box", mbox(text))) == [text]

    def test_over_the_limit(self, tmp_path: Path, sink: ListSink) -> None:
        big = mail(1, octets=SIZE_LIMIT * 2)
        path = write(tmp_path / "box", mbox(mail(0), big, mail(2)))
        FilesSource([path], size_limit=SIZE_LIMIT).drain(sink)
        assert [a.truncated for a in sink.given] == [False, True, False]
        assert sink.raws[1] == big[: big.index(b"\r\n\r\n") + 4]
        assert sink.given[1].size == len(big)
        assert sink.raws[2] == mail(2)

    def test_hostile_lines_take_no_time(self, tmp_path: Path) -> None:
        hostile = [b">" * 1_000_000, b"From " * 200_000, b"From " + b"1" * 1_000_000]
        path = write(tmp_path / "box", FROM + b"\n\n".join(hostile))
        begin = time.monotonic()
        assert len(raws(path)) == 1
        assert time.monotonic() - begin < 1

    def test_takes_flat_memory(self, tmp_path: Path) -> None:
        """60 MB of mails of 300 kB, a batch of which is at most 16 MB."""
        body = (b"x" * 998 + b"\r\n") * 300
        path = write(tmp_path / "box", mbox(*[mail(n) + body for n in range(200)]))

        class Counting:
            count = 0

            def take(self, arrivals: object) -> None:
                self.count += len(arrivals)  # type: ignore[arg-type]

        sink = Counting()
        tracemalloc.start()
        FilesSource([path], size_limit=1_000_000).drain(sink)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert sink.count == 200
        assert peak < 40_000_000


class TestFolders:
    def test_are_read_sorted_and_with_all_below(self, tmp_path: Path) -> None:
        names = ["a/2.eml", "a/1.eml", "b/x/3.eml", "c.eml"]
        for number, name in enumerate(names):
            write(tmp_path / name, mail(number))
        write(tmp_path / ".hidden", b"x")
        found = list(read_mails([tmp_path]))
        assert [path for path, _ in found] == [str(tmp_path / name) for name in sorted(names)]
        assert [raw for _, raw in found] == [mail(1), mail(0), mail(2), mail(3)]

    def test_the_order_of_the_paths_is_kept(self, tmp_path: Path) -> None:
        paths = [write(tmp_path / f"{n}.eml", mail(n)) for n in (3, 1, 2)]
        assert [path for path, _ in read_mails(paths)] == [str(path) for path in paths]

    def test_a_maildir(self, tmp_path: Path) -> None:
        box = mailbox.Maildir(tmp_path / "Mail")
        for number in range(4):
            box.add(mail(number).replace(b"\r\n", b"\n"))
        write(tmp_path / "Mail/tmp/half", b"half a mail")
        write(tmp_path / "Mail/dovecot.index", b"\0")
        new = sorted((tmp_path / "Mail/new").iterdir(), key=lambda path: path.name)
        new[1].rename(tmp_path / "Mail/cur" / (new[1].name + ":2,S"))
        assert raws(tmp_path / "Mail") == [m.replace(b"\r\n", b"\n") for m in mails(4)]
        assert len(raws(tmp_path)) == 4

    def test_an_mbox_in_a_folder(self, tmp_path: Path) -> None:
        write(tmp_path / "inbox.mbox", mbox(b"A: b\n\nx\n", b"A: c\n\ny\n"))
        assert len(raws(tmp_path)) == 2

    def test_circles_and_pipes_are_left_out(self, tmp_path: Path) -> None:
        write(tmp_path / "a.eml", mail(1))
        (tmp_path / "circle").symlink_to(tmp_path)
        os.mkfifo(tmp_path / "pipe")
        assert raws(tmp_path) == [mail(1)]


class TestSource:
    def test_tells_its_progress_after_each_commit(self, tmp_path: Path, sink: ListSink) -> None:
        for number in range(120):
            write(tmp_path / f"{number:03}.eml", mail(number))
        steps: list[tuple[int, int]] = []
        source = FilesSource(
            [tmp_path],
            size_limit=SIZE_LIMIT,
            progress=lambda octets: steps.append((octets, len(sink.given))),
        )
        assert source.drain(sink) == 120
        assert [taken for _, taken in steps] == [50, 100, 120]
        assert sum(octets for octets, _ in steps) == source.octets() == sum(map(len, mails(120)))

    def test_says_which_file_it_was(self, tmp_path: Path, sink: ListSink) -> None:
        path = write(tmp_path / "a.eml", mail(1))
        FilesSource([path], size_limit=SIZE_LIMIT).drain(sink)
        (arrival,) = sink.given
        assert (arrival.mailbox, arrival.place) == ("import", str(path))
        assert (arrival.uid, arrival.uidvalidity) == (None, None)

    def test_a_failing_sink_ends_it(self, tmp_path: Path, sink: ListSink) -> None:
        write(tmp_path / "a.eml", mail(1))
        sink.fail(1)
        with pytest.raises(DiskFull):
            FilesSource([tmp_path], size_limit=SIZE_LIMIT).drain(sink)

    def test_never_reads_all_of_a_huge_file(self, tmp_path: Path, sink: ListSink) -> None:
        path = write(tmp_path / "huge.eml", HEADER + b"\r\n")
        with path.open("r+b") as file:
            file.truncate(3_000_000_000)  # of which the disk holds nothing
        FilesSource([path], size_limit=SIZE_LIMIT).drain(sink)
        (arrival,) = sink.given
        assert (arrival.truncated, arrival.size) == (True, 3_000_000_000)
        assert arrival.raw == HEADER + b"\r\n"
