"""`mailflow run`: the daemon, or what waits now."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from mailflow import daemon
from mailflow.cli import start
from mailflow.cli.output import Failure

EPILOG = """\b
Examples:
  mailflow run                        until it gets SIGTERM or Ctrl-C
  mailflow run --once                 for cron, or to try it
  mailflow run --once --at 2026-11-30T08:30+08:00

Several daemons may share one database: each thing is done by one of them."""


@click.command(epilog=EPILOG)
@click.option("--once", is_flag=True, help="Handle all that waits, send all that is due, and end.")
@click.option(
    "--at",
    metavar="TIME",
    help="Act as if it were that moment (ISO 8601; without an offset in the configured zone).",
)
def command(once: bool, at: str | None) -> None:
    """Take in mails, handle them, send what is due."""
    if at and not once:
        raise click.UsageError("--at goes only with --once")
    settings = start.load_settings()
    moment = start.moment(at, settings.timezone) if at else None
    with start.told(), _logging(logging.WARNING if once else logging.INFO):
        if not once:
            daemon.run(settings)
            return
        try:
            all_read = daemon.run_once(settings, moment)
        except daemon.AnotherDaemon as error:
            raise Failure(str(error)) from None
    if not all_read:
        raise Failure("not every mailbox could be read; what came in was handled")


@contextmanager
def _logging(level: int) -> Iterator[None]:
    """Log to standard error, and more of it with --verbose: only of ours, since libraries log at
    that level what they are given, mails and all."""
    verbose = click.get_current_context().meta.get("mailflow.verbose")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s"))
    root, ours = logging.getLogger(), logging.getLogger("mailflow")
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    ours.setLevel(logging.DEBUG if verbose else level)
    logging.getLogger("alembic").setLevel(logging.INFO if verbose else logging.WARNING)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        ours.setLevel(logging.NOTSET)
