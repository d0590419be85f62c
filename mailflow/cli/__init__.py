"""The command line: `mailflow COMMAND`. A command is a module of its own, read when it is used."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import click

EPILOG = """\b
Examples:
  mailflow demo                               see it work, without any server
  mailflow directory apply directory.toml     say who there is
  mailflow check                              is everything ready?
  mailflow run                                the daemon
  mailflow records --open                     what is tracked

Exit status: 0 fine, 1 something is wrong, 2 wrong usage."""

# name → the module that has it as `command`, and its line in the help, which needs no module
COMMANDS: Mapping[str, tuple[str, str]] = {
    "check": ("check", "Is everything ready? Each thing: ok or what to do."),
    "completion": ("completion", "Print the script that completes commands in a shell."),
    "db": ("db", "Upgrade, back up or restore the database."),
    "demo": ("demo", "Play a week of a small company on an embedded mail server."),
    "directory": ("directory", "People, clients and projects."),
    "forget": ("forget", "Take what is known of one human out of the database."),
    "import": ("importing", "Take in mails from files, folders and mailboxes on disk."),
    "norms": ("norms", "Who answers what in which time."),
    "outbox": ("outbox", "The mails that go out."),
    "parse": ("parse", "Read mails and say what is in them; needs no configuration."),
    "preview": ("preview", "Show a digest or an agenda without sending it."),
    "project": ("project", "Start a project: ask for its goals."),
    "quarantine": ("quarantine", "Mails that could not be handled."),
    "rebuild": ("rebuild", "Compare every record with its events."),
    "records": ("records", "What is tracked."),
    "reparse": ("reparse", "Read mails again; correct what is read better now."),
    "report": ("report", "Counts and sums of all records, as tables."),
    "rules": ("rules", "What was decided once for all that is alike (/always)."),
    "run": ("run", "The daemon; with --once what waits now."),
    "schedule": ("schedule", "What the clock will do."),
    "show": ("show", "One record's whole history."),
}


class LazyGroup(click.Group):
    """Knows its commands by name and reads a module only when its command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"mailflow.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar="MAILFLOW_CONFIG",
    show_envvar=True,
    help="The configuration file.  [default: ./mailflow.toml]",
)
@click.option("-v", "--verbose", is_flag=True, help="Say more about what is done.")
@click.version_option(package_name="mailflow", message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context, config: Path | None, verbose: bool) -> None:
    """A shared mailbox in which sales and project teams keep each other informed."""
    context.meta["mailflow.config"] = config
    context.meta["mailflow.verbose"] = verbose
    for stream in (sys.stdout, sys.stderr):
        # a name that the terminal's encoding lacks is no reason to fail
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
