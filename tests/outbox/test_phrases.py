"""The catalogues: the same keys and placeholders in every language, and words that work."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from mailflow.data import data_path
from mailflow.kinds_file import load_kinds
from mailflow.outbox.phrases import CATALOGUE, flatten, language_of, languages, phrases
from mailflow.workflow.commands import COMMANDS, run
from mailflow.workflow.model import PRIORITIES, Effects
from parsers import parse
from tests.workflow.company import ANNA, LI, context

OUTBOX = Path(__file__).parents[2] / "mailflow" / "outbox"


def catalogue(language: str) -> dict[str, Any]:
    text = data_path("templates", language, CATALOGUE).read_text("utf-8")
    return flatten(tomllib.loads(text))


def placeholders(phrase: Any) -> set[str]:
    if isinstance(phrase, Mapping):
        return set().union(*(placeholders(form) for form in phrase.values()))
    if isinstance(phrase, list):
        return set()
    return {name for _, name, _, _ in Formatter().parse(phrase) if name}


def mail_saying(line: str) -> bytes:
    return f"From: a@acme.example\r\nSubject: Re: x\r\n\r\n{line}\r\n".encode()


def test_there_are_two_languages() -> None:
    assert languages() == ("en", "zh")


@pytest.mark.parametrize("language", [one for one in languages() if one != "en"])
def test_every_language_has_the_same_keys_and_placeholders(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    assert english.keys() == other.keys()
    differing = {k for k in english if placeholders(english[k]) != placeholders(other[k])}
    assert differing == set()


@pytest.mark.parametrize("language", languages())
def test_every_phrase_has_the_form_for_many_and_a_text(language: str) -> None:
    for key, phrase in catalogue(language).items():
        forms = phrase.values() if isinstance(phrase, Mapping) else [phrase]
        assert not isinstance(phrase, Mapping) or "other" in phrase, key
        assert all(form or key == "format.sentences" for form in forms), key


def test_every_key_that_the_code_names_is_there() -> None:
    """Keys that are put together ("refusal." + name) are tested where they are."""
    written = re.compile(r'(?:say|each)\(\s*"([a-z_.]+)"')
    named = {key for path in OUTBOX.glob("*.py") for key in written.findall(path.read_text())}
    assert len(named) > 60
    assert named - catalogue("en").keys() == set()


@pytest.mark.parametrize("language", languages())
def test_the_words_that_mails_recommend_are_understood(language: str) -> None:
    said = phrases(language)
    meanings = [key.removeprefix("word.") for key in said.table if key.startswith("word.")]
    wrong = {
        (meaning, spoken)
        for meaning in meanings
        for spoken in said.each(f"word.{meaning}")
        if parse(mail_saying(spoken)).word != meaning
    }
    assert wrong == set()
    used = {meaning for kind in load_kinds(None) for meaning in kind.words}
    assert used <= set(meanings)


@pytest.mark.parametrize("language", languages())
def test_the_commands_that_mails_recommend_are_understood(language: str) -> None:
    said = phrases(language)
    for name in COMMANDS:
        (found,) = parse(mail_saying(said.say(f"command.{name}") + " x")).commands
        assert found.name == name


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("key", "name"),
    [("option.due", "due"), ("button.week_line", "due"), ("option.priority", "priority")],
)
def test_the_examples_that_mails_give_work(language: str, key: str, name: str) -> None:
    said = phrases(language)
    line = said.say(key, command=said.say(f"command.{name}"))
    (found,) = parse(mail_saying(line)).commands
    actor = LI if language == "zh" else ANNA
    assert isinstance(run(context(actor=actor), found.name, found.argument), Effects)


@pytest.mark.parametrize("language", languages())
def test_what_the_workflow_can_refuse_has_a_phrase(language: str) -> None:
    root = OUTBOX.parent
    written = re.compile(r'Refusal\(\s*"([a-z_]+)"')
    paths = [*root.glob("workflow/**/*.py"), *root.glob("pipeline/*.py")]
    named = {name for path in paths for name in written.findall(path.read_text())}
    assert len(named) > 25
    assert {n for n in named if not phrases(language).has(f"refusal.{n}")} == set()


@pytest.mark.parametrize("language", languages())
def test_priorities_and_roles_have_a_word(language: str) -> None:
    said = phrases(language)
    assert all(said.has(f"priority.{name}") for name in PRIORITIES)
    roles = {role for kind in load_kinds(None) for role in kind.may_move}
    assert all(said.has(f"role.{role}") for role in roles)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("en", "en"), ("zh-CN", "zh"), ("zh_TW", "zh"), ("EN", "en"), ("fr", "en"), ("", "en")],
)
def test_a_language_is_found_by_its_beginning(wanted: str, found: str) -> None:
    assert language_of(wanted) == found


def test_a_language_that_nobody_speaks_falls_back_to_the_installations() -> None:
    assert phrases("fr", "zh").language == "zh"


@pytest.mark.parametrize(
    ("language", "key", "given", "said"),
    [
        ("en", "note.late", {"n": 1}, "1 day late"),
        ("en", "note.late", {"n": 3}, "3 days late"),
        ("zh", "note.late", {"n": 1}, "逾期 1 天"),
        ("en", "happened.note", {}, "… wrote:"),
        ("en", "happened.note", {"actor": "{x.__class__} {0}"}, "{x.__class__} {0} wrote:"),
        ("zh", "happened.note", {"actor": "Anna Berg"}, "Anna Berg 写道："),
        ("zh", "happened.note", {"actor": "马军"}, "马军写道："),
        (
            "zh",
            "happened.owner",
            {"actor": "您", "old": "Al", "new": "李"},
            "您将负责人由 Al 改为李。",
        ),
    ],
)
def test_placeholders_are_filled_in(
    language: str, key: str, given: dict[str, Any], said: str
) -> None:
    assert phrases(language).say(key, **given) == said
