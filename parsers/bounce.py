"""Reports that a mail could not be delivered (RFC 3464), and those in free text."""

from __future__ import annotations

from email.message import Message

from .model import Bounce


def read_bounce(message: Message, text: str) -> tuple[bool, Bounce | None]:
    """Whether the mail is a bounce, and what it says."""
    return False, None
