"""Counts what became of the mails: what is lost, what came twice, what does not fit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from mailflow.store import records
from mailflow.store.tables import Event, Firing, Input, Notice, Outgoing, Record, Text
from mailflow.workflow.fold import fold
from tests.servers.smtp import Letter
from tests.torture.ground import OWNER, REPORTER, Ground, mark


@dataclass
class Counted:
    """`documented` are mails that came twice with the same Message-ID and the same octets: an SMTP
    server had them and mailflow was killed before it could write that down. `faults` says in words
    what is lost, doubled or wrong, `seen` what was measured.
    """

    tried: int
    lost: int = 0
    doubled: int = 0
    documented: int = 0
    faults: list[str] = field(default_factory=list)
    seen: str = ""

    @property
    def fine(self) -> bool:
        return not self.faults

    def expect_one(self, what: str, found: int) -> None:
        if found == 1:
            return
        self.faults.append(f"{what}: {found} times")
        self.lost += found == 0
        self.doubled += found > 1

    def expect(self, condition: bool, fault: str) -> None:
        if not condition:
            self.faults.append(fault)


def counted(ground: Ground) -> Counted:
    """What became of all mails of this ground, once there is nothing more to do."""
    found = Counted(len(ground.issues) + len(ground.notes))
    letters = ground.smtp.letters
    with ground.database.read() as session:
        _count_inputs(found, ground, session)
        _count_records(found, ground, session)
        _count_sent(found, session, letters)
        _fold_again(found, session)
    # what is told of a note names the first record again
    alone = ground.issues[1:] if ground.notes else ground.issues
    _count_letters(found, alone, letters)
    found.expect(ground.waiting() == 0, f"{ground.waiting()} mails are left in the mailbox")
    return found


def _count_inputs(found: Counted, ground: Ground, session: Session) -> None:
    states = Counter(session.scalars(select(Input.state)))
    found.expect(states["stored"] == 0, f"{states['stored']} inputs are not handled")
    found.expect(states["held"] == 0, f"{states['held']} inputs are held")
    found.expect(states["quarantined"] == 0, f"{states['quarantined']} are in quarantine")
    fired = session.scalars(select(Firing.input_id)).all()
    firings = session.scalars(select(Input.id).where(Input.kind == "firing")).all()
    found.expect(sorted(fired) == sorted(firings), "firings and their inputs differ")


def _count_records(found: Counted, ground: Ground, session: Session) -> None:
    titles = Counter(session.scalars(select(Text.body).join(Record, Record.title_id == Text.id)))
    for number in ground.issues:
        found.expect_one(f"the record of {mark(number)}", titles[f"case {mark(number)}"])
    found.expect(titles.total() == len(ground.issues), f"{titles.total()} records")
    refs = set(session.scalars(select(Record.ref)))
    wanted = {f"PORTAL-{n + 1}" for n in range(titles.total())}
    found.expect(refs == wanted, f"numbers are missing or left out: {sorted(refs ^ wanted)[:5]}")
    if not ground.notes:
        return
    noted = select(Text.body).join(Event, Event.text_id == Text.id).where(Event.what == "note")
    words = " ".join(session.scalars(noted)).replace(".", " ").split()
    for number in ground.notes:
        found.expect_one(f"the note {mark(number)}", words.count(mark(number)))


def _count_sent(found: Counted, session: Session, letters: Sequence[Letter]) -> None:
    """Each notice is in one mail, each mail came, and nothing came that is not there."""
    waiting = session.scalars(select(Notice.id).where(Notice.outgoing_id.is_(None))).all()
    found.expect(not waiting, f"{len(waiting)} notices are in no mail")
    came = by_message_id(letters)
    for mail in session.scalars(select(Outgoing)):
        found.expect(mail.state == "sent", f"mail {mail.id} is {mail.state}: {mail.last_error}")
        octets = came.pop(mail.message_id, [])
        found.lost += not octets
        found.documented += max(len(octets) - 1, 0)
        found.expect(bool(octets), f"mail {mail.id} never came")
        same = all(_lines(one) == _lines(mail.body) for one in octets)
        found.expect(same, f"mail {mail.id} came with other octets")
    found.expect(not came, f"{len(came)} mails came of which nothing is known")


def _fold_again(found: Counted, session: Session) -> None:
    names = [column.key for column in inspect(Record).column_attrs if column.key != "id"]
    for record in session.scalars(select(Record)):
        row = {name: getattr(record, name) for name in names}
        folded = records.as_columns(fold(records.events_of(session, record.id)))
        found.expect(_known(row, folded) == folded, f"{record.ref} is not the fold of its events")


def _known(row: Mapping[str, Any], folded: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row.get(name) for name in folded}


def _count_letters(found: Counted, issues: Sequence[int], letters: Sequence[Letter]) -> None:
    """Who owns a record and who reported it were told of it, each in one mail."""
    told: dict[tuple[str, str], set[str]] = {}
    for letter in letters:
        if letter.mail["X-Mailflow-Kind"] in ("notice", "receipt"):
            for word in set(_words(letter)):
                told.setdefault((letter.recipient, word), set()).add(str(letter.mail["Message-ID"]))
    for number in issues:
        for person in (OWNER, REPORTER):
            mails = told.get((person, mark(number)), set())
            found.expect_one(f"what {person} is told of {mark(number)}", len(mails))


def _words(letter: Letter) -> Iterator[str]:
    for part in letter.mail.walk():
        if part.get_content_type() == "text/plain":
            text = str(part.get_content())
            yield from (w for w in text.replace("「", " ").split() if w.startswith("mark"))


def by_message_id(letters: Sequence[Letter]) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for letter in letters:
        found.setdefault(str(letter.mail["Message-ID"]).strip("<>"), []).append(letter.raw)
    return found


def _lines(octets: bytes) -> list[bytes]:
    """An SMTP client sends the lines of a mail as they are, whatever ended them here."""
    return octets.rstrip().splitlines()
