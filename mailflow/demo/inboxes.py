"""For `--keep`: what a mail program needs to be one of the people."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import getaddresses

from imapclient import IMAPClient

from mailflow.demo.script import ADDRESS, AUTHSERV_ID, Person
from mailflow.demo.servers import Letter

FOLDER = "Inboxes"
VERDICT = "Authentication-Results"


class Inboxes:
    """A folder for each person in the account of the shared mailbox, holding what they got.

    A letter to the shared mailbox goes where its mails arrive, with the verdict that a company's
    mail server would give. Letters to anybody else are dropped.
    """

    def __init__(self, box: IMAPClient, people: Mapping[str, Person]) -> None:
        self._box = box
        self._lock = threading.Lock()
        self._folders = {one.address: f"{FOLDER}/{one.name}" for one in people.values()}
        for folder in self._folders.values():
            box.create_folder(folder)

    def deliver(self, letter: Letter) -> None:
        """Append it to its folder; safe to be called from any thread."""
        with self._lock:
            if letter.to.partition("@")[0].partition("+")[0] == ADDRESS.partition("@")[0]:
                self._box.append("INBOX", _judged(letter.mail))
            elif letter.to in self._folders:
                self._box.append(self._folders[letter.to], letter.raw)


def _judged(mail: EmailMessage) -> bytes:
    """The mail with our own server's verdict on top, and no other."""
    del mail[VERDICT]
    address = getaddresses([str(mail["From"] or "")])[0][1]
    ours = ADDRESS.rpartition("@")[2]
    domain = address.rpartition("@")[2].lower()
    verdict = f"{AUTHSERV_ID}; dmarc={'pass' if domain == ours else 'none'} header.from={domain}"
    return f"{VERDICT}: {verdict}\r\n".encode() + mail.as_bytes(policy=SMTP)
