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


def test_every_row_names_tests_that_exist() -> None:
    assert len(rows()) > 30
    for row in rows():
        named = NAMED.findall(row.split("|")[-2])
        assert named, f"no test in: {row}"
        for file, test in named:
            tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
            tests = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            assert not test or test in tests, f"{file} has no {test}"
