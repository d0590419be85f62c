"""What a database keeps of rows after they changed: old pages and its write-ahead log."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from mailflow.store.database import Database


def overwrite(database: Database) -> bool:
    """Write a SQLite file anew without old pages, and empty its log; False where somebody uses it
    all the time, and for PostgreSQL, which does that on its own later."""
    path = database.path
    if path is None:
        return False
    database.close()
    try:
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
            connection.execute("VACUUM")
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return not busy
