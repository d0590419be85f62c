"""Asked "why me?" about a mail that is not about one record."""

from __future__ import annotations

from mailflow.pipeline.work import Done, Work
from mailflow.workflow.model import Refusal
from mailflow.workflow.remainder import says_more, without_commands

WHY = "why"


def why(work: Work) -> Done | None:
    """About one record it is a command of a reply."""
    if not work.asks_for(WHY) or work.person is None or work.record is not None:
        return None
    if work.kind is not None or work.mail.items:
        return None
    mail = work.answers.id if work.answers and work.vouched else None
    reason = {"reason": "page", "page": "why", "about": None, "outgoing": mail}
    work.notices.tell(work.person.id, "receipt", reason)
    left = without_commands(work.mail, {WHY})
    if says_more(left):
        work.refuse(Refusal("not_for_one_item"), left.note_text or work.first_line())
    return Done("processed", "told why")
