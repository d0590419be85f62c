"""Before step 6: what is encrypted waits in quarantine; its sender is told, once a forger is out
of the question."""

from __future__ import annotations

from mailflow.pipeline.work import Done, Work
from mailflow.workflow.belief import verdict
from mailflow.workflow.model import Refusal
from mailflow.workflow.refs import domain_of


def sealed(work: Work) -> Done | None:
    """No keys are kept here, so neither words nor commands of such a mail can be read."""
    mail = work.mail
    if not mail.encrypted or work.message.truncated:
        return None
    domain = domain_of(mail.senders[0].address)
    if verdict(mail.authentication, work.installation.authserv_ids, domain) != "fail":
        work.refuse(Refusal("encrypted"), mail.subject)
    return Done("quarantined", "encrypted: there is no key here to read it with")
