"""Writes the raw mails that these tests read."""

from __future__ import annotations

from email.message import EmailMessage

SALES = "Sara Sales <sara@acme.example>"


def raw(text: str = "", *, html: str | None = None, subject: str = "", **fields: str) -> bytes:
    """A mail from sales. Field names have _ for -; `html` replaces the text."""
    message = EmailMessage()
    message["From"] = fields.pop("From", SALES)
    message["To"] = fields.pop("To", "flow@acme.example")
    message["Date"] = fields.pop("Date", "Mon, 23 Nov 2026 10:00:00 +0800")
    message["Message-ID"] = fields.pop("Message_ID", "<one@acme.example>")
    if subject:
        message["Subject"] = subject
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    if html is None:
        message.set_content(text)
    else:
        message.set_content(html, subtype="html")
    return message.as_bytes()


def plain(text: str, head: str = "", charset: str = "utf-8") -> bytes:
    """A mail whose lines are exactly these."""
    top = f"From: {SALES}\r\n{head}Content-Type: text/plain; charset={charset}\r\n"
    return (top + "Content-Transfer-Encoding: 8bit\r\n\r\n").encode() + text.encode(charset)
