"""Who an attribution (`On Monday, Ann wrote:`) names, and when it says that they wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .headers import clean, mailboxes
from .model import Mailbox
from .moments import sent_date
from .words import WROTE, WROTE_LANGUAGES, fold

ADDRESS = re.compile(r"[<(\[](?:mailto:)?[^<>()\[\]\s@]{1,100}@[^<>()\[\]\s]{1,200}[>)\]]")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Lines `start` to `end` (exclusive) say who wrote what follows.

    `before` is the author's text that shares the first line; `values` are its name, address and
    moment where a program's row of the table reads it.
    """

    start: int
    end: int
    text: str
    before: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def author(attribution: Attribution) -> Mailbox | None:
    """Who the attribution names."""
    if attribution.values:
        boxes = mailboxes(f"<{attribution.values.get('address', '')}>")
        name = clean(attribution.values.get("name", ""))
        return Mailbox(name, boxes[0].address if boxes else "")
    text = attribution.text
    match = ADDRESS.search(text)
    if match is None:
        return None
    quoted = re.search(r'"([^"]{1,100})"', text[: match.start()])
    boxes = mailboxes(f"<{match.group().strip('<>()[]')}>")
    if not boxes:
        return None
    name = quoted[1] if quoted else _name_before(text[: match.start()])
    return Mailbox(clean(name), boxes[0].address)


def _name_before(text: str) -> str:
    """`Dne 28/10/2021 12:46, John Doe (` → John Doe."""
    tail = re.sub(r"^.*\d\S*\s*", "", text).rpartition(",")[2].strip(" (<,\"'")
    words = tail.split()
    while len(words) > 1 and words[0].islower():
        words.pop(0)
    return " ".join(words)


def languages_of(attribution: Attribution) -> tuple[str, ...]:
    """The languages of its verb: they decide how its date is read."""
    folded = fold(attribution.text)
    return next((WROTE_LANGUAGES[verb] for verb in WROTE if verb in folded), ())


def moment_text(attribution: Attribution) -> str:
    """The part of the attribution in which a date is looked for."""
    text = ADDRESS.sub(" ", attribution.text)
    return text if sent_date(text) else ""
