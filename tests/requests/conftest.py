"""A prepared database, and the company in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.schedule.company import Company, found_company
from tests.servers.ready import ready


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    database = ready(database_url)
    yield found_company(database)
    database.close()
