from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pipeline.desk import Desk, open_desk


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """A desk on each kind of database."""
    desk = open_desk(database_url)
    yield desk
    desk.database.close()
