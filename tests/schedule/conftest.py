"""A prepared database, and the company in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailflow.store import schema
from mailflow.store.database import Database
from tests.schedule.company import Company, found_company


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/mailflow.db")
    schema.prepare(database)
    yield database
    database.close()


@pytest.fixture
def company(database: Database) -> Company:
    return found_company(database)
