"""The house itself: floors, doors, sizes. Each rule is also shown to see what breaks it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FUNCTION_LINES = 45
MODULE_LINES = 320

# part of the house → its floor; the longest name that fits counts. A part imports only itself and
# what lies on a lower floor; on the top floor the parts may know each other.
FLOORS = {
    "parsers": 0,
    "mailflow": 0,  # the package's own __init__: nothing but a docstring
    "mailflow.workflow": 1,
    "mailflow.store": 1,
    "mailflow.snapshots": 2,
    "mailflow.pipeline": 3,
    "mailflow.requests": 3,
    "mailflow.toml_file": 3,
    "mailflow.data": 3,
    "mailflow.settings": 3,
    "mailflow.kinds_file": 3,
    "mailflow.directory_file": 3,
    "mailflow.intake": 4,
    "mailflow.outbox": 4,
    "mailflow.schedule": 4,
    "mailflow.verification": 4,
    "mailflow.connectors": 4,
    "mailflow.cli": 5,
    "mailflow.daemon": 5,
    "mailflow.wiring": 5,
    "mailflow.demo": 5,
    "mailflow.__main__": 5,
}
TOP = 5
# parts that are one: they may know each other
TOGETHER = {
    "mailflow.toml_file": "configuration",
    "mailflow.data": "configuration",
    "mailflow.settings": "configuration",
    "mailflow.kinds_file": "configuration",
    "mailflow.directory_file": "configuration",
}
# what is imported → the files that may
DOORS = {
    "imapclient": ("mailflow/intake/imap.py", "mailflow/intake/imap_*.py", "mailflow/demo*"),
    "click": ("mailflow/cli/*",),
    "schedule": ("mailflow/schedule/clock.py",),
    "jinja2": ("mailflow/outbox/*",),
    "smtplib": ("mailflow/outbox/smtp_connection.py",),
    "dkim": ("mailflow/verification/signatures.py",),
    "dns": ("mailflow/verification/resolver.py",),
    "mailflow.cli": ("mailflow/__main__.py", "mailflow/cli/*"),
}
CLOCKS = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "sqlalchemy.func.now",
}
CLOCK_OWNERS = ("mailflow/daemon.py", "mailflow/cli/*")
# written once and never changed after: their length is that of the tables
UNMEASURED = ("mailflow/store/migrations/versions/*",)

Sources = Mapping[str, str]


def sources_of(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for package in ("mailflow", "parsers")
        for path in sorted((root / package).rglob("*.py"))
    }


def module_of(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def imports(path: str, tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Line, dotted name and local name of each name that a module imports."""
    package = module_of(path).split(".")
    if not path.endswith("/__init__.py"):
        package.pop()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, a.name, a.asname or a.name) for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            yield from ((node.lineno, f"{base}.{a.name}", a.asname or a.name) for a in node.names)


def lies_in(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def part_of(module: str) -> str | None:
    """The part of the house that a module lies in; demo and its helpers are one part."""
    if module.startswith("mailflow.demo"):
        return "mailflow.demo"
    known = [part for part in FLOORS if lies_in(module, part)]
    part = max(known, key=len, default=None)
    return None if part == "mailflow" and module != "mailflow" else part


def may_import(part: str, other: str) -> bool:
    if part == other or TOGETHER.get(part, part) == TOGETHER.get(other, other):
        return True
    if part == "parsers":
        return False
    return FLOORS[other] < FLOORS[part] or FLOORS[other] == FLOORS[part] == TOP


def floor_faults(sources: Sources) -> Iterator[str]:
    modules = {module_of(path) for path in sources}
    for path, text in sources.items():
        part = part_of(module_of(path))
        if part is None:
            yield f"{path}: lies on no floor"
            continue
        for line, name, _ in imports(path, ast.parse(text, path)):
            target = _module(name, modules)
            if target is None and lies_in(name, "mailflow"):
                target = name
            other = part_of(target) if target else None
            if other and not may_import(part, other):
                yield f"{path}:{line}: {part} may not import {name}"


def door_faults(sources: Sources) -> Iterator[str]:
    for path, text in sources.items():
        for line, name, _ in imports(path, ast.parse(text, path)):
            for door, allowed in DOORS.items():
                if lies_in(name, door) and not any(fnmatch(path, a) for a in allowed):
                    yield f"{path}:{line}: only {', '.join(allowed)} may import {door}"


def clock_faults(sources: Sources) -> Iterator[str]:
    for path, text in sources.items():
        if any(fnmatch(path, owner) for owner in CLOCK_OWNERS):
            continue
        tree = ast.parse(text, path)
        origin = {local: name for _, name, local in imports(path, tree)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name | ast.Attribute) and _dotted(node, origin) in CLOCKS:
                yield f"{path}:{node.lineno}: the time is a parameter here"


def circle_faults(sources: Sources) -> Iterator[str]:
    modules = {module_of(path) for path in sources}
    graph = {
        module_of(path): {
            target
            for _, name, _ in imports(path, ast.parse(text, path))
            if (target := _module(name, modules)) and target != module_of(path)
        }
        for path, text in sources.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield "a circle of imports: " + " ← ".join(error.args[1])


def length_faults(sources: Sources) -> Iterator[str]:
    for path, text in sources.items():
        if any(fnmatch(path, pattern) for pattern in UNMEASURED):
            continue
        lines = len(text.splitlines())
        if lines > MODULE_LINES:
            yield f"{path}: {lines} lines, {MODULE_LINES} at most"
        for node in ast.walk(ast.parse(text, path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    yield f"{path}:{node.lineno}: {node.name} has {lines} lines"


def _module(name: str, modules: set[str]) -> str | None:
    """The module that an imported name is, or lies in; None where it is none of ours."""
    return (
        name
        if name in modules
        else next((m for m in [name.rpartition(".")[0]] if m in modules), None)
    )


def _dotted(node: ast.AST, origin: Mapping[str, str]) -> str | None:
    """What a name or an attribute stands for, by its imports."""
    if isinstance(node, ast.Name):
        return origin.get(node.id)
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value, origin)
        return f"{base}.{node.attr}" if base else None
    return None


RULES = {
    "floors": floor_faults,
    "doors": door_faults,
    "clock": clock_faults,
    "circles": circle_faults,
    "lengths": length_faults,
}


@pytest.mark.parametrize("rule", RULES)
def test_the_house_keeps(rule: str) -> None:
    sources = sources_of(ROOT)
    assert "mailflow/settings/__init__.py" in sources
    assert list(RULES[rule](sources)) == []


LONG = "def long():\n" + "    x = 1\n" * FUNCTION_LINES
OFFENCES = [
    ("floors", {"parsers/a.py": "import mailflow"}),
    ("floors", {"parsers/a.py": "from mailflow.workflow import kinds"}),
    ("floors", {"mailflow/workflow/a.py": "import mailflow.store.tables"}),
    ("floors", {"mailflow/store/a.py": "from mailflow import workflow"}),
    ("floors", {"mailflow/store/a.py": "from ..workflow.model import Person"}),
    ("floors", {"mailflow/workflow/a.py": "from mailflow.settings import load"}),
    ("floors", {"mailflow/pipeline/a.py": "from mailflow.settings import load"}),
    ("floors", {"mailflow/pipeline/a.py": "from mailflow.outbox import sender"}),
    ("floors", {"mailflow/intake/a.py": "def f():\n    from mailflow.outbox import sender"}),
    ("floors", {"mailflow/helpers.py": ""}),
    ("doors", {"mailflow/intake/files.py": "from imapclient import IMAPClient"}),
    ("doors", {"mailflow/daemon.py": "import click.testing"}),
    ("doors", {"mailflow/schedule/digest.py": "import schedule"}),
    ("doors", {"mailflow/schedule/digest.py": "from jinja2 import Environment"}),
    ("doors", {"mailflow/outbox/composer.py": "import smtplib"}),
    ("doors", {"mailflow/daemon.py": "from mailflow.cli import main"}),
    ("doors", {"mailflow/daemon.py": "from mailflow import cli"}),
    ("clock", {"mailflow/a.py": "from datetime import datetime as d\nx = d.now()"}),
    ("clock", {"mailflow/a.py": "import datetime\nx = datetime.date.today()"}),
    ("clock", {"mailflow/a.py": "from datetime import datetime\nx = field(datetime.utcnow)"}),
    ("clock", {"mailflow/a.py": "from time import time\nx = time()"}),
    ("clock", {"mailflow/a.py": "import time as t\nx = t.time()"}),
    ("circles", {"mailflow/a.py": "import mailflow.b", "mailflow/b.py": "from mailflow import a"}),
    (
        "circles",
        {"mailflow/p/__init__.py": "from .a import x", "mailflow/p/a.py": "from . import y"},
    ),
    ("lengths", {"mailflow/a.py": "x = 1\n" * (MODULE_LINES + 1)}),
    ("lengths", {"parsers/a.py": LONG}),
]
FINE = {
    "parsers/tags.py": "import re\nfrom parsers import model",
    "parsers/model.py": "",
    "mailflow/store/tables.py": "from parsers.model import Mailbox",
    "mailflow/kinds_file.py": "from mailflow.data import data_path\nimport mailflow.workflow.kinds",
    "mailflow/data.py": "",
    "mailflow/workflow/kinds.py": "",
    "mailflow/schedule/clock.py": "import schedule\nimport time\nx = time.monotonic()",
    "mailflow/schedule/digest.py": "from mailflow.schedule import clock",
    "mailflow/cli/__init__.py": "import click, mailflow.settings\nfrom mailflow import daemon",
    "mailflow/daemon.py": "from datetime import datetime\nx = datetime.now()",
    "mailflow/demo.py": "import imapclient",
    "mailflow/__main__.py": "from mailflow.cli import main",
}


@pytest.mark.parametrize(("rule", "sources"), OFFENCES)
def test_what_breaks_a_rule_is_seen(rule: str, sources: dict[str, str]) -> None:
    assert list(RULES[rule](sources))


@pytest.mark.parametrize("rule", RULES)
def test_what_is_right_is_left_alone(rule: str) -> None:
    assert list(RULES[rule](FINE)) == []
