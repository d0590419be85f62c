from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from tests.outbox.counter import Counter, open_counter, seed_file


@pytest.fixture(scope="session")
def company_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: the tables cost more than a test."""
    path = tmp_path_factory.mktemp("company") / "mailflow.db"
    seed_file(path)
    return path


@pytest.fixture
def counter(tmp_path: Path, company_file: Path) -> Iterator[Counter]:
    copyfile(company_file, tmp_path / "mailflow.db")
    counter = open_counter(tmp_path / "mailflow.db")
    yield counter
    counter.database.close()
