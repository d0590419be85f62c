from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.outbox.counter import Counter, open_counter


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    counter = open_counter(f"sqlite:///{tmp_path}/mailflow.db")
    yield counter
    counter.database.close()
