"""Writes directory.toml."""

from __future__ import annotations

import json
from collections.abc import Iterator

from mailflow.directory_file.entries import DirectoryFile, Entry
from mailflow.settings.types import DAYS


def dump(directory: DirectoryFile) -> str:
    """The entries as TOML 1.0; what is empty is left out."""
    return "\n".join(
        "\n".join(_table(kind, entry, "")) + "\n"
        for kind in ("person", "client", "project")
        for entry in getattr(directory, kind)
    )


def _table(name: str, entry: Entry, indent: str) -> Iterator[str]:
    yield f"{indent}[[{name}]]"
    below: list[str] = []
    for key in type(entry).model_fields:
        value = getattr(entry, key)
        if key in ("route", "meeting"):
            for one in value:
                below += _table(f"{name}.{key}", one, indent + "  ")
        elif key == "day":
            yield f"{indent}day = {_toml(DAYS[value])}"
        elif value not in (None, "", ()):
            yield f"{indent}{key} = {_toml(value)}"
    yield from below


def _toml(value: str | int | tuple[str, ...]) -> str:
    """JSON's strings, numbers and lists are TOML's too, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
