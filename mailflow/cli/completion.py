"""`mailflow completion`: click's own completion of commands in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from mailflow.cli.output import Failure

EPILOG = """\b
Examples:
  eval "$(mailflow completion bash)"          in ~/.bashrc
  eval "$(mailflow completion zsh)"           in ~/.zshrc
  mailflow completion fish > ~/.config/fish/completions/mailflow.fish"""


@click.command(epilog=EPILOG)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")), default="bash")
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the script by which SHELL completes commands, options and files."""
    found = get_completion_class(shell)
    if found is None:
        raise Failure(f"click does not know {shell}")
    root = context.find_root().command
    click.echo(found(root, {}, "mailflow", "_MAILFLOW_COMPLETE").source())
