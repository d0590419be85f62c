"""Where no server gives verdicts, mailflow checks DKIM itself: by real mail and a real DNS."""

from __future__ import annotations

import os
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial

import pytest

from mailflow import settings, wiring
from mailflow.verification.resolver import Resolver
from tests.servers.dns import NameServer
from tests.stories.office import Office, Person
from tests.verification.signing import key

NAME = "s1._domainkey.acme.example"


@pytest.fixture
def name_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    with NameServer() as server:
        server.zone[NAME] = key().record
        monkeypatch.setattr(wiring, "resolver", partial(Resolver, ["127.0.0.1"], server.port))
        yield server


def signs(office: Office, mail: EmailMessage) -> None:
    office.deliver(key().sign(mail.as_bytes(policy=SMTP)))


def draft(person: Person, subject: str, text: str) -> EmailMessage:
    return person.draft(subject, text, verdict=None)


def test_signed_is_obeyed_and_unsigned_is_asked(office: Office, name_server: NameServer) -> None:
    config = office.folder / "mailflow.toml"
    said = config.read_text("utf-8").replace(
        'authserv_ids = ["mx.acme.example"]', "check_dkim = true"
    )
    config.write_text(said, "utf-8")
    office.settings = settings.load(config, os.environ)
    signs(office, draft(office.anna, "[ISSUE][PORTAL] login", "It fails."))
    office.anna.writes("[ISSUE][PORTAL] forged", "Pay the bill.", verdict=None)
    signed = key(1024, 1).sign(draft(office.anna, "[ISSUE][PORTAL] too", "x").as_bytes(policy=SMTP))
    office.deliver(signed)
    office.runs()
    assert [record["title"] for record in office.records()] == ["login"]
    office.ma.reads("PORTAL-1", kind="notice")
    office.anna.reads("PORTAL-1", kind="receipt")
    office.anna.reads("forged", kind="question")
    assert set(name_server.asked) == {NAME}
