"""Servers to log in to: the shared mailboxes and the one that mails are sent through."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationInfo, field_validator

from mailflow.settings import secrets
from mailflow.settings.origin import Origin, SettingsError, origin_in
from mailflow.settings.types import Command, FilePath, Name, Port

Security = Literal["tls", "starttls", "none"]
WAYS = ("password_env", "password_file", "password_command")


class Table(BaseModel):
    """A table of the file: it cannot be changed and has no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    _origin: Origin = PrivateAttr()

    def model_post_init(self, context: Any) -> None:
        self._origin = origin_in(context)


class Account(Table):
    """A server and how to log in to it."""

    KEY: ClassVar[str]
    PORTS: ClassVar[dict[str, int]]

    host: Name = Field(description="the name of a server")
    security: Security = Field(default="tls", description="tls, starttls or none")
    port: Port = Field(
        default=None, validate_default=True, description="a port between 1 and 65535"
    )
    user: Name | None = Field(default=None, description="the name to log in with")
    password_file: FilePath | None = Field(default=None, description="the path of a file")
    password_command: Command | None = Field(
        default=None, description="a command that prints a secret"
    )
    # the last of the three: its check looks at the two above
    password_env: Name | None = Field(
        default=None, validate_default=True, description="the name of an environment variable"
    )

    @field_validator("port", mode="before")
    @classmethod
    def _usual_port(cls, port: Any, info: ValidationInfo) -> Any:
        return cls.PORTS[info.data.get("security", "tls")] if port is None else port

    @field_validator("password_env")
    @classmethod
    def _one_way(cls, variable: str | None, info: ValidationInfo) -> str | None:
        if not {"user", *WAYS[1:]} <= info.data.keys():
            return variable
        given = [way for way in WAYS if (variable and way == WAYS[0]) or info.data.get(way)]
        if info.data["user"] and not given:
            raise ValueError(f"missing; expected one of {', '.join(WAYS)}")
        if len(given) > 1:
            raise ValueError(f"expected only one of {', '.join(given)}")
        if given and not info.data["user"]:
            raise ValueError(f"expected user beside {given[0]}")
        return variable

    def password(self) -> str:
        """The password, read anew at each call. Raises SettingsError where it cannot be had."""
        if self.password_env:
            key = f"{self._place}.password_env"
            return secrets.from_environment(self._origin, key, self.password_env)
        if self.password_file:
            return secrets.from_file(
                self._origin, f"{self._place}.password_file", self.password_file
            )
        if self.password_command:
            key = f"{self._place}.password_command"
            return secrets.from_command(self._origin, key, self.password_command)
        raise SettingsError(
            f"{self._origin.file}: {self._place}: expected one of {', '.join(WAYS)}"
        )

    @property
    def _place(self) -> str:
        return self.KEY


class Mailbox(Account):
    """A shared mailbox that is read by IMAP."""

    KEY = "mailbox"
    PORTS = {"tls": 993, "starttls": 143, "none": 143}

    name: Name = Field(description="a name of your choice for this mailbox")
    user: Name = Field(description="the name to log in with")
    folder: Name = Field(default="INBOX", description="the folder that mails arrive in")
    processed: Name = Field(default="Processed", description="the folder that mails are moved to")

    @property
    def _place(self) -> str:
        return f"{self.KEY}[{self.name}]"


class Smtp(Account):
    """The server that mails are sent through. RFC 8314 prefers tls to starttls."""

    KEY = "smtp"
    PORTS = {"tls": 465, "starttls": 587, "none": 25}
