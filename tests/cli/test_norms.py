"""`mailflow norms` and the calendar's line of `mailflow check`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailflow.cli import start
from tests.cli.admin import Admin

CHINA = (
    '[schedule]\ncalendar = "china"\nholidays = [2026-12-25]\nworking_hours = ["08:30", "17:30"]'
)


def china(folder: Path) -> Admin:
    admin = Admin(folder, more=CHINA)
    admin.run("directory", "apply", str(folder / "directory.toml"))
    return admin


def test_norms_say_who_answers_what_in_which_time(tmp_path: Path) -> None:
    lines = china(tmp_path).lines("norms")
    issues = {n["priority"]: n for n in lines if n["type"] == "norm" and n["kind"] == "issue"}
    assert list(issues) == ["urgent", "high", "normal", "low"]
    assert (issues["urgent"]["answer_hours"], issues["normal"]["solve_hours"]) == (2, 80)
    owners = [(n["project"], n["kind"], n["answers"]) for n in lines if n["type"] == "owner"]
    assert owners == [
        ("GATE", None, "chen.yu@acme.example"),
        ("PORTAL", "issue", "ma.jun@acme.example"),
        ("PORTAL", "issue", "tom.oneil@acme.example"),
        ("PORTAL", None, "chen.yu@acme.example"),
    ]
    time = lines[-1]
    assert time["working_days"] == ["monday", "tuesday", "wednesday", "thursday", "friday"]
    assert (time["working_hours"], time["holidays"]) == (["08:30", "17:30"], ["2026-12-25"])
    assert time["known_until"] >= "2026-12-31"


def test_norms_as_a_table(tmp_path: Path) -> None:
    shown = china(tmp_path).run("norms").stdout
    assert "issue        urgent    2             8" in shown
    assert "those of china, known until 20" in shown
    assert "login, SSO, 登录" in shown


def test_norms_without_a_country(admin: Admin) -> None:
    shown = admin.run("norms").stdout
    assert "monday, tuesday, wednesday, thursday, friday, 09:00–18:00" in shown
    assert "known until" not in shown


@pytest.mark.parametrize(
    ("year", "status", "said"),
    [(2026, "ok", "known until"), (2099, "weak", "upgrade chinesecalendar")],
)
def test_check_says_how_far_the_holidays_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, year: int, status: str, said: str
) -> None:
    monkeypatch.setattr(start, "now", lambda: datetime(year, 6, 1, tzinfo=UTC))
    lines = china(tmp_path).lines("check", status=1)
    (found,) = [line for line in lines if line["check"] == "calendar"]
    assert (found["status"], found["ok"]) == (status, True)
    assert said in found["message"]
