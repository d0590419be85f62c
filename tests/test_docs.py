"""docs/WORKFLOW.md promises nothing without a test."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")


def rows() -> list[str]:
    lines = (ROOT / "docs" / "WORKFLOW.md").read_text("utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ")]
    return [row for row in rows if not row.startswith(("| what ", "| --- "))]


def found_in(file: str) -> set[str]:
    """The tests of a file, and "" for the file itself; none where there is no such file."""
    path = ROOT / "tests" / file
    if not path.exists():
        return set()
    tree = ast.parse(path.read_text("utf-8"))
    return {"", *(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))}


def test_every_row_names_tests_that_exist() -> None:
    assert len(rows()) > 30
    missing = [row for row in rows() if not NAMED.search(row.split("|")[-2])]
    named = {pair for row in rows() for pair in NAMED.findall(row.split("|")[-2])}
    unknown = [f"{file}::{test}" for file, test in sorted(named) if test not in found_in(file)]
    assert (missing, unknown) == ([], [])
