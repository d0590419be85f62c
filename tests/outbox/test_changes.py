"""What a mail says of changes: titles, dates, what something waits for, and what was decreed."""

from __future__ import annotations

import pytest

from mailflow.pipeline.apply import happen
from mailflow.snapshots import as_record
from mailflow.store.records import by_ids
from mailflow.store.tables import Input, Notice
from mailflow.workflow.model import Happened, Person
from tests.outbox.counter import Counter, html_of, text_of
from tests.pipeline.desk import mail_of
from tests.workflow.company import ANNA, CHEN, LI, TOM


def said(counter: Counter, reader: Person, *mails: tuple[Person, str, str]) -> str:
    """What the last mail to somebody says, after these mails (who, subject, text)."""
    for sender, subject, text in mails:
        counter.desk.put(mail_of(sender, subject, text))
        counter.desk.work()
        counter.later(minutes=10)
        counter.compose()
    return text_of([row for row in counter.new() if row.address == reader.address][-1])


UNLINK = "/link remove PORTAL-2"
TASK = (TOM, "[TASK][PORTAL] Write the plan", "Due: 2026-12-01")


@pytest.mark.parametrize(
    ("line", "said_so", "shown"),
    [
        ("/change title The plan", "changed it", "    Title: Write the plan → The plan\n"),
        (
            "Due: 2026-12-04",
            "changed it",
            "    Due: Tue 1 Dec 2026 → Fri 4 Dec 2026 (3 days later)\n",
        ),
        ("Effort: 12h", "filled in", "    Effort: 12 h\n"),
        ("Depends on: PORTAL-2", "filled in", "    Waits for: PORTAL-2\n"),
    ],
)
def test_a_change_shows_what_was_and_what_is(
    counter: Counter, line: str, said_so: str, shown: str
) -> None:
    other = (TOM, "[TASK][PORTAL] Ask the client", "soon")
    text = said(counter, TOM, TASK, other, (TOM, "Re: [PORTAL-1] Write the plan", line))
    assert f"You {said_so}:\n{shown}" in text


def test_several_changed_lines_and_one_that_is_not_understood(counter: Counter) -> None:
    answer = "Version: 2\nEffort: much\nVersion: 3\n\nThat is all."
    text = said(counter, TOM, TASK, (TOM, "Re: [PORTAL-1] Write the plan", answer))
    assert "You filled in:\n    Version: 3\n" in text
    assert "You wrote:\n> That is all.\n" in text
    assert "Nothing was done for the line “Effort: much”: “much” is no length of time" in text
    assert "Version: 3\nKind: task\n" in text


def test_what_says_nothing_new_is_refused(counter: Counter) -> None:
    text = said(counter, TOM, TASK, (TOM, "Re: [PORTAL-1] Write the plan", "Due: 2026-12-01"))
    assert "Nothing was done for the line “Due: 2026-12-01”: it says that already." in text


GOAL = (ANNA, "[GOAL][PORTAL] Portal 2", "Result: <b>SSO</b>\nBudget: " + "9" * 3000)


def test_values_are_text_and_shortened(counter: Counter) -> None:
    said(counter, LI, GOAL, (TOM, "Re: [PORTAL-1] Portal 2", "Result: <script>x</script>"))
    counter.read = 0
    (row,) = [r for r in counter.new() if r.address == ANNA.address][-1:]
    html, text = html_of(row), text_of(row)
    assert "&lt;b&gt;SSO&lt;/b&gt;" in html
    assert "<script" not in html
    assert "    Result: <b>SSO</b> → <script>x</script>\n" in text
    assert "9" * 501 not in text.split("Result: <script>x</script>\n")[-1]


def test_what_the_coordinator_decreed_says_so(counter: Counter) -> None:
    decree = (CHEN, "Re: [PORTAL-1] Portal 2", "/status agreed")
    agree = (TOM, "Re: [PORTAL-1] Portal 2", "agreed")
    text = said(counter, ANNA, GOAL, agree, decree)
    assert "Chen Yu, as coordinator, set it to agreed without the agreement of sales." in text
    assert "Agreed: sales: not given; the team: Tom O'Neil" in text


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        (
            ANNA,
            "The mail that it came from was read again, and this is understood better now: "
            "its words, what is attached. Attached: a.pdf (2.0 kB).\n"
            "    Title: Write the plan → The plan\n",
        ),
        (
            LI,
            "重新读取了来源邮件，已更正：正文、附件。 附件：a.pdf (2.0 kB)。\n"
            "    标题：Write the plan → The plan\n",
        ),
    ],
)
def test_a_mail_that_was_read_again(counter: Counter, reader: Person, said: str) -> None:
    counter.desk.put(mail_of(*TASK))
    counter.desk.work()
    number = counter.tell(reader, "notice", {"reason": "told", "record": 1})
    event = Happened(
        "corrected", {}, {"title": "The plan", "text": "words"}, None, (("a.pdf", 2000),)
    )
    with counter.database.write() as session:
        cause = session.get_one(Input, session.get_one(Notice, number).input_id)
        before = as_record(by_ids(session, [1])[1])
        happen(session, cause, before, [event], counter.installation.kinds, None, counter.now)
    counter.compose()
    assert said in text_of([row for row in counter.new() if row.address == reader.address][-1])


def test_who_does_not_agree_takes_back_what_was_agreed(counter: Counter) -> None:
    agree = (TOM, "Re: [PORTAL-1] Portal 2", "agreed")
    reject = (LI, "Re: [PORTAL-1] Portal 2", "/不同意 预算太高")
    text = said(counter, TOM, GOAL, agree, reject)
    assert "Li Wei did not agree. What was agreed so far is taken back.\n> 预算太高\n" in text
    assert "It stays open until both sides agree" in text
    assert "/change FIELD VALUE" in text


@pytest.mark.parametrize(
    ("reader", "line"),
    [
        (TOM, "You removed the link with PORTAL-2."),
        (CHEN, "Tom O'Neil 取消了与 PORTAL-2 的关联。"),
    ],
)
def test_a_link_that_is_taken_away_is_named(counter: Counter, reader: Person, line: str) -> None:
    other = (TOM, "[TASK][PORTAL] Ask for the data", "")
    linked = (TOM, "Re: [PORTAL-1] x", "/link PORTAL-2")
    found = said(counter, reader, TASK, other, linked, (TOM, "Re: [PORTAL-1] x", UNLINK))
    assert line in found
