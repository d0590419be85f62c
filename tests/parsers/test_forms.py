"""Replies and forwards in the forms that programs really write (`forms.toml`)."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from parsers import Mail, parse

FORMS = tomllib.loads(Path(__file__).with_name("forms.toml").read_text("utf-8"))


def read(text: str, subject: str, subtype: str = "plain", field: str = "") -> Mail:
    head = f"From: Bob Ray <bob@acme.example>\nSubject: {subject}\n{field}"
    return parse(f"{head}Content-Type: text/{subtype}; charset=utf-8\n\n{text}".encode())


@pytest.mark.parametrize("form", FORMS["reply"], ids=lambda form: form["name"])
def test_reply(form: dict[str, str]) -> None:
    mail = read(form["text"], "Re: Gate", field="In-Reply-To: <a@client.example>\n")
    assert re.sub(r"\n{3,}", "\n\n", mail.reply_text) == form["own"]


@pytest.mark.parametrize("form", FORMS["forward"], ids=lambda form: form["name"])
def test_forward(form: dict[str, str]) -> None:
    found = read(form["text"], form["subject"], form["subtype"]).forwarded
    assert found is not None
    assert found.sender is not None
    assert (found.sender.address, found.note) == (form["address"], form["note"])
    assert found.body == form.get("body", found.body)
    assert found.date is not None
    assert f"{found.date:%Y-%m-%d}" == "2026-05-05"


FACTS = "Kontakt: Ann <ann@client.example>\nTermin: 2026-05-05\nOrt: Berlin"


def test_facts_of_no_known_language_are_no_header() -> None:
    mail = read(f"Hi\n\n{FACTS}\n\nBis dann", "Treffen")
    assert mail.forwarded is None
    assert FACTS in mail.reply_text


def test_the_own_subject_tells_a_header_of_no_known_language() -> None:
    mail = read(f"Hi\n\n{FACTS.replace('Berlin', 'Treffen')}\n\nBis dann", "PLS: Treffen")
    assert mail.forwarded is not None
    assert (mail.reply_text, mail.forwarded.body) == ("Hi", "Bis dann")


ONE = "---------- Forwarded message ---------\nFrom: {}\nDate: {}\nSubject: {}\n\n{}\n\n"


def test_several_forwards_in_one_mail() -> None:
    first = ONE.format("Ann <ann@client.example>", "5 May 2026 10:00 CST", "Gate", "Broken.")
    second = ONE.format("Carl <carl@client.example>", "6 May 2026 10:00", "Re: Gate", "Here too.")
    mail = read(f"Two of them.\n\n{first}{second}", "Fwd: Gate")
    assert mail.forwarded is not None
    assert mail.forwarded.original is None
    assert mail.forwarded.sender is not None
    assert mail.forwarded.sender.name == "Ann"
    assert mail.forwarded.unknown_zone == "CST"
    assert mail.forwarded.date is not None
    assert mail.forwarded.date.tzinfo is None
    assert "unknown time zone CST" in mail.defects
    (other,) = mail.also_forwarded
    assert (other.sender and other.sender.name, other.body) == ("Carl", "Here too.")


def test_a_forward_of_a_forward_is_the_innermost_ones() -> None:
    inner = ONE.format("Ann <ann@client.example>", "5 May 2026 10:00", "Gate", "Broken.")
    outer = ONE.format(
        "Bob <bob@acme.example>", "6 May 2026 10:00", "Fwd: Gate", f"See.\n\n{inner}"
    )
    mail = read(f"Please.\n\n{outer}", "Fwd: Fwd: Gate")
    assert mail.forwarded is not None
    assert mail.also_forwarded == ()
    original = mail.forwarded.original
    assert original is not None
    assert (original.sender and original.sender.name, original.note) == ("Ann", "See.")


def test_answers_between_quoted_lines_keep_what_they_answer() -> None:
    asked = "On 5 May 2026 10:00, Ann Lee wrote:\n> Hello Bob.\n> Is it on?"
    text = (
        f"Hi Ann,\n\n{asked}\n\nYes, it is.\nSince noon.\n\n> Is it red?\n\nNo.\n\n-- \nBob Ray\n"
    )
    mail = read(text, "Re: Gate", field="In-Reply-To: <a@client.example>\n")
    assert [(one.to, one.text) for one in mail.answers] == [
        ("Hello Bob.\nIs it on?", "Yes, it is.\nSince noon."),
        ("Is it red?", "No."),
    ]
    assert mail.reply_text.split() == ["Hi", "Ann,", "Yes,", "it", "is.", "Since", "noon.", "No."]


def test_a_mobile_line_alone_is_no_note() -> None:
    forward = ONE.format("Ann <ann@client.example>", "5 May 2026 10:00", "Gate", "Broken.")
    found = read(f"发自我的 iPhone\n\n{forward}", "Fwd: Gate").forwarded
    assert found is not None
    assert (found.note, found.body) == ("", "Broken.")


def test_a_name_with_a_comma_and_without_quotes() -> None:
    mail = parse("From: Müller, Jörg <joerg@acme.example>\n\nHi".encode())
    assert [(box.name, box.address) for box in mail.senders] == [
        ("Müller, Jörg", "joerg@acme.example")
    ]


def test_so_in_an_attached_mail() -> None:
    inner = "From: Müller, Jörg <joerg@client.example>\nSubject: Gate\n\nBroken.\n"
    head = "From: Bob <bob@acme.example>\nSubject: Fwd: Gate\nContent-Type: message/rfc822\n\n"
    found = parse((head + inner).encode()).forwarded
    assert found is not None
    assert found.sender is not None
    assert (found.sender.name, found.sender.address) == ("Müller, Jörg", "joerg@client.example")


def test_a_sentence_is_no_mobile_line() -> None:
    text = "Hi,\n\nSent from the warehouse yesterday, it should arrive on Monday morning."
    assert read(text, "Re: Gate").reply_text == text
    assert read("Hi,\n\nSent from my iPhone", "Re: Gate").reply_text == "Hi,"
