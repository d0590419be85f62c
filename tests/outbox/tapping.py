"""What a mail program does with the buttons of a mail: shows them, and begins a mail (RFC 6068)."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import unquote

from mailflow.workflow.model import Person
from mailflow.workflow.tokens import without_tokens
from parsers import Mail


class Begun(NamedTuple):
    """The mail that a link begins: whom it is to, its subject and text."""

    to: str
    subject: str
    text: str


class _Buttons(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}
        self.taps: list[tuple[str, str]] = []
        self.is_tap = False
        self.inside, self.link, self.label = False, "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "td":
            self.inside = given.get("class") == "button"
        if tag == "a":
            self.is_tap = given.get("class") == "tap"
            self.link, self.label = given.get("href") or "", ""

    def handle_data(self, data: str) -> None:
        self.label += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.is_tap:
            self.taps.append((self.label, self.link))
        if tag == "a" and self.inside:
            assert self.label not in self.found, f"two buttons are called {self.label}"
            self.found[self.label] = self.link


def buttons_of(html: str) -> dict[str, str]:
    """The buttons of an HTML mail: what stands on them, and their links."""
    return _read(html).found


def taps_of(html: str) -> list[tuple[str, str]]:
    """The small buttons of the rows of an HTML mail, in their order, each with its link."""
    return _read(html).taps


def _read(html: str) -> _Buttons:
    buttons = _Buttons()
    buttons.feed(html)
    buttons.close()
    return buttons


def begun(link: str) -> Begun:
    """The mail that a tap begins; a plus is a plus, and only percent signs are decoded."""
    scheme, _, rest = link.partition(":")
    assert scheme == "mailto"
    address, _, query = rest.partition("?")
    fields = dict(field.split("=", 1) for field in query.split("&"))
    assert fields.keys() <= {"subject", "body"}
    return Begun(unquote(address), unquote(fields["subject"]), unquote(fields.get("body", "")))


def sent(person: Person, link: str) -> bytes:
    """The mail of a tap, as a program that knows nothing of threads sends it."""
    mail, written = EmailMessage(), begun(link)
    mail["From"], mail["To"], mail["Subject"] = person.address, written.to, written.subject
    mail.set_content(written.text)
    return mail.as_bytes(policy=SMTP)


def meaning(mail: Mail) -> str:
    """What was said: a word or other words, then commands under their English names."""
    commands = [f"/{one.name} {one.argument}".strip() for one in mail.commands]
    said = (mail.word, without_tokens(mail.note_text), *commands)
    return "; ".join(one for one in said if one)
