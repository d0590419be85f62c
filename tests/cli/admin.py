"""An admin at the command line: real commands, a real configuration and database, no servers."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from mailflow import settings, wiring
from mailflow.cli import main
from mailflow.pipeline.engine import Engine
from mailflow.schedule import SCHEDULED

NOW = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
PEOPLE = {
    "Li Wei": ("li.wei@acme.example", "zh", "Asia/Shanghai"),
    "Anna Berg": ("anna.berg@acme.example", "en", "Europe/Berlin"),
    "Ma Jun": ("ma.jun@acme.example", "zh", "Asia/Shanghai"),
    "Tom O'Neil": ("tom.oneil@acme.example", "en", "Europe/Berlin"),
    "Chen Yu": ("chen.yu@acme.example", "zh", "Asia/Shanghai"),
}
PERSON = '[[person]]\nname = "{}"\naddresses = ["{}"]\nlanguage = "{}"\ntimezone = "{}"\n\n'
DIRECTORY = (
    "".join(PERSON.format(name, *entry) for name, entry in PEOPLE.items())
    + """
[[client]]
name = "Globex"
domains = ["globex.example"]

[[client]]
name = "华星电子"
domains = ["huaxing.example"]

[[project]]
key = "PORTAL"
name = "Customer portal"
coordinator = "chen.yu@acme.example"
sales = ["anna.berg@acme.example", "li.wei@acme.example"]
members = ["tom.oneil@acme.example", "ma.jun@acme.example"]
clients = ["Globex"]
  [[project.route]]
  kind = "issue"
  words = ["login", "SSO", "登录"]
  owner = "ma.jun@acme.example"
  [[project.route]]
  kind = "issue"
  owner = "tom.oneil@acme.example"
  [[project.meeting]]
  name = "Weekly"
  day = "thursday"
  at = "10:00"
  minutes = 45

[[project]]
key = "GATE"
name = "Gateway 网关"
coordinator = "chen.yu@acme.example"
sales = ["li.wei@acme.example"]
members = ["ma.jun@acme.example"]
clients = ["华星电子"]
"""
)
CONFIG = """
database = "{database}"
address = "flow@acme.example"
coordinator = "chen.yu@acme.example"
timezone = "Asia/Shanghai"

[smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"

{more}
"""
FORWARD = """Please look at this.

---------- Forwarded message ---------
From: Homer Simpson <homer@globex.example>
Date: Mon, 23 Nov 2026 at 08:12
Subject: Cannot log in
To: Anna Berg <anna.berg@acme.example>

since this morning our login fails with "invalid token".
"""


class Admin:
    """Works in `folder`, where mailflow.toml is."""

    def __init__(self, folder: Path, database: str = "", smtp: int = 1, more: str = "") -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.config = folder / "mailflow.toml"
        self.database = database or f"sqlite:///{folder}/mailflow.db"
        text = CONFIG.format(database=self.database, smtp=smtp, more=more)
        self.config.write_text(text, "utf-8")
        self.file("directory.toml", DIRECTORY)
        self.now = NOW
        self._mails = 0

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, "utf-8")
        return str(path)

    def environment(self) -> dict[str, str]:
        return {"MAILFLOW_CONFIG": str(self.config), "MAILFLOW_SECRET": "0" * 64}

    def run(self, *arguments: str, status: int = 0) -> Result:
        """The command as it ends, which must be with this status."""
        done = CliRunner().invoke(main, arguments, env=self.environment(), prog_name="mailflow")
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == status, done.output
        return done

    def lines(self, *arguments: str, status: int = 0) -> list[dict[str, Any]]:
        """What a command with --json prints."""
        out = self.run(*arguments, "--json", status=status).stdout
        return [json.loads(line) for line in out.splitlines()]

    def settings(self) -> settings.Settings:
        return settings.load(self.config, os.environ | self.environment())

    def mail(self, sender: str, subject: str, text: str, **headers: str) -> str:
        """Bring in a mail; returns its Message-ID."""
        self._mails += 1
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "flow@acme.example", subject
        mail["Message-ID"] = message_id = f"<{self._mails}@mail.example>"
        mail["Date"] = self.now
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        path = self.folder / f"{self._mails}.eml"
        path.write_bytes(mail.as_bytes(policy=SMTP))
        self.run("import", str(path))
        return message_id.strip("<>")

    def handle(self) -> None:
        """Let the pipeline handle what waits, ten minutes later each time."""
        database = wiring.open_database(self.settings())
        firings = {name: scheduled.fire for name, scheduled in SCHEDULED.items()}
        engine = Engine(database, wiring.installation(self.settings()), firings, lambda: self.now)
        while engine.handle_next(self.now):
            pass
        self.now += timedelta(minutes=10)
        database.close()
