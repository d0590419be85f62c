"""Somebody outside the directory whom a setting names (escalation.to) stays outside of it."""

from __future__ import annotations

from mailflow import wiring
from mailflow.store import reminders
from tests.cli.admin import Admin

HEAD = "head@group.example"
ENTRY = f'\n[[person]]\nname = "Hedda Head"\naddresses = ["{HEAD}"]\n'


def test_who_is_only_named_by_a_setting_is_nobody_of_the_directory(admin: Admin) -> None:
    exported = admin.run("directory", "export").stdout
    database = wiring.open_database(admin.settings())
    with database.write() as session:
        head = reminders.add_addressee(session, HEAD, "en", "UTC").id
    file = admin.folder / "directory.toml"
    for prune in ((), ("--prune",)):
        done = admin.run("directory", "apply", str(file), *prune)
        assert done.stdout == "nothing to change\n"
        assert done.stderr == ""
    assert admin.run("directory", "export").stdout == exported
    assert HEAD not in admin.run("directory", "list").stdout
    assert not [due for due in admin.lines("schedule", "list") if due["for"] == HEAD]

    file.write_text(file.read_text("utf-8") + ENTRY, "utf-8")
    assert "person Hedda Head (was inactive)" in admin.run("directory", "apply", str(file)).stdout
    assert HEAD in admin.run("directory", "list").stdout
    with database.read() as session:
        person = reminders.addressee(session, HEAD)
        assert person is not None
        assert (person.id, person.name) == (head, "Hedda Head")
    database.close()
