"""Reads mails: bytes in, dataclasses out. No network, no files, no clock."""

from .durations import read_duration
from .labelled import filled_in, label_key, labelled
from .mail import attachment_content, parse, parse_header_only
from .meeting_time import read_meeting
from .model import (
    Answer,
    Appointment,
    Attachment,
    AuthenticationResults,
    Automatic,
    Bounce,
    CalendarReply,
    Command,
    Confidence,
    Forward,
    Item,
    Labelled,
    Mail,
    Mailbox,
    Promise,
)
from .plain_words import is_polite
from .promises import read_promise

__all__ = [
    "Answer",
    "Appointment",
    "Attachment",
    "AuthenticationResults",
    "Automatic",
    "Bounce",
    "CalendarReply",
    "Command",
    "Confidence",
    "Forward",
    "Item",
    "Labelled",
    "Mail",
    "Mailbox",
    "Promise",
    "attachment_content",
    "filled_in",
    "is_polite",
    "label_key",
    "labelled",
    "parse",
    "parse_header_only",
    "read_duration",
    "read_meeting",
    "read_promise",
]
