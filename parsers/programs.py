"""The table of mail programs (`formats/programs.toml`) and what is read by its rows.

General rules read most rows; a row counts for the reader where no general rule reads its lines.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

from .words import FORWARDED, WROTE, WROTE_START

_VALUES = {
    "name": r'"?([^<>"\n]{1,100}?)"?',
    "address": r"([^<>()\[\]\s@]{1,100}@[^<>()\[\]\s]{1,200}?)",
    "moment": r"(\S.{3,100}?)",
    "forwarded": r"(\S.{0,80}?)",
    "original": r"(\S.{0,80}?)",
}
_WORDS = {"start": WROTE_START, "wrote": WROTE}
LinePattern = tuple[re.Pattern[str], tuple[str, ...]]
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Program:
    """One row. `forward` and `reply` are templates of lines, `html` selects containers."""

    name: str
    forward: tuple[str, ...]
    reply: tuple[str, ...]
    quote: str
    html: tuple[str, ...]


def _load() -> tuple[Program, ...]:
    file = resources.files(__package__).joinpath("formats", "programs.toml")
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["program"]
    return tuple(
        Program(
            row["name"],
            tuple(row["forward"]),
            tuple(row["reply"]),
            row["quote"],
            tuple(row.get("html", ())),
        )
        for row in rows
    )


PROGRAMS = _load()


def containers(mark: str) -> frozenset[str]:
    """The selectors of quoted containers that begin with the mark (`.`, `#`, `*`), without it;
    without a mark, the elements."""
    found = [s for program in PROGRAMS for s in program.html]
    if not mark:
        return frozenset(s for s in found if s[0] not in ".#*")
    return frozenset(s[1:] for s in found if s[0] == mark)


def separators() -> frozenset[str]:
    """The templates of separator lines, each once."""
    lines = (line for program in PROGRAMS for line in (*program.forward, *program.reply))
    return frozenset(line for line in lines if "{forwarded}" in line or "{original}" in line)


def attributions() -> frozenset[str]:
    """The templates of one-line attributions, each once."""
    return frozenset(p.reply[0] for p in PROGRAMS if len(p.reply) == 1)


def sample(template: str) -> str:
    """A line of the template, in English."""
    values = {
        "name": "Ann Lee",
        "address": "ann@client.example",
        "moment": "Mon, 5 May 2025 10:00",
        "forwarded": FORWARDED[0],
        "original": FORWARDED[0],
        "start": "On",
        "wrote": "wrote",
    }
    return template.format_map(values)


def compiled(templates: Iterable[str]) -> tuple[LinePattern, ...]:
    """A pattern for a line of each template, and what its groups are, in order."""
    return tuple(
        (_pattern(t), tuple(n for n in _FIELD.findall(t) if n in _VALUES)) for t in templates
    )


def _pattern(template: str) -> re.Pattern[str]:
    pieces = _FIELD.split(template)
    found = [_value(p) if i % 2 else _literal(p) for i, p in enumerate(pieces)]
    return re.compile(rf"^\s{{0,9}}{''.join(found)}\s{{0,9}}$", re.IGNORECASE)


def _value(field: str) -> str:
    """Some languages have no word before an attribution."""
    if field in _VALUES:
        return _VALUES[field]
    words = "|".join(map(re.escape, _WORDS[field]))
    return rf"(?:{words})?" if field == "start" else f"(?:{words})"


def _literal(text: str) -> str:
    return r"\s{0,9}".join(re.escape(piece) for piece in re.split(r"\s+", text))
