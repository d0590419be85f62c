"""What a mail program does with the buttons of a mail: shows them, and begins a mail (RFC 6068)."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import unquote


class Begun(NamedTuple):
    """The mail that a link begins: whom it is to, its subject and text."""

    to: str
    subject: str
    text: str


class _Buttons(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}
        self.inside, self.link, self.label = False, "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "td":
            self.inside = given.get("class") == "button"
        if tag == "a" and self.inside:
            self.link, self.label = given.get("href") or "", ""

    def handle_data(self, data: str) -> None:
        self.label += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.inside:
            assert self.label not in self.found, f"two buttons are called {self.label}"
            self.found[self.label] = self.link


def buttons_of(html: str) -> dict[str, str]:
    """The buttons of an HTML mail: what stands on them, and their links."""
    buttons = _Buttons()
    buttons.feed(html)
    buttons.close()
    return buttons.found


def begun(link: str) -> Begun:
    """The mail that a tap begins; a plus is a plus, and only percent signs are decoded."""
    scheme, _, rest = link.partition(":")
    assert scheme == "mailto"
    address, _, query = rest.partition("?")
    fields = dict(field.split("=", 1) for field in query.split("&"))
    assert fields.keys() <= {"subject", "body"}
    return Begun(unquote(address), unquote(fields["subject"]), unquote(fields.get("body", "")))
