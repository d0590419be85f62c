"""One mail on its way: what the steps found out so far, and what they say at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailflow.pipeline import signed
from mailflow.pipeline.notices import Notices
from mailflow.store import directory as people
from mailflow.store.records import Row, by_ids
from mailflow.store.tables import Contact, Input, Message, Outgoing, Question
from mailflow.workflow.belief import Verdict, verdict
from mailflow.workflow.deputies import acting
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.kinds import Kind, Kinds
from mailflow.workflow.model import Person, Project, Refusal
from mailflow.workflow.refs import domain_of, fold_address
from mailflow.workflow.requests import Ask, Told
from mailflow.workflow.routing import client_of
from mailflow.workflow.tokens import masked
from parsers import Forward, Labelled, Mail, Mailbox

MOST_QUOTED = 5
MOST_REFERENCES = 50


@dataclass(frozen=True, slots=True)
class Done:
    """The way ends here: the input's state (processed, held, ignored, quarantined) and why."""

    state: str
    reason: str | None = None


# What answers a request; the table of them is handed in (see mailflow.requests).
Handle = Callable[[Session, Installation, Directory, Ask], Sequence[Told] | Refusal]


@dataclass
class Work:
    """What one mail's steps share.

    `person` is who the From address names, of ours; `vouched` is set where a valid reply token of
    that person came along. `answers` is the mail of ours that this one answers (`direct`: itself,
    not something further back in its thread), `question` what that mail asked. `record` is the one
    it is about; else `project`, `kind` are where a new record belongs, as far as known, and `rule`
    what decided that (`placed` is the id of somebody's rule that did). `form` are the values of a
    form of ours that it answers.
    """

    session: Session
    installation: Installation
    directory: Directory
    input: Input
    message: Message
    mail: Mail
    now: datetime
    notices: Notices
    requests: Mapping[str, Handle] = field(default_factory=dict)
    person: Person | None = None
    vouched: bool = False
    direct: bool = False
    answers: Outgoing | None = None
    question: Question | None = None
    record: Row | None = None
    project: Project | None = None
    kind: Kind | None = None
    rule: str = ""
    placed: int | None = None
    title: str = ""
    repeats: bool = False
    form: tuple[Labelled, ...] = ()
    client: Mailbox | None = None
    records_in_doubt: list[int] = field(default_factory=list)

    def today(self, project: Project | None) -> date:
        zone = project.timezone if project else self.installation.timezone
        return self.now.astimezone(ZoneInfo(zone)).date()

    @property
    def kinds(self) -> Kinds:
        return self.installation.kinds

    def actor(self) -> int | None:
        """Who acts by this mail: its sender of ours, else who let a stranger's mail in."""
        if self.person is not None:
            return self.person.id
        found: int | None = self.input.decisions.get("by")
        return found

    @property
    def has_request(self) -> bool:
        """Whether its author asks for something, in a command line or by a plain word."""
        return bool(self.mail.commands or self.mail.word)

    def asks_for(self, name: str) -> bool:
        """Whether its plain word or one of its command lines is this one."""
        return self.mail.word == name or any(line.name == name for line in self.mail.commands)

    def verdict(self) -> Verdict:
        """What our own mail server, or else we ourselves, found out about the sender's domain."""
        domain, trusted = domain_of(self.mail.senders[0].address), self.installation.authserv_ids
        checked = signed.results(self.input) if self.installation.check_dkim else ()
        return verdict(self.mail.authentication, trusted, domain, checked)

    def coordinator(self) -> Person | None:
        """Who is asked about this mail: the project's coordinator, else the installation's; while
        they are away, who acts for them."""
        found = self._coordinator()
        if found is None:
            return None
        return self.directory.persons[acting(self.directory, found.id, self.now)]

    def to_coordinator(self, reason: Mapping[str, Any]) -> dict[str, Any]:
        """A reason that goes to `coordinator`: it says for whom, where that is a deputy."""
        found, asked = self._coordinator(), self.coordinator()
        stands_in = found is not None and asked is not None and found.id != asked.id
        return {**reason, "for": found.id} if found and stands_in else dict(reason)

    def _coordinator(self) -> Person | None:
        project = self.project
        if self.record is not None:
            project = self.directory.projects.get(self.record.record.project_id)
        if project is not None:
            return self.directory.persons[project.coordinator]
        return self.directory.by_address(self.installation.coordinator)

    def references(self) -> list[str]:
        """The Message-IDs of its thread, newest first; of an overlong list only the ends."""
        ids = list(dict.fromkeys(reversed(self.mail.references)))
        return ids if len(ids) <= MOST_REFERENCES else [*ids[: MOST_REFERENCES - 1], ids[-1]]

    def load_record(self, record_id: int) -> Row:
        return by_ids(self.session, [record_id])[record_id]

    def forwards(self) -> list[Forward]:
        """The forwarded mails; of each the original, however often it was forwarded."""
        first = self.mail.forwarded
        found = (first, *self.mail.also_forwarded) if first else ()
        innermost = (one.original or one for one in found)
        return [replace(one, body=masked(one.body)) for one in innermost]

    def innermost(self) -> Forward | None:
        """The first of them."""
        return next(iter(self.forwards()), None)

    def note(self, *, word_is_text: bool) -> str:
        """What is noted of a reply; an answer between quoted lines keeps what it answers."""
        mail = self.mail
        if not mail.answers or self.has_request:
            return (mail.reply_text if word_is_text else mail.note_text).strip()
        above = mail.reply_text.partition(mail.answers[0].text)[0].strip()
        parts = [f"{_quoted(one.to)}\n{one.text.strip()}" for one in mail.answers]
        return "\n\n".join([above, *parts] if above else parts)

    def client_words(self) -> str:
        """What a new record is about: the forwarded original's text, else the mail's own."""
        innermost = self.innermost()
        if innermost is not None and self.person is not None:
            return innermost.body.strip()
        return self.mail.note_text.strip() or self.mail.reply_text.strip()

    def files(self) -> tuple[tuple[str, int], ...]:
        """The names and sizes of what is attached; what has no name is part of the text."""
        named = [(a.filename[:200], a.size) for a in self.mail.attachments if a.filename]
        return tuple(named[:50])

    def contact(self, mailbox: Mailbox) -> Contact | None:
        """The contact whom an address or a name stands for; None where it is one of ours."""
        address = fold_address(mailbox.address) if mailbox.address else ""
        if not (address or mailbox.name) or (address and self.directory.by_address(address)):
            return None
        client = client_of(address, self.directory.origins) if address else None
        return people.contact(
            self.session, mailbox.name[:200], address[:320], client.id if client else None
        )

    def refuse(
        self,
        refusal: Refusal,
        line: str,
        record: int | None = None,
        question: int | None = None,
    ) -> None:
        """Tell the sender alone that nothing was done for this line, why, and what would work.

        With a `question` (its id) that mail can be answered like the question.
        """
        if self.person is None:
            return
        reason = {
            "reason": "refused",
            "refusal": refusal.reason,
            "details": dict(refusal.details),
            "line": line[:200],
            "record": record,
        }
        self.notices.tell(self.person.id, "receipt", reason, question)

    def first_line(self) -> str:
        """The first own line, to be quoted back."""
        lines = (line.strip() for line in self.mail.reply_text.splitlines())
        return next((line for line in lines if line), self.mail.subject)

    def digest_of_words(self) -> str:
        folded = " ".join(self.mail.reply_text.split()).casefold()
        return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _quoted(text: str) -> str:
    """The last lines of what was quoted: enough to know what is answered."""
    lines = [line for line in text.splitlines() if line.strip()][-MOST_QUOTED:]
    return "\n".join(f"> {masked(line)}" for line in lines)
