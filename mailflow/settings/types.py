"""The types that settings have beyond TOML's own; each says what it expected."""

from __future__ import annotations

import re
import shlex
from datetime import time
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, ByteSize, Field, ValidationInfo
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from mailflow.settings.origin import origin_in
from mailflow.toml_file import near
from mailflow.workflow.meetings import DAYS as DAYS
from mailflow.workflow.refs import fold_address

ADDRESS = re.compile(
    r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\.]+(\.[^\s@<>()\[\],;:\"\\.]+)*"
)
POSTGRESQL = {"postgres", "postgresql", "postgresql+psycopg"}


def _address(text: str) -> str:
    if len(text) > 254 or not ADDRESS.fullmatch(text):
        raise ValueError(f"expected an e-mail address (name@company.example), got {text[:60]!r}")
    return fold_address(text)


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ValueError, OSError, KeyError):
        hint = near(text, sorted(available_timezones()))
        raise ValueError(
            f"expected an IANA time zone such as Europe/Berlin, got {text[:60]!r}{hint}"
        ) from None
    return text


def _day(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    word = text.strip().casefold()
    found = [number for number, day in enumerate(DAYS) if len(word) >= 3 and day.startswith(word)]
    if not found:
        raise ValueError(f"expected a day such as monday, got {text[:60]!r}")
    return found[0]


def _local(at: time) -> time:
    if at.tzinfo is not None:
        raise ValueError(f'expected a time of day without a zone such as "09:00", got {at}')
    return at


def _hours(hours: tuple[time, time]) -> tuple[time, time]:
    if hours[0] >= hours[1]:
        raise ValueError(
            f"expected an end after the beginning, got {hours[0]:%H:%M}–{hours[1]:%H:%M}"
        )
    return hours


def _listen(text: str) -> str:
    host, colon, port = text.rpartition(":")
    if not (host and colon and port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise ValueError(f"expected host:port such as 127.0.0.1:8024, got {text[:60]!r}")
    return text


def _database(text: str, info: ValidationInfo) -> str:
    """The URL with an absolute path and its driver; a wrong one is not shown: it has a password."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = URL.create("?")
    if url.drivername in POSTGRESQL and url.database:
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.drivername == "sqlite" and url.database and not url.host:
        path = origin_in(info.context).beside(url.database)
        return url.set(database=str(path)).render_as_string(hide_password=False)
    raise ValueError(
        "expected sqlite:///FILE (four slashes where it is absolute) or "
        "postgresql://USER:PASSWORD@HOST/DATABASE"
    )


def _beside(path: Path, info: ValidationInfo) -> Path:
    return origin_in(info.context).beside(path)


def _words(command: Any) -> Any:
    if not isinstance(command, str):
        return command
    try:
        return shlex.split(command)
    except ValueError as error:
        raise ValueError(f"expected a command line: {error}") from None


Address = Annotated[str, AfterValidator(_address)]
Command = Annotated[tuple[str, ...], BeforeValidator(_words), Field(min_length=1)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]
FilePath = Annotated[Path, AfterValidator(_beside)]
LocalTime = Annotated[time, AfterValidator(_local)]
Hours = Annotated[tuple[LocalTime, LocalTime], AfterValidator(_hours)]
Listen = Annotated[str, AfterValidator(_listen)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Port = Annotated[int, Field(ge=1, le=65535)]
Size = Annotated[ByteSize, Field(gt=0)]
Weekday = Annotated[int, BeforeValidator(_day), Field(ge=0, le=6)]
Zone = Annotated[str, AfterValidator(_zone)]
