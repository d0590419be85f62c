"""`mailflow db`: a backup is whole, private, and overwrites nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from mailflow.store import schema
from mailflow.store.database import Database
from tests.cli.admin import Admin

ANNA = "anna.berg@acme.example"


@pytest.fixture
def other(admin: Admin, tmp_path_factory: pytest.TempPathFactory) -> Admin:
    """With the database of a backup."""
    folder = tmp_path_factory.mktemp("other")
    admin.run("db", "backup", str(folder / "mailflow.db"))
    return Admin(folder)


def test_a_backup_is_a_database_of_its_own(admin: Admin) -> None:
    admin.mail(ANNA, "[ISSUE][PORTAL] login", "It fails.")
    admin.handle()
    file = admin.folder / "backup.db"
    out = admin.run("db", "backup", str(file)).stdout
    assert out.startswith(f"{file}: ")
    assert file.stat().st_mode & 0o777 == 0o600
    assert not list(admin.folder.glob("backup.db-*"))
    with closing(sqlite3.connect(file)) as copy:
        assert copy.execute("SELECT ref FROM records").fetchall() == [("PORTAL-1",)]
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_backup_works(other: Admin) -> None:
    other.mail(ANNA, "[ISSUE][PORTAL] login", "It fails.")
    other.handle()
    assert [record["ref"] for record in other.lines("records")] == ["PORTAL-1"]


def test_a_backup_while_somebody_writes(admin: Admin) -> None:
    """It has what is committed, and waits for nobody."""
    database = Database(admin.database)
    file = admin.folder / "backup.db"
    with database.write() as session:
        session.execute(text("UPDATE persons SET name = 'in work'"))
        session.flush()
        admin.run("db", "backup", str(file))
    database.close()
    with closing(sqlite3.connect(file)) as copy:
        names = copy.execute("SELECT count(*) FROM persons WHERE name = 'in work'").fetchone()
    assert names == (0,)


def test_a_backup_overwrites_nothing(admin: Admin) -> None:
    file = Path(admin.file("precious.db", "mine"))
    done = admin.run("db", "backup", str(file), status=1)
    assert done.stderr == f"mailflow: {file}: is there already; a backup overwrites nothing\n"
    assert file.read_text("utf-8") == "mine"


def test_a_backup_that_fails_leaves_nothing(tmp_path: Path) -> None:
    admin = Admin(tmp_path)
    done = admin.run("db", "backup", str(tmp_path / "backup.db"), status=1)
    assert "there is no database yet" in done.stderr
    (tmp_path / "mailflow.db").write_text("this is no database at all, just some words")
    admin.run("db", "backup", str(tmp_path / "backup.db"), status=1)
    assert not (tmp_path / "backup.db").exists()


def test_postgresql_needs_pg_dump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    admin = Admin(tmp_path, database="postgresql://nobody@127.0.0.1:1/none")
    done = admin.run("db", "backup", str(tmp_path / "backup"), status=1)
    assert "needs pg_dump" in done.stderr
    assert not (tmp_path / "backup").exists()


def test_postgresql_is_dumped(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pgserver

    programs = Path(pgserver.__file__).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}{os.pathsep}{programs}")
    if shutil.which("pg_dump") is None:
        pytest.skip("no pg_dump on this machine")
    admin = Admin(tmp_path, database=postgres_url)
    admin.run("directory", "apply", str(tmp_path / "directory.toml"))
    file = tmp_path / "backup"
    admin.run("db", "backup", str(file))
    assert file.read_bytes().startswith(b"PGDMP")
    assert file.stat().st_mode & 0o777 == 0o600


def test_upgrade_creates_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    admin = Admin(tmp_path)
    version = schema.newest()
    first = admin.run("db", "upgrade").stdout
    assert first == f"the database is at version {version} now (before: no tables)\n"
    assert admin.run("db", "upgrade").stdout == f"the database is at version {version} already\n"


def test_a_database_of_another_version_is_refused(admin: Admin) -> None:
    database = Database(admin.database)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    done = admin.run("records", status=1)
    assert "which is newer than this program" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_what_is_no_database_is_one_line(tmp_path: Path) -> None:
    admin = Admin(tmp_path)
    (tmp_path / "mailflow.db").write_text("this is no database at all, just some words")
    done = admin.run("records", status=1)
    assert done.stderr == "mailflow: the database: file is not a database\n"


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    admin = Admin(tmp_path, database=f"sqlite:///{tmp_path}/none/mailflow.db")
    assert "unable to open database file" in admin.run("records", status=1).stderr


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    admin = Admin(tmp_path, database="postgresql://nobody:hidden@127.0.0.1:1/none")
    done = admin.run("records", status=1)
    assert done.stderr.startswith("mailflow: the database: ")
    assert "hidden" not in done.stderr
