"""The way of a mail: these steps, in this order, until one of them says that it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mailflow.pipeline.answer import answer
from mailflow.pipeline.automatic import automatic, newsletter
from mailflow.pipeline.believe import believe
from mailflow.pipeline.client import client
from mailflow.pipeline.items import items
from mailflow.pipeline.opening import opening
from mailflow.pipeline.place import place
from mailflow.pipeline.reply import reply
from mailflow.pipeline.request import request
from mailflow.pipeline.sealed import sealed
from mailflow.pipeline.seen import seen
from mailflow.pipeline.sender import sender
from mailflow.pipeline.size import size
from mailflow.pipeline.thread import thread
from mailflow.pipeline.work import Done, Work

Step = Callable[[Work], Done | None]

STEPS: Sequence[Step] = (
    seen,  # the same mail by a second way?
    automatic,  # written by a program?
    sender,  # who says they wrote it, and which mail of ours do they answer?
    thread,  # which record or question is it about?
    place,  # else: which project and kind?
    newsletter,  # by a list, about nothing we track?
    sealed,  # encrypted, so that nothing of it can be read?
    believe,  # are they who they say?
    size,  # is it all there?
    answer,  # a question is answered
    items,  # numbered items of a list of ours are answered
    reply,  # a record moves on
    request,  # something is asked for
    client,  # whose words does it bring?
    opening,  # a record is opened
)


def walk(work: Work) -> Done:
    """Take the steps. A mail for which no step ends the way is an error of the program."""
    for step in STEPS:
        done = step(work)
        if done is not None:
            return done
    raise AssertionError("a mail fell out of the pipeline")
