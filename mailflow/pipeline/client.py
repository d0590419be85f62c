"""Whose words a forward brings; where that is open, who forwarded it is asked."""

from __future__ import annotations

from collections.abc import Sequence

from mailflow.pipeline.asking import hold
from mailflow.pipeline.work import Done, Work
from mailflow.store.directory import contacts_named
from parsers import Forward, Mailbox

MOST_CANDIDATES = 9
NOBODY = Mailbox("", "")


def client(work: Work) -> Done | None:
    """Only one of ours brings a client's words; of others, it is themselves who wrote."""
    in_doubt = find_client(work)
    if work.person is None or not in_doubt:
        return None
    candidates = [[box.name, box.address] for box in in_doubt if box != NOBODY]
    reason = {"reason": "client", "input": work.input.id, "candidates": candidates}
    return hold(
        work, "client", work.person, reason, "it is open whose words it forwards", candidates
    )


def find_client(work: Work) -> list[Mailbox]:
    """Note whose words it forwards, as far as that is clear; else who they may be of."""
    forwards = work.forwards()
    if work.person is None or not forwards:
        return []
    decided = work.input.decisions.get("client")
    if decided is not None:
        work.client = Mailbox(*decided) if any(decided) else None
        return []
    found = _outside(work, forwards)
    if len(found) == 1:
        work.client = _with_address(work, found[0])
    return found if work.client is None else []


def _outside(work: Work, forwards: Sequence[Forward]) -> list[Mailbox]:
    """Who wrote the forwarded mails, without our own; each once. NOBODY where no name is given."""
    found: dict[str, Mailbox] = {}
    names = {person.name for person in work.directory.persons.values()}
    for forward in forwards[:MOST_CANDIDATES]:
        box = forward.sender or NOBODY
        if work.directory.by_address(box.address) if box.address else box.name in names:
            continue
        found.setdefault((box.address or box.name).casefold(), box)
    return list(found.values())


def _with_address(work: Work, box: Mailbox) -> Mailbox | None:
    """The mailbox if it has an address, or if one contact that we know has just that name."""
    if box.address or not box.name:
        return box if box.address else None
    known = contacts_named(work.session, box.name[:200])
    return Mailbox(known[0].name, known[0].address) if len(known) == 1 else None
