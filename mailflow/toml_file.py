"""Reads a TOML file, and tells each fault in it in one line: file, key, what was expected."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

Location = Sequence[str | int]
Where = Callable[[Location], str]
SHOWN = 60


class FileFaults(Exception):
    """What is wrong in a file that somebody wrote; each of `lines` is one fault."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def read(path: Path, fault: type[FileFaults]) -> dict[str, Any]:
    """The file's tables. Raises `fault` where it cannot be read or is not TOML 1.0."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise fault(f"{path}: there is no such file") from None
    except OSError as error:
        raise fault(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise fault(f"{path}: expected UTF-8, found another octet at {error.start}") from None
    except tomllib.TOMLDecodeError as error:
        raise fault(f"{path}: expected TOML: {error}") from None


def faults(error: ValidationError, model: type[BaseModel], where: Where) -> list[str]:
    """One line a fault; what was expected is the description of the model's field.

    `where` names the place of a fault: the file and the key, or an environment variable.
    """
    found = error.errors()
    # a list whose entries are wrong counts as too short as well: that is told once
    inner = {tuple(one["loc"][:depth]) for one in found for depth in range(len(one["loc"]))}
    return [
        f"{where(one['loc'])}: {_fault(one['type'], one, model)}"
        for one in found
        if not (one["type"] == "too_short" and one["loc"] in inner)
    ]


def key(location: Location, data: Mapping[str, Any]) -> str:
    """The dotted name of a place in `data`; an entry of a list goes by its `name` or its number.

    >>> key(("mailbox", 0, "port"), {"mailbox": [{"name": "flow"}]})
    'mailbox[flow].port'
    """
    written, node = "", data
    for step in location:
        node = _below(node, step)
        if isinstance(step, int):
            name = node.get("name") if isinstance(node, Mapping) else None
            written += f"[{name if isinstance(name, str) else step + 1}]"
        else:
            part = step if step.isprintable() else repr(step)
            written += f".{part}" if written else part
    return written


def near(word: str, known: Sequence[str]) -> str:
    """`; did you mean …?` where something known is spelt nearly like the word, else nothing."""
    found = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean {found[0]}?" if found else ""


def _fault(kind: str, found: Mapping[str, Any], model: type[BaseModel]) -> str:
    if kind == "value_error":
        return str(found["ctx"]["error"])
    if kind == "extra_forbidden":
        return _unknown(found["loc"], model)
    field = _walk(found["loc"], model)[1]
    expected = (field.description if field else None) or "a table"
    if kind == "missing":
        return f"missing; expected {expected}"
    return f"expected {expected}, got {_shown(found['input'])}"


def _unknown(location: Location, model: type[BaseModel]) -> str:
    owner = _walk(location[:-1], model)[0]
    known = tuple(owner.model_fields) if owner else ()
    return f"unknown key{near(str(location[-1]), known) or '; known are ' + ', '.join(known)}"


def _walk(
    location: Location, model: type[BaseModel]
) -> tuple[type[BaseModel] | None, FieldInfo | None]:
    """The model and the field that a place lies in."""
    owner: type[BaseModel] | None = model
    field: FieldInfo | None = None
    for step in location:
        if owner is not None and step in owner.model_fields:
            field = owner.model_fields[str(step)]
            owner = _model_in(field.annotation)
    return owner, field


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _below(node: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return node[step] if isinstance(node, Sequence) and step < len(node) else None
    return node.get(step) if isinstance(node, Mapping) else None


def _shown(value: Any) -> str:
    """A value as it may be printed; what is in a table or list may be a password."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    text = repr(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
