"""A mail over the size limit was taken without its body; its sender is told."""

from __future__ import annotations

from mailflow.pipeline.work import Done, Work
from mailflow.workflow.model import Refusal


def size(work: Work) -> Done | None:
    if not work.message.truncated or work.person is None:
        return None
    details = {"size": work.message.size, "limit": work.installation.size_limit}
    work.refuse(Refusal("too_large", details), work.mail.subject)
    return Done("ignored", f"over the size limit: {work.message.size} octets")
