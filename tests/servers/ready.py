"""A database that has its tables: made once, and copied for every test where that can be."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from mailflow.store import schema
from mailflow.store.database import Database

FILE = "sqlite:///"


def ready(url: str) -> Database:
    """The empty database of this URL, with all tables; it does what schema.prepare does, sooner."""
    if url.startswith(FILE):
        shutil.copyfile(_made(), url.removeprefix(FILE))
    database = Database(url)
    schema.prepare(database)
    return database


@cache
def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="mailflow-"))
    atexit.register(shutil.rmtree, folder)
    database = Database(f"{FILE}{folder}/made.db")
    schema.prepare(database)
    database.close()
    return folder / "made.db"
