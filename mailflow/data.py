"""Finds the files that are shipped along: templates and built-in configuration."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent
# in a wheel beside the modules, in a checkout beside the packages
ROOTS = (PACKAGE / "_data", PACKAGE.parent)


def data_path(*parts: str) -> Path:
    """The file or folder below `templates/` or `config/`, as in data_path("config", "kinds.toml").

    Raises FileNotFoundError where the installation lacks it.
    """
    for root in ROOTS:
        found = root.joinpath(*parts)
        if found.exists():
            return found
    raise FileNotFoundError(f"{'/'.join(parts)} is missing from this installation of mailflow")
