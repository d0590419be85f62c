"""`mailflow db`: a backup is whole, private, and overwrites nothing; a restore neither."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from mailflow.store import leases, schema
from mailflow.store.database import Database
from tests.cli.admin import Admin
from tests.servers.ready import ready

ANNA = "anna.berg@acme.example"


@pytest.fixture
def other(admin: Admin, tmp_path_factory: pytest.TempPathFactory) -> Admin:
    """With the database of a backup."""
    folder = tmp_path_factory.mktemp("other")
    admin.run("db", "backup", str(folder / "backup"))
    other = Admin(folder)
    restored = f"restored; the database is at version {schema.newest()}\n"
    assert other.run("db", "restore", str(folder / "backup")).stdout == restored
    return other


def daemon_runs(admin: Admin) -> None:
    """As it says in the database: it holds the pipeline just now."""
    database = Database(admin.database)
    with database.write() as session:
        leases.acquire(session, "pipeline", "host:17:abcd", datetime.now(UTC))
    database.close()


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
    assert other.lines("rebuild", "--check") == []
    assert (other.folder / "mailflow.db").stat().st_mode & 0o777 == 0o600


def test_a_restore_overwrites_nothing(other: Admin) -> None:
    other.mail(ANNA, "[ISSUE][PORTAL] login", "It fails.")
    done = other.run("db", "restore", str(other.folder / "backup"), status=1)
    assert f"{other.folder}/mailflow.db: holds something already (table " in done.stderr
    other.handle()
    assert len(other.lines("records")) == 1


def test_nothing_is_restored_into_what_a_daemon_uses(other: Admin, tmp_path: Path) -> None:
    fresh = Admin(tmp_path / "new")
    assert fresh.lines("records") == []  # makes its tables
    daemon_runs(fresh)
    done = fresh.run("db", "restore", str(other.folder / "backup"), status=1)
    assert done.stderr.startswith("mailflow: mailflow runs on this database (host:17:abcd: ")
    assert len(done.stderr.splitlines()) == 1
    assert fresh.lines("records") == []


def test_what_is_no_backup_is_not_restored(tmp_path: Path) -> None:
    admin = Admin(tmp_path)
    words = admin.file("words", "this is no database at all, just some words")
    assert "is no backup of SQLite" in admin.run("db", "restore", words, status=1).stderr
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE a (b)")
    done = admin.run("db", "restore", str(tmp_path / "other.db"), status=1)
    assert "is no backup of mailflow's" in done.stderr
    assert admin.lines("records") == []


def test_an_older_backup_asks_for_an_upgrade(other: Admin, tmp_path: Path) -> None:
    """One of a newer program stays what it is."""
    for version, status in (("0001", 0), ("9999", 1)):
        with closing(sqlite3.connect(other.folder / "backup")) as backup, backup:
            backup.execute("UPDATE alembic_version SET version_num = ?", (version,))
        admin = Admin(tmp_path / version)
        done = admin.run("db", "restore", str(other.folder / "backup"), status=status)
        assert ("mailflow db upgrade" if status == 0 else "newer than this") in done.stderr


def test_an_upgrade_waits_for_no_daemon_to_run(admin: Admin) -> None:
    daemon_runs(admin)
    database = Database(admin.database)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    done = admin.run("db", "upgrade", status=1)
    assert done.stderr == (
        "mailflow: mailflow runs on this database (host:17:abcd: host, process): stop it, "
        "then try again; one that was killed counts for 12 seconds\n"
    )
    with database.read() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "0001"
    database.close()


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


@pytest.mark.usefixtures("postgres_clients")
def test_postgresql_is_dumped(tmp_path: Path, postgres_url: str) -> None:
    """What is restored of it: stories/test_backup.py."""
    admin = Admin(tmp_path, database=postgres_url)
    ready(postgres_url).close()
    file = tmp_path / "backup"
    admin.run("db", "backup", str(file))
    assert file.read_bytes().startswith(b"PGDMP")
    assert file.stat().st_mode & 0o777 == 0o600
    sqlite = Admin(tmp_path / "sqlite")
    assert "is no backup of SQLite" in sqlite.run("db", "restore", str(file), status=1).stderr


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
