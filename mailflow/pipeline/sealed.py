"""What is encrypted waits in quarantine; its sender is told, once a forger is out
of the question."""

from __future__ import annotations

from mailflow.pipeline.believe import believe
from mailflow.pipeline.work import Done, Work
from mailflow.workflow.model import Refusal


def sealed(work: Work) -> Done | None:
    """No keys are kept here, so neither words nor commands of such a mail can be read."""
    if not work.mail.encrypted or work.message.truncated:
        return None
    if work.person is not None and work.verdict() != "fail":
        doubted = believe(work)
        if doubted is not None:
            return doubted
        work.refuse(Refusal("encrypted"), work.mail.subject)
    return Done("quarantined", "encrypted: there is no key here to read it with")
