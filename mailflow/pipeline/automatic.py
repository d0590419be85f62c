"""What a program wrote is never answered; a bounce is told to the coordinator, and an
out-of-office answer says that somebody is away."""

from __future__ import annotations

from mailflow.pipeline.absence import note_absence
from mailflow.pipeline.seen import LEFT_ALONE
from mailflow.pipeline.work import Done, Work
from mailflow.store.tables import Outgoing
from mailflow.workflow.model import Person
from mailflow.workflow.refs import fold_address
from mailflow.workflow.tokens import find


def automatic(work: Work) -> Done | None:
    """A list's mail goes on: somebody of ours may have written it (its sender gets no receipt)."""
    kind = "own" if _is_our_own(work) else work.mail.automatic
    if kind is None or kind == "list":
        return None
    if kind == "bounce":
        _tell_of_bounce(work)
    if kind == "auto-reply":
        note_absence(work)
    return Done("ignored", f"automatic: {kind}")


def _is_our_own(work: Work) -> bool:
    """A mail of ours that came back, its marks taken away: by its Message-ID, which only we can
    sign, or as what we would have written to ourselves."""
    secret, senders = work.installation.secret, work.mail.senders
    if work.mail.message_id and find([work.mail.message_id], secret):
        return True
    address = fold_address(senders[0].address) if len(senders) == 1 else ""
    return address == work.installation.address and work.directory.by_address(address) is None


def _tell_of_bounce(work: Work) -> None:
    bounce = work.mail.bounce
    failed = _what_came_back(work)
    address = (bounce.recipient if bounce else None) or (failed.address if failed else None)
    coordinator = _coordinator(work, failed)
    if address is None or coordinator is None or address.casefold() in coordinator.addresses:
        return
    if failed is not None:
        failed.last_error = f"came back: {(bounce and bounce.status) or 'no status'}"
    reason = {
        "reason": "bounced",
        "address": address,
        "status": bounce.status if bounce else None,
        "outgoing": failed.id if failed else None,
    }
    work.notices.tell(coordinator.id, "notice", work.to_coordinator(reason))


def _what_came_back(work: Work) -> Outgoing | None:
    """The mail of ours: its Message-ID carries a signature that nobody else can make."""
    mail = work.mail
    returned = mail.bounce.message_id if mail.bounce else None
    ids = [i for i in (returned, mail.in_reply_to, *mail.references) if i]
    token = find([*ids, mail.text], work.installation.secret)
    return work.session.get(Outgoing, token.outgoing) if token else None


def _coordinator(work: Work, failed: Outgoing | None) -> Person | None:
    if failed is not None and failed.record_id is not None:
        from_record = work.load_record(failed.record_id)
        work.project = work.directory.projects.get(from_record.record.project_id)
    return work.coordinator()


def newsletter(work: Work) -> Done | None:
    """What came by a list counts only where one of ours wrote it about something we track."""
    if work.mail.automatic != "list":
        return None
    about = work.record or work.question or work.kind or work.records_in_doubt
    if work.person is not None and about:
        return None
    return Done("ignored", LEFT_ALONE)
