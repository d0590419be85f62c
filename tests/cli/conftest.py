from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.admin import Admin
from tests.servers.ready import ready


@pytest.fixture
def admin(tmp_path: Path) -> Admin:
    """With the directory applied."""
    admin = Admin(tmp_path)
    ready(f"sqlite:///{tmp_path}/mailflow.db").close()
    admin.run("directory", "apply", str(tmp_path / "directory.toml"))
    return admin
