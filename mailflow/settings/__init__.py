"""mailflow.toml: how this installation runs. The environment stands above the file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict

from mailflow import toml_file
from mailflow.settings.account import Mailbox, Smtp
from mailflow.settings.model import Settings
from mailflow.settings.origin import Origin, SettingsError

__all__ = ["Mailbox", "Settings", "SettingsError", "Smtp", "load"]

PREFIX, BETWEEN = "MAILFLOW_", "__"


def load(path: Path, environment: Mapping[str, str]) -> Settings:
    """The settings of a file and of the environment's MAILFLOW_… variables, which come first.

    `MAILFLOW_SMTP__HOST` is `host` in `[smtp]`; lists and tables are JSON. Raises SettingsError
    with one line for each fault.
    """
    written = toml_file.read(path, SettingsError)
    set_outside = _Environment(environment)()
    data = _merged(written, set_outside)

    def where(location: toml_file.Location) -> str:
        if variable := _variable(location, set_outside):
            return f"environment: {variable}"
        return f"{path}: {toml_file.key(location, data)}"

    try:
        return Settings.model_validate(data, context=Origin(path, environment))
    except ValidationError as error:
        raise SettingsError(*toml_file.faults(error, Settings, where)) from None


class _Keys(Settings, BaseSettings):
    """Tells pydantic-settings which variables there are; never made."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=BETWEEN, env_ignore_empty=True
    )


class _Environment(EnvSettingsSource):
    """What the handed-in environment sets, as tables."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        super().__init__(_Keys)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._environment.items() if value}

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        """JSON; what is none stays text, so that validation tells it with the other faults."""
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        merged[name] = _merged(old, value) if both else value  # type: ignore[arg-type]
    return merged


def _variable(location: toml_file.Location, set_outside: Mapping[str, Any]) -> str | None:
    """The variable that set what stands at a place, None where the file did."""
    node: Any = set_outside
    for depth, step in enumerate(location):
        if not isinstance(node, Mapping):
            return _name(location[:depth])
        if step not in node:
            return None
        node = node[step]
    return _name(location)


def _name(location: toml_file.Location) -> str:
    return PREFIX + BETWEEN.join(str(step).upper() for step in location)
