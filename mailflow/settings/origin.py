"""Where settings came from: what their relative paths and their secrets are looked up in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailflow.toml_file import FileFaults


class SettingsError(FileFaults):
    """What is wrong in mailflow.toml or in the environment, one line a fault."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The configuration file and the environment that it was read with."""

    file: Path
    environment: Mapping[str, str]

    def beside(self, path: str | Path) -> Path:
        """A path as the file means it: relative to the file's folder, `~` is the home."""
        return self.file.parent.absolute() / Path(path).expanduser()


def origin_in(context: Any) -> Origin:
    """The origin that a validation was given; for settings made by hand, this process's own."""
    return context if isinstance(context, Origin) else Origin(Path("mailflow.toml"), os.environ)
