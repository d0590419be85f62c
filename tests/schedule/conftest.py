"""A prepared database of either sort, and the company in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailflow.store import schema
from mailflow.store.database import Database
from tests.schedule.company import Company, found_company
from tests.servers.fixtures import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/mailflow.db"
    else:
        url = request.getfixturevalue("postgres_url")
    database = Database(url)
    schema.prepare(database)
    yield database
    database.close()


@pytest.fixture
def company(database: Database) -> Company:
    return found_company(database)
