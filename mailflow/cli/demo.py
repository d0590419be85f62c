"""`mailflow demo`: the main job, without any outside service."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click

from mailflow.cli.output import Failure

EPILOG = """\b
Examples:
  mailflow demo                   a week in under half a minute
  mailflow demo --keep            leaves it running, with the log-in for your mail program"""


@click.command(epilog=EPILOG)
@click.option("--keep", is_flag=True, help="Leave the servers and the daemon running.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-out"),
    show_default=True,
    help="Where the digest and the agenda are left as .eml and .html.",
)
def command(keep: bool, out: Path) -> None:
    """Play a week of a small company on an embedded mail server."""
    if find_spec("pymap") is None:
        raise Failure("the demo needs its mail server: pip install 'mailflow[demo]'")
    status: int = import_module("mailflow.demo").run(out, keep)
    click.get_current_context().exit(status)
