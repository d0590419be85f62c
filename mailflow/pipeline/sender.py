"""Whom the From address names, and which mail of ours is answered."""

from __future__ import annotations

from dataclasses import replace

from mailflow.pipeline.work import Done, Work
from mailflow.store.tables import Outgoing
from mailflow.workflow.tokens import find, tokens_in, without_tokens


def sender(work: Work) -> Done | None:
    """From must hold exactly one address. A token counts only from the person it was made for;
    that of somebody else only says which record the mail is about, and in a text nothing at all."""
    mail = work.mail
    if not mail.senders or not mail.senders[0].address:
        return Done("quarantined", "no sender: the From header has no address")
    if len(mail.senders) == 1:
        work.person = work.directory.by_address(mail.senders[0].address)
    secret, written = work.installation.secret, _written(work)
    answered = [mail.in_reply_to or "", *written]
    places = [*answered, *work.references(), *mail.delivered_to]
    mine = find(places, secret, work.person.id) if work.person else None
    token = mine or find(places, secret)
    if token is None:
        return None
    work.answers = work.session.get(Outgoing, token.outgoing)
    work.vouched = mine is not None
    work.direct = token in (find([place], secret) for place in (*answered, *mail.delivered_to))
    return None


def _written(work: Work) -> list[str]:
    """The sender's own tokens in their own text, where a button put them; no words of theirs."""
    mail, secret = work.mail, work.installation.secret
    written = tokens_in(mail.reply_text)
    if not written:
        return []
    reply, note = without_tokens(mail.reply_text), without_tokens(mail.note_text)
    work.mail = replace(mail, reply_text=reply, note_text=note)
    person = work.person.id if work.person else 0
    return [one for one in written if find([one], secret, person)]
