"""`mailflow parse`: without configuration or database, for any mail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MAILFLOW = Path(sys.executable).parent / "mailflow"
KEYS = {
    "path", "message_id", "in_reply_to", "references", "subject", "from", "to", "cc", "date",
    "tags", "record_ref", "project", "commands", "reply_text", "forwarded", "attachments",
    "automatic", "bounce", "authentication", "defects",
}  # fmt: skip


def mail(subject: str, text: str = "hello") -> bytes:
    head = f"From: Anna <anna@acme.example>\r\nSubject: {subject}\r\nMessage-ID: <1@x>\r\n"
    return (head + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text).encode()


def parse(
    folder: Path, *arguments: str, given: bytes = b"", status: int = 0
) -> subprocess.CompletedProcess[bytes]:
    """The installed command, in a folder without any configuration, in a bare locale."""
    done = subprocess.run(
        [MAILFLOW, "parse", *arguments],
        cwd=folder,
        input=given,
        capture_output=True,
        timeout=60,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        check=False,
    )
    assert done.returncode == status, done.stderr
    return done


def test_paths_come_in_the_order_given(tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_bytes(mail("[ISSUE][PORTAL] 登录 [PORTAL-7]", "/due friday\ndone"))
    (tmp_path / "box").mkdir()
    for name in ("2.eml", "1.eml"):
        (tmp_path / "box" / name).write_bytes(mail(name))
    mbox = b"From x Mon Nov 23 09:00:00 2026\n" + mail("first") + b"\n\n"
    (tmp_path / "a.mbox").write_bytes(mbox + mbox.replace(b"first", b"second"))
    given = ("b.eml", "box", "-", "a.mbox")
    out = parse(tmp_path, "--json", *given, given=mail("from a pipe")).stdout
    found = [json.loads(line) for line in out.splitlines()]
    assert [(m["path"], m["subject"]) for m in found] == [
        ("b.eml", "[ISSUE][PORTAL] 登录 [PORTAL-7]"),
        ("box/1.eml", "1.eml"),
        ("box/2.eml", "2.eml"),
        ("-", "from a pipe"),
        ("a.mbox", "first"),
        ("a.mbox", "second"),
    ]
    assert all(set(m) >= KEYS for m in found)
    first = found[0]
    assert (first["project"], first["record_ref"]) == ("PORTAL", "PORTAL-7")
    assert first["commands"] == [{"name": "due", "argument": "friday"}]
    assert "登录".encode() in out


@pytest.mark.parametrize(
    ("subject", "project"),
    [
        ("[ISSUE][PORTAL] x", "PORTAL"),
        ("[PORTAL][GATE] x", "PORTAL"),
        ("[STATUS] PORTAL", None),
        ("[STATUS][GATE]", "GATE"),
        ("[问题] x", None),
        ("[BUG][GATE-3] x", None),
        ("hello", None),
        ("[ISSUE][客户] x", None),
    ],
)
def test_the_project_is_the_first_tag_that_can_be_one(
    tmp_path: Path, subject: str, project: str | None
) -> None:
    done = parse(tmp_path, "--json", "-", given=mail(subject))
    assert json.loads(done.stdout)["project"] == project


def test_any_octets_are_a_mail(tmp_path: Path) -> None:
    (tmp_path / "noise.eml").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "empty.eml").write_bytes(b"")
    out = parse(tmp_path, "--json", "noise.eml", "empty.eml").stdout
    assert all(json.loads(line)["defects"] for line in out.splitlines())
    assert len(out.splitlines()) == 2


def test_what_cannot_be_read_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail("a"))
    done = parse(tmp_path, "--json", "nothing.eml", "a.eml", status=1)
    assert json.loads(done.stdout)["subject"] == "a"
    assert done.stderr == b"mailflow: nothing.eml: No such file or directory\n"


def test_text_is_for_reading_and_harmless(tmp_path: Path) -> None:
    given = mail("=?utf-8?q?[ISSUE]_a=1B[31m?=", "hello \x1b[2J there\n> quoted")
    out = parse(tmp_path, "-", given=given).stdout
    assert out.startswith(b"-\nfrom        Anna <anna@acme.example>\n")
    assert b"tags        [ISSUE]\n" in out
    assert b"  hello \\x1b[2J there\n" in out
    assert b"\x1b" not in out


def test_explained_line_by_line(tmp_path: Path) -> None:
    text = "/due friday\n登录 \x1b[2J there\n\nOn 23 Nov 2026, Ann <a@b.c> wrote:\n> ok?\n"
    (tmp_path / "a.eml").write_bytes(mail("[ISSUE] a", text))
    (tmp_path / "b.eml").write_bytes(mail("b"))
    out = parse(tmp_path, "--explain", "a.eml", "b.eml").stdout.decode()
    head, lines, *rest = out.split("\n\n")
    assert head.splitlines() == [
        "a.eml",
        "subject     [ISSUE] a  (tags [ISSUE])",
        "text        text/plain, charset utf-8",
        "defect      no Date field",
    ]
    rows = lines.splitlines()
    assert " ".join(rows[0].split()) == "1 command command /due friday /due friday"
    assert rows[1].endswith("  登录 \\x1b[2J there")
    assert rows[2].split() == ["3", "blank"]
    assert rows[3].startswith("    4  attribution  attribution “wrote” (en")
    assert rows[4] == "    5  quote        quote mark".ljust(rows[0].index("/due", 30)) + "> ok?"
    assert rest[0].startswith("b.eml\n")


def test_explained_as_json(tmp_path: Path) -> None:
    out = parse(tmp_path, "--explain", "--json", "-", given=mail("[ISSUE] a")).stdout
    found = json.loads(out)
    assert found["path"] == "-"
    assert found["mail"][0] == {"name": "subject", "value": "[ISSUE] a", "why": "tags [ISSUE]"}
    rule = "nothing marks it as another's"
    assert found["lines"] == [{"number": 1, "line": "hello", "what": "own", "rule": rule}]


def test_explanations_have_colours_on_a_terminal_only(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail("a", "hello\n\n> \x1b[31mred"))
    ours, theirs = os.openpty()
    subprocess.run(
        [MAILFLOW, "parse", "--explain", "a.eml"], cwd=tmp_path, stdout=theirs, check=True
    )
    os.close(theirs)
    shown = os.read(ours, 10_000)
    os.close(ours)
    assert b"\x1b[32mown" in shown
    assert b"\x1b[36mquote" in shown
    assert b"\x1b[31m" not in shown
    assert b"\x1b" not in parse(tmp_path, "--explain", "a.eml").stdout


def test_a_broken_pipe_ends_quietly(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number}.eml").write_bytes(mail("x", "some text " * 100))
    script = f"'{MAILFLOW}' parse --json . | head -n 1 | wc -l"
    done = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, capture_output=True, timeout=60, check=False
    )
    assert (done.stdout.strip(), done.stderr) == (b"1", b"")


IMPORTS = """
import sys
from mailflow.cli import main
main(["parse", "--json", "a.eml"], standalone_mode=False)
"""
AT_EXIT = """
import atexit, os, sys
unwanted = ("sqlalchemy", "alembic", "rich", "jinja2", "imapclient")
atexit.register(lambda: os.write(2, " ".join(set(unwanted) & set(sys.modules)).encode()))
"""


def test_it_loads_neither_database_nor_tables(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail("a"))
    command = [sys.executable, "-c", AT_EXIT + IMPORTS]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert done.stderr == b""
    assert json.loads(done.stdout)["subject"] == "a"
