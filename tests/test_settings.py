"""mailflow.toml and the environment: what is read, and the one line that tells each fault."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

import pytest

from mailflow.settings import Settings, SettingsError, load

LEAST = """
address = "Flow@Acme.example"
coordinator = "chen@acme.example"
[smtp]
host = "smtp.acme.example"
"""
MAILBOX = """
[[mailbox]]
name = "flow"
host = "imap.acme.example"
user = "flow"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mailflow.toml"


def read(file: Path, text: str, **environment: str) -> Settings:
    file.write_text(text, "utf-8")
    return load(file, environment)


def faults(file: Path, text: str, **environment: str) -> list[str]:
    """The lines that tell what is wrong, without the file's folder."""
    with pytest.raises(SettingsError) as caught:
        read(file, text, **environment)
    assert str(caught.value).splitlines() == list(caught.value.lines)
    return [line.replace(f"{file.parent}/", "") for line in caught.value.lines]


def test_defaults(file: Path) -> None:
    settings = read(file, LEAST)
    assert settings.address == "flow@acme.example"
    assert settings.database == f"sqlite:///{file.parent}/mailflow.db"
    assert (settings.timezone, settings.language, settings.plus_addresses) == ("UTC", "en", False)
    assert (settings.size_limit, settings.mailboxes, settings.lmtp) == (25_000_000, (), None)
    assert (settings.smtp.security, settings.smtp.port, settings.smtp.user) == ("tls", 465, None)
    assert settings.schedule.digest.day == 0
    assert settings.schedule.digest.at == datetime.time(8, 30)
    assert not settings.schedule.digest.empty
    assert settings.schedule.agenda_hours_before == 24
    assert settings.schedule.calendar == "none"
    assert settings.schedule.working_days == (0, 1, 2, 3, 4)
    assert settings.schedule.working_hours == (datetime.time(9), datetime.time(18))
    assert (settings.security.policy, settings.security.authserv_ids) == ("known", ())
    assert (settings.escalation.to, settings.escalation.adviser) == (None, None)
    assert (settings.limits.mails_a_day, settings.limits.gather_seconds) == (40, 120)


def test_everything_said(file: Path) -> None:
    text = f"""
    database = "postgresql://u:p%40ss@db/flow"
    kinds = "own/kinds.toml"
    size_limit = "3 MiB"
    {LEAST}
    [schedule]
    digest = {{ day = "Fri", at = 17:05:00, empty = true }}
    calendar = "china"
    working_days = ["sunday", "thu"]
    working_hours = ["22:00", "23:30"]
    holidays = [2026-12-25, "2027-01-01"]
    [lmtp]
    listen = "[::1]:2424"
    [escalation]
    to = "boss@BÜRO.example"
    {MAILBOX}
    security = "starttls"
    password_env = "FLOW"
    """
    settings = read(file, text)
    assert settings.database == "postgresql+psycopg://u:p%40ss@db/flow"
    assert settings.kinds == file.parent / "own/kinds.toml"
    assert settings.size_limit == 3 * 1024 * 1024
    assert settings.schedule.digest.day == 4
    assert settings.schedule.digest.at == datetime.time(17, 5)
    assert settings.schedule.digest.empty
    assert settings.schedule.calendar == "china"
    assert settings.schedule.working_days == (6, 3)
    assert settings.schedule.holidays == {datetime.date(2026, 12, 25), datetime.date(2027, 1, 1)}
    assert settings.lmtp is not None
    assert settings.lmtp.address() == ("::1", 2424)
    assert settings.escalation.to == "boss@xn--bro-hoa.example"
    (mailbox,) = settings.mailboxes
    assert (mailbox.name, mailbox.port, mailbox.folder) == ("flow", 143, "INBOX")
    assert mailbox.processed == "Processed"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("sqlite:///data/flow.db", "sqlite:///{folder}/data/flow.db"),
        ("sqlite:////var/flow.db", "sqlite:////var/flow.db"),
        ("postgres://db/flow", "postgresql+psycopg://db/flow"),
    ],
)
def test_a_database_is_where_the_file_says(file: Path, written: str, meant: str) -> None:
    settings = read(file, f'database = "{written}"\n{LEAST}')
    assert settings.database == meant.format(folder=file.parent)


def test_the_environment_stands_above_the_file(file: Path) -> None:
    settings = read(
        file,
        f'timezone = "Europe/Berlin"\n{LEAST}port = 2525\n',
        MAILFLOW_TIMEZONE="Asia/Shanghai",
        MAILFLOW_SMTP__HOST="other.example",
        MAILFLOW_SCHEDULE__DIGEST__DAY="tuesday",
        MAILFLOW_SECURITY__AUTHSERV_IDS='["mx.one", "mx.two"]',
        MAILFLOW_MAILBOX=json.dumps([{"name": "b", "host": "h", "user": "u", "password_env": "P"}]),
        MAILFLOW_LANGUAGE="",
        MAILFLOW_UNHEARD_OF="1",
    )
    assert settings.timezone == "Asia/Shanghai"
    assert (settings.smtp.host, settings.smtp.port) == ("other.example", 2525)
    assert settings.schedule.digest.day == 1
    assert settings.schedule.digest.at == datetime.time(8, 30)
    assert settings.security.authserv_ids == ("mx.one", "mx.two")
    assert [mailbox.name for mailbox in settings.mailboxes] == ["b"]
    assert settings.language == "en"


def test_settings_cannot_be_changed(file: Path) -> None:
    settings = read(file, LEAST)
    with pytest.raises(ValueError, match="frozen"):
        settings.address = "other@acme.example"


WRONG = [
    ("databse = 'x'", "mailflow.toml: databse: unknown key; did you mean database?"),
    ("qqq = 1", "mailflow.toml: qqq: unknown key; known are database, address, coordinator,"),
    ('timezone = "Europe/Berln"', "did you mean Europe/Berlin?"),
    ('timezone = "../etc/passwd"', "mailflow.toml: timezone: expected an IANA time zone"),
    ('timezone = ""', "mailflow.toml: timezone: expected an IANA time zone"),
    ('language = "fr"', "mailflow.toml: language: expected en or zh, got 'fr'"),
    ('plus_addresses = "maybe"', "mailflow.toml: plus_addresses: expected true or false"),
    ('size_limit = "25 parsecs"', 'size_limit: expected a size such as 25000000 or "25 MB"'),
    ("size_limit = 0", "size_limit: expected a size such as"),
    ('database = "mysql://root:hunter2@db/x"', "database: expected sqlite:///FILE"),
    ('database = "sqlite://"', "database: expected sqlite:///FILE"),
    ("database = 5", "mailflow.toml: database: expected a URL of SQLite or PostgreSQL, got 5"),
    ('limits = "few"', "mailflow.toml: limits: expected a table [limits], got 'few'"),
    ("limits.mails_a_day = 0", "limits.mails_a_day: expected a number of mails, 1 or more, got 0"),
    ('security.policy = "lax"', "security.policy: expected open, known or strict, got 'lax'"),
    ("security.authserv_ids = [1]", "security.authserv_ids[1]: expected a list of names"),
    ('escalation.to = "boss"', "escalation.to: expected an e-mail address"),
    ('lmtp.listen = "8024"', "lmtp.listen: expected host:port such as 127.0.0.1:8024"),
    ('schedule.digest = "monday"', "schedule.digest: expected a table such as { day ="),
    ('schedule.digest.day = "mo"', "schedule.digest.day: expected a day such as monday, got 'mo'"),
    ('schedule.digest.at = "25:00"', 'schedule.digest.at: expected a time of day such as "08:30"'),
    ('schedule.working_hours = ["18:00", "09:00"]', "expected an end after the beginning"),
    ('schedule.working_hours = ["09:00Z", "18:00"]', "expected a time of day without a zone"),
    ('schedule.digest.at = "08:30+08:00"', "expected a time of day without a zone such as"),
    ('schedule.working_days = ["mo"]', "schedule.working_days[1]: expected a day such as monday"),
    ('schedule.calendar = "germany"', "schedule.calendar: expected china or none"),
    ("schedule.working_days = []", "schedule.working_days: expected a list of days such as"),
    ('schedule.holidays = ["2026-13-01"]', "schedule.holidays[1]: expected a list of dates"),
    ('smtp.host = "h"\nsmtp.password_env = "P"', "smtp.password_env: expected user beside"),
    ('smtp.host = "h"\nsmtp.user = "u"', "smtp.password_env: missing; expected one of"),
]
HEAD = 'address = "flow@acme.example"\ncoordinator = "c@acme.example"\n'


@pytest.mark.parametrize(("line", "told"), WRONG)
def test_a_fault_is_one_line(file: Path, line: str, told: str) -> None:
    smtp = "" if line.startswith("smtp") else '\n[smtp]\nhost = "h"\n'
    (found,) = faults(file, HEAD + line + smtp)
    assert told in found
    assert found.startswith("mailflow.toml: ")
    assert "hunter2" not in found


WRONG_MAILBOX = [
    ('security = "ssl"\npassword_env = "P"', "mailbox[flow].security: expected tls, starttls or"),
    ('port = 70000\npassword_env = "P"', "mailbox[flow].port: expected a port between 1 and 65535"),
    ("", "mailbox[flow].password_env: missing; expected one of password_env, password_file,"),
    ('password_env = "P"\npassword_file = "p"', "expected only one of password_env, password_file"),
    ('password = "hunter2"\npassword_env = "P"', "mailbox[flow].password: unknown key; did you"),
    (
        'password_file = "p"\npassword_command = "a \'b"',
        "password_command: expected a command line",
    ),
]


@pytest.mark.parametrize(("lines", "told"), WRONG_MAILBOX)
def test_a_fault_in_a_mailbox_names_it(file: Path, lines: str, told: str) -> None:
    (found,) = faults(file, LEAST + MAILBOX + lines)
    assert told in found
    assert "hunter2" not in found


def test_mailboxes_are_told_apart_by_their_names(file: Path) -> None:
    twice = (MAILBOX + 'password_env = "P"') * 2
    (found,) = faults(file, LEAST + twice)
    assert found == "mailflow.toml: mailbox: expected a name only once, got 'flow' again"


def test_all_faults_are_told_at_once(file: Path) -> None:
    found = faults(file, 'timezone = "Mars"\n[[mailbox]]\nport = "x"\n', MAILFLOW_SMTP__PORT="abc")
    assert [line.split(": expected")[0].split("; expected")[0] for line in found] == [
        "mailflow.toml: address: missing",
        "mailflow.toml: coordinator: missing",
        "mailflow.toml: timezone",
        "mailflow.toml: mailbox[1].host: missing",
        "mailflow.toml: mailbox[1].port",
        "mailflow.toml: mailbox[1].user: missing",
        "mailflow.toml: mailbox[1].name: missing",
        "mailflow.toml: smtp.host: missing",
        "environment: MAILFLOW_SMTP__PORT",
    ]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("MAILFLOW_SMTP__HOTS", "h", "unknown key; did you mean host?"),
        ("MAILFLOW_SECURITY__AUTHSERV_IDS", "mx", "expected a list of names such as"),
        ("MAILFLOW_SCHEDULE", "{", "expected a table [schedule], got '{'"),
        ("MAILFLOW_DATABASE", "mysql://root:hunter2@db/x", "expected sqlite:///FILE"),
    ],
)
def test_a_fault_of_the_environment_names_the_variable(
    file: Path, name: str, value: str, told: str
) -> None:
    (found,) = faults(file, LEAST, **{name: value})
    assert found.startswith(f"environment: {name}: {told}")
    assert "hunter2" not in found


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "mailflow.toml: there is no such file"),
        (b"address = \n", "mailflow.toml: expected TOML: Invalid value (at line 1, column 11)"),
        (b"\xff\xfe", "mailflow.toml: expected UTF-8, found another octet at 0"),
    ],
)
def test_a_file_that_cannot_be_read(file: Path, content: bytes | None, told: str) -> None:
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load(file, {})
    assert str(caught.value) == f"{file.parent}/{told}"


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        load(tmp_path, {})


def password(file: Path, line: str, **environment: str) -> str:
    return read(file, LEAST + MAILBOX + line, **environment).mailboxes[0].password()


def test_a_password_is_read_when_asked(file: Path) -> None:
    secret = file.parent / "secret"
    secret.write_text(" from file \n", "utf-8")
    command = f"{sys.executable} -c \\\"print('from command')\\\""
    assert password(file, 'password_env = "FLOW"', FLOW="from variable") == "from variable"
    assert password(file, 'password_file = "secret"') == " from file "
    assert password(file, f'password_command = "{command}"') == "from command"
    settings = read(file, LEAST + 'user = "u"\npassword_file = "secret"')
    secret.write_text("changed", "utf-8")
    assert settings.smtp.password() == "changed"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            'password_env = "FLOW"',
            "password_env: expected a secret in the environment variable FLOW",
        ),
        ('password_file = "gone"', "gone: No such file or directory"),
        ('password_file = "empty"', "empty, which is empty"),
        ('password_command = "no-such-command-here"', "cannot be run: No such file or directory"),
        ('password_command = "false"', "printed by false, which ended with 1"),
        ('password_command = "true"', "printed by true, which printed nothing"),
    ],
)
def test_a_missing_password_is_one_line(file: Path, line: str, told: str) -> None:
    (file.parent / "empty").touch()
    with pytest.raises(SettingsError) as caught:
        password(file, line)
    (found,) = caught.value.lines
    assert found.startswith(f"{file}: mailbox[flow].password_")
    assert told in found


def test_the_secret_is_the_variable_or_the_file(file: Path) -> None:
    (file.parent / "secret").write_text("f" * 32 + "\n", "utf-8")
    text = f'secret_file = "secret"\n{LEAST}'
    assert read(file, text, MAILFLOW_SECRET="v" * 64).secret() == b"v" * 64
    assert read(file, text, MAILFLOW_SECRET="").secret() == b"f" * 32


@pytest.mark.parametrize(
    ("head", "variable", "told"),
    [
        ("", None, "{file}: secret_file: missing; expected a file with the signing secret"),
        ("", "short", "environment: MAILFLOW_SECRET: expected at least 32 characters, got 5"),
        ('secret_file = "gone"', None, "{file}: secret_file: expected a secret in the file"),
        ('secret_file = "short"', None, "{file}: secret_file: expected at least 32 characters"),
    ],
)
def test_a_missing_or_short_secret(file: Path, head: str, variable: str | None, told: str) -> None:
    (file.parent / "short").write_text("abc", "utf-8")
    environment = {"MAILFLOW_SECRET": variable} if variable else {}
    settings = read(file, f"{head}\n{LEAST}", **environment)
    with pytest.raises(SettingsError) as caught:
        settings.secret()
    (found,) = caught.value.lines
    assert found.startswith(told.format(file=file))
    assert "gone" in found or "token_hex" in found
