"""Where the demo plays: a temporary folder, the mail servers, and the real daemon in a thread."""

from __future__ import annotations

import logging
import secrets
import shutil
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from mailflow import daemon, directory_file, settings
from mailflow.demo.clock import Clock
from mailflow.demo.inboxes import Inboxes
from mailflow.demo.script import ADDRESS, AUTHSERV_ID, FOLDER, Week
from mailflow.demo.servers import HOST, ImapServer, Receiver
from mailflow.directory_file.apply import Defaults, apply_file
from mailflow.settings import Settings
from mailflow.wiring import Office
from mailflow.workflow.requests import REQUESTS

CLOCK_SECONDS = 1


class Stage:
    """Use as a context manager: at its end nothing is left of it, neither process nor file."""

    def __init__(self, week: Week) -> None:
        self.week = week
        self.clock = Clock(week.scenes[0].at)
        self.receiver = Receiver()

    def __enter__(self) -> Stage:
        """Raises DemoError where a part does not start."""
        with ExitStack() as exits:
            self.folder = Path(tempfile.mkdtemp(prefix="mailflow-demo-"))
            exits.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self._log_to(self.folder / "daemon.log", exits)
            self.imap = ImapServer(self.folder / "imap.log")
            exits.callback(self.imap.stop)
            self.box = self.imap.start()
            self.receiver.start()
            exits.callback(self.receiver.stop)
            self._start_daemon(exits)
            self._exits = exits.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._exits.__exit__(kind, error, trace)

    def deliver(self, raw: bytes) -> None:
        """Put a mail into the shared mailbox, as its server would."""
        self.box.append("INBOX", raw)

    def wake(self) -> None:
        """Let the daemon look at its clock now."""
        self.office.mail_came.set()

    def complaints(self) -> str:
        """The last line that the daemon logged, "" where it is content."""
        lines = (self.folder / "daemon.log").read_text("utf-8", "replace").splitlines()
        return lines[-1].strip() if lines else ""

    @property
    def is_running(self) -> bool:
        return self._daemon.is_alive()

    def open_to_mail_programs(self) -> None:
        """Fill a folder a person in the account, and take mails to the shared mailbox by SMTP."""
        inboxes = Inboxes(self.imap.log_in(), self.week.people)
        for letter in list(self.receiver.letters):
            inboxes.deliver(letter)
        self.receiver.delivers.append(inboxes.deliver)

    def _start_daemon(self, exits: ExitStack) -> None:
        found = self._settings()
        self.office = Office.of(found, daemon.real_now)
        exits.callback(self.office.database.close)
        self._apply_directory(found)
        self.office.now = self.clock
        self.office.clock_seconds = CLOCK_SECONDS
        self._daemon = threading.Thread(target=daemon.serve, args=(self.office,), name="daemon")
        self._daemon.start()
        exits.callback(self._end_daemon)

    def _end_daemon(self) -> None:
        self.office.end()
        self._daemon.join(15)

    def _settings(self) -> Settings:
        """A mailflow.toml with the ports of this run; secrets lie beside it."""
        (self.folder / "secret").write_text(secrets.token_hex(32), "ascii")
        (self.folder / "password").write_text(self.imap.password, "ascii")
        config = self.folder / "mailflow.toml"
        template = (FOLDER / "mailflow.toml").read_text("utf-8")
        text = template.format(
            address=ADDRESS,
            host=HOST,
            user=self.imap.user,
            imap_port=self.imap.port,
            smtp_port=self.receiver.port,
            authserv_id=AUTHSERV_ID,
        )
        config.write_text(text, "utf-8")
        return settings.load(config, {})

    def _apply_directory(self, found: Settings) -> None:
        rules = directory_file.Rules(
            self.office.engine.installation.kinds, frozenset(REQUESTS), ADDRESS
        )
        wanted = directory_file.load(FOLDER / "directory.toml", rules)
        defaults = Defaults(found.language, found.timezone)
        apply_file(self.office.database, wanted, defaults, {}, self.clock())

    @staticmethod
    def _log_to(file: Path, exits: ExitStack) -> None:
        """What the daemon warns of goes to a file, not into the story."""
        handler = logging.FileHandler(file, encoding="utf-8")
        handler.setLevel(logging.WARNING)
        log = logging.getLogger("mailflow")
        before = log.propagate
        log.addHandler(handler)
        log.propagate = False
        exits.callback(handler.close)
        exits.callback(log.removeHandler, handler)
        exits.callback(setattr, log, "propagate", before)
