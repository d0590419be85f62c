"""Step 3: whom the From address names, and which mail of ours is answered."""

from __future__ import annotations

from mailflow.pipeline.work import Done, Work
from mailflow.store.tables import Outgoing
from mailflow.workflow.tokens import find


def sender(work: Work) -> Done | None:
    """From must hold exactly one address. A token counts only from the person it was made for;
    that of somebody else only says which record the mail is about."""
    mail = work.mail
    if not mail.senders or not mail.senders[0].address:
        return Done("quarantined", "no sender: the From header has no address")
    if len(mail.senders) == 1:
        work.person = work.directory.by_address(mail.senders[0].address)
    places, secret = _places(work), work.installation.secret
    mine = find(places, secret, work.person.id) if work.person else None
    token = mine or find(places, secret)
    if token is None:
        return None
    work.answers = work.session.get(Outgoing, token.outgoing)
    work.vouched = mine is not None
    work.direct = token in (find([place], secret) for place in (places[0], *mail.delivered_to))
    return None


def _places(work: Work) -> list[str]:
    """Where a reply carries the token: the newest of the references first."""
    mail = work.mail
    ids = [mail.in_reply_to or "", *work.references()]
    return [*ids, *mail.delivered_to]
