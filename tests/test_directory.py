"""directory.toml: what is refused, what it does to the tables, and that export undoes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from mailflow.directory_file import (
    DirectoryError,
    DirectoryFile,
    PersonEntry,
    ProjectEntry,
    Rules,
    dump,
    load,
)
from mailflow.directory_file.apply import Defaults, apply_file
from mailflow.directory_file.changes import Applied
from mailflow.directory_file.rows import export
from mailflow.kinds_file import load_kinds
from mailflow.store import directory
from mailflow.store.database import Database
from mailflow.store.records import add_text, open_record
from mailflow.store.tables import Client, Input, Person, Project
from tests.conftest import SQLITE_FIRST
from tests.servers.ready import ready

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DEFAULTS = Defaults("en", "Europe/Berlin")
RULES = Rules(load_kinds(None), frozenset({"STATUS"}), "flow@acme.example")
CLOSED = {kind.name: kind.final for kind in RULES.kinds}

PEOPLE = """
[[person]]
name = "Anna Berg"
addresses = ["Anna.Berg@Acme.example", "anna@bücher.example"]
language = "en"
timezone = "Europe/Berlin"
deputy = "Li Wei"

[[person]]
name = "Li Wei"
addresses = ["li.wei@acme.example"]
language = "zh"
timezone = "Asia/Shanghai"

[[person]]
name = "Tom O'Neil"
addresses = ["tom@acme.example"]
"""
CLIENTS = """
[[client]]
name = "Globex"
domains = ["globex.example"]
addresses = ["boss@home.example"]

[[client]]
name = "华星电子"
domains = ["华星.example"]
"""
PROJECT = """
[[project]]
key = "PORTAL"
name = "Customer portal"
coordinator = "Tom O'Neil"
sales = ["anna.berg@acme.example", "Li Wei"]
members = ["tom@acme.example"]
clients = ["globex"]
policy = "strict"
  [[project.route]]
  kind = "issue"
  words = ["login", "登录"]
  client = "Globex"
  owner = "anna@bücher.example"
  [[project.route]]
  owner = "tom@acme.example"
  [[project.meeting]]
  name = "Weekly"
  day = "thursday"
  at = "10:00"
  minutes = 45
  place = "Room 4"
"""
WHOLE = PEOPLE + CLIENTS + PROJECT


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = ready(database_url)
    yield made
    made.close()


def read(text: str, tmp_path: Path) -> DirectoryFile:
    path = tmp_path / "directory.toml"
    path.write_text(text, "utf-8")
    return load(path, RULES)


def put(database: Database, wanted: DirectoryFile, **options: bool) -> Applied:
    return apply_file(database, wanted, DEFAULTS, CLOSED, NOW, **options)


def lines(applied: Applied) -> list[tuple[str, str, str]]:
    return [(change.action, change.what, change.name) for change in applied.changes]


FAULTS = [
    (PROJECT, 'project PORTAL: coordinator "Tom O\'Neil" is nobody in this file'),
    (
        WHOLE.replace('owner = "tom@acme.example"', 'owner = "x@y.example"'),
        'project PORTAL: route 2: owner "x@y.example" is nobody in this file',
    ),
    (WHOLE.replace('["globex"]', '["Globax"]'), 'clients "Globax" is no client in this file; did'),
    (WHOLE.replace('kind = "issue"', 'kind = "isue"'), 'route 1: kind "isue" is not a kind; did'),
    (WHOLE.replace('"PORTAL"', '"portal"'), "project portal: key: expected a key of at most 20"),
    (WHOLE.replace('"PORTAL"', '"BUG"'), 'project BUG: key "BUG" is a tag with another meaning'),
    (WHOLE.replace('"PORTAL"', '"STATUS"'), 'key "STATUS" is a tag with another meaning'),
    (WHOLE.replace('"thursday"', '"donnerstag"'), "meeting Weekly: day: expected a day such as"),
    (WHOLE.replace('"10:00"', '"25:00"'), 'at: expected a time of day such as "10:00"'),
    (WHOLE.replace("= 45", "= 0"), "minutes: expected a number between 1 and 1440, got 0"),
    (WHOLE.replace('"strict"', '"lax"'), "policy: expected open, known or strict, got 'lax'"),
    (WHOLE.replace("Asia/Shanghai", "Asia/Beijing"), "person Li Wei: timezone: expected an IANA"),
    (WHOLE.replace('language = "zh"', 'language = "fr"'), "language: expected en or zh"),
    (WHOLE.replace('"tom@acme.example"]', '"tom at acme"]', 1), "addresses 1: expected an e-mail"),
    (WHOLE.replace('addresses = ["tom@acme.example"]', "addresses = []"), "one or more e-mail"),
    (WHOLE.replace("tom@acme.example", "flow+x@acme.example"), "is the shared mailbox itself"),
    (
        WHOLE.replace("li.wei@acme.example", "ANNA@xn--bcher-kva.example"),
        'person Li Wei: address "anna@xn--bcher-kva.example" stands already at person Anna Berg',
    ),
    (WHOLE + PROJECT, 'project PORTAL: key "PORTAL" stands already at project PORTAL'),
    (WHOLE + CLIENTS, 'client Globex: name "globex" stands already at client Globex'),
    (WHOLE.replace("华星.example", "Globex.example"), 'origin "globex.example" stands already'),
    (WHOLE.replace("boss@home", "li.wei@acme"), "is that of a person of ours"),
    (WHOLE.replace('"globex.example"', '"@globex"'), "domains 1: expected a domain such as"),
    (WHOLE.replace('"Li Wei"\n\n', '"Anna Berg"\n\n', 1), "deputy is the person itself"),
    (
        WHOLE.replace('name = "Li Wei"', 'name = "Tom O\'Neil"').replace('"Li Wei"', '"tom"'),
        'coordinator "Tom O\'Neil" is the name of 2 people; give an address',
    ),
    (WHOLE.replace("deputy", "debuty"), "person Anna Berg: debuty: unknown key; did you mean dep"),
    (WHOLE.replace('coordinator = "Tom O\'Neil"', ""), "coordinator: missing; expected the addr"),
    (WHOLE.replace('"Customer portal"', '"a\\u0007b"'), "name: expected one line of printable"),
    (WHOLE.replace("[[client]]", "[[clients]]"), "clients: unknown key; did you mean client?"),
    ("[[person]\n", "expected TOML:"),
]


@pytest.mark.parametrize(("text", "fault"), FAULTS, ids=[fault[:50] for _, fault in FAULTS])
def test_a_fault_is_one_clear_line(text: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(DirectoryError) as caught:
        read(text, tmp_path)
    hits = [line for line in caught.value.lines if fault in line]
    assert len(hits) == 1, caught.value.lines
    assert hits[0].startswith(f"{tmp_path}/directory.toml: ")
    assert "\n" not in hits[0]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = WHOLE.replace('["globex"]', '["Nobody"]').replace('"issue"', '"nothing"')
    with pytest.raises(DirectoryError) as caught:
        read(text, tmp_path)
    assert len(caught.value.lines) == 2


def test_references_have_one_spelling(tmp_path: Path) -> None:
    found = read(WHOLE, tmp_path)
    anna, li, tom = (person.addresses[0] for person in found.person)
    (project,) = found.project
    assert found.person[0].addresses == ("anna.berg@acme.example", "anna@xn--bcher-kva.example")
    assert found.person[0].deputy == li
    assert (project.coordinator, project.sales, project.members) == (tom, (anna, li), (tom,))
    assert project.clients == ("Globex",)
    assert [route.owner for route in project.route] == [anna, tom]
    assert found.client[1].domains == ("xn--xkru15b.example",)


def test_apply_fills_the_tables(database: Database, tmp_path: Path) -> None:
    applied = put(database, read(WHOLE, tmp_path))
    assert lines(applied) == [
        ("added", "person", "Anna Berg"),
        ("added", "person", "Li Wei"),
        ("added", "person", "Tom O'Neil"),
        ("added", "client", "Globex"),
        ("added", "client", "华星电子"),
        ("added", "project", "PORTAL"),
    ]
    with database.read() as session:
        anna, li, tom = directory.everybody(session)
        (project,) = directory.all_projects(session)
        assert anna.deputy_id == li.id
        assert (tom.language, tom.timezone) == ("en", "Europe/Berlin")
        assert all(person.active for person in (anna, li, tom))
        roles = [(m.role, m.person_id, m.position) for m in project.members]
        assert sorted(roles) == [("member", tom.id, 0), ("sales", anna.id, 0), ("sales", li.id, 1)]
        first, second = project.routes
        assert (first.kind, first.words, first.owner_id) == ("issue", ["login", "登录"], anna.id)
        assert (second.kind, second.words, second.client_id) == (None, [], None)
        (meeting,) = project.meetings
        assert (meeting.day, meeting.at, meeting.minutes) == ("thursday", "10:00", 45)
        assert directory.revision(session) == NOW
        (act,) = session.scalars(select(Input).where(Input.kind == "act"))
        assert act.payload["act"] == "directory apply"
        assert "added project PORTAL" in act.payload["changes"]


def test_applying_twice_changes_nothing(database: Database, tmp_path: Path) -> None:
    wanted = read(WHOLE, tmp_path)
    put(database, wanted)
    again = put(database, wanted)
    assert not again.changes
    assert not again.kept
    with database.read() as session:
        assert directory.revision(session) == NOW
        assert len(session.scalars(select(Input)).all()) == 1


@SQLITE_FIRST
def test_a_change_moves_the_revision_on(database: Database, tmp_path: Path) -> None:
    put(database, read(WHOLE, tmp_path))
    (change,) = put(database, read(WHOLE.replace("= 45", "= 30"), tmp_path)).changes
    assert change.as_json()["fields"]["meeting"]["new"][0]["minutes"] == 30
    with database.read() as session:
        assert directory.revision(session) == NOW + timedelta(microseconds=1)


@SQLITE_FIRST
def test_dry_run_changes_nothing(database: Database, tmp_path: Path) -> None:
    applied = put(database, read(WHOLE, tmp_path), dry_run=True)
    assert len(applied.changes) == 6
    with database.read() as session:
        assert not directory.everybody(session)
        assert directory.revision(session) is None


@SQLITE_FIRST
def test_a_person_is_known_by_any_address(database: Database, tmp_path: Path) -> None:
    put(database, read(WHOLE, tmp_path))
    text = WHOLE.replace('"Anna Berg"', '"Anna Stone"').replace(
        '"Anna.Berg@Acme.example", "anna@bücher.example"',
        '"stone@acme.example", "anna@bücher.example"',
    )
    changed = put(database, read(text.replace("anna.berg@acme", "stone@acme"), tmp_path))
    assert lines(changed) == [("changed", "person", "Anna Stone")]
    assert set(changed.changes[0].fields) == {"name", "addresses"}
    with database.read() as session:
        assert next(p.address for p in directory.everybody(session)) == "stone@acme.example"
        assert len(directory.everybody(session)) == 3


def test_two_people_may_exchange_their_addresses(database: Database, tmp_path: Path) -> None:
    before = '[[person]]\nname = "A"\naddresses = ["a@x.example", "desk@x.example"]\n'
    before += '[[person]]\nname = "B"\naddresses = ["b@x.example", "hall@x.example"]\n'
    put(database, read(before, tmp_path))
    after = before.replace("desk", "?").replace("hall", "desk").replace("?", "hall")
    changes = put(database, read(after, tmp_path))
    assert lines(changes) == [("changed", "person", "A"), ("changed", "person", "B")]
    with database.read() as session:
        found = [[a.address for a in p.addresses] for p in directory.everybody(session)]
    assert found == [["a@x.example", "hall@x.example"], ["b@x.example", "desk@x.example"]]


@SQLITE_FIRST
def test_a_chosen_language_stays_where_the_file_says_nothing(
    database: Database, tmp_path: Path
) -> None:
    wanted = read(WHOLE, tmp_path)
    put(database, wanted)
    with database.write() as session:
        tom = directory.everybody(session)[2]
        tom.language, tom.timezone = "zh", "Asia/Tokyo"
    assert not put(database, wanted).changes
    with database.read() as session:
        assert directory.everybody(session)[2].timezone == "Asia/Tokyo"


@SQLITE_FIRST
def test_a_renamed_client_stays_the_same_client(database: Database, tmp_path: Path) -> None:
    put(database, read(WHOLE, tmp_path))
    text = WHOLE.replace('"Globex"', '"Globex Inc."').replace('["globex"]', '["Globex Inc."]')
    assert lines(put(database, read(text, tmp_path))) == [("changed", "client", "Globex Inc.")]
    with database.read() as session:
        assert [c.name for c in directory.all_clients(session)] == ["Globex Inc.", "华星电子"]


@SQLITE_FIRST
def test_an_address_of_somebody_who_is_not_in_the_file(database: Database, tmp_path: Path) -> None:
    put(database, read(PEOPLE, tmp_path))
    text = '[[person]]\nname = "New"\naddresses = ["new@acme.example"]\n'
    text += '[[person]]\nname = "Li Wei"\naddresses = ["li.wei@acme.example", "tom@acme.example"]\n'
    with pytest.raises(DirectoryError, match=r"Tom O'Neil is not in the file, which gives \"tom@"):
        put(database, read(text, tmp_path))
    pruned = put(database, read(text, tmp_path), prune=True)
    assert ("deactivated", "person", "Tom O'Neil") in lines(pruned)
    with database.read() as session:
        people = {p.name: [a.address for a in p.addresses] for p in directory.everybody(session)}
    assert people["Tom O'Neil"] == []
    assert people["Li Wei"] == ["li.wei@acme.example", "tom@acme.example"]


@SQLITE_FIRST
def test_without_prune_what_is_missing_stays(database: Database, tmp_path: Path) -> None:
    put(database, read(WHOLE, tmp_path))
    applied = put(database, read('[[client]]\nname = "Initech"\n', tmp_path))
    assert lines(applied) == [("added", "client", "Initech")]
    names = [change.name for change in applied.kept]
    assert names == ["Anna Berg", "Li Wei", "Tom O'Neil", "Globex", "华星电子", "PORTAL"]


@SQLITE_FIRST
def test_prune_deactivates_and_tells_what_is_still_open(database: Database, tmp_path: Path) -> None:
    put(database, read(WHOLE, tmp_path))
    with database.write() as session:
        owner = directory.everybody(session)[2]
        project = directory.all_projects(session)[0]
        texts = {"title_id": add_text(session, "t"), "text_id": add_text(session, "x")}
        for number, state in enumerate(("open", "closed", "resolved"), start=1):
            fields = {
                "project_id": project.id,
                "number": number,
                "ref": f"PORTAL-{number}",
                "kind": "issue",
                "state": state,
                "owner_id": owner.id,
                "reporter_id": owner.id,
                "priority": "normal",
                "agreements": {},
                "why": {},
            }
            open_record(session, fields | texts, NOW)
    two = PEOPLE[: PEOPLE.index('[[person]]\nname = "Tom')]
    applied = put(database, read(two, tmp_path), prune=True)
    assert lines(applied) == [
        ("deactivated", "person", "Tom O'Neil"),
        ("deactivated", "client", "Globex"),
        ("deactivated", "client", "华星电子"),
        ("deactivated", "project", "PORTAL"),
    ]
    assert applied.changes[0].note == "still owns 2 open records: PORTAL-1, PORTAL-3"
    assert applied.changes[3].note == "still has 2 open records: PORTAL-1, PORTAL-3"
    assert not put(database, read(two, tmp_path), prune=True).changes
    with database.read() as session:
        assert len(session.scalars(select(Person)).all()) == 3
        assert len(session.scalars(select(Client)).all()) == 2
        assert [p.active for p in session.scalars(select(Project))] == [False]
        tom = directory.everybody(session)[2]
        assert (tom.active, tom.address) == (False, "tom@acme.example")
    back = put(database, read(WHOLE, tmp_path))
    assert {c.note for c in back.changes} == {"was inactive"}
    assert len(back.changes) == 4


@SQLITE_FIRST
def test_export_is_the_file_again(database: Database, tmp_path: Path) -> None:
    put(database, read(WHOLE, tmp_path))
    with database.read() as session:
        written = dump(export(session))
    exported = read(written, tmp_path)
    assert not put(database, exported, prune=True).changes
    with database.read() as session:
        assert dump(export(session)) == written


@SQLITE_FIRST
def test_export_leaves_out_who_left(database: Database, tmp_path: Path) -> None:
    put(database, read(WHOLE, tmp_path))
    put(database, read(PEOPLE, tmp_path), prune=True)
    with database.read() as session:
        found = export(session)
    assert (len(found.person), len(found.client), len(found.project)) == (3, 0, 0)


printable = st.text(
    st.characters(exclude_categories=("C", "Z")) | st.just(" "), min_size=1, max_size=20
)
names = printable.map(str.strip).filter(
    lambda text: text and "@" not in text and text.isprintable()
)


@st.composite
def directories(draw: st.DrawFn) -> DirectoryFile:
    people = [
        PersonEntry(
            name=draw(names),
            addresses=tuple(
                f"p{n}{letter}@x.example" for letter in "ab"[: draw(st.integers(1, 2))]
            ),
            language=draw(st.sampled_from(("en", "zh", None))),
            deputy=draw(st.sampled_from((None, "p0a@x.example"))) if n else None,
        )
        for n in range(draw(st.integers(1, 4)))
    ]
    anybody = st.sampled_from([person.addresses[0] for person in people])
    clients = [{"name": name} for name in draw(st.lists(names, max_size=3, unique_by=str.casefold))]
    projects = [
        ProjectEntry.model_validate(
            {
                "key": key,
                "name": draw(names),
                "coordinator": draw(anybody),
                "sales": draw(st.lists(anybody, max_size=3)),
                "members": draw(st.lists(anybody, max_size=3)),
                "clients": [client["name"] for client in clients],
                "route": [
                    {"kind": "issue", "words": draw(st.lists(names, max_size=2)), "owner": o}
                    for o in draw(st.lists(anybody, max_size=3))
                ],
                "meeting": [
                    {"name": name, "day": draw(st.sampled_from(("monday", "sun"))), "at": "09:30"}
                    for name in draw(st.lists(names, max_size=2, unique=True))
                ],
            }
        )
        for key in draw(st.lists(st.sampled_from(("A", "B2", "PORTAL")), unique=True, max_size=2))
    ]
    return DirectoryFile.model_validate({"person": people, "client": clients, "project": projects})


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=directories(), then=directories())
@SQLITE_FIRST
def test_whatever_was_applied_before_the_export_says_the_file(
    database: Database, tmp_path: Path, first: DirectoryFile, then: DirectoryFile
) -> None:
    """The database goes on from one example to the next: each file follows upon others."""
    for wanted in (first, then):
        checked = read(dump(wanted), tmp_path)
        put(database, checked, prune=True)
        with database.read() as session:
            exported = read(dump(export(session)), tmp_path)
        assert not put(database, exported, prune=True).changes
        assert not put(database, checked, prune=True).changes
        assert {p.name for p in exported.person} == {p.name for p in wanted.person}
        assert {p.key for p in exported.project} == {p.key for p in wanted.project}
