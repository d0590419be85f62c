"""The reply token: proves that a mail answers one that was made for one person.

It stands in the Message-ID of an outgoing mail, so a reply brings it back in In-Reply-To and
References (RFC 5322, 3.6.4), and with plus-addresses also in Reply-To (RFC 5233). The mail that a
button begins is no reply: there it is a line of the text.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

SIGNATURE_LENGTH = 20
TOKEN = re.compile(r"mf\.(\d{1,18})\.(\d{1,18})\.([0-9a-f]{20})(?![0-9a-z])", re.IGNORECASE)
MOST_IN_A_TEXT = 20


@dataclass(frozen=True, slots=True)
class Token:
    """Names an outgoing mail and the person whom it was made for."""

    outgoing: int
    person: int


def sign(token: Token, secret: bytes) -> str:
    """The token as text; only who has the secret can make it."""
    signature = _signature(token, secret)
    return f"mf.{token.outgoing}.{token.person}.{signature}"


def message_id(token: Token, secret: bytes, domain: str) -> str:
    """The Message-ID of an outgoing mail: the same at every attempt."""
    return f"<{sign(token, secret)}@{domain}>"


def find(texts: Iterable[str], secret: bytes, person: int | None = None) -> Token | None:
    """The first valid token in the texts (made for this person, if one is given), else None."""
    for text in texts:
        for outgoing, made_for, signature in TOKEN.findall(text[:10_000]):
            token = Token(int(outgoing), int(made_for))
            if person not in (None, token.person):
                continue
            if hmac.compare_digest(_signature(token, secret), signature.lower()):
                return token
    return None


def tokens_in(text: str) -> tuple[str, ...]:
    """What looks like a token in a text, whether it is valid or not; the first of very many."""
    found = islice(TOKEN.finditer(text), MOST_IN_A_TEXT)
    return tuple(one.group() for one in found)


def masked(text: str) -> str:
    """The text with nothing that looks like a token: what is kept is shown to others, too."""
    return TOKEN.sub("…", text)


def without_tokens(text: str) -> str:
    """The text without the lines that hold what looks like a token.

    What somebody went on to write behind it stays.
    """
    if TOKEN.search(text) is None:
        return text
    kept = [rest for line in text.split("\n") if (rest := _behind_token(line)) is not None]
    return "\n".join(kept).strip("\n")


def _behind_token(line: str) -> str | None:
    """What stands behind the last token of a line; None where nothing does."""
    found = list(TOKEN.finditer(line))
    if not found:
        return line
    return line[found[-1].end() :].lstrip("]").strip() or None


def _signature(token: Token, secret: bytes) -> str:
    words = f"reply:{token.outgoing}:{token.person}".encode()
    return hmac.new(secret, words, hashlib.sha256).hexdigest()[:SIGNATURE_LENGTH]
