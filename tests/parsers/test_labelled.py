"""Lines that name what they tell, and forms that are filled in by mail."""

from __future__ import annotations

import pytest

from parsers.labelled import filled_in, label_key, labelled
from parsers.model import Labelled

from .scale import repeated, stays_linear

LINES = [
    ("Budget: 400 000 EUR", "Budget", "400 000 EUR"),
    ("Budget : 400", "Budget", "400"),
    ("Budget:400", "Budget", "400"),
    ("  Budget: 400  ", "Budget", "400"),
    ("- Quality: 99.9 %", "Quality", "99.9 %"),
    ("2. Quality: 99.9 %", "Quality", "99.9 %"),
    ("**Budget:** 400", "Budget", "400"),
    ("**Budget**: 400", "Budget", "400"),
    ("**Budget: 400**", "Budget", "400"),
    ("* _Budget_: 400", "Budget", "400"),
    ("Blocked by: ACME-7", "Blocked by", "ACME-7"),
    ("Budget (EUR): 400", "Budget (EUR)", "400"),
    ("Link: https://acme.example/a", "Link", "https://acme.example/a"),
    ("Start: 15:30", "Start", "15:30"),
    ("Phase 2: 2026-12-01", "Phase 2", "2026-12-01"),
    ("\u200bBudget\xa0: 400", "Budget", "400"),
    ("预算：40万", "预算", "40万"),
    ("预算:40万", "预算", "40万"),
    ("・预算：40万"[1:], "预算", "40万"),
    ("• 质量：99.9%，全年", "质量", "99.9%，全年"),
    ("决定：下周一上线。", "决定", "下周一上线。"),
]

NO_LABELS = [
    "",
    ":",
    "Budget",
    "Budget:",
    "Budget:   ",
    ": 400",
    "https://acme.example/a",
    "see https://acme.example/a",
    "mailto:a@acme.example",
    "C:\\Temp is full",
    "std::string",
    "hello :-) there",
    "15:30",
    "We meet at 15:30",
    "12: 13",
    "> Budget: 400",
    "We talked, and then: nothing",
    "It broke. The reason: water",
    "今天开会，结论：不做",
    "a b c d e f: six words",
    "x" * 41 + ": long",
    "me@acme.example: hello",
    "<b>: x",
]


@pytest.mark.parametrize(("line", "label", "value"), LINES)
def test_a_label(line: str, label: str, value: str) -> None:
    assert labelled([line]) == (Labelled(label, value, 0),)


@pytest.mark.parametrize("line", NO_LABELS)
def test_no_label(line: str) -> None:
    assert labelled([line]) == ()


def test_a_value_goes_on_in_indented_lines() -> None:
    text = (
        "Hello,\nBudget: 400\n  and a reserve:\n\tten percent\nas agreed\n\n\n- Result:\n  it runs"
    )
    assert labelled(text.split("\n")) == (
        Labelled("Budget", "400\nand a reserve:\nten percent", 1),
        Labelled("Result", "it runs", 7),
    )


def test_lines_that_are_all_indented_are_labels_each() -> None:
    found = labelled(["  Budget: 400", "  Quality: 99 %"])
    assert [(one.label, one.value) for one in found] == [("Budget", "400"), ("Quality", "99 %")]


@pytest.mark.parametrize(
    "text", ["Blocked by", "blocked-by", "BLOCKED_BY", " ＢＬＯＣＫＥＤ\u3000by"]
)
def test_label_key(text: str) -> None:
    assert label_key(text) == label_key("blockedby")
    assert label_key(text) != label_key("blocks")


FORMS = {
    "filled in behind the labels": "Budget: 400\nQuality: 99 %",
    "filled in within the quote": "> Goals:\n>\n> Budget: 400\n> Quality: 99 %\n",
    "quoted twice": ">> Budget: 400\n> > Quality: 99 %",
    "below the quoted labels": "> Budget:\n400\n> Quality:\n99 %\n",
    "below the quoted labels, in the quote": "> Budget:\n> 400\n> Quality:\n> 99 %\n>\n> Bye",
    "below, with blank lines": "> Budget:\n\n400\n\n> Quality:\n\n99 %\n\n> Flow",
    "below, in paragraphs": "Budget:\n\n400\n\nQuality:\n\n99 %\n\nRisk:\n\nRegards",
    "above an empty form": "Budget: 400\nQuality: 99 %\n\n> Budget:\n> Quality:\n",
    "above a form with other values": "Budget: 400\nQuality: 99 %\n\n> Budget: 1\n> Quality: 2",
    "the last of several": "> Budget: 1\n> Quality: 2\n> Budget: 400\n> Quality: 99 %\n> Budget:",
    "of others' header lines nothing": (
        "From: Flow <flow@acme.example>\nSent: Monday\nTo: Sara\nSubject: Goals\n\n"
        "Budget: 400\nQuality: 99 %\n"
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form(name: str) -> None:
    found = [(one.label, one.value) for one in filled_in(FORMS[name])]
    assert found == [("Budget", "400"), ("Quality", "99 %")]


def test_a_chinese_form() -> None:
    text = "> 客户背景：\n> （两句话即可）\n> 预算：\n40万，\n含税\n> 质量：\n\n> 谢谢！\n张伟"
    assert filled_in(text) == (
        Labelled("客户背景", "（两句话即可）", 0),
        Labelled("预算", "40万，\n含税", 2),
    )


def test_a_date_alone_is_no_header() -> None:
    assert filled_in("> Date:\nfriday\n> From: me") != ()
    assert filled_in("> Date: friday") == (Labelled("Date", "friday", 0),)


def test_what_follows_the_form_is_no_value() -> None:
    assert filled_in("> Budget:\n> Quality:\n\nThanks,\nSara") == ()
    assert filled_in("Budget:\n\nThanks,\nSara") == ()


@pytest.mark.parametrize("piece", [">", "> ", "a:", "a", ":", "：", "*", " ", "a: b", "- ", "1. "])
@pytest.mark.parametrize("end", ["", "\n"])
def test_long_texts_do_not_take_long(piece: str, end: str) -> None:
    def read(text: str) -> None:
        labelled(text.split("\n"))
        filled_in(text)

    stays_linear(read, repeated(piece + end))
