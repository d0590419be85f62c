"""The table of who is believed, from the mail that comes in to what it changes and who is asked."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mailflow.pipeline.signed import RETRIES
from mailflow.store.database import Database
from mailflow.store.tables import Input, Landmark, Outgoing, Project, Question
from mailflow.verification.signatures import NoAnswer, check
from mailflow.workflow.model import Person
from tests.pipeline.desk import INSTALLATION, Desk, mail_of, open_desk
from tests.verification.signing import FIELDS, key
from tests.workflow.company import ANNA, CHEN, LI, MA, PORTAL

STRANGER = Person(99, "Ma Jun", ("ma.jun@evil.example",), "en", "UTC")
SAYS = {
    "pass": "mx.acme.example; dmarc=pass header.from=acme.example",
    "none": "mx.acme.example; dmarc=none; spf=none",
    "fail": "mx.acme.example; dmarc=fail header.from=acme.example",
}
Headers = list[tuple[str, str]]


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Desk]:
    """A desk with PORTAL-1, which Ma owns; everybody has read their mails."""
    desk = at_work(tmp_path)
    yield desk
    desk.database.close()


def at_work(folder: Path) -> Desk:
    """A desk as `begin` leaves it; that is done once, and copied."""
    shutil.copyfile(_begun(), folder / "mailflow.db")
    desk = Desk(Database(f"sqlite:///{folder}/mailflow.db"))
    desk.now += timedelta(minutes=1)
    return desk


@cache
def _begun() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="mailflow-"))
    atexit.register(shutil.rmtree, folder)
    desk = open_desk(f"sqlite:///{folder}/begun.db")
    begin(desk)
    desk.database.close()
    return folder / "begun.db"


def begin(desk: Desk) -> None:
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] login", "It fails."))
    desk.work()
    desk.compose()


def set_policy(desk: Desk, **settings: Any) -> None:
    desk.engine.installation = replace(INSTALLATION, **settings)


def set_project(desk: Desk, policy: str) -> None:
    with desk.database.write() as session:
        session.get_one(Project, PORTAL.id).policy = policy
        session.get_one(Landmark, "directory").at = desk.now


def last_to(desk: Desk, person: Person) -> str:
    with desk.database.read() as session:
        query = select(Outgoing.message_id).where(Outgoing.person_id == person.id)
        return session.scalars(query.order_by(Outgoing.id.desc())).first() or ""


def reply(desk: Desk, says: str | None, *, token: bool, person: Person = MA) -> bytes:
    """ "done", about PORTAL-1 by its number, and by the token of Ma's mail."""
    headers: Headers = [("In-Reply-To", last_to(desk, MA))] if token else []
    if says is not None:
        headers.append(("Authentication-Results", SAYS[says]))
    mail = mail_of(person, "Re: [PORTAL-1] login", "done", headers)
    return mail if says is not None else mail.partition(b"\r\n")[2]


def asked(desk: Desk) -> list[tuple[int, str]]:
    """Who is asked what, of the questions that are open."""
    with desk.database.read() as session:
        rows = session.scalars(select(Question).where(Question.answered_at.is_(None)))
        return [(row.person_id, row.kind) for row in rows]


def outcome(desk: Desk) -> str:
    """What became of the last mail; fails where it did more than that."""
    state, questions = desk.records()[0].record.state, asked(desk)
    if state == "resolved":
        assert questions == []
        return "obeyed"
    assert (state, desk.states()[-1][0]) == ("open", "held")
    found = {
        (MA.id, "confirm"): "sender asked",
        (CHEN.id, "believe"): "held, coordinator told",
        (CHEN.id, "triage"): "coordinator asked",
    }
    [question] = questions
    return found[question]


OBEYED, SENDER, HELD = "obeyed", "sender asked", "held, coordinator told"
TABLE = [
    # policy, what our server says, a valid token, what happens
    ("open", "pass", False, OBEYED),
    ("open", "none", True, OBEYED),
    ("open", "none", False, OBEYED),
    ("open", "fail", False, SENDER),
    ("open", "fail", True, SENDER),
    ("known", "pass", False, OBEYED),
    ("known", "none", True, OBEYED),
    ("known", "none", False, SENDER),
    ("known", None, False, SENDER),
    ("known", "fail", False, HELD),
    ("known", "fail", True, HELD),
    ("strict", "pass", False, OBEYED),
    ("strict", "none", True, OBEYED),
    ("strict", "none", False, HELD),
    ("strict", None, False, HELD),
    ("strict", "fail", False, HELD),
    ("strict", "fail", True, HELD),
]


@pytest.mark.parametrize(("policy", "says", "token", "expected"), TABLE)
def test_a_reply_of_the_owner(
    quick: Desk, policy: str, says: str | None, token: bool, expected: str
) -> None:
    set_policy(quick, policy=policy)
    quick.put(reply(quick, says, token=token))
    quick.work()
    assert outcome(quick) == expected


@pytest.mark.parametrize("policy", ["open", "known", "strict"])
@pytest.mark.parametrize("token", [False, True])
def test_a_reply_of_somebody_unknown(quick: Desk, policy: str, token: bool) -> None:
    """Also with a token, which says nothing of who has it: it was made for somebody else."""
    set_policy(quick, policy=policy)
    quick.put(reply(quick, "pass", token=token, person=STRANGER))
    quick.work()
    assert outcome(quick) == "coordinator asked"


STRICTER = [
    # of the installation, of the project, what our server says, what happens
    ("open", "known", "none", SENDER),
    ("open", "known", "fail", HELD),
    ("open", "strict", "none", HELD),
    ("known", "strict", "none", HELD),
    ("known", "open", "none", SENDER),
    ("strict", "open", "none", HELD),
    ("strict", "known", "pass", OBEYED),
]


@pytest.mark.parametrize(("policy", "of_project", "says", "expected"), STRICTER)
def test_a_project_may_be_stricter(
    quick: Desk, policy: str, of_project: str, says: str, expected: str
) -> None:
    set_policy(quick, policy=policy)
    set_project(quick, of_project)
    quick.put(reply(quick, says, token=False))
    quick.work()
    assert outcome(quick) == expected


def test_a_stricter_project_counts_for_a_new_record_too(quick: Desk) -> None:
    set_policy(quick, policy="open")
    set_project(quick, "strict")
    headers = [("Authentication-Results", SAYS["none"])]
    quick.put(mail_of(LI, "[ISSUE][PORTAL] a", "x", headers))
    quick.put(mail_of(LI, "[ISSUE][GATE] b", "x", headers))
    quick.work()
    assert [row.title for row in quick.records()] == ["login", "b"]
    assert asked(quick)[0] == (CHEN.id, "believe")


NOBODY = [("open", OBEYED), ("known", OBEYED), ("strict", HELD)]


@pytest.mark.parametrize(("policy", "expected"), NOBODY)
def test_where_nobody_can_tell(quick: Desk, policy: str, expected: str) -> None:
    """Even a header that says pass is only a header, then."""
    set_policy(quick, policy=policy, authserv_ids=())
    quick.put(reply(quick, "pass", token=False))
    quick.work()
    assert outcome(quick) == expected


PASS = SAYS["pass"]
BELOW = [
    # the Authentication-Results of a mail, from the top
    ["mx.acme.example; dmarc=none", PASS],
    ["mx.acme.example; none", PASS],
    ["mx.evil.example; dmarc=none", PASS],
    ["mx.evil.example; dmarc=pass header.from=acme.example"],
    ["mx.acme.example.evil.example; dmarc=pass header.from=acme.example"],
    ["x.mx.acme.example; dmarc=pass header.from=acme.example"],
    ["(mx.acme.example;) mx.evil.example; dmarc=pass header.from=acme.example"],
    ["mx.evil.example (\r\n mx.acme.example; dmarc=pass header.from=acme.example)"],
    ['"mx.evil.example; mx.acme.example; dmarc=pass header.from=acme.example"'],
    ["mx.acme.example; (dmarc=pass header.from=acme.example) dmarc=none"],
    ["mx.acme.example; dmarc=none (\r\n dmarc=pass header.from=acme.example)"],
    ['mx.acme.example; dmarc=none reason="; dmarc=pass header.from=acme.example"'],
    ['mx.acme.example; spf=pass smtp.mailfrom="x; dmarc=pass a.b=acme.example"@evil.example'],
    ['mx.acme.example; spf=pass smtp.mailfrom="acme.example"@evil.example'],
    ["mx.acme.example; spf=pass smtp.mailfrom=acme.example=x@evil.example"],
    ['mx.acme.example; spf=pass smtp.mailfrom="@acme.example"@evil.example'],
    ['mx.acme.example; spf=pass smtp.mailfrom="x\\\\"@evil.example; dkim=none'],
    ["mx.acme.example; spf=pass smtp.mailfrom=acme.example@evil.example"],
    ["mx.acme.example; dkim=pass header.d=evil.example header.i=@acme.example"],
    ["mx.acme.example; dkim=pass header.d=evilacme.example"],
    ["mx.acme.example; dkim=pass header.d=example"],
    ["; dmarc=pass header.from=acme.example"],
    [""],
]


def test_only_what_our_own_server_says_on_top(quick: Desk) -> None:
    """All of them in one go, each a mail of its own; the one question is about all."""
    for values in BELOW:
        lines = [f"Authentication-Results: {value}\r\n" for value in values]
        quick.put("".join(lines).encode() + reply(quick, None, token=False))
        quick.work()
        assert outcome(quick) == SENDER, values


ANOTHER = "mx.acme.example; dmarc=pass header.from=evil.example; dkim=pass header.d=acme.example"


@pytest.mark.parametrize(("policy", "expected"), [("open", SENDER), ("known", HELD)])
def test_a_from_that_our_server_read_otherwise(quick: Desk, policy: str, expected: str) -> None:
    set_policy(quick, policy=policy)
    header = f"Authentication-Results: {ANOTHER}\r\n".encode()
    quick.put(header + reply(quick, None, token=True))
    quick.work()
    assert outcome(quick) == expected


FOLDED = [
    "mx.acme.example;\r\n dmarc=pass\r\n\theader.from=acme.example",
    "MX.Acme.Example 1; dmarc=pass (p=reject; dis=none) header.from=ACME.example",
    '"mx.acme.example"; dkim=pass (1024-bit key; x) header.d=acme.example header.s=a',
]


@pytest.mark.parametrize("value", FOLDED)
def test_our_server_may_write_it_in_any_form(quick: Desk, value: str) -> None:
    quick.put(f"Authentication-Results: {value}\r\n".encode() + reply(quick, None, token=False))
    quick.work()
    assert outcome(quick) == OBEYED


NAME = "s1._domainkey.acme.example."


class Zone:
    """The DNS as the pipeline asks it; `down` is how often it does not answer."""

    def __init__(self, down: int = 0) -> None:
        self.asked, self.down = 0, down

    def __call__(self, name: str) -> bytes | None:
        self.asked += 1
        if self.asked <= self.down:
            raise NoAnswer(name)
        return key().record if name == NAME else None


def checks(desk: Desk, zone: Zone, **settings: Any) -> None:
    """Let us check DKIM ourselves."""
    set_policy(desk, check_dkim=True, **settings)
    desk.engine.verify = partial(check, txt=zone)


def verified(desk: Desk) -> dict[str, Any] | None:
    with desk.database.read() as session:
        found = session.scalars(select(Input.verified).order_by(Input.id.desc())).first()
        return found if found is None else dict(found)


OWN_CHECK = [
    # policy, what our server says, how it is signed, what happens
    ("known", None, "acme.example", OBEYED),
    ("known", "none", "acme.example", OBEYED),
    ("known", None, "evil.example", SENDER),
    ("known", None, "", SENDER),
    ("known", "fail", "acme.example", HELD),
    ("strict", None, "acme.example", OBEYED),
    ("strict", None, "", HELD),
    ("open", None, "", OBEYED),
]


@pytest.mark.parametrize("ids", [(), ("mx.acme.example",)])
@pytest.mark.parametrize(("policy", "says", "by", "expected"), OWN_CHECK)
def test_our_own_check(
    quick: Desk, ids: tuple[str, ...], policy: str, says: str | None, by: str, expected: str
) -> None:
    """With a server and without one, whose header then counts for nothing."""
    checks(quick, Zone(), policy=policy, authserv_ids=ids)
    mail = reply(quick, says, token=False)
    quick.put(key().sign(mail, domain=by) if by else mail)
    quick.work()
    if not ids and says == "fail":
        expected = OBEYED
    assert outcome(quick) == expected


def test_a_broken_signature_is_as_good_as_none(quick: Desk) -> None:
    """A token still counts: a mailing list breaks signatures every day (RFC 6376, 6.1)."""
    checks(quick, Zone(), authserv_ids=())
    broken = key().sign(reply(quick, None, token=False)).replace(b"\r\ndone", b"\r\nfixed")
    quick.put(broken)
    quick.work()
    assert outcome(quick) == SENDER
    assert verified(quick) == {"dkim": [["fail", "acme.example"]]}


def test_a_broken_signature_does_not_spoil_a_token(quick: Desk) -> None:
    checks(quick, Zone(), authserv_ids=())
    signed = key().sign(reply(quick, None, token=True))
    quick.put(signed.replace(b"\r\ndone", b"\r\nfixed"))
    quick.work()
    assert outcome(quick) == OBEYED


def test_the_dns_is_asked_once_and_only_for_people_of_ours(quick: Desk) -> None:
    zone = Zone()
    checks(quick, zone)
    quick.put(key().sign(mail_of(STRANGER, "hello", "x"), domain="evil.example"))
    quick.put(key().sign(reply(quick, "pass", token=False)))
    quick.work()
    assert (zone.asked, verified(quick)) == (0, None)


def test_what_was_found_is_kept_with_the_mail(desk: Desk) -> None:
    """A mail that is held and goes on later, or is replayed, asks nothing again."""
    zone = Zone()
    begin(desk)
    checks(desk, zone, authserv_ids=())
    desk.put(
        key().sign(
            mail_of(LI, "[POEM][PORTAL] a", "x"), fields=[name for name in FIELDS if name != "to"]
        )
    )
    desk.work()
    assert (desk.states()[-1][0], zone.asked) == ("held", 1)
    desk.compose()
    desk.put(desk.answer_of(CHEN, "/kind issue"))
    desk.work()
    assert [row.title for row in desk.records()] == ["login", "[POEM] a"]
    assert zone.asked == 1


def test_a_dns_that_is_silent_for_a_while(desk: Desk) -> None:
    begin(desk)
    checks(desk, Zone(down=1), authserv_ids=())
    desk.put(key().sign(reply(desk, None, token=False)))
    desk.put(mail_of(LI, "[ISSUE][GATE] b", "x"))
    desk.put(mail_of(ANNA, "Re: [PORTAL-1] login", "/priority high"))
    desk.work()
    states = [state for state, _ in desk.states()]
    assert states == ["processed", "stored", "held", "stored"], "what is of its thread waits"
    desk.now += RETRIES[0]
    for _ in range(3):
        desk.work()
    assert desk.records()[0].record.state == "resolved"
    assert verified_of(desk, 2) == {"dkim": [["pass", "acme.example"]]}


def test_a_dns_that_stays_silent_is_a_mail_without_a_signature(quick: Desk) -> None:
    zone = Zone(down=99)
    checks(quick, zone, authserv_ids=())
    quick.put(key().sign(reply(quick, None, token=False)))
    for _ in range(6):
        quick.work()
        quick.now += timedelta(minutes=30)
    assert zone.asked == len(RETRIES) + 1
    assert outcome(quick) == SENDER


def verified_of(desk: Desk, number: int) -> dict[str, Any] | None:
    with desk.database.read() as session:
        return session.get_one(Input, number).verified
