"""Step 7: a mail over the size limit was taken without its body; its sender is told."""

from __future__ import annotations

from mailflow.pipeline.work import Done, Work


def size(work: Work) -> Done | None:
    if not work.message.truncated or work.person is None:
        return None
    details = {"size": work.message.size, "limit": work.installation.size_limit}
    reason = {
        "reason": "refused",
        "refusal": "too_large",
        "details": details,
        "line": work.mail.subject,
        "record": None,
    }
    work.notices.tell(work.person.id, "receipt", reason)
    return Done("ignored", f"over the size limit: {work.message.size} octets")
