"""What nobody else may see: passwords, the signing secret, what mails say; files are their owner's.

The servers are real and refuse; everything that is said about it is searched.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from mailflow.cli import main
from mailflow.store.database import Database
from tests.cli.admin import FORWARD, Admin
from tests.outbox.post_office import post_office
from tests.servers.imap import ImapServer
from tests.servers.ready import ready
from tests.servers.smtp import Receiver

IMAP, SMTP, SIGNING = "imap-Zebra-4711", "smtp-Okapi-4712", "signing-Quokka-4713-" + "x" * 20
PHRASE = "turquoise walrus"
ANNA = "anna.berg@acme.example"
MORE = """user = "flow"
password_file = "smtp-password"

[[mailbox]]
name = "flow"
host = "127.0.0.1"
port = {port}
security = "none"
user = "{user}"
password_env = "FLOW_PASSWORD"
"""


@pytest.fixture
def refused(
    tmp_path: Path, pymap_server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Admin]:
    """Both servers are there and take no password of ours; a mail waits to be sent."""
    monkeypatch.setenv("FLOW_PASSWORD", IMAP)
    monkeypatch.setattr(Admin, "environment", _environment)
    with post_office(log_in=True) as office:
        more = MORE.format(port=pymap_server.port, user=pymap_server.user)
        admin = Admin(tmp_path, smtp=office.port, more=more)
        (tmp_path / "smtp-password").write_text(SMTP + "\n")
        (tmp_path / "smtp-password").chmod(0o600)
        ready(admin.database).close()
        admin.run("directory", "apply", str(tmp_path / "directory.toml"))
        admin.mail(ANNA, f"[ISSUE][PORTAL] The {PHRASE}", f"A {PHRASE}.\n\n{FORWARD}")
        admin.handle()
        yield admin


def _environment(self: Admin) -> dict[str, str]:
    return {"MAILFLOW_CONFIG": str(self.config), "MAILFLOW_SECRET": SIGNING}


COMMANDS = [
    ("check",),
    ("check", "--json"),
    ("-v", "run", "--once", "--at", "2026-11-23T10:00"),
    ("-v", "db", "backup", "backup.db"),
    ("-v", "outbox", "list", "--json"),
    ("-v", "directory", "export"),
]


def test_no_password_is_said_or_kept(refused: Admin, caplog: pytest.LogCaptureFixture) -> None:
    said = ""
    with caplog.at_level(logging.DEBUG, "mailflow"), inside(refused.folder):
        for command in COMMANDS:
            status = 1 if command[0] == "check" or "run" in command else 0
            done = refused.run(*command, status=status)
            said += done.stdout + done.stderr
    assert "flow" in said
    assert "log" in said.casefold(), "the servers refused a password"
    files = [path for path in refused.folder.rglob("*") if path.name != "smtp-password"]
    kept = b"".join(path.read_bytes() for path in files if path.is_file())
    for secret in (IMAP, SMTP, SIGNING):
        assert secret not in said
        assert secret not in caplog.text
        assert secret.encode() not in kept


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


WRONG = {
    "a password in the file itself": f'[smtp]\nhost = "x"\nuser = "u"\npassword = "{SMTP}"\n',
    "a command that fails": '[smtp]\nhost = "x"\nuser = "u"\n'
    f'password_command = ["sh", "-c", "echo {SMTP}; echo {SMTP} >&2; exit 1"]\n',
    "a list of passwords": f'[smtp]\nhost = "x"\nuser = "u"\npassword_file = ["{SMTP}"]\n',
    "a database that we do not know": "database = "
    f'"mysql://u:{SMTP}@host/db"\n[smtp]\nhost = "x"\n',
    "a database that is not there": "database = "
    f'"postgresql+psycopg://u:{SMTP}@127.0.0.1:1/db"\n[smtp]\nhost = "x"\n',
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_an_error_names_no_password(tmp_path: Path, wrong: str) -> None:
    admin = Admin(tmp_path)
    head = 'address = "flow@acme.example"\ncoordinator = "chen.yu@acme.example"\n'
    database = "" if wrong.startswith("database") else f'database = "{admin.database}"\n'
    admin.config.write_text(head + database + wrong)
    said = ""
    for command in (("check",), ("records",), ("run", "--once")):
        done = CliRunner().invoke(main, command, env=admin.environment())
        assert done.exit_code in (0, 1)
        said += done.output + (repr(done.exception) if done.exception else "")
    assert "mailflow" in said
    assert SMTP not in said


@pytest.mark.parametrize("url", ["sqlite", "postgres_url"])
def test_a_failing_statement_does_not_say_what_it_carried(
    tmp_path: Path, url: str, request: pytest.FixtureRequest
) -> None:
    if url == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/x.db")
    else:
        database = Database(request.getfixturevalue(url))
    with pytest.raises(SQLAlchemyError) as failed, database.write() as session:
        session.execute(text("SELECT * FROM nowhere WHERE x = :words"), {"words": PHRASE})
    database.close()
    assert PHRASE not in str(failed.value)


def test_no_log_line_says_what_a_mail_says(
    tmp_path: Path, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither those of the daemon by default, nor with --verbose; refused mails among them."""
    admin = Admin(tmp_path, smtp=receiver.port)
    ready(admin.database).close()
    admin.run("directory", "apply", str(tmp_path / "directory.toml"))
    receiver.refuse("tom.oneil@acme.example")
    receiver.answer("451 4.3.0 later", "554 5.7.1 no")
    admin.mail(ANNA, f"[ISSUE][PORTAL] Fwd: {PHRASE}", f"{PHRASE}\n\n{FORWARD}")
    admin.mail("stranger@evil.example", PHRASE, f"A {PHRASE}.")
    admin.mail(
        ANNA, PHRASE, "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----"
    )
    admin.mail(ANNA, f"Re: [PORTAL-1] {PHRASE}", f"/status {PHRASE}\n/owner {PHRASE}")
    said = ""
    with caplog.at_level(logging.DEBUG, "mailflow"):
        for options in ((), ("-v",)):
            done = admin.run(*options, "run", "--once", "--at", admin.now.isoformat())
            said += done.stdout + done.stderr
    assert "was not delivered" in caplog.text, "nothing was logged"
    assert admin.lines("records")
    for one in (said, caplog.text):
        assert PHRASE not in one
        assert "invalid token" not in one


def test_libraries_log_nothing_with_verbose(
    tmp_path: Path, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    admin = Admin(tmp_path, smtp=receiver.port)
    admin.mail(ANNA, f"[ISSUE] {PHRASE}", PHRASE)
    done = admin.run("-v", "run", "--once")
    assert PHRASE not in done.stderr
    for name in ("sqlalchemy.engine", "imapclient", "mail.log"):
        assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)


def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    """Under a mask that hides nothing, in a process of its own as the daemon is one."""
    admin = Admin(tmp_path)
    commands = [
        ("directory", "apply", str(tmp_path / "directory.toml")),
        ("import", str(tmp_path / "mail.eml")),
        ("db", "backup", str(tmp_path / "backup.db")),
        ("preview", "agenda", "PORTAL", "--out", str(tmp_path / "agenda.html")),
    ]
    mail = f"From: {ANNA}\nTo: flow@acme.example\nSubject: [ISSUE][PORTAL] x\n\nx\n"
    (tmp_path / "mail.eml").write_text(mail)
    database = Database(admin.database)
    before = os.umask(0)
    try:
        for command in commands:
            admin.run(*command)
        # a reader keeps the log and the shared memory of SQLite there
        with database.read() as session:
            session.execute(text("SELECT 1 FROM inputs"))
            admin.mail(ANNA, "[ISSUE][PORTAL] y", "y")
            made = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    finally:
        os.umask(before)
        database.close()
    ours = {name: mode for name, mode in made.items() if name.startswith(("mailflow.db", "backup"))}
    assert {"mailflow.db", "mailflow.db-wal", "mailflow.db-shm", "backup.db"} <= set(ours)
    assert set(ours.values()) == {0o600}
    assert made["agenda.html"] == 0o600


@pytest.mark.parametrize(("mode", "status"), [(0o600, "ok"), (0o640, "weak"), (0o604, "weak")])
def test_check_warns_of_a_secret_that_others_can_read(
    tmp_path: Path, mode: int, status: str
) -> None:
    admin = Admin(tmp_path)
    secret = tmp_path / "secret"
    secret.write_text("y" * 64)
    secret.chmod(mode)
    admin.config.write_text('secret_file = "secret"\n' + admin.config.read_text("utf-8"), "utf-8")
    found = {line["check"]: line for line in admin.lines("check", status=1)}
    assert found["configuration"]["status"] == status
    assert ("chmod 600" in found["configuration"]["message"]) is (status == "weak")
    assert found["database"]["status"] == "ok"
    (tmp_path / "mailflow.db").chmod(mode)
    found = {line["check"]: line for line in admin.lines("check", status=1)}
    assert found["database"]["status"] == status
