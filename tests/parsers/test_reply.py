"""What the author of a reply newly wrote."""

from __future__ import annotations

import pytest

from parsers import parse

from .writing import plain, raw

OWN = "The part was changed.\nIt runs again."
QUOTE = "> Is it fixed?\n> /status closed"

ATTRIBUTIONS = [
    "On Mon, 23 Nov 2026 at 10:00, Flow <flow@acme.example> wrote:",
    "On Monday, November 23, 2026 at 10:00 AM, Flow\n<flow@acme.example>\nwrote:",
    "Am 23.11.2026 um 10:00 schrieb Flow:",
    "Le 23 nov. 2026 à 10:00, Flow <flow@acme.example> a écrit :",
    "El lun, 23 nov 2026 a las 10:00, Flow (<flow@acme.example>) escribió:",
    "Il giorno lun 23 nov 2026 alle ore 10:00 Flow <flow@acme.example> ha scritto:",
    "Em seg., 23 de nov. de 2026 às 10:00, Flow <flow@acme.example> escreveu:",
    "Op ma 23 nov. 2026 om 10:00 schreef Flow <flow@acme.example>:",
    "Den mån 23 nov. 2026 kl 10:00 skrev Flow <flow@acme.example>:",
    "пн, 23 нояб. 2026 г. в 10:00, Flow <flow@acme.example>:",
    "W dniu 23.11.2026 o 10:00, Flow pisze:",
    "在 2026-11-23 10:00:00，“Flow” <flow@acme.example> 写道：",
    "Flow <flow@acme.example> 于2026年11月23日周一 10:00写道：",
    "2026年11月23日(月) 10:00 Flow <flow@acme.example>:",
    "2026년 11월 23일 (월) 오전 10:00, Flow <flow@acme.example>님이 작성:",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_attributions(attribution: str) -> None:
    assert parse(plain(f"{OWN}\n\n{attribution}\n\n{QUOTE}\n")).reply_text == OWN
    # Below the quote, too.
    assert parse(plain(f"{attribution}\n{QUOTE}\n\n{OWN}\n")).reply_text == OWN


SIGNATURES = [
    "-- \nAnn Smith\nExample Ltd",
    "Best regards,\nAnn",
    "Mit freundlichen Grüßen\n\nAnn Smith",
    "祝好\n安",
    "Sent from my iPhone",
    "发自我的iPhone",
    "来自我的华为手机",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "__________\nSome mailing list\nhttps://lists.example/some",
    "This e-mail and any attachments may be confidential.",
    "- Ann",
    "sara@acme.example",
    "Sara Sales\nAcme\nsara@acme.example",
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures(signature: str) -> None:
    assert parse(plain(f"{OWN}\n\n{signature}\n")).reply_text == OWN
    quoted = f"{OWN}\n\n{signature}\n\nOn Mon, 23 Nov 2026, Flow wrote:\n{QUOTE}\n"
    assert parse(plain(quoted)).reply_text == OWN


@pytest.mark.parametrize(
    "text",
    [
        "On the other hand, we wrote: nothing.\nOn average it works.",
        "The mail was sent from my iPhone app.",
        "We need:\n- one\n- two",
        ">>> >>> visit us <<<",
        "Invitation:\nDate: Wednesday\nTime: 7:00\nAddress: 1 Fox St",
        "From: Berlin\nTo: Hamburg",
        "Thanks for the fast help, the team is happy with it!",
        "2026-11-23 10:00 is when it happened\nand again at 11:00",
    ],
)
def test_what_only_looks_like_a_quote_stays(text: str) -> None:
    assert parse(plain(text)).reply_text == text


def test_interleaved_answers_stay_in_order() -> None:
    text = "On Mon, 23 Nov 2026, Flow wrote:\n> First?\n\nYes.\n\n> Second?\n\nNo.\n"
    assert [x for x in parse(plain(text)).reply_text.split("\n") if x] == ["Yes.", "No."]


def test_nothing_left_means_the_whole_text() -> None:
    mail = parse(plain("> done\n> /status closed"))
    assert mail.reply_text == "> done\n> /status closed"
    assert (mail.commands, mail.note_text) == ((), "")


def test_banner_on_top() -> None:
    text = f"CAUTION: This email originated from outside.\n\n{OWN}"
    assert parse(plain(text)).reply_text == OWN


@pytest.mark.parametrize(
    "html",
    [
        '<div>yes<br></div><div class="gmail_quote"><div class="gmail_attr">On Mon, 23 Nov 2026 at '
        '10:00, F &lt;f@a.example&gt; wrote:<br></div><blockquote class="gmail_quote">no'
        "</blockquote></div>",
        '<p>yes</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> F '
        "&lt;f@a.example&gt;<br><b>Sent:</b> Monday, 23 November 2026 10:00<br><b>To:</b> Sara<br>"
        "<b>Subject:</b> no</div><div>no</div>",
        '<div>yes</div><span id="OLK_SRC_BODY_SECTION"><div>no</div></span>',
        '<div>yes</div><div class="ntes-mailmaster-quote"><div>no</div></div>',
        "<div>yes</div><includetail><div>no</div></includetail>",
        '<div>yes</div><div class="yahoo_quoted"><div>no</div></div>',
        "<p>yes</p><blockquote type=cite>no</blockquote>",
        "<style>no</style><script>no</script><title>no</title>yes<!-- no -->",
        '<div style="display:none">no</div>yes',
    ],
)
def test_html_quotes(html: str) -> None:
    mail = parse(raw(html=html, subject="Re: x"))
    assert (mail.reply_text, mail.word) == ("yes", "yes")


def test_html_keeps_its_structure() -> None:
    html = "<h1>Title</h1><p>One <b>two</b><br>three</p><ul><li>a</li><li>b</li></ul>"
    html += "<table><tr><td>x</td><td>y</td></tr></table>"
    assert parse(raw(html=html)).text == "Title\n\nOne two\nthree\n\n- a\n- b\n\nx y"
