"""A fair order: who sends thousands of mails at once keeps nobody else waiting.

Of each sender SHARE mails stand in the first rank, the next SHARE in the second, and so on; a lower
rank is handled first, and in it who came first. So each sender's own mails keep their order. An
answer is never handled before the mail that it answers, whoever wrote that. Time plays no part: all
that waits is handled as fast as ever, in another order.

A sender is here whoever From names: whether that is true is found out when a mail's turn comes.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from mailflow.snapshots.heads import Head, heads_of
from mailflow.store import queue

SHARE = 20
# So many mails are placed in one transaction, which must be short beside a lease.
BATCH = 100


@dataclass
class _Lane:
    """The mails of one sender: the last rank that is in use, and how many stand in it."""

    rank: int = 0
    taken: int = 0

    def next(self, at_least: int) -> int:
        if at_least > self.rank:
            self.rank, self.taken = at_least, 0
        elif self.taken >= SHARE:
            self.rank, self.taken = self.rank + 1, 0
        self.taken += 1
        return self.rank


def sort(session: Session) -> int:
    """Give the next mails that have no place yet theirs; returns how many got one."""
    ids = queue.unsorted(session, BATCH)
    heads = heads_of(session, ids)
    answered = {key for head in heads.values() for key in head.answers}
    waiting = queue.ranks_of(session, answered)
    lanes: dict[str, _Lane] = {}
    places = []
    for input_id in ids:
        head = heads.get(input_id, Head())
        if head.sender not in lanes:
            lanes[head.sender] = _lane(session, head.sender)
        behind = max((waiting.get(key, 0) for key in head.answers), default=0)
        rank = lanes[head.sender].next(behind)
        if head.message_id:
            waiting[head.message_id] = max(rank, waiting.get(head.message_id, 0))
        places.append(queue.Place(input_id, head.sender, rank, head.message_id))
    queue.place(session, places)
    return len(places)


def _lane(session: Session, sender: str) -> _Lane:
    ranks = queue.last_ranks(session, sender, SHARE)
    return _Lane(ranks[0], ranks.count(ranks[0])) if ranks else _Lane()
