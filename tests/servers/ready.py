"""A database that has its tables: made once, and copied for every test where that can be."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import psycopg

from mailflow.store import schema
from mailflow.store.database import Database

FILE = "sqlite:///"


def ready(url: str) -> Database:
    """The empty database of this URL, with all tables; it does what schema.prepare does, sooner."""
    if url.startswith(FILE):
        shutil.copyfile(_made(), url.removeprefix(FILE))
    else:
        _copy_on_server(*url.rsplit("/", 1))
    database = Database(url)
    schema.prepare(database)
    return database


def _copy_on_server(server: str, name: str) -> None:
    template = _made_on(server)
    with psycopg.connect(_plain(f"{server}/postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}"'.encode())
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())


@cache
def _made_on(server: str) -> str:
    with psycopg.connect(_plain(f"{server}/postgres"), autocommit=True) as connection:
        connection.execute(b'CREATE DATABASE "made"')
    database = Database(f"{server}/made")
    schema.prepare(database)
    database.close()
    return "made"


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


@cache
def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="mailflow-"))
    atexit.register(shutil.rmtree, folder)
    database = Database(f"{FILE}{folder}/made.db")
    schema.prepare(database)
    database.close()
    return folder / "made.db"
