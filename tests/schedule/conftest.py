"""A prepared database, and the company in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailflow.store.database import Database
from tests.schedule.company import Company, found_company
from tests.servers.ready import ready


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = ready(database_url)
    yield database
    database.close()


@pytest.fixture
def company(database: Database) -> Company:
    return found_company(database)
