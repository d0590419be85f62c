"""Pictures keep their place in the text."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from parsers import parse
from parsers.as_json import as_json

from .writing import SALES


def with_picture(html: str | None, text: str | None = None, name: str = "chart.png") -> bytes:
    message = EmailMessage()
    message["From"] = SALES
    if text is not None:
        message.set_content(text)
    else:
        message.set_content(html or "", subtype="html")
    message.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<im%g@x>", filename=name)
    return message.as_bytes()


PICTURES = [
    ('<p>Look:</p><img src="cid:im%25g@x"><p>Bad?</p>', "Look:\n\n[image: chart.png]\n\nBad?"),
    ('<p>Look: <img src="CID:im%g@x" width=300> Bad?</p>', "Look: [image: chart.png] Bad?"),
    ('<p>a<img src="cid:im%g@x" width="1" height="1">b</p>', "ab"),
    ('<p>a<img src="https://x.example/p.gif">b</p>', "ab"),
    ('<p>a<img src="cid:other">b<img>c</p>', "abc"),
]


@pytest.mark.parametrize(("html", "text"), PICTURES)
def test_pictures_keep_their_place(html: str, text: str) -> None:
    mail = parse(with_picture(html))
    assert mail.text == text
    assert [a.content_id for a in mail.attachments] == ["im%g@x"]
    shown = as_json(mail)["attachments"]
    assert isinstance(shown, list)
    assert shown[0]["content_id"] == "im%g@x"


def test_pictures_in_plain_text() -> None:
    mail = parse(with_picture(None, "a [cid:im%g@x] b [cid:other] c\n"))
    assert mail.text == "a [image: chart.png] b [cid:other] c"


LOGOS = "".join('<img src="cid:im%g@x">' for _ in range(4))
SIGNED = [
    f"<p>done</p><p>Best regards,</p><p>{LOGOS}</p><p>Sara Sales<br>ACME</p>",
    f"<p>done</p><p>-- <br>Sara<br>{LOGOS}</p>",
    f"<p>done</p><p>Sara Sales</p>{'<p><img src=cid:im%g@x></p>' * 4}<p>ACME Ltd</p>",
]


@pytest.mark.parametrize("html", SIGNED)
def test_a_logo_keeps_no_signature_from_being_seen(html: str) -> None:
    mail = parse(with_picture(html, name="a logo with quite a long name.png"))
    assert "[image: a logo" in mail.text
    assert (mail.reply_text, mail.word) == ("done", "done")


def test_a_picture_is_a_word_of_the_author() -> None:
    mail = parse(with_picture('<p>See here:</p><p><img src="cid:im%g@x"></p>'))
    assert mail.reply_text == "See here:\n\n[image: chart.png]"
