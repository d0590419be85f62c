"""The way of a mail: these steps, in this order, until one of them says that it ends.

Up to `believe` they only find out; of programs, whom nobody can ask, attendance and automatic ask
for themselves whether to believe them. What acts stands after it, the most particular first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mailflow.pipeline.absence import back
from mailflow.pipeline.answer import answer
from mailflow.pipeline.attendance import attendance
from mailflow.pipeline.automatic import automatic, newsletter
from mailflow.pipeline.believe import believe
from mailflow.pipeline.client import client
from mailflow.pipeline.forms import form
from mailflow.pipeline.gathering import gathering
from mailflow.pipeline.items import items
from mailflow.pipeline.opening import opening
from mailflow.pipeline.personal import personal
from mailflow.pipeline.place import place
from mailflow.pipeline.reply import reply
from mailflow.pipeline.request import request
from mailflow.pipeline.sealed import sealed
from mailflow.pipeline.seen import seen
from mailflow.pipeline.sender import sender
from mailflow.pipeline.size import size
from mailflow.pipeline.thread import thread
from mailflow.pipeline.undo import undo
from mailflow.pipeline.why import why
from mailflow.pipeline.work import Done, Work

Step = Callable[[Work], Done | None]

STEPS: Sequence[Step] = (
    seen,  # the same mail by a second way?
    attendance,  # does a calendar answer an invitation?
    automatic,  # written by a program?
    sender,  # who says they wrote it, and which mail of ours do they answer?
    thread,  # which record or question is it about?
    place,  # else: which project and kind?
    newsletter,  # by a list, about nothing we track?
    sealed,  # encrypted, so that nothing of it can be read?
    believe,  # are they who they say?
    back,  # were they away?
    size,  # is it all there?
    personal,  # do they set something for themselves?
    form,  # a form of ours is filled in
    answer,  # a question is answered
    undo,  # a receipt's mail is taken back
    why,  # why did they get our mail?
    items,  # numbered items of a list of ours are answered
    gathering,  # points or minutes of a meeting?
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
