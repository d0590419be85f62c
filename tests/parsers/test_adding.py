"""The examples of CONTRIBUTING.md work as they stand there: a language and a mail program."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```toml\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL)
LANGUAGE, PROGRAM = BLOCKS

HEAD = "From: Sara <sara@acme.example>\nSubject: {}\nContent-Type: text/{}; charset=utf-8\n\n"
FORWARD = """Please help.

--- Plusendita letero ---
Sendulo: Wang Fang <wang@client.example>
Sendita: jovo, 3 dekal 2026 09:31
Ricevulo: Sara <sara@acme.example>
Pri kio: Gate

It is broken.
"""
ZORB_FORWARD = """Please help.

<<< Forwarded message <<<<
From: Wang Fang <wang@client.example>
Date: 3 October 2026 09:31
To: Sara <sara@acme.example>

It is broken.
"""
REPLY = """done

Kore via,
Sara

Je 3 dekal 2026, Wang Fang <wang@client.example> skribis:
> Help.
"""
ZORB_REPLY = "done\n\n[3 October 2026 09:31] Wang Fang (wang@client.example) wrote ...\n\nHelp.\n"
ZORB_HTML = '<p>done</p><div class="zorb-earlier">Help.</div>'
READ = (
    "import json, sys; from parsers import parse; from parsers.as_json import as_json; "
    "print(json.dumps(as_json(parse(sys.stdin.buffer.read()))))"
)


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The parsers with one catalogue and one row more."""
    folder = tmp_path_factory.mktemp("extended")
    shutil.copytree(ROOT / "parsers", folder / "parsers")
    (folder / "parsers" / "words" / "zz.toml").write_text(LANGUAGE, "utf-8")
    with (folder / "parsers" / "formats" / "programs.toml").open("a", encoding="utf-8") as table:
        table.write("\n" + PROGRAM)
    return folder


def read(folder: Path, text: str, subject: str = "Gate", subtype: str = "plain") -> dict[str, Any]:
    source = (HEAD.format(subject, subtype) + text).encode()
    done = subprocess.run(
        [sys.executable, "-c", READ], input=source, cwd=folder, capture_output=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_language_is_one_file(extended: Path) -> None:
    forward = read(extended, FORWARD, "PLS: Gate")["forwarded"]
    assert forward["from"] == {"name": "Wang Fang", "address": "wang@client.example"}
    assert (forward["date"], forward["subject"]) == ("2026-10-03T09:31:00", "Gate")
    assert (forward["note"], forward["body"]) == ("Please help.", "It is broken.")
    assert forward["confidence"] == "sure"
    assert read(extended, REPLY, "RSP: Gate")["reply_text"] == "done"
    assert read(extended, "Hi", "Memfara respondo: Gate")["automatic"] == "auto-reply"


def test_a_program_is_one_row(extended: Path) -> None:
    forward = read(extended, ZORB_FORWARD)["forwarded"]
    assert (forward["note"], forward["body"]) == ("Please help.", "It is broken.")
    assert read(extended, ZORB_REPLY, "Re: Gate")["reply_text"] == "done"
    assert read(extended, ZORB_HTML, "Re: Gate", "html")["reply_text"] == "done"


def test_neither_is_known_without_them() -> None:
    assert read(ROOT, FORWARD)["forwarded"] is None
    assert read(ROOT, REPLY)["reply_text"] != "done"
    assert "Forwarded message" in read(ROOT, ZORB_FORWARD)["forwarded"]["note"]
    assert read(ROOT, ZORB_REPLY, "Re: Gate")["reply_text"] != "done"
    assert read(ROOT, ZORB_HTML, "Re: Gate", "html")["reply_text"] != "done"
