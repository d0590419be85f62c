"""What a program wrote is never answered; a bounce is told to the coordinator, and an
out-of-office answer says that somebody is away."""

from __future__ import annotations

from mailflow.pipeline.absence import note_absence
from mailflow.pipeline.seen import LEFT_ALONE
from mailflow.pipeline.work import Done, Work
from mailflow.store.clock import first_in_a_day
from mailflow.store.tables import Outgoing
from mailflow.workflow.model import Person
from mailflow.workflow.refs import fold_address
from mailflow.workflow.tokens import find
from parsers import Bounce

CAME_BACK, NO_STATUS = "came back: ", "no status"


def automatic(work: Work) -> Done | None:
    """A list's mail goes on: somebody of ours may have written it (its sender gets no receipt)."""
    kind = "own" if _is_our_own(work) else work.mail.automatic
    if kind is None or kind == "list":
        return None
    if kind == "bounce":
        _tell_of_bounce(work)
    if kind == "auto-reply":
        note_absence(work)
    return Done("ignored", f"{LEFT_ALONE}{kind}")


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
    if not _is_news(work, bounce, failed):
        return
    reason = {
        "reason": "bounced",
        "address": address,
        "status": bounce.status if bounce else None,
        "outgoing": failed.id if failed else None,
    }
    work.notices.tell(coordinator.id, "notice", work.to_coordinator(reason))


def _is_news(work: Work, bounce: Bounce | None, failed: Outgoing | None) -> bool:
    """Of one mail a delay and the failure are told. What names no mail of ours anybody can write:
    that is told once a day for each of our people, and once for all other addresses."""
    if failed is None:
        recipient = (bounce and bounce.recipient) or ""
        person = work.directory.by_address(recipient)
        return first_in_a_day(work.session, f"bounced:{person.id if person else 0}", work.now)
    status = (bounce and bounce.status) or NO_STATUS
    if (failed.last_error or "").startswith(f"{CAME_BACK}{status[0]}"):
        return False
    failed.last_error = f"{CAME_BACK}{status}"
    return True


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
    return Done("ignored", f"{LEFT_ALONE}list")
