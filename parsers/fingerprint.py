"""One hash for the same mail, whichever way it came."""

from __future__ import annotations

import hashlib
from email.message import Message

from .headers import raw_values
from .mime import leaf_content, leaves

# What the author's program sets; everything else may be added or changed on the way.
_FIELDS = ("Message-ID", "From", "Date", "Subject")


def fingerprint(message: Message) -> str:
    """SHA-256 (hex) of Message-ID, From, Date, Subject and the decoded content of all parts.

    Without a Message-ID the rest has to do: "done" about two records is two mails.
    """
    digest = hashlib.sha256()
    for name in _FIELDS:
        values = [" ".join(v.split()) for v in raw_values(message, name)]
        _add(digest, "\n".join(values).encode("utf-8", "surrogateescape"))
    for part in leaves(message):
        content = leaf_content(part)
        if part.get_content_maintype() == "text":
            # Servers change line ends and blanks at the end.
            content = b"\n".join(line.rstrip() for line in content.splitlines()).rstrip()
        _add(digest, content)
    return digest.hexdigest()


def _add(digest: hashlib._Hash, data: bytes) -> None:
    digest.update(len(data).to_bytes(8, "big"))
    digest.update(data)
