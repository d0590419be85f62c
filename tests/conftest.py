"""What all tests may use: the servers, and an empty database of each kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers.fixtures import (  # noqa: F401  (pytest finds fixtures by their names here)
    dovecot_server,
    postgres_clients,
    postgres_server,
    postgres_url,
    pymap_server,
    receiver,
)

# for files that show little that is the database's own
SQLITE_FIRST = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.torture)],
    indirect=True,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: every test that asks for it runs on both."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/mailflow.db"
