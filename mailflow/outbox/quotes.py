"""Somebody's words in a mail of ours, with how much there is of them."""

from __future__ import annotations

from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Quote
from mailflow.outbox.words import body, shortened

WHOLE = 10_000
EXCERPT = 600


def quote(reader: Reader, label: str, words: str, limit: int) -> Quote | None:
    """The words, whole up to `limit` characters; None where there are none."""
    text, cut = shortened(body(words[: 2 * limit]), limit)
    if not text:
        return None
    cut = cut or len(words) > 2 * limit
    more = reader.say("format.more", n=f"{len(words):,}") if cut else ""
    return Quote(label, text, more)
