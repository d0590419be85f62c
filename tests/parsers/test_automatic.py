"""Mails that programs send; bounces; Authentication-Results."""

from __future__ import annotations

from email.header import Header

import pytest

from parsers import AuthenticationResults, Bounce, parse
from parsers.authentication import read_authentication

from .writing import plain

AUTOMATIC = [
    ("", None),
    ("Auto-Submitted: no\r\n", None),
    ("Auto-Submitted: auto-replied\r\n", "auto-reply"),
    ("Auto-Submitted: Auto-Generated; x=y\r\n", "auto-reply"),
    ("Auto-Submitted: auto-forwarded\r\n", None),
    ("X-Auto-Response-Suppress: All\r\n", None),
    ("X-Autoreply: yes\r\n", "auto-reply"),
    ("Precedence: bulk\r\n", "list"),
    ("Precedence: auto_reply\r\n", "auto-reply"),
    ("List-Id: <x.example>\r\n", "list"),
    ("List-Unsubscribe: <mailto:x@y.example>\r\n", "list"),
    ("X-Mailflow-Kind: receipt\r\nAuto-Submitted: auto-generated\r\n", "own"),
    ("Subject: Out of Office: Gate\r\n", "auto-reply"),
    ("Subject: Automatic reply: Gate\r\n", "auto-reply"),
    ("Subject: Abwesenheitsnotiz: Gate\r\n", "auto-reply"),
    ("Subject: =?utf-8?b?6Ieq5Yqo5Zue5aSNOiDmiJHlnKjkvJHlgYc=?=\r\n", "auto-reply"),
    ("Subject: Out of office hours support is missing\r\n", None),
    ("Content-Type: text/calendar; method=REPLY\r\nX-A: b\r\n", "auto-reply"),
    ("Subject: [ISSUE] Automatic reply does not work\r\n", None),
]


@pytest.mark.parametrize(("head", "expected"), AUTOMATIC)
def test_automatic(head: str, expected: str | None) -> None:
    assert parse(plain("hello", head)).automatic == expected


# Language, program and subject, as the program makes it of the subject "Gate".
ABSENT = [
    ("ar", "Exchange", "رد تلقائي: Gate"),
    ("bg", "Exchange", "Автоматичен отговор: Gate"),
    ("ca", "Exchange", "Resposta automàtica: Gate"),
    ("cs", "Exchange", "Automatická odpověď: Gate"),
    ("cs", "Exchange 2003", "Mimo kancelář: Gate"),
    ("da", "Exchange", "Automatisk svar: Gate"),
    ("da", "Exchange 2003", "Ikke til stede: Gate"),
    ("de", "Exchange", "Automatische Antwort: Gate"),
    ("de", "Exchange 2003", "Abwesenheitsnotiz: Gate"),
    ("de", "Gmail", "Ich bin im Urlaub"),
    ("el", "Exchange", "Αυτόματη απάντηση: Gate"),
    ("en", "Exchange", "Automatic reply: Gate"),
    ("en", "Exchange 2003", "Out of Office AutoReply: Gate"),
    ("en", "Gmail", "Out of office"),
    ("en", "Gmail", "I am on vacation"),
    ("en", "QQ", "AutoReply: Gate"),
    ("en", "Yahoo", "Yahoo! Auto Response"),
    ("en", "Horde", "Vacation notice: Gate"),
    ("es", "Exchange", "Respuesta automática: Gate"),
    ("es", "Exchange 2003", "Fuera de la oficina: Gate"),
    ("es", "Gmail", "Estoy de vacaciones"),
    ("et", "Exchange", "Automaatvastus: Gate"),
    ("fi", "Exchange", "Automaattinen vastaus: Gate"),
    ("fr", "Exchange", "Réponse automatique : Gate"),
    ("fr", "Exchange 2003", "Absence du bureau : Gate"),
    ("fr", "Gmail", "Absent du bureau"),
    ("he", "Exchange", "תשובה אוטומטית: Gate"),
    ("hr", "Exchange", "Automatski odgovor: Gate"),
    ("hu", "Exchange", "Automatikus válasz: Gate"),
    ("hu", "Exchange 2003", "Házon kívül: Gate"),
    ("id", "Exchange", "Balasan otomatis: Gate"),
    ("is", "Exchange", "Sjálfvirkt svar: Gate"),
    ("it", "Exchange", "Risposta automatica: Gate"),
    ("it", "Exchange 2003", "Fuori ufficio: Gate"),
    ("ja", "Exchange", "自動応答: Gate"),
    ("ja", "Yahoo", "自動返信：Gate"),
    ("ja", "Exchange 2003", "不在通知: Gate"),
    ("ko", "Exchange", "자동 회신: Gate"),
    ("lt", "Exchange", "Automatinis atsakymas: Gate"),
    ("lv", "Exchange", "Automātiskā atbilde: Gate"),
    ("nl", "Exchange", "Automatisch antwoord: Gate"),
    ("nl", "Exchange 2003", "Niet aanwezig: Gate"),
    ("no", "Exchange", "Automatisk svar: Gate"),
    ("no", "Exchange 2003", "Fraværende: Gate"),
    ("pl", "Exchange", "Automatyczna odpowiedź: Gate"),
    ("pl", "Exchange 2003", "Poza biurem: Gate"),
    ("pt", "Exchange", "Resposta automática: Gate"),
    ("pt", "Exchange 2003", "Ausência temporária: Gate"),
    ("ro", "Exchange", "Răspuns automat: Gate"),
    ("ru", "Exchange", "Автоматический ответ: Gate"),
    ("ru", "Mail.ru", "Автоответ: Gate"),
    ("sk", "Exchange", "Automatická odpoveď: Gate"),
    ("sl", "Exchange", "Samodejni odgovor: Gate"),
    ("sr", "Exchange", "Аутоматски одговор: Gate"),
    ("sr", "Exchange, Latin script", "Automatski odgovor: Gate"),
    ("sv", "Exchange", "Automatiskt svar: Gate"),
    ("sv", "Exchange 2003", "Frånvaro: Gate"),
    ("th", "Exchange", "การตอบกลับอัตโนมัติ: Gate"),
    ("tr", "Exchange", "Otomatik yanıt: Gate"),
    ("tr", "Exchange, capitals", "OTOMATİK YANIT: Gate"),
    ("uk", "Exchange", "Автоматична відповідь: Gate"),
    ("vi", "Exchange", "Trả lời tự động: Gate"),
    ("zh", "Exchange", "自动答复: Gate"),
    ("zh", "Exchange, Taiwan", "自動回覆: Gate"),
    ("zh", "Exchange 2003", "不在办公室: Gate"),
    ("zh", "QQ", "自动回复:Gate"),
    ("zh", "QQ", "自动回复：Re: Gate"),
    ("zh", "163", "自动回复：Gate"),
    ("zh", "Gmail", "我正在休假"),
]
HUMAN = [
    "Vacation planning for 2027",
    "Vacation days are counted twice",
    "Automatic reply feature is broken",
    "Automatic replies do not arrive",
    "Out of office calendar shows wrong days",
    "Out of order: gate 5",
    "On vacation days the gate stays shut",
    "Away team cannot log in",
    "Auto: Reifen wechseln",
    "Urlaub - Vertretung klären",
    "Urlaub",
    "Automatische Antworten kommen doppelt",
    "Abwesenheitsnotiz lässt sich nicht speichern",
    "Absence : qui remplace Jean ?",
    "Réponses automatiques en double",
    "Respuestas automáticas no llegan",
    "Ferie: hvem tager vagten?",
    "Semester: vem tar jouren?",
    "Assenza di tensione: cancello fermo",
    "Poza biurem nie działa VPN",
    "Автоматический ответ не приходит",
    "自动回复功能有问题",
    "自动答复没有发出去",
    "出差报销",
    "休假申请",
    "外出打卡失败",
    "不在办公室也能打开门",
    "自動応答が届きません",
    "부재중 전화가 표시되지 않습니다",
    "Re: Gate",
]


@pytest.mark.parametrize(("language", "program", "subject"), ABSENT)
def test_somebody_is_absent(language: str, program: str, subject: str) -> None:
    encoded = Header(subject, "utf-8").encode()
    assert parse(plain("I am away.", f"Subject: {encoded}\r\n")).automatic == "auto-reply"


@pytest.mark.parametrize("subject", HUMAN)
def test_a_human_writes_about_it(subject: str) -> None:
    encoded = Header(subject, "utf-8").encode()
    assert parse(plain("Please help.", f"Subject: {encoded}\r\n")).automatic is None


def _report(
    fields: str, original: str = "Message-ID: <ours@acme.example>\r\nSubject: x\r\n"
) -> bytes:
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nReturn-Path: <>\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI could not deliver your mail.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"{fields}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{original}\r\nhello\r\n--b--\r\n"
    ).encode()


def test_delivery_status() -> None:
    mail = parse(
        _report(
            "Final-Recipient: rfc822; ann@client.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
        )
    )
    assert mail.automatic == "bounce"
    assert mail.bounce == Bounce("ann@client.example", "5.1.1", "failed", "ours@acme.example")
    assert mail.forwarded is None


def test_generic_status_is_made_precise_by_the_diagnostic() -> None:
    fields = (
        "Final-Recipient: rfc822; ann@client.example\r\nAction: failed\r\nStatus: 5.0.0\r\n"
        "Diagnostic-Code: smtp; 552 5.2.2 mailbox full\r\n"
    )
    bounce = parse(_report(fields)).bounce
    assert bounce is not None
    assert bounce.status == "5.2.2"


FREE_TEXTS = [
    "Hi. This is the qmail-send program.\n\n<ann@client.example>:\n550 5.1.1 unknown\n",
    "A message that you sent could not be delivered to one or more of its recipients:\n\n"
    "  ann@client.example\n    550 5.1.1 unknown\n",
    "Your message did not reach the following recipient(s):\n\n"
    "ann@client.example on Mon\n  5.1.1\n",
    "Delivery to the following recipient failed permanently:\n\n"
    "     ann@client.example\n\n550 5.1.1\n",
    "   ----- The following addresses had permanent fatal errors -----\n<ann@client.example>\n"
    "    (reason: 550 5.1.1 User unknown)\n",
]


@pytest.mark.parametrize("text", FREE_TEXTS)
def test_free_texts(text: str) -> None:
    source = (
        "From: MAILER-DAEMON@mx.example\r\nTo: flow@acme.example\r\n"
        "Subject: failure notice\r\n\r\n" + text
    ).encode()
    mail = parse(source)
    assert mail.automatic == "bounce"
    assert mail.bounce is not None
    assert (mail.bounce.recipient, mail.bounce.status) == ("ann@client.example", "5.1.1")


def test_a_person_who_reports_a_bounce_is_none() -> None:
    mail = parse(plain("It says 550 5.1.1 user unknown.", "Subject: My mail bounced\r\n"))
    assert (mail.automatic, mail.bounce) == (None, None)


AUTHENTICATION = [
    (
        "mx.example; dkim=pass header.d=acme.example; spf=fail smtp.mailfrom=a@acme.example",
        "mx.example",
        {"dkim": (("pass", "acme.example"),), "spf": (("fail", "acme.example"),)},
    ),
    (
        'mx.example 1; dmarc=pass (p=none; "x") header.from=Acme.Example',
        "mx.example",
        {"dmarc": (("pass", "acme.example"),)},
    ),
    (
        'mx.example; dkim/1 = pass reason="a;b=c" header.d = a.example;'
        " dkim=fail header.d=b.example",
        "mx.example",
        {"dkim": (("pass", "a.example"), ("fail", "b.example"))},
    ),
    ("mx.example; none", "mx.example", {}),
    ("(comment (nested)) mx.example; spf=none", "mx.example", {"spf": (("none", ""),)}),
    ("", "", {}),
    (";;;===", "", {}),
]


@pytest.mark.parametrize(("value", "server", "results"), AUTHENTICATION)
def test_authentication(
    value: str, server: str, results: dict[str, tuple[tuple[str, str], ...]]
) -> None:
    assert read_authentication(value) == AuthenticationResults(server, results)


def test_fields_from_top_to_bottom() -> None:
    field = "Authentication-Results: {}.example; spf=pass\r\n"
    head = field.format("a") + field.format("b")
    found = parse(plain("x", head)).authentication
    assert [a.authserv_id for a in found] == ["a.example", "b.example"]
