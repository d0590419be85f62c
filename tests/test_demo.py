"""The demo: one whole week, what it leaves, and that it leaves nothing else."""

from __future__ import annotations

import email
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from email import policy
from email.message import EmailMessage
from io import StringIO
from pathlib import Path
from typing import Any

import icalendar
import pytest

from mailflow import demo
from mailflow.demo import script
from mailflow.demo.waiting import DemoError, wait_until

SECONDS = 30
RUN = "import sys, pathlib, mailflow.demo as d; sys.exit(d.run(pathlib.Path(sys.argv[1]), True))"
# what must be told, in this order
STORY = [
    "Monday, 23 November",
    "Clara Weiss forwards a mail of Grace Hall, harbour.example  (Berlin, Outlook)",
    "[export.log]",
    "mailflow  PORTAL-1 is opened: issue, owned by Sam Porter",
    "→ Sam Porter gets a notice",
    "mailflow  the mail is left alone: automatic: auto-reply",
    "林晓 Lin Xiao forwards a mail of 文博, chenguang.example  (Shanghai, QQ Mail)",
    "mailflow  GATE-1 is opened: issue, owned by 赵明",
    "Tuesday, 24 November",
    "/due friday",
    "mailflow  PORTAL-1 is due on 2026-11-27",
    "/status finnished",
    "mailflow  nothing is changed",
    "已解决",
    "mailflow  GATE-1 is resolved (it was open)",
    "(Berlin, Gmail)",
    "Wednesday, 25 November",
    "get an agenda",
    "mailflow  the mail waits",
    "→ Nora Lind gets a question",
    "/project PORTAL",
    "mailflow  PORTAL-3 is opened: issue, owned by Sam Porter",
    "(Shanghai, NetEase 163)",
    "mailflow  GATE-2 belongs to 林晓 now",
    "Thursday, 26 November",
    "mailflow  PORTAL-4 is agreed to by one side",
    "mailflow  PORTAL-4 is agreed (it was proposed)",
    "(Berlin, Thunderbird)",
    "Friday, 27 November",
    "(Shanghai, Apple Mail)",
    "mailflow  GATE-1 gets the client's words",
    "Somebody writes as Clara Weiss",
    "mailflow  the mail waits: not believed: verdict fail",
    "mailflow  PORTAL-1 is resolved (it was open)",
    "Monday, 30 November",
    "→ 赵明 Zhao Ming gets a digest",
    "→ Clara Weiss gets a digest",
    "What is tracked now",
    "PORTAL-5  issue     in_progress",
]


@dataclass(frozen=True)
class Run:
    """The one run: its exit status, what it printed, the folder it filled, how long it took."""

    status: int
    printed: str
    out: Path
    left: list[Path]
    seconds: float

    def mail(self, name: str) -> EmailMessage:
        raw = (self.out / f"{name}.eml").read_bytes()
        return email.message_from_bytes(raw, policy=policy.default)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Run:
    out, temporary = (tmp_path_factory.mktemp(name) for name in ("out", "temporary"))
    begun = time.monotonic()
    printed = StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
        patch.setattr(tempfile, "tempdir", str(temporary))
        status = demo.run(out / "new", keep=False)
    seconds = time.monotonic() - begun
    return Run(status, printed.getvalue(), out / "new", list(temporary.iterdir()), seconds)


def test_a_week_is_played_in_time(week: Run) -> None:
    assert week.status == 0, week.printed
    assert week.seconds < SECONDS
    assert week.left == [], "a temporary folder stays"


def test_the_story_tells_it_in_order(week: Run) -> None:
    at = 0
    for line in STORY:
        found = week.printed.find(line, at)
        assert found >= 0, f"{line!r} is not told after what stands before it"
        at = found
    assert "\x1b" not in week.printed, "colours are only for terminals"


def test_the_story_is_left_as_a_file(week: Run) -> None:
    written = (week.out / "story.txt").read_text("utf-8").splitlines()
    assert written == [line.rstrip() for line in week.printed.splitlines()]


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("digest-clara", "digest", ["Digest of Mon 30 Nov 2026", "PORTAL-1", "PORTAL-4"]),
        ("digest-zhao", "digest", ["摘要", "PORTAL-5", "网关升级之后夜间数据丢失"]),
        ("agenda-clara", "agenda", ["Agenda", "Weekly", "The new dashboard"]),
        ("agenda-zhao", "agenda", ["会议议程", "周会", "希望有手机版界面"]),
    ],
)
def test_digest_and_agenda_are_left_in_both_languages(
    week: Run, name: str, kind: str, words: list[str]
) -> None:
    mail = week.mail(name)
    assert mail["X-Mailflow-Kind"] == kind
    page = (week.out / f"{name}.html").read_text("utf-8")
    text = _body(mail, "plain")
    assert page.splitlines() == _body(mail, "html").splitlines()
    for word in words:
        assert word in f"{mail['Subject']}\n{text}"
        assert word in page


@pytest.mark.parametrize(
    ("who", "starts"),
    [("clara", "2026-11-26T09:00:00+00:00"), ("zhao", "2026-11-27T06:00:00+00:00")],
)
def test_the_meeting_is_left_for_the_calendar(week: Run, who: str, starts: str) -> None:
    calendar: Any = icalendar.Calendar.from_ical((week.out / f"agenda-{who}.ics").read_bytes())
    (event,) = calendar.walk("VEVENT")
    assert event["DTSTART"].dt.isoformat() == starts


def test_what_does_not_come_out_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    whole = script.load()
    wrong = replace(whole.scenes[0], becomes={"PORTAL-1": "closed"})
    monkeypatch.setattr(script, "load", lambda: replace(whole, scenes=[wrong]))
    assert demo.run(tmp_path / "out", keep=False) == 1
    complaint = capfd.readouterr().err
    assert complaint == "mailflow demo: Monday 09:10: PORTAL-1 is open and not closed\n"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_without_its_mail_server_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    assert demo.run(tmp_path, keep=False) == 1
    assert 'pip install "mailflow[demo]"' in capfd.readouterr().err


def test_waiting_says_what_is_missing() -> None:
    with pytest.raises(DemoError, match="Clara's digest did not come"):
        wait_until(lambda: False, lambda: "Clara's digest did not come", 0.05)


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.torture)]
)
def test_no_server_outlives_it(tmp_path: Path, number: signal.Signals) -> None:
    """Whatever ends it; only what cannot be caught leaves its temporary folder."""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", RUN, str(tmp_path / "out")],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = next(one for one in process.stdout if "gets a receipt" in one)
        assert "Clara Weiss" in line
        (config,) = tmp_path.glob("mailflow-demo-*/mailflow.toml")
        (mailbox,) = tomllib.loads(config.read_text("utf-8"))["mailbox"]
        assert _answers(mailbox["port"])
        process.send_signal(number)
        process.stdout.read()
        assert process.wait(20) in (130, -number)
    wait_until(lambda: not _answers(mailbox["port"]), lambda: "the IMAP server stays")
    assert config.parent.exists() == (number == signal.SIGKILL)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _body(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    assert part is not None
    return str(part.get_content())
