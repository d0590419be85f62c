"""Reply tokens: what nobody else can make, however a mail program carries it back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.workflow.tokens import Token, find, message_id, sign, tokens_in, without_tokens

SECRET = b"0" * 64
TOKEN = Token(17, 4)


@given(st.integers(0, 10**18 - 1), st.integers(0, 10**18 - 1))
def test_a_token_comes_back_from_a_message_id(outgoing: int, person: int) -> None:
    token = Token(outgoing, person)
    assert find([message_id(token, SECRET, "acme.example")], SECRET) == token


@pytest.mark.parametrize(
    "place",
    [
        "flow+{}@acme.example",
        "FLOW+{}@ACME.EXAMPLE",
        "<{}@acme.example>",
        "<other@x> <{}@acme.example>",
    ],
)
def test_a_token_is_found_where_programs_put_it(place: str) -> None:
    text = place.format(sign(TOKEN, SECRET))
    assert find([text], SECRET) == TOKEN
    assert find([text.upper()], SECRET) == TOKEN


@pytest.mark.parametrize(
    "forged",
    [
        sign(TOKEN, b"another installation's secret" * 2),
        sign(TOKEN, SECRET).replace(".17.", ".18."),
        sign(TOKEN, SECRET).replace(".4.", ".5."),
        sign(TOKEN, SECRET)[:-1],
        sign(TOKEN, SECRET) + "0",
        "mf.17.4." + "0" * 20,
        "",
    ],
)
def test_a_forged_or_cut_token_is_none(forged: str) -> None:
    assert find([f"<{forged}@acme.example>"], SECRET) is None


def test_a_valid_token_behind_a_forged_one_is_found() -> None:
    places = ["<mf.17.4.00000000000000000000@x>", message_id(TOKEN, SECRET, "acme.example")]
    assert find(places, SECRET) == TOKEN


LINE = f"Please leave this line: [{sign(TOKEN, SECRET)}]"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"done\n\n{LINE}", "done"),
        (f"done\n\n{LINE.upper()}\n\nThanks", "done\n\n\nThanks"),
        (f"{LINE} Why I did it\nmore", "Why I did it\nmore"),
        (f"{LINE}{LINE}", ""),
        (f"> {LINE}", ""),
        ("[mf.1.2.00000000000000000000]\nforged", "forged"),
        ("a mail to mf.1.2 stays\n", "a mail to mf.1.2 stays\n"),
        ("", ""),
    ],
)
def test_the_line_of_a_token_is_no_word_of_its_author(text: str, kept: str) -> None:
    assert without_tokens(text) == kept


def test_of_very_many_tokens_only_some_are_tried() -> None:
    written = tokens_in(f"{LINE}\n" * 50_000)
    assert set(written) == {sign(TOKEN, SECRET)}
    assert len(written) <= 20
