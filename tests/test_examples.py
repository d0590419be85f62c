"""The examples in config/ are right as they stand."""

from __future__ import annotations

from pathlib import Path

from mailflow import directory_file
from mailflow.data import data_path
from mailflow.kinds_file import load_kinds
from mailflow.settings import load


def test_mailflow_toml() -> None:
    settings = load(data_path("config", "mailflow.example.toml"), {})
    assert [mailbox.host for mailbox in settings.mailboxes] == ["imap.company.example"]


def test_what_mailflow_toml_has_commented_out(tmp_path: Path) -> None:
    lines = data_path("config", "mailflow.example.toml").read_text("utf-8").splitlines()
    said = [line.removeprefix("# ") for line in lines if not line.startswith('# database = "p')]
    text = "\n".join(line for line in said if line.startswith("[") or " = " in line)
    file = tmp_path / "all.toml"
    file.write_text(text, "utf-8")
    settings = load(file, {})
    plain = load(data_path("config", "mailflow.example.toml"), {}).model_dump()
    examples = {"database", "secret_file", "kinds", "escalation", "lmtp", "schedule"}
    assert settings.model_dump(exclude=examples) == {
        key: value for key, value in plain.items() if key not in examples
    }
    assert settings.schedule.model_dump(exclude={"holidays"}) == {
        key: value for key, value in plain["schedule"].items() if key != "holidays"
    }
    assert settings.lmtp is not None
    assert settings.lmtp.address() == ("127.0.0.1", 8024)


def test_directory_toml() -> None:
    rules = directory_file.Rules(kinds=load_kinds(None), tags=(), own="flow@company.example")
    found = directory_file.load(data_path("config", "directory.example.toml"), rules)
    assert [project.key for project in found.project] == ["PORTAL"]
    assert found.project[0].meeting[0].minutes == 45
    assert [len(person.addresses) for person in found.person] == [2, 1, 1]
