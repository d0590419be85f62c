"""The small buttons of lists: each begins a mail that acts on exactly its item, by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from mailflow.outbox.rows import MOST_ROWS
from mailflow.store.tables import Outgoing, Record
from mailflow.workflow.model import Person
from mailflow.workflow.tokens import Token, find, tokens_in
from parsers import Item, parse
from tests.outbox.counter import Counter, html_of, text_of
from tests.outbox.tapping import begun, buttons_of, sent, taps_of
from tests.outbox.test_scheduled import agenda, composed, digest
from tests.pipeline.desk import INSTALLATION, NOW, mail_of
from tests.workflow.company import ANNA, CHEN, LI, MA, TOM

IN_A_MONTH = NOW.date() + timedelta(days=30)
# A kind, its state, and what else is set.
Wanted = tuple[str, str, dict[str, Any]]

OPEN: Wanted = ("issue", "open", {})
LATER: Wanted = ("issue", "in_progress", {"due": IN_A_MONTH})
SETTLED: Wanted = ("issue", "resolved", {})
THEIRS: Wanted = ("issue", "open", {"owner_id": CHEN.id})
AGREE: Wanted = ("decision", "proposed", {})
DELIVERED: Wanted = ("requirement", "delivered", {})
NOBODYS: Wanted = ("milestone", "planned", {"owner_id": CHEN.id, "why": {"rule": "coordinator"}})


def holding(
    counter: Counter,
    person: Person,
    *wanted: Wanted,
    title: str = "登录 & login",
) -> None:
    """These records, with the ids from 1 on; they are the person's where nothing else is said."""
    for kind, _, _ in wanted:
        counter.desk.put(mail_of(ANNA, f"[{kind.upper()}][PORTAL] {title}", "Words."))
    counter.desk.work()
    counter.compose()
    counter.later(minutes=10)
    counter.compose()
    counter.new()
    counter.later(minutes=10)
    with counter.database.write() as session:
        for number, (_, state, changed) in enumerate(wanted, start=1):
            values = {"state": state, "owner_id": person.id} | changed
            session.execute(update(Record).where(Record.id == number).values(**values))


def rows(*ids: int) -> list[dict[str, Any]]:
    return [{"record": n} for n in ids]


def means(item: Item) -> str:
    """2 done; 2 /due in a week."""
    (number,) = item.numbers
    commands = [f"/{one.name} {one.argument}".rstrip() for one in item.commands]
    return " ".join([str(number), *([item.word] if item.word else []), *commands])


def steps(mail: Outgoing, person: Person) -> dict[str, str]:
    """What each button says, read from the mail that it begins; the labels after the numbers."""
    found = {}
    for label, link in taps_of(html_of(mail)):
        said = parse(sent(person, link))
        assert begun(link).to == INSTALLATION.address
        assert (said.record_ref or "").startswith("PORTAL-")
        assert find(tokens_in(said.reply_text), INSTALLATION.secret) == Token(mail.id, person.id)
        (item,) = said.items
        found[f"{item.numbers[0]} {label}"] = means(item)
    assert "mailto:" not in text_of(mail)
    return found


ENGLISH = {
    "1 Agree": "1 agree",
    "1 Reject…": "1 /reject",
    "2 Done": "2 done",
    "2 Need a week": "2 /due in a week",
    "2 Not mine": "2 not_mine",
    "3 Accepted": "3 /status accepted",
    "3 In work": "3 /status in_work",
    "6 Done": "6 done",
    "6 Not mine": "6 not_mine",
}
CHINESE = {
    "1 同意": "1 agree",
    "1 不同意…": "1 /reject",
    "2 已完成": "2 done",
    "2 需要一周": "2 /due 一周后",
    "2 不归我": "2 not_mine",
    "3 已验收": "3 /status accepted",
    "3 实施中": "3 /status in_work",
    "6 已完成": "6 done",
    "6 不归我": "6 not_mine",
}
READERS = pytest.mark.parametrize(
    ("person", "expected"), [(ANNA, ENGLISH), (LI, CHINESE)], ids=["en", "zh"]
)


@READERS
def test_what_waits_in_a_list_is_answered_with_one_tap(
    counter: Counter, person: Person, expected: dict[str, str]
) -> None:
    holding(counter, person, OPEN, AGREE, DELIVERED, THEIRS, SETTLED, LATER)
    said = {"en": "A button writes the reply", "zh": "点击按钮会自动写好回复"}[person.language]
    for kind in ("digest", "reminder", "agenda"):
        make = agenda if kind == "agenda" else digest
        reason = make(late=rows(2), waiting=rows(1, 3), changed=rows(4, 5, 6))
        mail = composed(counter, person, kind, reason | {"reason": kind})
        assert steps(mail, person) == expected
        assert html_of(mail).count(said) == 1


@READERS
def test_a_mail_about_several_records_has_them_too(
    counter: Counter, person: Person, expected: dict[str, str]
) -> None:
    holding(counter, person, AGREE, OPEN, DELIVERED, THEIRS, SETTLED, LATER)
    reasons = [{"reason": "follows", "record": n} for n in range(1, 7)]
    counter.tell(person, "notice", *reasons)
    counter.compose()
    (mail,) = counter.new()
    assert steps(mail, person) == expected
    assert buttons_of(html_of(mail)) == {}


def test_no_receipt_of_several_and_no_page_of_a_project_has_any(counter: Counter) -> None:
    holding(counter, TOM, OPEN, OPEN)
    counter.tell(TOM, "receipt", *({"reason": "yours", "record": n} for n in (1, 2)))
    counter.compose()
    reason = digest(issues=rows(1, 2)) | {"reason": "status", "project": 1}
    counter.tell(TOM, "report", reason)
    counter.compose()
    assert [taps_of(html_of(mail)) for mail in counter.new()] == [[], []]


def test_the_coordinator_is_asked_for_an_owner(counter: Counter) -> None:
    holding(counter, CHEN, NOBODYS, OPEN)
    mail = composed(counter, CHEN, "digest", digest(unowned=rows(1), waiting=rows(2)))
    assert steps(mail, CHEN) == {
        "1 指定负责人…": "1 /owner",
        "1 无需跟踪": "1 ignore",
        "2 已完成": "2 done",
        "2 需要一周": "2 /due 一周后",
    }


def test_who_stands_in_for_the_owner_has_the_owners_buttons(counter: Counter) -> None:
    holding(counter, MA, OPEN)
    entry = {"record": 1, "note": {"phrase": "for_away", "person": MA.id}}
    mail = composed(counter, TOM, "reminder", digest(overdue=[entry]) | {"reason": "reminder"})
    assert steps(mail, TOM) == {"1 Done": "1 done", "1 Need a week": "1 /due in a week"}


def tap(counter: Counter, person: Person, links: list[str]) -> None:
    """New mails, which answer nothing and for which no mail server vouches."""
    for link in links:
        raw = mail_of(person, begun(link).subject, begun(link).text)
        counter.desk.put(raw.replace(b"dmarc=pass", b"dmarc=none"))
    counter.desk.work()


@pytest.mark.parametrize(
    ("person", "kind"), [(TOM, "digest"), (MA, "reminder"), (TOM, "agenda"), (MA, "notice")]
)
def test_a_tap_acts_on_its_item_alone(counter: Counter, person: Person, kind: str) -> None:
    holding(counter, person, OPEN, OPEN, OPEN, OPEN)
    if kind == "notice":
        counter.tell(person, kind, *({"reason": "yours", "record": n} for n in (1, 2, 3, 4)))
    else:
        reason = (agenda if kind == "agenda" else digest)(waiting=rows(1, 2, 3, 4))
        counter.tell(person, kind, reason | {"reason": kind})
    counter.compose()
    (mail,) = counter.new()
    links = [link for _, link in taps_of(html_of(mail))]
    done, week, not_mine = links[0], links[4], links[8]
    tap(counter, person, [done, week, not_mine])
    found = [row.record for row in counter.desk.records()]
    assert [record.state for record in found] == ["resolved", "open", "open", "open"]
    assert [bool(record.due) for record in found] == [False, True, False, False]
    assert [record.owner_id == person.id for record in found] == [True, True, False, True]
    assert counter.desk.states()[-3:] == [("processed", "answers numbered items")] * 3


def test_somebody_elses_tap_does_nothing(counter: Counter) -> None:
    holding(counter, MA, OPEN, OPEN)
    mail = composed(counter, MA, "digest", digest(waiting=rows(1, 2)))
    tap(counter, TOM, [link for _, link in taps_of(html_of(mail))])
    assert {row.record.state for row in counter.desk.records()} == {"open"}
    assert {row.record.owner_id for row in counter.desk.records()} == {MA.id}


def test_a_long_list_stays_shorter_than_what_programs_cut_off(counter: Counter) -> None:
    title = "客户门户网站的单点登录功能在最新版本的浏览器中无法正常使用需要尽快修复并通知客户"
    holding(counter, MA, *[OPEN] * 5, title=title)
    sections = {f"section {n}": rows(1, 2, 3, 4, 5) for n in range(24)}
    html = html_of(composed(counter, MA, "digest", digest(**sections)))
    assert html.count(title) == 120
    assert len(taps_of(html)) == 3 * MOST_ROWS
    assert max(len(link) for _, link in taps_of(html)) < 250
    assert len(html.encode()) < 90_000
