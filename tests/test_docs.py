"""The tables of the documents promise nothing without a test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# `file.py::test`, `file.py`, or `::test` of the file before it
NAMED = re.compile(r"`([\w/]+\.py)?(?:::(\w+)(?:\[[^`\]]*\])?)?`")
TABLES = {"WORKFLOW.md": 30, "SECURITY.md": 40, "RELIABILITY.md": 40}


def rows(document: str) -> list[str]:
    """The rows of its tables whose last column is headed `test`."""
    found: list[str] = []
    inside = False
    for line in (ROOT / "docs" / document).read_text("utf-8").splitlines():
        if not line.startswith("|"):
            inside = False
        elif re.search(r"\| tests?[^|]*\|$", line):
            inside = True
        elif inside and not line.startswith("| ---"):
            found.append(line)
    return found


def named(row: str) -> Iterator[tuple[str, str]]:
    file = ""
    for at, test in NAMED.findall(row.rstrip().rstrip("|").split("|")[-1]):
        file = at or file
        if at or test:
            yield file, test


@cache
def found_in(file: str) -> set[str]:
    """The tests of a file, and "" for the file itself; none where there is no such file."""
    path = ROOT / "tests" / file
    if not path.exists():
        return set()
    tree = ast.parse(path.read_text("utf-8"))
    return {"", *(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))}


@pytest.mark.parametrize("document", TABLES)
def test_every_row_names_tests_that_exist(document: str) -> None:
    promised = rows(document)
    assert len(promised) >= TABLES[document]
    missing = [row for row in promised if "`make torture`" not in row and not list(named(row))]
    pairs = sorted({pair for row in promised for pair in named(row)})
    unknown = [f"{file}::{test}" for file, test in pairs if test not in found_in(file)]
    assert (missing, unknown) == ([], [])
