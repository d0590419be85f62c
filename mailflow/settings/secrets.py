"""Reads secrets from where they are kept: the environment, a file, a command."""

from __future__ import annotations

import subprocess
from pathlib import Path

from mailflow.settings.origin import Origin, SettingsError

COMMAND_SECONDS = 30
SECRET_LENGTH = 32
VARIABLE = "MAILFLOW_SECRET"
HOW_TO = 'make one with: python3 -c "import secrets; print(secrets.token_hex(32))"'


def from_environment(origin: Origin, key: str, variable: str) -> str:
    """Raises SettingsError where the variable is not set or is empty."""
    value = origin.environment.get(variable)
    if not value:
        raise SettingsError(
            f"{origin.file}: {key}: expected a secret in the environment variable {variable}, "
            "which is not set"
        )
    return value


def from_file(origin: Origin, key: str, path: Path) -> str:
    """The file's text without its last line break. Raises SettingsError where there is none."""
    try:
        value = path.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise SettingsError(
            f"{origin.file}: {key}: expected a secret in the file {path}: {reason}"
        ) from None
    if not value:
        raise SettingsError(
            f"{origin.file}: {key}: expected a secret in the file {path}, which is empty"
        )
    return value


def from_command(origin: Origin, key: str, command: tuple[str, ...]) -> str:
    """The first line that the command prints; it has 30 seconds and gets no input.

    Raises SettingsError where it fails. Its output is never shown.
    """
    try:
        done = subprocess.run(  # noqa: S603 - the admin's own command, started without a shell
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            env=dict(origin.environment),
            check=False,
        )
    except subprocess.TimeoutExpired:
        reason = f"took more than {COMMAND_SECONDS} s"
    except (OSError, ValueError) as error:
        reason = f"cannot be run: {getattr(error, 'strerror', None) or error}"
    else:
        lines = done.stdout.splitlines()
        if done.returncode == 0 and lines and lines[0]:
            return lines[0]
        reason = f"ended with {done.returncode}" if done.returncode else "printed nothing"
    raise SettingsError(
        f"{origin.file}: {key}: expected a secret printed by {command[0]}, which {reason}"
    )


def signing(origin: Origin, path: Path | None) -> bytes:
    """The secret that signs reply tokens: MAILFLOW_SECRET, else the file.

    Raises SettingsError where there is none or it is shorter than 32 characters.
    """
    value, place = origin.environment.get(VARIABLE), f"environment: {VARIABLE}"
    if not value and path is None:
        raise SettingsError(
            f"{origin.file}: secret_file: missing; expected a file with the signing secret, "
            f"or the secret itself in {VARIABLE}; {HOW_TO}"
        )
    if not value and path is not None:
        value, place = from_file(origin, "secret_file", path), f"{origin.file}: secret_file"
    secret = (value or "").strip()
    if len(secret) < SECRET_LENGTH:
        raise SettingsError(
            f"{place}: expected at least {SECRET_LENGTH} characters, got {len(secret)}; {HOW_TO}"
        )
    return secret.encode()
