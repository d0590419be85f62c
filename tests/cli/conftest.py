from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.admin import Admin


@pytest.fixture
def admin(tmp_path: Path) -> Admin:
    """With the directory applied."""
    admin = Admin(tmp_path)
    admin.run("directory", "apply", str(tmp_path / "directory.toml"))
    return admin
