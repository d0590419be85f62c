"""What somebody sets for themselves (`/digest daily`), in any mail, beside all else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from mailflow.pipeline.work import Done, Work
from mailflow.snapshots import person_of
from mailflow.store import directory
from mailflow.store.tables import Input
from mailflow.store.tables import Person as PersonRow
from mailflow.workflow.model import Person, Refusal
from mailflow.workflow.personal import PERSONAL, wishes_of
from mailflow.workflow.remainder import says_more, without_commands
from mailflow.workflow.requests import requested

SET, HELP = "preferences", "help"


def personal(work: Work) -> Done | None:
    """The mail goes on without these lines where it says something else, too."""
    person, names = work.person, _names(work)
    lines = [line for line in work.mail.commands if line.name in names]
    if person is None or not lines:
        return None
    wishes: dict[str, str] = {}
    for line in lines:
        if line.name == HELP:
            work.notices.tell(person.id, "receipt", {"reason": "page", "page": "help"})
            continue
        wish, read = PERSONAL[line.name]
        found = read(line.argument, zones())
        if isinstance(found, Refusal):
            work.refuse(found, line.said)
        else:
            wishes[wish] = found
    if wishes:
        _keep(work, person, wishes)
    ends = not _says_more(work, names)
    work.mail = without_commands(work.mail, names)
    return Done("processed", "personal settings") if ends else None


def has_set(work: Work, cause: int | None) -> bool:
    """Whether a mail set something for its sender."""
    row = work.session.get(Input, cause) if cause else None
    return row is not None and SET in row.payload


def take_back(work: Work, person: Person, cause: int) -> Refusal | None:
    """Set again what a mail changed, where nothing else was set since; None where that is done."""
    row = work.session.get(Input, cause)
    said: Mapping[str, Any] | None = row.payload.get(SET) if row else None
    if row is None or said is None or said["person"] != person.id:
        return Refusal("nothing_to_undo")
    if said.get("undone"):
        return Refusal("already_undone")
    now = work.session.get_one(PersonRow, person.id).preferences
    if any(now.get(wish) != value for wish, value in said["set"].items()):
        return Refusal("set_anew")
    row.payload = {**row.payload, SET: {**said, "undone": True}}
    _keep(work, person, said["before"])
    return None


def _keep(work: Work, person: Person, wishes: Mapping[str, str | None]) -> None:
    """Without a value (None) the directory's counts again. The input says what it changed."""
    row = work.session.get_one(PersonRow, person.id)
    before = {wish: row.preferences.get(wish) for wish in wishes}
    merged = {**row.preferences, **wishes}
    row.preferences = {wish: value for wish, value in merged.items() if value is not None}
    said = {"person": person.id, "set": dict(wishes), "before": before}
    work.input.payload = {**work.input.payload, SET: said}
    directory.touch(work.session, work.now)
    was, now = wishes_of(person), wishes_of(person_of(row))
    # the lines that follow are read in the new language
    work.person = replace(person, language=now["language"], timezone=now["timezone"])
    changed = {wish: [was[wish], now[wish]] for wish in was if wish in wishes}
    work.notices.tell(person.id, "receipt", {"reason": "personal", "set": changed})


def _names(work: Work) -> set[str]:
    """The commands that are dealt with here; /help where the mail has no other business."""
    alone = work.record is None and work.question is None
    with_help = {*PERSONAL, HELP}
    return with_help if alone and not _says_more(work, with_help) else set(PERSONAL)


def _says_more(work: Work, names: set[str]) -> bool:
    """Whether the mail goes on: it has other words, or its subject alone begins something."""
    begins = work.record is None and (work.kind is not None or requested(work.mail.tags))
    return bool(begins) or says_more(without_commands(work.mail, names))


@cache
def zones() -> frozenset[str]:
    """The names of all time zones, without those that only some systems have."""
    return frozenset(zone for zone in available_timezones() if zone[0].isupper())
