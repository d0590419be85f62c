"""The phrases, patterns and marks of reports of failed deliveries, from `formats/bounces.toml`."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

from .words import fold

_TABLE = tomllib.loads(
    resources.files(__package__).joinpath("formats", "bounces.toml").read_text(encoding="utf-8")
)


def _folded(name: str) -> tuple[str, ...]:
    return tuple(fold(phrase) for phrase in _TABLE[name])


def _compiled(name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p, re.IGNORECASE | re.MULTILINE) for p in _TABLE[name])


DAEMONS = frozenset(_TABLE["daemons"])
SYSTEMS = frozenset(_TABLE["systems"])
ROLES = frozenset(_TABLE["roles"])
HELPERS = frozenset(_TABLE["helpers"])
MACHINES = DAEMONS | SYSTEMS
DAEMON_NAMES, NAMES = _folded("daemon_names"), _folded("names")
SUBJECTS, SUCCESSES = _folded("subjects"), _folded("successes")
PHRASES = _folded("phrases")
MARKS = tuple(mark.lower() for mark in _TABLE["marks"])
VERSIONS = tuple(_TABLE["versions"])
REPLIES = tuple(re.escape(word) for word in _TABLE["replies"])
PATTERNS, ALIASES, BARE = _compiled("patterns"), _compiled("aliases"), _compiled("bare")
