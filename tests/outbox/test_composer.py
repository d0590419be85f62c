"""The composer over a real database: who gets which mail, when, and what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from sqlalchemy import event, select, update

from mailflow.outbox import blocks
from mailflow.outbox import draft as drafting
from mailflow.store.outbox import leased_until, retry
from mailflow.store.tables import Landmark, Notice, Outgoing, Question
from mailflow.store.tables import Person as PersonRow
from mailflow.workflow.kinds import Kind, Kinds
from mailflow.workflow.model import Person
from mailflow.workflow.tokens import Token, find
from tests.outbox.counter import Counter, html_of, open_counter, parsed, text_of
from tests.pipeline.desk import INSTALLATION, mail_of
from tests.workflow.company import ANNA, CHEN, EVE, KINDS, LI, MA, TOM

FORWARD = """Please look at this.

---------- Forwarded message ---------
From: Homer Simpson <homer@globex.example>
Date: Mon, 23 Nov 2026 at 08:12
Subject: Cannot log in since this morning
To: Anna Berg <anna@acme.example>

since this morning our login fails with "invalid token".
<script>alert(1)</script> https://portal.example/login?a=1&b=2
"""
SUBJECT = "[PORTAL-1] Cannot log in since this morning"


def opened(counter: Counter) -> dict[str, Outgoing]:
    """PORTAL-1, a client's issue that Anna forwarded and Ma owns: the mails that it caused."""
    anna = mail_of(ANNA, "[ISSUE] Fwd: Cannot log in since this morning", FORWARD)
    counter.desk.put(anna)
    counter.desk.work()
    counter.compose()
    return {row.address.partition("@")[0]: row for row in counter.new()}


def answer(counter: Counter, person: Person, row: Outgoing, text: str) -> list[Outgoing]:
    """What a reply causes, ten minutes later."""
    counter.later(minutes=10)
    answered = [("In-Reply-To", row.message_id.join("<>"))]
    counter.desk.put(mail_of(person, f"Re: {row.subject}", text, answered))
    counter.desk.work()
    counter.compose()
    return counter.new()


def issues(counter: Counter, count: int) -> None:
    counter.desk.put(
        *(mail_of(ANNA, f"[ISSUE][PORTAL] login {n}", f"case {n}") for n in range(count))
    )
    counter.desk.work()


def told(record: int, reason: str = "follows") -> dict[str, Any]:
    return {"reason": reason, "record": record}


# what a mail says ------------------------------------------------------------------------------


def test_the_owners_notice(counter: Counter) -> None:
    mail = opened(counter)["ma"]
    assert (mail.kind, mail.subject, mail.record_id) == ("notice", SUBJECT, 1)
    assert mail.about == {"records": [1], "question": None, "firing": None, "input": 1}
    text = text_of(mail)
    happened, asked, words, why = (
        text.index("Anna Berg 登记了新的问题"),
        text.index("请您处理"),
        text.index('> since this morning our login fails with "invalid token".'),
        text.index("您是负责人"),
    )
    assert happened < asked < words < why
    assert "客户：Homer Simpson <homer@globex.example>、Globex" in text
    assert "已完成 / 已解决  →  状态变为 resolved（已解决）" in text
    assert "由 PORTAL 的第 1 条分派规则确定（类型为问题、含有“login”一词）" in text
    assert "> Please look at this." in text


def test_the_clients_words_are_text_in_html(counter: Counter) -> None:
    html = html_of(opened(counter)["ma"])
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script" not in html
    assert 'href="https://portal.example/login?a=1&amp;b=2"' in html


def test_the_reporters_receipt(counter: Counter) -> None:
    mail = opened(counter)["anna"]
    header = parsed(mail)
    assert (mail.kind, mail.subject) == ("receipt", SUBJECT)
    assert header["Auto-Submitted"] == "auto-replied"
    assert header["X-Mailflow-Kind"] == "receipt"
    assert header["List-Id"] == "<portal.flow.acme.example>"
    assert header["From"] == '"Customer portal (mailflow)" <flow@acme.example>'
    text = text_of(mail)
    assert "It is recorded as PORTAL-1, a new issue in Customer portal." in text
    assert "You wrote:\n> Please look at this." in text


def test_the_message_id_is_the_readers_token(counter: Counter) -> None:
    mail = opened(counter)["ma"]
    message_id = str(parsed(mail)["Message-ID"])
    assert message_id == f"<{mail.message_id}>"
    assert find([message_id], INSTALLATION.secret) == Token(mail.id, MA.id)
    assert parsed(mail)["Reply-To"] is None


def test_with_plus_addresses_the_token_stands_in_reply_to(counter: Counter) -> None:
    counter.with_settings(plus_addresses=True)
    mail = opened(counter)["ma"]
    reply_to = str(parsed(mail)["Reply-To"])
    assert "<flow+mf." in reply_to
    assert find([reply_to], INSTALLATION.secret) == Token(mail.id, MA.id)


def test_a_thread_holds_together(counter: Counter) -> None:
    first = opened(counter)
    received = str(parsed(first["anna"])["In-Reply-To"])
    assert received.endswith("@mail.example>")
    assert parsed(first["ma"])["In-Reply-To"] is None
    told_anna, receipt = answer(counter, MA, first["ma"], "done\n\nThe certificate had expired.")
    assert [told_anna.subject, receipt.subject] == [SUBJECT] * 2
    assert parsed(told_anna)["In-Reply-To"] == first["anna"].message_id.join("<>")
    references = str(parsed(receipt)["References"]).split()
    assert references[0] == first["ma"].message_id.join("<>")
    assert parsed(receipt)["In-Reply-To"] == references[1]
    text = text_of(told_anna)
    assert "Ma Jun moved it from open to resolved." in text
    assert "> The certificate had expired." in text


def test_a_notice_to_the_reporter_without_a_mail_before_answers_their_own(
    counter: Counter,
) -> None:
    first = opened(counter)["anna"]
    own = str(parsed(first)["In-Reply-To"])
    with counter.database.write() as session:
        session.execute(update(Outgoing).values(record_id=None))
    counter.later(minutes=5)
    counter.tell(ANNA, "notice", told(1, "reported"))
    counter.compose()
    (mail,) = counter.new()
    assert parsed(mail)["In-Reply-To"] == own


def test_what_was_wrong_and_what_works_stand_in_the_receipt(counter: Counter) -> None:
    first = opened(counter)
    mails = answer(counter, MA, first["ma"], "/status finnished\n/due 2026-12-01")
    receipt = next(mail for mail in mails if mail.kind == "receipt")
    text = text_of(receipt)
    assert "“/status finnished”这一行未能执行：没有“finnished”这个状态" in text
    assert "resolved（已解决）" in text
    assert "您将截止日期定为 2026年12月1日 周二" in text
    assert receipt.subject == SUBJECT


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ({"refusal": "unknown_person", "details": {"given": "X", "people": ["A", "B"]}}, "A, B"),
        ({"refusal": "side_agreed", "details": {"side": "team", "person": 3}}, "Tom O'Neil"),
        ({"refusal": "already_due", "details": {"due": "2026-12-01"}}, "Tue 1 Dec 2026"),
        ({"refusal": "no_due", "line": "/due none"}, "the line “/due none”: it has no due date."),
        ({"refusal": "may_not_move", "details": {"who": ["owner"]}}, "the owner"),
        ({"refusal": "too_large", "details": {"size": 26_500_000, "limit": 25e6}}, "26.5 MB"),
        ({"refusal": "unknown_command", "details": {"commands": ["due"]}}, "/due"),
        ({"refusal": "brand_new", "details": {"x": [1, {"y": 2}], "persons": [1]}}, "brand new"),
        ({"refusal": "brand_new"}, "brand new"),
        ({"refusal": None, "details": None}, "Nothing was done"),
        ({"refusal": "not_in_project", "details": {"project": "A\nBcc: x"}}, "A Bcc: x"),
    ],
)
@pytest.mark.parametrize("line", ["/x y", ""])
def test_every_refusal_is_said(
    counter: Counter, reason: dict[str, Any], said: str, line: str
) -> None:
    counter.tell(TOM, "receipt", {"reason": "refused", "line": line, "record": None} | reason)
    assert counter.compose() == 1
    (mail,) = counter.new()
    assert said in text_of(mail)
    assert mail.subject == "Re: (no subject)"


def test_the_first_refusal_of_a_new_language_is_said_in_it(counter: Counter) -> None:
    refused = {"refusal": "unknown_project", "details": {"given": "X", "projects": ["A", "B"]}}
    counter.tell(LI, "receipt", {"reason": "refused", "line": "/项目 X", "record": None} | refused)
    counter.compose()
    assert "没有“X”这个项目。可用的项目：A、B" in text_of(counter.new()[0])


def test_help_is_a_whole_page_in_the_readers_language(counter: Counter) -> None:
    for person in (ANNA, LI):
        counter.tell(person, "receipt", {"reason": "page", "page": "help"})
    counter.compose()
    anna, li = counter.new()
    assert anna.subject == "How to work with this mailbox"
    assert "/status in_progress" in text_of(anna)
    assert "/负责人 马军" in text_of(li)


def test_both_sides_are_asked_to_agree_each_with_its_words(counter: Counter) -> None:
    counter.desk.put(mail_of(TOM, "[DECISION][PORTAL] No SAML", "We drop SAML in release 3."))
    counter.desk.work()
    counter.compose()
    mails = {row.person_id: row for row in counter.new()}
    assert {row.kind for row in mails.values()} == {"question"}
    assert "Does your side (sales) agree?" in text_of(mails[ANNA.id])
    assert "agreed  →  your side says yes" in text_of(mails[ANNA.id])
    assert "请您代表项目组答复：是否同意？" in text_of(mails[MA.id])
    assert mails[ANNA.id].subject == "[PORTAL-1] No SAML"
    text = text_of(mails[CHEN.id])
    assert "请指定负责人" in text
    assert "/负责人 姓名  →  可选：Anna Berg、Li Wei、Tom O'Neil、Ma Jun" in text


def test_a_question_about_a_held_mail(counter: Counter) -> None:
    counter.desk.put(mail_of(LI, "[ISSUE] 打印功能有问题", "有客户说打印出来是空白的。"))
    counter.desk.work()
    counter.compose()
    (mail,) = counter.new()
    with counter.database.read() as session:
        question = session.scalars(select(Question)).one()
    assert mail.kind == "question"
    assert mail.subject == "请您确认：[ISSUE] 打印功能有问题"
    assert mail.about["question"] == question.id
    assert str(parsed(mail)["In-Reply-To"]).endswith("@mail.example>")
    text = text_of(mail)
    assert "Li Wei <li@acme.example> 发来的一封邮件正在等待：未写明项目" in text
    assert "/项目 项目代号  →  可选：PORTAL、GATE" in text
    assert "/类型" not in text
    assert "> 有客户说打印出来是空白的。" in text


QUESTIONS: list[tuple[str, dict[str, Any], str]] = [
    ("question", {"reason": "confirm", "inputs": [1]}, "Was this you?"),
    ("question", {"reason": "confirm", "inputs": [1, 1]}, "Were these you?"),
    ("question", {"reason": "confirm", "inputs": []}, "0 mails in your name"),
    ("question", {"reason": "believe", "input": 1}, "Nobody vouches"),
    ("question", {"reason": "triage", "input": 1, "cause": "no_kind", "given": "X"}, "tag X"),
    ("question", {"reason": "triage", "input": 1, "cause": "odd"}, "Where does it belong?"),
    ("question", {"reason": "triage", "input": 1, "cause": "unknown_sender"}, "not in the dir"),
    ("question", {"reason": "which", "input": 1, "records": [1]}, "1  →  PORTAL-1 Cannot"),
    ("receipt", {"reason": "answered", "input": 1, "decision": "released"}, "goes its way"),
    ("receipt", {"reason": "answered", "input": 1, "decision": "ignored"}, "was dropped"),
    ("notice", {"reason": "bounced", "address": "x@y.example", "status": "5.1.1"}, "5.1.1"),
    ("notice", {"reason": "bounced", "address": "x@y.example", "outgoing": None}, "came back"),
    ("notice", {"reason": "undeliverable", "outgoing": 1}, "anna@acme.example"),
    ("notice", {"reason": "undeliverable", "outgoing": 999}, "somebody"),
    ("notice", {"reason": "denied", "inputs": [1], "person": 4}, "Ma Jun says that this mail"),
    (
        "notice",
        {"reason": "oversize", "input": 1, "sender": "a@b", "size": 3e7, "limit": 1e6},
        "30",
    ),
]


@pytest.fixture(scope="session")
def opened_file(tmp_path_factory: pytest.TempPathFactory, company_file: Path) -> Path:
    """The company's database after `opened`, ten minutes later."""
    path = tmp_path_factory.mktemp("opened") / "mailflow.db"
    copyfile(company_file, path)
    counter = open_counter(path)
    opened(counter)
    counter.database.close()
    return path


@pytest.mark.parametrize(("kind", "reason", "said"), QUESTIONS)
def test_every_other_reason_is_said_in_both_languages(
    opened_file: Path, tmp_path: Path, kind: str, reason: dict[str, Any], said: str
) -> None:
    copyfile(opened_file, tmp_path / "mailflow.db")
    counter = open_counter(tmp_path / "mailflow.db")
    counter.new()
    counter.later(minutes=11)
    counter.tell(TOM, kind, reason)
    counter.tell(MA, kind, reason)
    assert counter.compose() == 2
    english, chinese = counter.new()
    assert said in text_of(english)
    assert english.subject
    assert "…" not in english.subject
    lines = [line for line in text_of(chinese).splitlines() if re.search("[\u4e00-\u9fff]", line)]
    assert len(lines) >= 4
    assert re.search("[\u4e00-\u9fff]", chinese.subject)
    counter.database.close()


def test_long_words_are_shown_whole_up_to_a_limit(counter: Counter) -> None:
    counter.desk.put(mail_of(ANNA, "[ISSUE][PORTAL] login", "word " * 5_000 + "the end"))
    counter.desk.work()
    counter.compose()
    text = text_of(next(row for row in counter.new() if row.person_id == MA.id))
    assert 1_990 <= text.count("word") <= 2_000
    assert "the end" not in text
    assert "全文共 25,007 字" in text


# who may see it --------------------------------------------------------------------------------


def private_kinds() -> Kinds:
    private = Kind(name="conflict", states=("named", "settled"), tags=("CONFLICT",), private=True)
    return Kinds((*KINDS, private))


def private_record(counter: Counter) -> None:
    """PORTAL-1, a conflict that Anna named and Chen mediates."""
    counter.with_settings(kinds=private_kinds())
    counter.desk.engine.installation = counter.installation
    counter.desk.put(mail_of(ANNA, "[CONFLICT][PORTAL] The date was promised", "secret words"))
    counter.desk.work()
    counter.compose()
    assert {row.person_id for row in counter.new()} == {ANNA.id, CHEN.id}
    counter.later(minutes=10)


def test_what_somebody_may_not_see_is_not_sent(counter: Counter) -> None:
    private_record(counter)
    counter.tell(TOM, "notice", told(1))
    assert counter.compose() == 0
    (row,) = counter.new()
    assert (row.state, row.last_error) == (
        "failed",
        "not sent: nothing in it that the person may see",
    )
    assert row.body == b""
    assert counter.compose() == 0


def test_a_digest_of_what_somebody_may_not_see_is_not_sent(counter: Counter) -> None:
    private_record(counter)
    sections = [{"name": "changed", "records": [{"record": 1}]}]
    counter.tell(TOM, "digest", {"reason": "digest", "sections": sections})
    assert counter.compose() == 0


def test_what_somebody_may_not_see_is_left_out_of_what_they_may(counter: Counter) -> None:
    private_record(counter)
    issues(counter, 1)
    counter.compose()
    counter.new()
    counter.later(minutes=10)
    counter.tell(TOM, "notice", told(1), told(2))
    sections = [{"name": "changed", "records": [{"record": 1}, {"record": 2}]}]
    counter.tell(TOM, "digest", {"reason": "digest", "sections": sections})
    counter.tell(TOM, "question", {"reason": "which", "input": 1, "records": [1, 2]})
    assert counter.compose() == 3
    for row in counter.new():
        assert b"PORTAL-1" not in row.body
        assert "promised" not in text_of(row) + html_of(row) or row.kind == "question"
        assert "PORTAL-2" in text_of(row)
        assert row.about["records"] == [2]


def test_the_subject_of_a_private_mail_that_came_back_is_not_told(counter: Counter) -> None:
    private_record(counter)
    (to_chen,) = [row for row in counter.outgoings() if row.person_id == CHEN.id]
    counter.tell(TOM, "notice", {"reason": "undeliverable", "outgoing": to_chen.id})
    counter.tell(CHEN, "notice", {"reason": "undeliverable", "outgoing": to_chen.id})
    counter.compose()
    tom, chen = counter.new()
    assert "promised" not in text_of(tom)
    assert "promised" in text_of(chen)


def test_somebody_from_outside_the_project_gets_nothing_of_it(counter: Counter) -> None:
    opened(counter)
    counter.tell(EVE, "notice", told(1))
    assert counter.compose() == 0


def test_nobody_who_left_gets_a_mail(counter: Counter) -> None:
    issues(counter, 1)
    with counter.database.write() as session:
        session.get_one(PersonRow, MA.id).active = False
        session.get_one(Landmark, "directory").at = counter.desk.now
    counter.later(minutes=3)
    counter.compose()
    mails = {row.person_id: row for row in counter.new()}
    assert set(mails) == {MA.id, ANNA.id}
    assert mails[MA.id].last_error == "not sent: the person has no active address"
    assert mails[MA.id].state == "failed"
    assert mails[ANNA.id].state == "composed"


# gathering and the limit -----------------------------------------------------------------------


def test_many_issues_are_one_mail_to_the_owner(counter: Counter) -> None:
    issues(counter, 30)
    counter.later(minutes=3)
    counter.compose(mails_a_day=1000)
    mails = [row for row in counter.new() if row.person_id == MA.id]
    (mail,) = mails
    assert len(mail.about["records"]) == 30
    assert mail.record_id is None
    assert mail.subject == "30 项变动：PORTAL-1、PORTAL-2、PORTAL-3、PORTAL-4、PORTAL-5 …"
    text = text_of(mail)
    assert text.index("1. PORTAL-1 ") < text.index("30. PORTAL-30 ")
    assert "例如 [PORTAL-1]" in text
    assert len(mail.body) < 200_000


def test_what_follows_is_gathered(counter: Counter) -> None:
    issues(counter, 1)
    counter.compose()
    assert [row.person_id for row in counter.new()] == [ANNA.id, MA.id]
    for _ in range(3):
        counter.later(seconds=-50)  # with the desk's own minute: ten seconds
        issues(counter, 1)
        counter.compose()
    assert {row.kind for row in counter.new()} == {"receipt"}
    counter.later(minutes=2)
    counter.compose()
    (mail,) = counter.new()
    assert mail.about["records"] == [2, 3, 4]


def test_several_notices_about_one_record_are_one_block(counter: Counter) -> None:
    first = opened(counter)
    counter.later(minutes=10)
    for text in ("/priority high", "/due 2026-12-01"):
        reply = [("In-Reply-To", first["ma"].message_id.join("<>"))]
        counter.desk.put(mail_of(MA, "Re: " + SUBJECT, text, reply))
    counter.desk.work()
    counter.compose()
    (mail,) = [row for row in counter.new() if row.person_id == ANNA.id]
    assert mail.subject == SUBJECT
    text = text_of(mail)
    assert text.index("priority to high") < text.index("due date to Tue 1 Dec 2026")
    assert text.count("PORTAL-1") == 1


def agreed_by_both(counter: Counter) -> dict[tuple[str, str], str]:
    """A decision of Anna's to which both sides agree before any mail is made: the texts of the
    mails, by who gets which kind."""
    mails = (("[DECISION][PORTAL] Which font", ANNA), ("Re: [PORTAL-1] x", TOM))
    for subject, person in (*mails, ("Re: [PORTAL-1] x", LI)):
        counter.desk.put(mail_of(person, subject, "agree" if person != ANNA else "Arial?"))
    counter.desk.work()
    counter.compose()
    return {(row.address.partition("@")[0], row.kind): text_of(row) for row in counter.new()}


def test_a_question_that_others_have_answered_is_none(counter: Counter) -> None:
    found = agreed_by_both(counter)
    assert "question" not in {kind for _, kind in found}
    told = found["ma", "notice"]
    assert "请直接回复本邮件，以便确认" not in told
    assert "原本要征询您的意见，现已无需答复。" in told
    mine = found["anna", "receipt"]
    assert "It is recorded as PORTAL-1, a new decision" in mine
    assert "Your side (sales) is asked" not in mine
    assert "undo  →" in mine


def test_what_has_happened_since_is_said(counter: Counter) -> None:
    found = agreed_by_both(counter)
    assert "此后又有变动，目前为：状态：agreed（已同意）。" in found["ma", "notice"]
    assert "More has happened since" not in found["tom", "receipt"]


def test_over_the_limit_everything_waits_for_the_readers_next_day(counter: Counter) -> None:
    issues(counter, 5)
    counter.compose(mails_a_day=3)
    to_anna = [row for row in counter.new() if row.person_id == ANNA.id]
    assert [row.kind for row in to_anna] == ["receipt"] * 3
    counter.tell(ANNA, "question", {"reason": "confirm", "inputs": [1]})
    counter.tell(ANNA, "digest", {"reason": "digest", "sections": []})
    counter.tell(ANNA, "notice", told(2))
    counter.later(hours=3)
    counter.compose(mails_a_day=3)
    assert [row.kind for row in counter.new() if row.person_id == ANNA.id] == ["digest"]
    # midnight in Berlin is 23:00 UTC
    counter.desk.now = datetime(2026, 11, 23, 22, 59, tzinfo=UTC)
    assert counter.compose(mails_a_day=3) == 0
    counter.desk.now = datetime(2026, 11, 23, 23, 1, tzinfo=UTC)
    counter.compose(mails_a_day=3)
    summary, question = counter.new()
    assert (summary.kind, question.kind) == ("notice", "question")
    assert summary.about["records"] == [4, 5, 2]


def test_mails_of_a_later_moment_hold_nothing_back(counter: Counter) -> None:
    """A trial ran ahead with `--at`; then the clock is right again."""
    counter.later(days=30)
    issues(counter, 3)
    counter.compose()
    counter.new()
    counter.later(days=-30)
    counter.tell(MA, "notice", told(1))
    assert counter.compose(mails_a_day=1) == 1


def test_it_stays_as_it_was_composed(counter: Counter) -> None:
    mail = opened(counter)["ma"]
    counter.later(days=1)
    counter.compose()
    assert next(row for row in counter.outgoings() if row.id == mail.id).body == mail.body


# breaking and growing --------------------------------------------------------------------------


def test_one_that_breaks_fails_alone_and_can_be_composed_again(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    issues(counter, 1)
    whole = blocks.record_block

    def breaks(reader: Any, *arguments: Any, **given: Any) -> Any:
        if reader.person.id == MA.id:
            raise RuntimeError("made of cheese")
        return whole(reader, *arguments, **given)

    with monkeypatch.context() as patch:
        patch.setattr(drafting, "record_block", breaks)
        assert counter.compose() == 1
    failed = next(row for row in counter.new() if row.person_id == MA.id)
    assert (failed.state, failed.last_error) == ("failed", "not sent: RuntimeError: made of cheese")
    with counter.database.write() as session:
        assert retry(session, failed.id, counter.now)
    assert counter.compose() == 1
    (mail,) = [row for row in counter.outgoings() if row.person_id == MA.id]
    assert mail.state == "composed"
    with counter.database.read() as session:
        assert None not in set(session.scalars(select(Notice.outgoing_id)))
        assert leased_until(session) is None


@contextmanager
def statements(counter: Counter) -> Iterator[list[str]]:
    heard: list[str] = []

    def hear(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    event.listen(counter.database.engine, "before_cursor_execute", hear)
    yield heard
    event.remove(counter.database.engine, "before_cursor_execute", hear)


def test_a_mail_with_many_records_costs_few_queries(counter: Counter) -> None:
    issues(counter, 40)
    counter.compose(mails_a_day=1000)
    counter.later(minutes=10)
    counter.tell(TOM, "notice", *(told(n) for n in range(1, 41)))
    with statements(counter) as heard:
        assert counter.compose() == 1
    # the directory's snapshot is among them
    assert len(heard) < 35, heard


def test_nothing_to_do_costs_one_query(counter: Counter) -> None:
    issues(counter, 10)
    counter.compose(mails_a_day=1000)
    counter.later(minutes=3)
    counter.compose(mails_a_day=1000)
    with statements(counter) as before:
        counter.compose()
    issues(counter, 10)
    counter.later(minutes=3)
    counter.compose(mails_a_day=1000)
    counter.later(minutes=3)
    counter.compose(mails_a_day=1000)
    with statements(counter) as after:
        assert counter.compose(gather=timedelta(0)) == 0
    assert len(after) == len(before)
