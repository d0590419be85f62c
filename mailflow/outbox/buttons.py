"""Buttons: links that begin the mail that answers, so that it only has to be sent (RFC 6068).

They work in any mail program, since all that such a mail needs stands in its text: the line that
says what is wanted, and the reply token in the last line.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote as percent

from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Option
from mailflow.outbox.words import one_line

# Some programs cut a link off after 2,000 characters; one of a text can become twelve of a link.
LONGEST_SUBJECT = 80
LONGEST_LABEL = 30
LINE_END = "\r\n"


@dataclass(frozen=True, slots=True)
class Buttons:
    """The buttons of what a mail asks; `subject` is what the answers are about."""

    reader: Reader
    subject: str

    def option(self, write: str, does: str, label: str, *lines: str) -> Option:
        """A line that a reply can begin with, and a button that writes `lines` (else it).

        Without `write` it is a button alone.
        """
        link = self._link(lines or (write,))
        return Option(write, does, label=one_line(label, LONGEST_LABEL), link=link)

    def only(self, label: str, *lines: str) -> Option:
        """A button that writes `lines`, for what another option explains."""
        return self.option("", "", label, *lines)

    def word(self, meaning: str, does: str, label: str) -> Option:
        """A plain word: all ways to say it, and a button that writes the first of them."""
        said = self.reader.phrases.each(f"word.{meaning}")
        return self.option(self.reader.say("format.or").join(said), does, label, said[0])

    def _link(self, lines: tuple[str, ...]) -> str:
        reader, subject = self.reader, one_line(self.subject, LONGEST_SUBJECT)
        said = list(lines)
        if reader.token:
            said += ["", reader.say("button.token", token=reader.token)]
        subject = reader.answer_to(subject)
        return mailto(reader.mailbox, subject, LINE_END.join(said))


def mailto(address: str, subject: str, text: str = "") -> str:
    """A link that begins a mail. Everything is UTF-8 and percent-encoded, a space as %20."""
    link = f"mailto:{_encoded(address, safe='@')}?subject={_encoded(subject)}"
    return f"{link}&body={_encoded(text)}" if text else link


def _encoded(text: str, safe: str = "") -> str:
    return percent(text, safe=safe, errors="replace")
