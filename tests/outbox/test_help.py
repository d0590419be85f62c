"""The help page: two screens that name all there is, for its reader."""

from __future__ import annotations

from dataclasses import replace
from unicodedata import east_asian_width

import pytest

from mailflow.outbox.help import page
from mailflow.outbox.reader import reader_of
from mailflow.workflow.model import Person
from mailflow.workflow.requests import REQUESTS
from mailflow.workflow.worktime import USUAL
from tests.pipeline.desk import INSTALLATION, NOW
from tests.workflow.company import ANNA, DIRECTORY, KINDS, LI


def columns(line: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in line)


@pytest.mark.parametrize("person", [ANNA, LI])
def test_the_help_page_is_two_screens_and_names_all_there_is(person: Person) -> None:
    """Kinds, commands, requests, norms, and who answers in the reader's projects."""
    reader = reader_of(person, INSTALLATION, DIRECTORY, NOW)
    text = page(reader, "help")
    commands = [key for key in reader.phrases.table if key.startswith("command.")]
    assert [key for key in commands if reader.say(key) not in text] == []
    assert all(any(f"[{tag}]" in text for tag in kind.tags) for kind in KINDS)
    for request in ("status", "report", "meeting", "agenda", "start", "help"):
        tags = [tag for tag, name in REQUESTS.items() if name == request]
        assert any(f"[{tag}]" in text for tag in tags)
    assert "2 / 8       4 / 24      8 / 80      24 / 160" in text
    assert "Chen Yu" in text
    assert "Ma Jun" in text
    assert len(text.splitlines()) <= 100
    assert [line for line in text.splitlines() if columns(line) > 82] == []


def test_the_help_page_says_how_far_the_holidays_are_known() -> None:
    china = replace(INSTALLATION, calendar=replace(USUAL, country="china"))
    text = page(reader_of(ANNA, china, DIRECTORY, NOW), "help")
    assert "China's public holidays are known until" in text
    assert "public holidays" not in page(reader_of(ANNA, INSTALLATION, DIRECTORY, NOW), "help")


@pytest.mark.parametrize("name", ["../zh/help", "nothing", "phrases.toml", ""])
def test_there_is_no_other_page(name: str) -> None:
    assert page(reader_of(ANNA, INSTALLATION, DIRECTORY, NOW), name) == ""
