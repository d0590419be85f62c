"""`mailflow demo`: a week of a small company, played on real servers by the real daemon."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.text import Text

from mailflow.demo import script
from mailflow.demo.inboxes import FOLDER
from mailflow.demo.keepsakes import keep as keep_letters
from mailflow.demo.play import Play
from mailflow.demo.servers import HOST
from mailflow.demo.stage import Stage
from mailflow.demo.story import Story
from mailflow.demo.waiting import DemoError

INTERRUPTED = 130


def run(out: Path, keep: bool) -> int:
    """Play the week, leave its files in `out`; returns the exit status.

    With `keep` the servers and the daemon stay until Ctrl-C.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal may lack Chinese characters
    try:
        with _ended_by_signals():
            _run(out, keep)
    except DemoError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename or 'the demo'}: {error.strerror or error}")
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _run(out: Path, keep: bool) -> None:
    begun = time.monotonic()
    week = script.load()
    out.mkdir(parents=True, exist_ok=True)
    story = Story(week)
    story.begin()
    with Stage(week) as stage:
        play = Play(week, stage)
        for number, scene in enumerate(week.scenes, start=1):
            story.tell(play.scene(number, scene))
        story.records(play.ledger.records())
        files = keep_letters(week, stage.receiver.letters, out)
        text = out / "story.txt"
        story.end([*files, text], time.monotonic() - begun)
        story.write(text)
        if keep:
            _keep(stage, story)


def _keep(stage: Stage, story: Story) -> None:
    stage.open_to_mail_programs()
    stage.clock.let_go()
    story.log_in(
        {
            "IMAP": f"{HOST}, port {stage.imap.port}, no encryption",
            "SMTP": f"{HOST}, port {stage.receiver.port}, no encryption, no password",
            "user": stage.imap.user,
            "password": stage.imap.password,
            "shared mailbox": f"{script.ADDRESS}: INBOX, then Processed",
            "what people got": f"{FOLDER}/NAME",
            "the CLI": f"mailflow --config {stage.folder / 'mailflow.toml'} records",
        }
    )
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM ends the demo as Ctrl-C does: with everything cleared away."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _fail(why: str) -> int:
    Console(stderr=True, highlight=False).print(Text(f"mailflow demo: {why}"), soft_wrap=True)
    return 1
