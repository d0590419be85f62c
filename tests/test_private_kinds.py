"""A private kind of one's own, through every way out: only its parties read what it is about.

Anna reported it, Chen coordinates and owns it. Everybody else of the project asks for it, links to
it, is sent digests and agendas; every letter that they get is searched, and what commands print.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from tests.cli.admin import Admin
from tests.servers.ready import ready
from tests.servers.smtp import Receiver, smtp_receiver

ANNA, LI, TOM, MA, CHEN = (
    f"{name}@acme.example" for name in ("anna.berg", "li.wei", "tom.oneil", "ma.jun", "chen.yu")
)
PHRASE, FIELD, NOTE, TITLE = "turquoise walrus", "purple okapi", "orange zebra", "crimson quokka"
SECRET = re.compile("turquoise|walrus|purple|okapi|orange|zebra|crimson|quokka")
KIND = """
[grievance]
label = { en = "grievance", zh = "申诉" }
tags = ["GRIEVANCE", "申诉"]
states = ["named", "heard", "settled"]
final = ["settled"]
moves = { named = ["heard", "settled"], heard = ["settled"] }
words = { done = "settled" }
may_move = ["owner", "reporter", "coordinator"]
private = true
default_due_days = 1
answer_hours = { urgent = 1, high = 1, normal = 1, low = 1 }
solve_hours = { urgent = 1, high = 1, normal = 1, low = 1 }

[grievance.fields]
harm = { en = ["harm"], zh = ["损害"] }
"""


class Office:
    """Mails come in together and go out, ten minutes after each other."""

    def __init__(self, admin: Admin, receiver: Receiver) -> None:
        self.admin, self.receiver = admin, receiver
        self.coming: list[str] = []
        self.count = 0

    def mail(self, sender: str, subject: str, text: str) -> None:
        self.count += 1
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "flow@acme.example", subject
        mail["Message-ID"] = f"<{self.count}@mail.example>"
        mail.set_content(text)
        path = self.admin.folder / f"{self.count:03}.eml"
        path.write_bytes(mail.as_bytes(policy=SMTP))
        self.coming.append(str(path))

    def runs(self, at: str | None = None) -> None:
        if self.coming:
            self.admin.run("import", *self.coming)
            self.coming.clear()
        now = datetime.fromisoformat(at) if at else self.admin.now
        self.admin.run("run", "--once", "--at", now.isoformat())
        self.admin.now = now + timedelta(minutes=10)

    def letters(self, *but: str) -> list[EmailMessage]:
        return [one.mail for one in self.receiver.letters if one.recipient not in but]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("private")
    with smtp_receiver() as receiver:
        admin = Admin(folder, smtp=receiver.port, more='[escalation]\nto = "boss@acme.example"\n')
        own = 'kinds = "kinds.toml"\n' + admin.config.read_text("utf-8")
        admin.config.write_text(own, "utf-8")
        admin.file("kinds.toml", KIND)
        ready(admin.database).close()
        admin.run("directory", "apply", str(folder / "directory.toml"))
        office = Office(admin, receiver)
        for happens in (told, asked, linked, clock):
            happens(office)
        yield office


def told(office: Office) -> None:
    """It is opened with a client's words, a field, a file and a note; Tom is nowhere named."""
    forward = (
        "---------- Forwarded message ---------\nFrom: Homer Simpson <homer@globex.example>\n"
        f"Date: Mon, 23 Nov 2026 at 08:12\nSubject: {TITLE}\nTo: Anna <{ANNA}>\n\n"
        f"Harm: {FIELD}\nA {PHRASE}.\n"
    )
    office.mail(ANNA, f"[GRIEVANCE][PORTAL] {TITLE}", f"{NOTE}\n\n{forward}")
    office.runs()
    office.mail(MA, "[ISSUE][PORTAL] public", "A public thing.\n/owner Tom")
    office.runs()
    office.mail(CHEN, "Re: [PORTAL-1] x", f"/due 2026-11-24\n{NOTE} again\n/spent 2h")
    office.runs()


def asked(office: Office) -> None:
    """Who is no party asks for it in every way that there is."""
    for n, text in enumerate(("What is it?", "/watch", "/status heard", "/why", "undo")):
        office.mail(MA, f"Re: [PORTAL-1] {n}", text)
    office.mail(TOM, "Re: [PORTAL-1] x", "What is it?\n/task see to it")
    for person in (MA, TOM, LI):
        office.mail(person, "[STATUS] PORTAL", "")
    for report in ("open issues by age", "feedback by client", "time"):
        office.mail(LI, f"[REPORT] PORTAL {report}", "")
    office.mail(MA, "[AGENDA] PORTAL What of PORTAL-1?", "")
    # for guesses: of the same client, of the same person
    office.mail("homer@globex.example", "What became of it?", "Well?")
    office.mail(LI, "[PORTAL] something", "Without a kind.")
    office.runs()


def linked(office: Office) -> None:
    """What is public and hangs together with it tells no more than that."""
    for line in (
        "/link PORTAL-1",
        "/duplicate PORTAL-1",
        "/change blocked by PORTAL-1",
        "/task see PORTAL-1",
    ):
        office.mail(MA, "Re: [PORTAL-2] public", line)
    office.mail(MA, "[ISSUE][PORTAL] second", "Blocked by: PORTAL-1\nLater.")
    office.runs()
    office.mail(ANNA, "Re: [PORTAL-2] public", "/link PORTAL-1")
    office.mail(CHEN, "Re: [PORTAL-1] x", "/link PORTAL-2")
    office.runs()
    office.mail(CHEN, "Re: [PORTAL-1] x", f"/change title {TITLE} new\n/change harm {FIELD} 2")
    office.mail(ANNA, "Re: [PORTAL-1] x", "/project GATE")
    office.runs()


def clock(office: Office) -> None:
    """Reminders, the agenda, escalation, everybody's digest."""
    office.runs("2026-11-25T12:00:00+08:00")
    office.runs("2026-11-26T09:30:00+08:00")
    office.runs("2026-11-30T16:00:00+08:00")
    # the numbers of her digest
    digest = office.receiver.of(TOM)[-1]
    office.mail(TOM, f"Re: {digest['Subject']}", "1 done\n2 /note x\n3 /note y")
    office.runs()


def words(mail: EmailMessage) -> str:
    parts = [p.get_content() for p in mail.walk() if p.get_content_maintype() == "text"]
    return "\n".join([*map(str, mail.values()), *map(str, parts)])


def test_its_parties_read_it(office: Office) -> None:
    for person in (ANNA, CHEN):
        read = "\n".join(map(words, office.receiver.of(person)))
        for phrase in (PHRASE, FIELD, NOTE, TITLE):
            assert phrase in read, (person, phrase)


def test_nobody_else_is_told_of_it(office: Office) -> None:
    letters = office.letters(ANNA, CHEN)
    kinds = {str(mail["X-Mailflow-Kind"]) for mail in letters}
    assert kinds >= {"receipt", "notice", "digest", "agenda", "report", "reminder"}
    told = [f"{mail['To']}: {words(mail)}" for mail in letters]
    leaks = [one for one in told if SECRET.search(one) or "grievance" in one.casefold()]
    # the names of all kinds stand in a receipt that refuses one
    assert not leaks, leaks[0]


def test_not_even_its_parties_read_it_in_what_goes_to_all(office: Office) -> None:
    """What a project's people pass on: reports, agendas, minutes."""
    for mail in office.letters():
        if mail["X-Mailflow-Kind"] in ("report", "agenda", "minutes", "invitation"):
            assert not SECRET.search(words(mail)), words(mail)


COMMANDS = [
    ["records"], ["records", "--json"], ["records", "--kind", "grievance", "--json"],
    ["show", "GATE-1"], ["show", "GATE-1", "--json"], ["show", "PORTAL-1", "--json"],
    ["show", "PORTAL-2"], ["show", "PORTAL-2", "--json"], ["norms", "--json"],
    ["outbox", "list", "--state", "sent", "--json"], ["outbox", "list", "--state", "sent"],
    ["quarantine", "list", "--held", "--json"],
    ["preview", "digest", MA, "--at", "2026-11-30T08:00"],
    ["preview", "digest", TOM, "--at", "2026-11-30T08:00"],
    ["preview", "agenda", "PORTAL", "--at", "2026-11-24T08:00"],
    ["schedule", "list", "--json"], ["directory", "list", "--json"], ["rebuild", "--check"],
    *(["report", name] for name in (
        "open-issues-by-owner", "feedback-by-client", "open-issues-by-age", "decisions", "time",
        "answer-times", "rework")),
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_prints_it(office: Office, command: list[str]) -> None:
    done = office.admin.run(*command)
    assert done.stdout.strip()
    assert not SECRET.search(done.stdout + done.stderr), done.stdout


def test_its_attachments_need_the_word_private(office: Office, tmp_path: Path) -> None:
    done = office.admin.run("show", "GATE-1", "--attachments", str(tmp_path / "x"), status=1)
    assert "--private" in done.output
    assert not (tmp_path / "x").exists()
    shown = office.admin.run("show", "GATE-1", "--private").stdout
    assert PHRASE in shown
