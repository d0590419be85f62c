"""A database that cannot be used just now: how that is known, and one line on what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError

# What to do, by SQLite's result code (its low octet) and PostgreSQL's SQLSTATE.
FULL = "make room; what comes in stays where it is until then"
READ_ONLY = "whoever runs mailflow must be able to write it (SQLite: the file and its folder)"
LOCKED = "another process keeps it locked; see which one"
UNKNOWN = "see whether it can be reached and written"
SQLITE = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_PROTOCOL: LOCKED,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: READ_ONLY,
    sqlite3.SQLITE_IOERR: "the disk does not take it: is it full, over a limit, or broken?",
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_CORRUPT: "it is damaged: stop mailflow and restore a backup",
    sqlite3.SQLITE_NOTADB: UNKNOWN,
}
POSTGRESQL = {
    "53100": FULL,
    "53300": "it has too many connections: raise max_connections, or end some",
    "25006": READ_ONLY,
    "55P03": LOCKED,
    "40001": UNKNOWN,
    "40P01": UNKNOWN,
    "25P03": UNKNOWN,
}
POSTGRESQL_CLASSES = ("08", "57P", "58")  # connection, shutdown, system: SQLSTATEs that begin so


class Unusable(Exception):
    """The database cannot be used just now; the text is one line that says what to do."""


def is_broken(error: BaseException) -> bool:
    """Whether the database broke, and not what was asked of it.

    Databases call some faults of a statement operational, too (too many or too long values).
    """
    return isinstance(error, DBAPIError) and (error.connection_invalidated or bool(_advice(error)))


def in_a_line(error: DBAPIError) -> str:
    """The database's own words, and what to do where that is known."""
    words = " ".join(str(error.orig).split())
    advice = _advice(error)
    return f"{words}: {advice}" if advice and advice != UNKNOWN else words


@contextmanager
def in_words() -> Iterator[None]:
    """Raise Unusable where the database turns out to be broken."""
    try:
        yield
    except DBAPIError as error:
        if not is_broken(error):
            raise
        raise Unusable(f"the database: {in_a_line(error)}") from error


def _advice(error: DBAPIError) -> str:
    """What to do about a broken database; "" where it is not broken."""
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return SQLITE.get(code & 0xFF, "")
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is not None:
        known = UNKNOWN if state.startswith(POSTGRESQL_CLASSES) else ""
        return POSTGRESQL.get(state, known)
    # without a statement it was the connecting that failed
    refused = isinstance(error, OperationalError) and error.statement is None
    return UNKNOWN if refused else ""
