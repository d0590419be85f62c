"""`mailflow directory`: what it prints, and that nothing is changed twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.admin import DIRECTORY, Admin


@pytest.fixture
def empty(tmp_path: Path) -> Admin:
    """Without a directory."""
    return Admin(tmp_path)


def test_apply_says_what_it_did(empty: Admin) -> None:
    file = str(empty.folder / "directory.toml")
    out = empty.run("directory", "apply", file).stdout.splitlines()
    assert out[0] == "+ added person Li Wei"
    assert out[-1] == "+ added project GATE"
    assert len(out) == 9
    assert empty.run("directory", "apply", file).stdout == "nothing to change\n"
    changed = DIRECTORY.replace("minutes = 45", "minutes = 30").replace('"Globex"', '"GLOBEX"')
    done = empty.run("directory", "apply", empty.file("other.toml", changed))
    assert "~ changed project PORTAL" in done.stdout
    assert '"minutes": 45' in done.stdout
    assert "~ changed client GLOBEX" in done.stdout
    assert "name: Globex → GLOBEX" in done.stdout


def test_dry_run_says_the_same_and_does_nothing(empty: Admin) -> None:
    file = str(empty.folder / "directory.toml")
    out = empty.run("directory", "apply", file, "--dry-run").stdout.splitlines()
    assert out[0] == "+ added person Li Wei"
    assert out[-1] == "nothing was changed: this was a dry run"
    assert empty.lines("directory", "list") == []


def test_prune_warns_of_open_records(admin: Admin) -> None:
    admin.mail("anna.berg@acme.example", "[ISSUE][PORTAL] login", "It fails.")
    admin.handle()
    text = DIRECTORY.replace('"Ma Jun"', '"Ma Yun"').replace("ma.jun@", "ma.yun@")
    file = admin.file("other.toml", text)
    kept = admin.run("directory", "apply", file)
    assert "not in the file, left as they are (see --prune): person Ma Jun" in kept.stderr
    pruned = admin.run("directory", "apply", file, "--prune")
    line = "- deactivated person Ma Jun (still owns 1 open record: PORTAL-1)"
    assert line in pruned.stdout
    (record,) = admin.lines("records")
    assert record["owner"] == "ma.jun@acme.example"


def test_json_has_a_line_a_change(admin: Admin) -> None:
    file = admin.file("other.toml", DIRECTORY.replace("= 45", "= 30"))
    (change,) = admin.lines("directory", "apply", file)
    assert (change["action"], change["what"], change["name"]) == ("changed", "project", "PORTAL")
    assert change["fields"]["meeting"]["old"][0]["minutes"] == 45


def test_a_wrong_file_changes_nothing(admin: Admin) -> None:
    text = DIRECTORY.replace('owner = "ma.jun@acme.example"', 'owner = "x@y.example"')
    file = admin.file("other.toml", text)
    done = admin.run("directory", "apply", file, status=1)
    line = f'mailflow: {file}: project PORTAL: route 1: owner "x@y.example" is nobody in this file'
    assert done.stderr == line + "\n"


def test_a_missing_coordinator_is_told(empty: Admin) -> None:
    one = '[[person]]\nname = "A"\naddresses = ["a@acme.example"]\n'
    done = empty.run("directory", "apply", empty.file("one.toml", one))
    assert "the coordinator chen.yu@acme.example is nobody in the directory" in done.stderr


def test_export_and_apply_again(admin: Admin, tmp_path_factory: pytest.TempPathFactory) -> None:
    text = admin.run("directory", "export").stdout
    file = admin.file("exported.toml", text)
    assert admin.run("directory", "apply", file, "--prune").stdout == "nothing to change\n"
    other = Admin(tmp_path_factory.mktemp("other"))
    other.run("directory", "apply", file)
    assert other.run("directory", "export").stdout == text


def test_export_into_a_new_file_only(admin: Admin) -> None:
    file = admin.folder / "exported.toml"
    admin.run("directory", "export", str(file))
    assert file.read_text("utf-8") == admin.run("directory", "export").stdout
    done = admin.run("directory", "export", str(file), status=1)
    assert done.stderr == f"mailflow: {file}: is there already\n"


def test_list_shows_who_is_where(admin: Admin) -> None:
    out = admin.run("directory", "list").stdout
    row = next(line for line in out.splitlines() if line.startswith("Li Wei"))
    assert "PORTAL (sales), GATE (sales)" in row
    assert "Weekly (thursday 10:00)" in out
    found = admin.lines("directory", "list")
    kinds = [entry["type"] for entry in found]
    assert kinds == ["person"] * 5 + ["client"] * 2 + ["project"] * 2
    assert found[5] == {
        "type": "client",
        "name": "Globex",
        "domains": ["globex.example"],
        "addresses": [],
    }
