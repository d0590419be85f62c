"""Reads mails: bytes in, dataclasses out. No network, no files, no clock."""

from .mail import attachment_content, parse, parse_header_only
from .model import (
    Answer,
    Attachment,
    AuthenticationResults,
    Automatic,
    Bounce,
    CalendarReply,
    Command,
    Confidence,
    Forward,
    Mail,
    Mailbox,
)

__all__ = [
    "Answer",
    "Attachment",
    "AuthenticationResults",
    "Automatic",
    "Bounce",
    "CalendarReply",
    "Command",
    "Confidence",
    "Forward",
    "Mail",
    "Mailbox",
    "attachment_content",
    "parse",
    "parse_header_only",
]
