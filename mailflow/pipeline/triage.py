"""Asking the coordinator where a mail belongs or who shall own a record, with the best guesses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailflow.pipeline.asking import hold, wait_with_others
from mailflow.pipeline.place import alike, client_in, unknown_tags
from mailflow.pipeline.visible import visible
from mailflow.pipeline.work import Done, Work
from mailflow.snapshots import as_record
from mailflow.store import guesses as store
from mailflow.store import records
from mailflow.workflow import guesses
from mailflow.workflow.guesses import Alike, Clues, Guess, How, Owned
from mailflow.workflow.model import Record
from mailflow.workflow.refs import fold_address

# The reasons that ask who shall own a record.
UNROUTED = ("unrouted", "unrouted_for")


def hold_for_triage(work: Work, cause: str | None = None) -> Done:
    """One question says all that is missing; the answer is a number, /project, /kind or /ignore."""
    missing = {"project": work.project is None, "kind": work.kind is None}
    needs = [name for name, is_missing in missing.items() if is_missing]
    cause = cause or "no_" + "_and_".join(needs)
    mine = work.directory.own_projects_of(work.person.id) if work.person else ()
    projects = mine or tuple(work.directory.projects.values())
    others = None if work.person else wait_with_others(work, "triage", work.coordinator())
    if others is not None:
        return others
    found = [_as_option(guess, needs) for guess in _guesses(work)] if needs else []
    options = list({tuple(one["decides"].items()): one for one in found}.values())
    reason = {
        "reason": "triage",
        "input": work.input.id,
        "cause": cause,
        "given": ", ".join(unknown_tags(work)),
        "projects": [project.key for project in projects],
        "kinds": list(work.installation.kinds.names),
        "needs": needs,
        "guesses": options,
        "alike": alike(work).as_json(),
    }
    decided = [one["decides"] for one in options]
    return hold(work, "triage", work.coordinator(), reason, cause.replace("_", " "), decided)


def _as_option(guess: Guess, needs: Sequence[str]) -> dict[str, Any]:
    """A guess as a notice holds it; it decides only what is not known."""
    values = {"project": guess.project, "kind": guess.kind}
    decides = {name: values[name] for name in needs}
    return {**values, "why": list(guess.why), "decides": decides}


def _guesses(work: Work) -> list[Guess]:
    clues = Clues(
        title=work.title,
        text=work.client_words(),
        person=work.person,
        client=client_in(work),
        project=work.project,
        kind=work.kind,
        alike=_alike(work),
    )
    return guesses.places(clues, work.directory, work.kinds)


def _alike(work: Work) -> list[Alike]:
    """Earlier records of the same contact, client or sender that whoever is asked may see; of no
    private kind, since a deputy may be asked after all."""
    asked, client = work.coordinator(), client_in(work)
    if asked is None:
        return []
    how: dict[int, How] = {}
    if work.person is not None:
        how |= dict.fromkeys(store.of_reporter(work.session, work.person.id), "sender")
    if client is not None:
        how |= dict.fromkeys(store.of_client(work.session, client.id), "client")
    how |= dict.fromkeys(store.of_contact(work.session, _author(work)), "contact")
    rows = records.by_ids(work.session, list(how))
    found = [as_record(rows[n]) for n in sorted(rows, reverse=True)]
    return [
        Alike(one.ref, one.project, one.kind, how[one.id])
        for one in found
        if visible(work, asked, one) and not work.kinds[one.kind].private
    ]


def _author(work: Work) -> str:
    """The address of whoever wrote the words: the forwarded original's, a stranger's own."""
    innermost = work.innermost()
    source = innermost.sender if innermost else None
    if work.person is None:
        source = work.mail.senders[0]
    return fold_address(source.address) if source and source.address else ""


def owner_guesses(work: Work, record: Record, but: int | None = None) -> dict[str, Any]:
    """Who may own a record that no route takes, for the notice that asks it; not who gave it back
    (`but`)."""
    project = work.directory.projects[record.project]
    shown = {kind.name for kind in work.kinds if not kind.private}
    lately = [
        Owned(row.ref, row.kind, row.client_id, row.owner_id)
        for row in store.lately(work.session, project.id)
        if row.kind in shown and row.id != record.id
    ]
    found = guesses.owners(lately, record.kind, record.client, project, work.directory)
    return {"guesses": [{"person": p, "refs": list(refs)} for p, refs in found if p != but]}
