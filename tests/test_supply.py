"""What is installed is what the lock names, octet for octet."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text("utf-8")


def entries() -> dict[str, str]:
    """Each package's name and all that stands behind its pin."""
    whole = re.sub(r"\s*\\\n\s*", " ", LOCK)
    found = re.findall(r"^([\w.-]+)(?:\[\S+\])?==(.*)$", whole, re.MULTILINE)
    return {name.lower().replace("_", "-"): rest for name, rest in found}


def test_every_package_is_pinned_by_its_hashes() -> None:
    lines = [line for line in LOCK.splitlines() if line and line[0] not in " #"]
    assert len(entries()) == len(lines) > 40
    assert [name for name, rest in entries().items() if "--hash=sha256:" not in rest] == []


def test_what_we_ask_for_is_in_the_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["demo"], *extras["test"]]
    names = {re.split(r"[\s\[<>=!~;]", one, maxsplit=1)[0].lower() for one in asked}
    assert names - entries().keys() == set()
