"""Mails in files: single ones, mbox (RFC 4155), Maildir, folders of any of these."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import BinaryIO, Protocol, cast

from mailflow.intake.header import header_of
from mailflow.intake.source import Arrival, Sink

BATCH_MAILS = 50
BATCH_OCTETS = 16_000_000
CHUNK = 65_536  # octets of a line that are read at once
# Not every line that begins with "From " is a separator: many programs do not quote theirs.
_SEPARATOR = re.compile(rb"From (?:[^\r\n]{0,200}\d:\d\d|-?[ \t]{0,80}\r?\n)")
_QUOTED = re.compile(rb">{1,1000}From ")


class _Reader(Protocol):
    """What open() gives for reading octets."""

    def readline(self, size: int = -1, /) -> bytes: ...
    def read(self, size: int = -1, /) -> bytes: ...
    def peek(self, size: int = 0, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class _Mail:
    raw: bytes
    size: int
    truncated: bool


def read_mails(paths: Iterable[Path | str]) -> Iterator[tuple[str, bytes]]:
    """Every mail of these files and folders as (path, octets), in the order given.

    Reads one mail at a time. Raises OSError where a path is missing or cannot be read.
    """
    for path in files_of(paths):
        for mail in _mails_of(path, None):
            yield str(path), mail.raw


def files_of(paths: Iterable[Path | str]) -> Iterator[Path]:
    """The files that these paths stand for: folders sorted and with all below them.

    A Maildir gives its mails in the order of their names, which is that of their arrival; hidden
    files of other folders are left out. Raises FileNotFoundError for a path that is not there.
    """
    for path in map(Path, paths):
        if path.is_dir():
            yield from _below(path)
        else:
            path.stat()
            yield path


def _below(folder: Path) -> Iterator[Path]:
    if all((folder / name).is_dir() for name in ("cur", "new")):
        found = [*(folder / "cur").iterdir(), *(folder / "new").iterdir()]
        yield from sorted((path for path in found if path.is_file()), key=lambda path: path.name)
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)
        elif path.is_file():
            yield path


def _mails_of(path: Path, limit: int | None) -> Iterator[_Mail]:
    with path.open("rb") as file:
        # an .eml may begin with the envelope line of a spool, but is one mail
        if path.suffix.lower() != ".eml" and _SEPARATOR.match(file.peek(CHUNK)):
            yield from _mbox(cast(_Reader, file), limit)
        else:
            yield _single(file, limit)


def _single(file: BinaryIO, limit: int | None) -> _Mail:
    if limit is None:
        raw = file.read()
        return _Mail(raw, len(raw), False)
    raw = file.read(limit + 1)
    if len(raw) <= limit:
        return _Mail(raw, len(raw), False)
    return _Mail(header_of(raw), max(os.fstat(file.fileno()).st_size, len(raw)), True)


class _Gathering:
    """The lines of one mail of an mbox, kept only up to the limit."""

    def __init__(self, limit: int | None) -> None:
        self._limit, self._lines, self._size, self._last = limit, list[bytes](), 0, b""

    def add(self, line: bytes) -> None:
        if self._limit is None or self._size <= self._limit:
            self._lines.append(line)
        self._size += len(line)
        self._last = line

    def mail(self) -> _Mail:
        # the empty line before the next separator belongs to the mbox
        end = len(self._last) if self._last in (b"\n", b"\r\n") else 0
        size = self._size - end
        raw = b"".join(self._lines)
        if self._limit is not None and size > self._limit:
            return _Mail(header_of(raw), size, True)
        return _Mail(raw[:size], size, False)


def _mbox(file: _Reader, limit: int | None) -> Iterator[_Mail]:
    """The mails of an mbox; `>From ` is unquoted as in mboxrd."""
    file.readline()
    mail = _Gathering(limit)
    starts, after_blank = True, True
    while line := file.readline(CHUNK):
        if starts and after_blank and _SEPARATOR.match(line):
            yield mail.mail()
            mail = _Gathering(limit)
            continue
        after_blank = starts and line in (b"\n", b"\r\n")
        mail.add(line[1:] if starts and _QUOTED.match(line) else line)
        starts = line.endswith(b"\n")
    yield mail.mail()


class FilesSource:
    """Mails that an admin brings in once; the files stay as they are.

    A file over `size_limit` octets gives its header only. `progress` is told after each commit how
    many octets of mails it was; `octets()` is what they add up to.
    """

    def __init__(
        self,
        paths: Iterable[Path | str],
        *,
        size_limit: int,
        name: str = "import",
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.name = name
        self._paths = list(paths)
        self._size_limit = size_limit
        self._progress = progress

    def octets(self) -> int:
        """The size of all files. Raises OSError where one is missing."""
        return sum(path.stat().st_size for path in files_of(self._paths))

    def drain(self, sink: Sink) -> int:
        count = 0
        for batch in self._batches():
            sink.take(batch)
            count += len(batch)
            if self._progress:
                self._progress(sum(arrival.size for arrival in batch))
        return count

    def watch(self, sink: Sink, stop: Event) -> None:
        """Files have an end: this is `drain`, and raises what it raises."""
        self.drain(sink)

    def close(self) -> None:
        """Nothing stays open."""

    def _batches(self) -> Iterator[list[Arrival]]:
        batch: list[Arrival] = []
        octets = 0
        for arrival in self._arrivals():
            if batch and (len(batch) == BATCH_MAILS or octets + len(arrival.raw) > BATCH_OCTETS):
                yield batch
                batch, octets = [], 0
            batch.append(arrival)
            octets += len(arrival.raw)
        if batch:
            yield batch

    def _arrivals(self) -> Iterator[Arrival]:
        for path in files_of(self._paths):
            for mail in _mails_of(path, self._size_limit):
                yield Arrival(
                    raw=mail.raw,
                    mailbox=self.name,
                    size=mail.size,
                    truncated=mail.truncated,
                    place=str(path),
                )
