"""Read before a life is forked: the whole program, warm from a first mail, so that it costs less.

The first mail goes no further than the outbox. No thread is started and nothing is left open.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from mailflow import settings, wiring
from mailflow.cli import run
from mailflow.intake.source import Arrival
from tests.servers.ready import ready
from tests.torture import counting, points
from tests.torture.ground import CONFIG, ENVIRONMENT, apply_directory, issue

READ = (counting, points, run)


def handle_a_mail(folder: Path) -> None:
    url = f"sqlite:///{folder}/mailflow.db"
    ready(url).close()
    config = folder / "mailflow.toml"
    config.write_text(CONFIG.format(database=url, smtp=1), "utf-8")
    apply_directory(folder)
    now = datetime.now(UTC)
    office = wiring.Office.of(settings.load(config, ENVIRONMENT), lambda: now)
    sink = wiring.StoreSink(office.database, office.now, office.mail_came)
    raw = issue(0).as_bytes()
    sink.take([Arrival(raw=raw, mailbox="flow", size=len(raw))])
    office.handle_all(now)
    assert office.compose(now) == 2, "the owner and the reporter are told"
    office.database.close()


with TemporaryDirectory() as name:
    handle_a_mail(Path(name))
