"""Files that are shipped along are found in a checkout and in a wheel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from mailflow.data import data_path

ROOT = Path(__file__).parent.parent
ASK = """
from mailflow.data import data_path
from mailflow.kinds_file import load_kinds
print(data_path("config", "kinds.toml"), data_path("templates", "en"), *load_kinds(None).names)
"""


def test_in_a_checkout() -> None:
    assert data_path("config", "kinds.toml") == ROOT / "config/kinds.toml"
    assert data_path("templates").is_dir()


def test_what_is_missing() -> None:
    with pytest.raises(FileNotFoundError, match=r"config/nothing\.toml is missing"):
        data_path("config", "nothing.toml")


def test_in_a_wheel(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=tmp_path / "site",
        text=True,
        check=True,
        capture_output=True,
    )
    config, templates, *kinds = done.stdout.split()
    assert Path(config).is_relative_to(tmp_path / "site/mailflow/_data")
    assert Path(templates).is_relative_to(tmp_path / "site/mailflow/_data")
    assert {"feedback", "issue", "decision"} <= set(kinds)
