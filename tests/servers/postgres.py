"""A PostgreSQL cluster that lives as long as the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg

from tests.servers.process import Process, free_port, missing

# nothing that a test stores has to outlive the machine
QUICK = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
SMALL = ["shared_buffers=32MB", "max_connections=60", "autovacuum=off"]
ADDRESS = ["listen_addresses=127.0.0.1", "unix_socket_directories="]


@dataclass(frozen=True)
class Postgres:
    process: Process
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str = "postgres", driver: str = "postgresql+psycopg") -> str:
        return f"{driver}://postgres@127.0.0.1:{self.process.port}/{database}"

    def create(self) -> str:
        """Make an empty database; returns its SQLAlchemy URL."""
        name = f"test_{next(self._numbers)}"
        self._execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    @contextmanager
    def moved_to(self, folder: Path, url: str) -> Iterator[None]:
        """The database keeps its tables in this folder, and is dropped at the end; for root only,
        and while nobody is connected to it."""
        name = url.rpartition("/")[2]
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
        self._execute(f"CREATE TABLESPACE \"{name}\" LOCATION '{folder}'")
        self._execute(f'ALTER DATABASE "{name}" SET TABLESPACE "{name}"')
        try:
            yield
        finally:
            self.drop(url)
            self._execute(f'DROP TABLESPACE "{name}"')

    def drop(self, url: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')

    def restart(self) -> None:
        """At once, as in a crash: whatever is under way is broken off (pg_ctl -m immediate)."""
        self.process.stop(signal.SIGQUIT)
        self.process.start()
        _wait_until_it_takes(self)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url(driver="postgresql"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def postgres() -> Iterator[Postgres]:
    """The system's PostgreSQL or that of the package pgserver; not as root, which it refuses."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as name:
        folder = Path(name)
        user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
        programs = _programs(folder, as_other_user=user is not None)
        if user is not None:
            os.chown(folder, user, -1)
        data, port = folder / "data", free_port()
        kind = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(
            [str(programs / "initdb"), "-D", str(data), "-U", "postgres", *kind],
            check=True,
            capture_output=True,
            user=user,
            cwd=folder,
        )
        options = [word for setting in QUICK + SMALL + ADDRESS for word in ("-c", setting)]
        arguments = [str(programs / "postgres"), "-D", str(data), "-p", str(port), *options]
        process = Process(arguments, port, folder / "postgres.log", user)
        try:
            process.start()
            _wait_until_it_takes(Postgres(process))
            yield Postgres(process)
        finally:
            process.stop(signal.SIGQUIT)


def _wait_until_it_takes(server: Postgres) -> None:
    for _ in range(200):
        try:
            psycopg.connect(server.url(driver="postgresql")).close()
        except psycopg.OperationalError as error:
            last = error
            signal.sigtimedwait([], 0.05)
        else:
            return
    raise last


def _programs(folder: Path, as_other_user: bool) -> Path:
    for program in sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True):
        return program.parent
    package = find_spec("pgserver")
    if package is None or not package.submodule_search_locations:
        missing("needs the package pgserver or Debian's postgresql")
        raise AssertionError
    where = Path(package.submodule_search_locations[0])
    if not as_other_user:
        return where / "pginstall" / "bin"
    # the other user may not be allowed into root's environment; libraries are found beside it
    shutil.copytree(where / "pginstall", folder / "pgserver" / "pginstall", symlinks=True)
    shutil.copytree(where.parent / "pgserver.libs", folder / "pgserver.libs", symlinks=True)
    return folder / "pgserver" / "pginstall" / "bin"
