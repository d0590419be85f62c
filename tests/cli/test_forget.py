"""`mailflow forget`: a dump of the whole database has nothing of theirs, the rest still fits."""

from __future__ import annotations

import base64
import json
import zlib
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select

from mailflow import wiring
from mailflow.store.forgetting.mentions import Mentions, Quotations, is_telling
from mailflow.store.tables import Outgoing, metadata
from tests.cli.admin import Admin
from tests.servers.ready import ready
from tests.servers.smtp import Receiver

ANNA, TOM, MA, CHEN = (
    f"{name}@acme.example" for name in ("anna.berg", "tom.oneil", "ma.jun", "chen.yu")
)
HOMER = "homer@globex.example"
FORWARD = """Please look at this.

---------- Forwarded message ---------
From: Homer Simpson <homer@globex.example>
Date: Mon, 23 Nov 2026 at 08:12
Subject: Cannot log in
To: Anna Berg <anna.berg@acme.example>

Budget: purple elephants
since this morning our login fails with a turquoise "walrus token",
whatever we do, and Marge cannot work at all.
"""
QUOTE = """I called Homer   Simpson about it and am on it.

> since this morning our login fails with a
> turquoise "walrus token", whatever we do, and Marge cannot
> work at all.
"""
PHRASES = ("walrus token", "purple elephants", "homer@", "Homer Simpson", "Homer   Simpson")


def dump(admin: Admin) -> str:
    """Every value of every table, mails unpacked and decoded."""
    database = wiring.open_database(admin.settings())
    lines = []
    with database.read() as session:
        for table in metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                lines += [f"{table.name}.{name}: {_plain(value)}" for name, value in row.items()]
    database.close()
    return "\n".join(lines)


def _plain(value: object) -> str:
    if not isinstance(value, bytes):
        return json.dumps(value, ensure_ascii=False, default=str)
    raw = zlib.decompress(value) if value[:1] == b"\x78" else value
    mail = message_from_bytes(raw, policy=default)
    parts = [p.get_content() for p in mail.walk() if p.get_content_maintype() == "text"]
    return "\n".join([raw.decode("utf-8", "replace"), *map(str, mail.values()), *map(str, parts)])


def found(admin: Admin, *phrases: str) -> list[str]:
    everything = dump(admin).casefold()
    return [phrase for phrase in phrases if phrase.casefold() in everything]


def run(admin: Admin) -> None:
    """Handle what waits and send it, by a real SMTP server."""
    admin.run("run", "--once", "--at", admin.now.isoformat())
    admin.now = admin.now.replace(minute=admin.now.minute + 5)


@pytest.fixture
def office(request: pytest.FixtureRequest, tmp_path: Path, receiver: Receiver) -> Admin:
    """Homer's words came by Anna; others quote and name him, and he wrote a mail himself. On
    SQLite; `indirect` names the fixture of another database's URL."""
    other = getattr(request, "param", None)
    url = request.getfixturevalue(other) if other else ""
    admin = Admin(tmp_path, url, receiver.port)
    ready(admin.database).close()
    admin.run("directory", "apply", str(tmp_path / "directory.toml"))
    admin.mail(ANNA, "[GOAL][PORTAL] Fwd: The walrus token", FORWARD)
    admin.mail(ANNA, "[ISSUE][PORTAL] Printer", "Prints nothing since monday.")
    run(admin)
    admin.mail(TOM, "Re: [PORTAL-1] The walrus token", QUOTE)
    coded = base64.b64encode(b"Homer wants his walrus token.").decode()
    mail = f"From: Homer Simpson <{HOMER}>\nTo: flow@acme.example\nSubject: walrus token?\n"
    mail += f"Message-ID: <9@mail.example>\nContent-Transfer-Encoding: base64\n\n{coded}\n"
    (tmp_path / "homer.eml").write_text(mail)
    admin.run("import", str(tmp_path / "homer.eml"))
    run(admin)
    return admin


@pytest.mark.parametrize("office", [None, "postgres_url"], indirect=True)
def test_nothing_of_a_client_is_left(office: Admin) -> None:
    assert found(office, *PHRASES) == list(PHRASES)
    before = office.lines("show", "PORTAL-1")[0]
    (dry,) = office.lines("forget", HOMER, "--dry-run")
    assert found(office, *PHRASES) == list(PHRASES)
    (done,) = office.lines("forget", HOMER.upper(), "--yes")
    assert dry["forgotten"] == done["forgotten"]
    assert done["forgotten"] | {"sent mails": 0, "mentions": 0} == {
        "texts": 2, "received mails": 3, "waiting mails dropped": 1, "contacts": 1,
        "sent mails": 0, "mentions": 0,
    }  # fmt: skip
    assert found(office, *PHRASES) == []
    after = office.lines("show", "PORTAL-1")[0]
    assert (after["title"], after["text"], after["fields"]) == ("[…]", "[…]", {"budget": "[…]"})
    assert after["client"] == {"name": "[…] 1", "address": None}
    assert "I called […] about it" in json.dumps(after, ensure_ascii=False)
    assert [e["who"] for e in after["events"]] == [e["who"] for e in before["events"]]
    assert office.lines("show", "PORTAL-2")[0]["text"] == "Prints nothing since monday."
    office.run("rebuild", "--check")
    assert office.lines("reparse", "--dry-run") == []
    assert office.lines("quarantine", "list", "--held") == []
    if office.database.startswith("sqlite"):
        files = b"".join(path.read_bytes() for path in office.folder.glob("mailflow.db*"))
        assert not [phrase for phrase in PHRASES if phrase.encode() in files]


def test_a_later_mail_is_a_strangers(office: Admin) -> None:
    office.run("forget", HOMER, "--yes")
    office.mail(f"Homer Simpson <{HOMER}>", "Hello again", "It is me.")
    run(office)
    (held,) = office.lines("quarantine", "list", "--held")
    assert held["from"] == HOMER


def test_one_of_ours_leaves_first(office: Admin, receiver: Receiver) -> None:
    directory = office.folder / "directory.toml"
    refused = office.run("forget", TOM, "--yes", status=1).output
    assert "Tom O'Neil is in the directory" in refused
    text = directory.read_text("utf-8").replace(', "ma.jun@', "").replace("tom.oneil@", "ma.jun@")
    text = text.replace('members = ["ma.jun@acme.example"acme.example"]', f'members = ["{MA}"]')
    person = text.index('[[person]]\nname = "Tom')
    text = text[:person] + text[text.index("[[person]]", person + 1) :]
    directory.write_text(text, "utf-8")
    office.run("directory", "apply", str(directory), "--prune")
    office.run("forget", TOM, "--yes")
    assert found(office, TOM, "Tom O'Neil", "I called Homer", "am on it") == []
    assert found(office, "walrus token", "Homer Simpson") == ["walrus token", "Homer Simpson"]
    shown = office.lines("show", "PORTAL-1")[0]
    assert "somebody forgotten" in {event["who"] for event in shown["events"]}
    office.run("rebuild", "--check")
    office.mail(ANNA, "Re: [PORTAL-1] The walrus token", "Any news?")
    run(office)
    assert receiver.of(CHEN)


def test_what_was_not_sent_yet_is_composed_anew(admin: Admin) -> None:
    admin.mail(ANNA, "[ISSUE][PORTAL] Fwd: The walrus token", FORWARD)
    admin.run("run", "--once", "--at", admin.now.isoformat())
    assert admin.lines("outbox", "list")
    admin.run("forget", HOMER, "--yes")
    assert found(admin, *PHRASES) == []
    admin.run("run", "--once", "--at", admin.now.isoformat())
    database = wiring.open_database(admin.settings())
    with database.read() as session:
        bodies = [row.body for row in session.scalars(select(Outgoing))]
    database.close()
    assert len(bodies) == 2
    assert all(bodies)
    assert found(admin, *PHRASES) == []


def test_the_history_tells_of_it_without_the_address(admin: Admin) -> None:
    admin.mail(ANNA, "[ISSUE][PORTAL] Fwd: x", FORWARD)
    admin.handle()
    shown = admin.run("forget", HOMER, "--yes").stdout
    assert "Homer Simpson" in shown
    assert "remains   backups made before now" in shown
    acts = [line for line in dump(admin).splitlines() if '"act": "forget"' in line]
    assert len(acts) == 1
    assert HOMER not in acts[0]
    assert "nothing here is about" in admin.run("forget", HOMER, "--yes", status=1).output


def test_it_asks_first(admin: Admin) -> None:
    admin.mail(ANNA, "[ISSUE][PORTAL] Fwd: x", FORWARD)
    admin.handle()
    assert "Aborted" in admin.run("forget", HOMER, status=1).output
    assert found(admin, "Homer Simpson")
    admin.run("forget", HOMER, "--json", status=2)


def test_a_name_that_somebody_else_has_stays_where_others_mention_it(admin: Admin) -> None:
    other = FORWARD.replace("homer@globex.example", "homer@huaxing.example")
    admin.mail(ANNA, "[ISSUE][PORTAL] Fwd: x", FORWARD)
    admin.mail(ANNA, "[ISSUE][PORTAL] Fwd: y", other.replace("walrus", "narwhal"))
    admin.handle()
    (done,) = admin.lines("forget", HOMER, "--yes")
    assert any(line.startswith('"Homer Simpson"') for line in done["remains"])
    assert found(admin, "walrus token", HOMER, "narwhal token", "homer@huaxing.example") == [
        "narwhal token",
        "homer@huaxing.example",
    ]


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("ask HOMER  SIMPSON.", "ask […]."),
        ("ask Homer\nSimpson", "ask […]"),
        ("Homer Simpsons", "Homer Simpsons"),
        ("<Homer@Globex.example>", "<[…]>"),
        ("bhomer@globex.example", "bhomer@globex.example"),
        ("homer@globex.example.org", "homer@globex.example.org"),
        ("王小明说好", "[…]说好"),
        ({"a": ["Homer Simpson", 1, None]}, {"a": ["[…]", 1, None]}),
    ],
)
def test_what_a_mention_is(text: object, scrubbed: object) -> None:
    names = frozenset({"Homer Simpson", "王小明"})
    assert Mentions(frozenset({HOMER}), names).scrubbed(text) == scrubbed


def test_who_has_no_names_is_mentioned_nowhere() -> None:
    assert "anything" not in Mentions(frozenset(), frozenset())


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("Homer Simpson", True), ("王伟", True), ("王", False), ("Homer", False), ("a b", False)],
)
def test_which_names_are_looked_for(name: str, is_one: bool) -> None:
    assert is_telling(name) is is_one


def test_a_quotation_is_found_however_it_is_broken() -> None:
    quotes = Quotations(["The login fails since this morning.", "Printer!", "ok"])
    assert "> the login\n> fails, since\n>> this morning" in quotes
    assert "Re: printer" in quotes
    assert "ok, the login works" not in quotes
