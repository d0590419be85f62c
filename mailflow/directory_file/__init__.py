"""directory.toml: who there is and which projects. Read into checked entries, and written again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mailflow import toml_file
from mailflow.directory_file.entries import (
    ClientEntry,
    DirectoryFile,
    MeetingEntry,
    PersonEntry,
    ProjectEntry,
    RouteEntry,
)
from mailflow.directory_file.references import Rules, check
from mailflow.directory_file.writing import dump
from mailflow.toml_file import FileFaults

__all__ = [
    "ClientEntry",
    "DirectoryError",
    "DirectoryFile",
    "MeetingEntry",
    "PersonEntry",
    "ProjectEntry",
    "RouteEntry",
    "Rules",
    "check",
    "dump",
    "load",
]


class DirectoryError(FileFaults):
    """What is wrong in directory.toml, one line a fault."""


def load(path: Path, rules: Rules) -> DirectoryFile:
    """The file's entries; people are named by their first addresses, clients by their names.

    Raises DirectoryError with one line for each fault.
    """
    data = toml_file.read(path, DirectoryError)

    def where(location: toml_file.Location) -> str:
        return f"{path}: {_place(location, data)}"

    try:
        directory = DirectoryFile.model_validate(data)
    except ValidationError as error:
        raise DirectoryError(*toml_file.faults(error, DirectoryFile, where)) from None
    checked, faults = check(directory, rules)
    if faults:
        raise DirectoryError(*(f"{path}: {fault}" for fault in faults))
    return checked


def _place(location: toml_file.Location, data: Mapping[str, Any]) -> str:
    """`project PORTAL: route 2: owner` for a place in the file."""
    steps: list[str] = []
    node: Any = data
    for step in location:
        fits = isinstance(node, list) if isinstance(step, int) else isinstance(node, Mapping)
        node = node[step] if fits and (isinstance(step, int) or step in node) else None
        if isinstance(step, int):
            steps[-1:] = [f"{steps[-1]} {_label(node) or step + 1}"]
        else:
            steps.append(step if step.isprintable() else repr(step))
    return ": ".join(steps)


def _label(node: Any) -> str | None:
    if not isinstance(node, Mapping):
        return None
    label = node.get("key", node.get("name"))
    return label if isinstance(label, str) and label.isprintable() else None
