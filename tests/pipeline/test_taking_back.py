"""How far back an undo looks."""

from __future__ import annotations

import pytest

from mailflow.store import deeds
from tests.pipeline.desk import Desk, mail_of
from tests.workflow.company import ANNA, MA

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(("most", "state"), [(2, "resolved"), (9, "open")])
def test_a_history_without_end_is_not_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, most: int, state: str
) -> None:
    monkeypatch.setattr(deeds, "MOST_EVENTS", most)
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] login", "It fails."))
    for words in ("Soon.", "done", "/undo"):
        desk.put(mail_of(MA, "Re: [PORTAL-1] login", words))
        desk.work()
    (row,) = desk.records()
    assert row.record.state == state
    (last,) = (n for n in desk.notices() if n.input_id == 4 and n.person_id == MA.id)
    refusals = [reason.get("refusal") for reason in last.reasons]
    assert ("too_much_happened" in refusals) is (state == "resolved")
