"""A prepared database, and the company in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailflow.store import schema
from mailflow.store.database import Database
from tests.schedule.company import Company, found_company


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    database = Database(database_url)
    schema.prepare(database)
    yield found_company(database)
    database.close()
