"""What commands begin with: the configuration, the kinds, the database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy.exc import DatabaseError, OperationalError

from mailflow import settings
from mailflow.cli.output import Failure
from mailflow.settings import Settings
from mailflow.store import schema
from mailflow.store.database import Database
from mailflow.store.faults import Unusable, in_a_line
from mailflow.store.schema import SchemaError
from mailflow.toml_file import FileFaults

DEFAULT = Path("mailflow.toml")


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def told() -> Iterator[None]:
    """What an admin can mend ends the command with a line; all else is a bug and shows as one."""
    try:
        yield
    except (FileFaults, SchemaError, Unusable) as error:
        raise Failure(str(error)) from None
    except DatabaseError as error:
        if type(error) not in (DatabaseError, OperationalError):
            raise
        raise Failure(f"the database: {in_a_line(error)}") from None


def load_settings() -> Settings:
    """The settings of --config, MAILFLOW_CONFIG or ./mailflow.toml."""
    chosen: Path | None = click.get_current_context().meta.get("mailflow.config")
    path = chosen or DEFAULT
    if chosen is None and not path.exists():
        raise Failure(f"{path}: there is no such file here; name yours by --config FILE")
    with told():
        return settings.load(path, os.environ)


@contextmanager
def opened() -> Iterator[tuple[Settings, Database]]:
    """The settings and the database, which is created where there is none."""
    found = load_settings()
    with told():
        database = Database(found.database)
        try:
            schema.prepare(database)
            yield found, database
        finally:
            database.close()


def moment(text: str, zone: str) -> datetime:
    """ISO 8601; without an offset it is a time in that zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"expected a moment such as 2026-11-23T09:00 or 2026-11-23T09:00+08:00, got {text!r}",
            param_hint="--at",
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
