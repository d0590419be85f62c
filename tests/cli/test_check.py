"""`mailflow check`, against real servers and without any."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from mailflow import wiring
from mailflow.store.database import Database
from mailflow.store.tables import Input
from mailflow.verification.resolver import Resolver
from tests.cli.admin import Admin
from tests.servers.dns import NameServer
from tests.servers.imap import PASSWORD, ImapServer
from tests.servers.process import free_port
from tests.servers.smtp import Receiver

MAILBOX = """
[security]
authserv_ids = {ids}

[[mailbox]]
name = "flow"
host = "127.0.0.1"
port = {port}
security = "none"
user = "{user}"
password_env = "FLOW_PASSWORD"
"""


def found(admin: Admin, status: int = 0) -> dict[str, tuple[str, str]]:
    """Check → status and message."""
    lines = admin.lines("check", status=status)
    assert all(line["ok"] == (line["status"] != "failed") for line in lines)
    return {line["check"]: (line["status"], line["message"]) for line in lines}


@pytest.fixture
def ready(
    tmp_path: Path,
    pymap_server: ImapServer,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> Admin:
    monkeypatch.setenv("FLOW_PASSWORD", PASSWORD)
    more = MAILBOX.format(port=pymap_server.port, user=pymap_server.user, ids='["mx.acme.example"]')
    admin = Admin(tmp_path, smtp=receiver.port, more=more)
    admin.run("directory", "apply", str(tmp_path / "directory.toml"))
    return admin


def test_all_is_ok(ready: Admin) -> None:
    checks = found(ready)
    assert {status for status, _ in checks.values()} == {"ok"}
    names = ["configuration", "database", "kinds", "directory", "mailbox flow", "smtp", "clock"]
    assert list(checks) == [*names, "calendar", "verdicts"]
    out = ready.run("check").stdout.splitlines()
    assert len(out) == 9
    assert all(line.startswith("ok") for line in out)


def test_a_wrong_password(ready: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOW_PASSWORD", "wrong")
    status, message = found(ready, status=1)["mailbox flow"]
    assert status == "failed"
    assert "user" in message
    assert "wrong" not in message
    monkeypatch.delenv("FLOW_PASSWORD")
    assert "FLOW_PASSWORD" in found(ready, status=1)["mailbox flow"][1]


def test_no_server_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOW_PASSWORD", "secret")
    more = MAILBOX.format(port=free_port(), user="flow", ids="[]")
    admin = Admin(tmp_path, smtp=free_port(), more=more)
    checks = found(admin, status=1)
    assert checks["mailbox flow"][0] == checks["smtp"][0] == "failed"
    assert "refused" in checks["smtp"][1]
    assert checks["directory"] == ("failed", "it is empty: mailflow directory apply directory.toml")
    assert checks["verdicts"][0] == "weak"
    assert "whoever forges a known address is obeyed" in checks["verdicts"][1]


OWN = [
    ("known", "[]", "ok", "no good signature, its sender is asked"),
    ("strict", "[]", "ok", "no good signature, it is held"),
    ("open", "[]", "weak", "whoever forges a known address is obeyed"),
    ("known", '["mx.acme.example"]', "ok", "believed: mx.acme.example, else our own DKIM check"),
]


@pytest.mark.parametrize(("policy", "ids", "status", "says"), OWN)
def test_what_our_own_check_is_worth(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    policy: str,
    ids: str,
    status: str,
    says: str,
) -> None:
    with NameServer() as server:
        monkeypatch.setattr(wiring, "resolver", partial(Resolver, ["127.0.0.1"], server.port))
        more = f'[security]\nauthserv_ids = {ids}\ncheck_dkim = true\npolicy = "{policy}"\n'
        admin = Admin(tmp_path, smtp=free_port(), more=more)
        checks = found(admin, status=1)
        assert checks["verdicts"][0] == status
        assert says in checks["verdicts"][1]
        assert checks["dns"] == ("ok", "it answers about acme.example")
        server.broken.add("acme.example")
        assert found(admin, status=1)["dns"][0] == "failed"


def test_no_mail_can_come_in(admin: Admin) -> None:
    assert "no mail can come in" in found(admin, status=1)["mailbox"][1]


def test_the_coordinator_must_be_somebody(ready: Admin) -> None:
    text_ = ready.config.read_text("utf-8").replace("chen.yu@acme", "chef@acme")
    ready.config.write_text(text_, "utf-8")
    status, message = found(ready, status=1)["directory"]
    assert (status, "chef@acme.example is nobody" in message) == ("failed", True)


def test_states_that_no_kind_has_any_more(ready: Admin) -> None:
    ready.mail(
        "anna.berg@acme.example",
        "[ISSUE][PORTAL] login",
        "It fails.",
        Authentication_Results="mx.acme.example; dmarc=pass",
    )
    ready.handle()
    database = Database(ready.database)
    with database.write() as session:
        session.execute(text("UPDATE records SET state = 'lost'"))
    database.close()
    status, message = found(ready, status=1)["kinds"]
    assert (status, "issue lost" in message) == ("failed", True)


def test_a_clock_that_is_behind(ready: Admin) -> None:
    database = Database(ready.database)
    with database.write() as session:
        session.add(Input(kind="act", taken_at=datetime.now(UTC) + timedelta(hours=1)))
    database.close()
    assert "set this machine's clock" in found(ready, status=1)["clock"][1]


def test_without_a_secret(ready: Admin) -> None:
    environment = ready.environment() | {"MAILFLOW_SECRET": "short"}
    ready.environment = lambda: environment  # type: ignore[method-assign]
    status, message = found(ready, status=1)["configuration"]
    assert (status, "32 characters" in message) == ("failed", True)
