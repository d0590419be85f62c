"""The other commands, and what all have: help, exit statuses, completion."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from mailflow.cli import COMMANDS, main
from mailflow.store.database import Database
from mailflow.store.tables import Firing, Input, Message, Outgoing
from tests.cli.admin import FORWARD, NOW, Admin
from tests.servers.process import free_port
from tests.servers.smtp import Receiver

MAILFLOW = Path(sys.executable).parent / "mailflow"
ANNA, MA = "anna.berg@acme.example", "ma.jun@acme.example"


def every_command() -> list[tuple[str, ...]]:
    context = click.Context(main)
    found: list[tuple[str, ...]] = []
    for name in COMMANDS:
        command = main.get_command(context, name)
        below = list(command.commands) if isinstance(command, click.Group) else []
        found += [(name, one) for one in below] or [(name,)]
    return found


@pytest.mark.parametrize("command", every_command(), ids=" ".join)
def test_every_command_has_help_with_examples(command: tuple[str, ...]) -> None:
    done = CliRunner().invoke(main, [*command, "--help"], prog_name="mailflow")
    assert done.exit_code == 0
    assert f"  mailflow {' '.join(command)}" in done.output.partition("Examples:")[2]
    assert all(len(line) <= 110 for line in done.output.splitlines())


def test_the_help_names_every_command() -> None:
    done = subprocess.run([MAILFLOW, "--help"], capture_output=True, text=True, check=True)
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)
    module = subprocess.run([sys.executable, "-m", "mailflow", "--help"], capture_output=True)
    assert module.stdout.decode() == done.stdout


def test_version() -> None:
    done = subprocess.run([MAILFLOW, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("mailflow ")


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["records", "--nothing"], ["show"], ["run", "--at", "2026-11-23"]]
)
def test_wrong_usage_is_status_2(admin: Admin, arguments: list[str]) -> None:
    done = admin.run(*arguments, status=2)
    assert "Usage: mailflow" in done.stderr


def test_no_configuration(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if "MAILFLOW" not in key}
    done = subprocess.run(
        [MAILFLOW, "records"], cwd=tmp_path, env=environment, capture_output=True, check=False
    )
    line = b"mailflow: mailflow.toml: there is no such file here; name yours by --config FILE\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", line)


def test_every_fault_of_the_configuration_is_a_line(admin: Admin) -> None:
    text = admin.config.read_text("utf-8").replace("Asia/Shanghai", "Asia/Nowhere")
    admin.config.write_text(text.replace("flow@acme.example", "flow"), "utf-8")
    lines = admin.run("records", status=1).stderr.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"mailflow: {admin.config}: ") for line in lines)


def test_config_option_goes_before_the_environment(admin: Admin, tmp_path: Path) -> None:
    done = admin.run("--config", str(tmp_path / "other.toml"), "records", status=1)
    assert done.stderr == f"mailflow: {tmp_path}/other.toml: there is no such file\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell: str) -> None:
    done = CliRunner().invoke(main, ["completion", shell], prog_name="mailflow")
    assert done.exit_code == 0
    assert "_MAILFLOW_COMPLETE" in done.output


def test_completion_completes() -> None:
    environment = os.environ | {
        "_MAILFLOW_COMPLETE": "bash_complete",
        "COMP_WORDS": "mailflow quarantine re",
        "COMP_CWORD": "2",
    }
    done = subprocess.run([MAILFLOW], env=environment, capture_output=True, text=True)
    assert done.stdout.split() == ["plain,replay"]


def test_import_takes_mails_in(admin: Admin) -> None:
    head = f"From: {ANNA}\nTo: flow@acme.example\nMessage-ID: <one@x>\n"
    mail = f"{head}Subject: [ISSUE][PORTAL] one\n\nlogin\n\n"
    mbox = "".join(
        f"From x Mon Nov 23 09:00:00 2026\n{mail.replace('one', word)}" for word in ("one", "two")
    )
    file = admin.file("old.mbox", mbox)
    assert admin.run("import", file).stdout == "2 new mails\n"
    database = Database(admin.database)
    with database.read() as session:
        assert [m.place for m in session.scalars(select(Message))] == [file, file]
    database.close()
    admin.run("import", file)
    admin.handle()
    assert [record["title"] for record in admin.lines("records")] == ["one", "two"]


def test_import_of_nothing(admin: Admin) -> None:
    done = admin.run("import", "/nothing", status=1)
    assert "mailflow: /nothing: No such file or directory" in done.stderr


@pytest.fixture
def outbox(admin: Admin) -> Admin:
    """Three mails to Anna (person 2): waiting, sent, failed."""
    database = Database(admin.database)
    with database.write() as session:
        for number, state in enumerate(("composed", "sent", "failed"), start=1):
            session.add(
                Outgoing(
                    id=number,
                    person_id=2,
                    address=ANNA,
                    kind="notice",
                    state=state,
                    message_id=f"<{number}@acme.example>",
                    subject=f"[PORTAL-{number}] 登录",
                    composed_at=NOW,
                    next_attempt_at=NOW,
                    attempts=number,
                    last_error="550 no such user" if state == "failed" else None,
                    sent_at=NOW if state == "sent" else None,
                )
            )
    database.close()
    return admin


def test_outbox_list(outbox: Admin) -> None:
    assert [mail["id"] for mail in outbox.lines("outbox", "list")] == [3, 1]
    (sent,) = outbox.lines("outbox", "list", "--state", "sent")
    assert sent["sent"] == "2026-11-23T01:00:00+00:00"
    assert sent["next_attempt"] is None
    out = outbox.run("outbox", "list").stdout
    assert "2026-11-23 09:00" in out
    assert "550 no such user" in out


def test_outbox_retry(outbox: Admin) -> None:
    assert outbox.run("outbox", "retry", "--failed").stdout == "1 to be sent again\n"
    (mail,) = [m for m in outbox.lines("outbox", "list") if m["id"] == 3]
    assert (mail["state"], mail["attempts"], mail["error"]) == ("composed", 0, None)
    assert outbox.run("outbox", "retry", "--failed").stdout == "no mail failed\n"


def test_outbox_retries_only_what_failed(outbox: Admin) -> None:
    done = outbox.run("outbox", "retry", "3", "2", "77", status=1)
    assert done.stderr == "mailflow: no failed mail: 2, 77\n"
    (mail,) = outbox.lines("outbox", "list", "--state", "failed")
    assert mail["id"] == 3
    outbox.run("outbox", "retry", status=2)


def test_schedule_list_and_run(admin: Admin) -> None:
    coming = admin.lines("schedule", "list", "--count", "90")
    assert [due["at"] for due in coming] == sorted(due["at"] for due in coming)
    agenda = next(due for due in coming if due["key"].startswith("agenda:PORTAL:weekly:"))
    assert agenda["for"] == "PORTAL"
    assert ANNA in {due["for"] for due in coming}
    assert admin.run("schedule", "run", agenda["key"]).stdout.startswith(agenda["key"])
    done = admin.run("schedule", "run", agenda["key"], status=1)
    assert done.stderr == f"mailflow: {agenda['key']} has happened already\n"
    admin.run("schedule", "run", "agenda:NONE:weekly:2026-11-26", status=1)
    database = Database(admin.database)
    with database.read() as session:
        (firing,) = session.scalars(select(Firing))
        assert firing.key == agenda["key"]
        kinds = [row.kind for row in session.scalars(select(Input).order_by(Input.id))]
        assert kinds == ["act", "firing", "act"]
    database.close()
    assert agenda["key"] in admin.run("schedule", "list", "--what", "agenda").stdout


def counts(admin: Admin) -> dict[str, int]:
    database = Database(admin.database)
    with database.read() as session:
        found = {
            table.__tablename__: len(session.execute(select(table)).all())
            for table in (Input, Outgoing, Firing)
        }
    database.close()
    return found


def test_preview_shows_and_stores_nothing(admin: Admin) -> None:
    admin.mail(ANNA, "[ISSUE] Fwd: Cannot log in", FORWARD)
    admin.handle()
    before = counts(admin)
    at = ("--at", "2026-11-24T09:00")
    digest = admin.run("preview", "digest", MA, *at).stdout
    assert digest.startswith("Subject: ")
    assert "PORTAL-1" in digest
    file = admin.folder / "agenda.html"
    out = admin.run("preview", "agenda", "portal", "weekly", *at, "--out", str(file)).stdout
    assert out.startswith(f"{file}: ")
    html = file.read_text("utf-8")
    assert "<html" in html
    assert "Cannot log in" in html
    assert counts(admin) == before


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("digest", "x@y.example"), "x@y.example is nobody in the directory"),
        (("agenda", "NONE"), "there is no project NONE; known are PORTAL, GATE"),
        (("agenda", "PORTAL", "Daily"), "PORTAL has no meeting Daily; it has Weekly"),
        (("agenda", "GATE"), "GATE has no meeting; it has none"),
    ],
)
def test_preview_of_nothing(admin: Admin, arguments: tuple[str, ...], line: str) -> None:
    assert admin.run("preview", *arguments, status=1).stderr == f"mailflow: {line}\n"


def test_a_wrong_moment_is_wrong_usage(admin: Admin) -> None:
    done = admin.run("preview", "digest", MA, "--at", "soon", status=2)
    assert "expected a moment such as 2026-11-23T09:00" in done.stderr


def test_run_once_handles_what_waits_at_that_moment(tmp_path: Path, receiver: Receiver) -> None:
    admin = Admin(tmp_path, smtp=receiver.port)
    admin.run("directory", "apply", str(tmp_path / "directory.toml"))
    admin.mail(ANNA, "[ISSUE] Fwd: Cannot log in", FORWARD)
    done = admin.run("run", "--once", "--at", "2026-11-23T09:30")
    assert (done.stdout, done.stderr) == ("", "")
    (record,) = admin.lines("records")
    assert record["created"] == "2026-11-23T01:30:00+00:00"
    assert "PORTAL-1" in str(receiver.of(MA)[0]["Subject"])
    (mail,) = [m for m in admin.lines("outbox", "list", "--state", "sent") if m["to"] == MA]
    assert mail["sent"] == "2026-11-23T01:30:00+00:00"


def test_run_tells_of_a_mailbox_that_it_could_not_read(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOW_PASSWORD", "secret")
    box = f'[[mailbox]]\nname = "flow"\nhost = "127.0.0.1"\nport = {free_port()}\n'
    box += 'security = "none"\nuser = "flow"\npassword_env = "FLOW_PASSWORD"\n'
    admin = Admin(tmp_path, smtp=receiver.port, more=box)
    done = admin.run("run", "--once", status=1)
    assert "ERROR" in done.stderr
    assert "flow" in done.stderr
    assert done.stderr.endswith(
        "mailflow: not every mailbox could be read; what came in was handled\n"
    )


def test_run_goes_on_where_a_password_cannot_be_had(tmp_path: Path, receiver: Receiver) -> None:
    box = f'[[mailbox]]\nname = "flow"\nhost = "127.0.0.1"\nport = {free_port()}\n'
    box += 'security = "none"\nuser = "flow"\npassword_file = "not-there"\n'
    admin = Admin(tmp_path, smtp=receiver.port, more=box)
    admin.run("directory", "apply", str(tmp_path / "directory.toml"))
    admin.mail(ANNA, "[ISSUE] Fwd: Cannot log in", FORWARD)
    done = admin.run("run", "--once", status=1)
    assert "mailbox[flow].password_file" in done.stderr
    assert done.stderr.endswith("could be read; what came in was handled\n")
    assert len(receiver.of(MA)) == 1, "what waited was handled, and its notice sent"


def test_a_demo_without_its_server(monkeypatch: pytest.MonkeyPatch, admin: Admin) -> None:
    monkeypatch.setattr("mailflow.cli.demo.find_spec", lambda _name: None)
    done = admin.run("demo", status=1)
    assert done.stderr == "mailflow: the demo needs its mail server: pip install 'mailflow[demo]'\n"
