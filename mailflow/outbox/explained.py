""" "Why me?": the rule by which somebody got a mail, their roles, and how to get less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailflow.outbox.about import About
from mailflow.outbox.blocks import because
from mailflow.outbox.facts import Facts, Reason, Shown
from mailflow.outbox.owned import why_owned
from mailflow.outbox.questions import number
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Block, Option, Piece, Said
from mailflow.outbox.words import one_line
from mailflow.store.deeds import reasons_of
from mailflow.store.tables import Outgoing
from mailflow.workflow.model import Project

# Of so many records of one mail the rules are told; for a list the mail's own rule is enough.
MOST = 5
LISTS = {"digest", "agenda", "reminder", "report", "minutes"}


def explained(reader: Reader, facts: Facts, _input: int, reason: Reason) -> Piece:
    """`outgoing` is the mail of ours that was answered, `about` the record that is asked about."""
    mail = facts.outgoings.get(number(reason, "outgoing"))
    mail = mail if mail is not None and mail.person_id == reader.person.id else None
    shown = _records(reader, facts, mail, reason)
    blocks = [_rule(reader, mail, known=bool(shown)), *_of_records(reader, facts, mail, shown)]
    blocks.append(_roles(reader, mail, shown))
    return Piece(_subject(reader, mail, shown), tuple(blocks), records=_ids(shown))


def _records(
    reader: Reader, facts: Facts, mail: Outgoing | None, reason: Reason
) -> tuple[Shown, ...]:
    about, listed = reason.get("about"), list(mail.about.get("records") or ()) if mail else []
    is_list = mail is not None and mail.kind in LISTS
    named = [about] if about else ([] if is_list else listed[:MOST])
    if is_list and named == listed:
        # the only item of a list: what is asked about is the list
        return ()
    found = (facts.seen_by(reader.person.id, one) for one in named)
    return tuple(one for one in found if one is not None)


def _rule(reader: Reader, mail: Outgoing | None, *, known: bool) -> Block:
    """What mails of this kind are, and which one it was."""
    said = [Said(reader.say("why.lead"))]
    if mail is None:
        return Block(said=tuple(said if known else [Said(reader.say("why.unknown"))]))
    kind = f"digest_{reader.person.digest}" if mail.kind == "digest" else mail.kind
    if reader.phrases.has(f"why.{kind}"):
        said.append(Said(reader.say(f"why.{kind}")))
    return Block(said=tuple(said), facts=((reader.say("fact.subject"), one_line(mail.subject)),))


def _of_records(
    reader: Reader, facts: Facts, mail: Outgoing | None, shown: Sequence[Shown]
) -> Iterator[Block]:
    """For each record why the mail told of it, who owns it by which rule, who watches it."""
    told = reasons_of(facts.session, mail.id) if mail else []
    for one in shown:
        record = one.record
        reasons = [reason for _, reason in told if reason.get("record") == record.id]
        names = {str(reason.get("reason")) for reason in reasons}
        standing = {
            "yours": record.owner == reader.person.id,
            "reported": record.reporter == reader.person.id and "opened" not in names,
        }
        reasons += [{"reason": name} for name, holds in standing.items() if holds]
        said = list(because(reader, About(one, tuple(reasons), ()))) or [why_owned(reader, one)]
        follows = {"watching": record.watchers, "muted": record.muted}
        said += [
            reader.say(f"why.{name}", ref=record.ref)
            for name, people in follows.items()
            if reader.person.id in people
        ]
        yield Block(
            ref=record.ref,
            title=one_line(record.title),
            said=tuple(Said(sentence) for sentence in dict.fromkeys(said)),
        )


def _roles(reader: Reader, mail: Outgoing | None, shown: Sequence[Shown]) -> Block:
    """What the reader is in the projects concerned, and how to be told less."""
    mine = reader.directory.projects_of(reader.person.id)
    here = {one.project.id for one in shown if one.project}
    concerned = [project for project in mine if not here or project.id in here]
    said = [
        reader.say(
            "why.roles",
            project=reader.project(project),
            roles=reader.phrases.join(_roles_in(reader, project)),
        )
        for project in concerned
    ] or [reader.say("why.no_roles")]
    return Block(
        said=tuple(Said(sentence) for sentence in said),
        how=reader.say("why.stop"),
        options=tuple(_less(reader, mail, shown)),
    )


def _roles_in(reader: Reader, project: Project) -> list[str]:
    roles = {
        "sales": project.sales,
        "members": project.members,
        "coordinator": (project.coordinator,),
    }
    return [reader.say(f"role.{name}") for name, ids in roles.items() if reader.person.id in ids]


def _less(reader: Reader, mail: Outgoing | None, shown: Sequence[Shown]) -> Iterator[Option]:
    """The lines by which the reader gets less."""
    digest, mute = reader.command("digest"), reader.command("mute")
    if mail is not None and mail.kind == "digest":
        if reader.person.digest == "daily":
            weekly = f"{digest} {reader.say('personal.weekly')}"
            yield Option(weekly, reader.say("why.digest_less"))
        yield Option(f"{digest} {reader.say('personal.off')}", reader.say("why.digest_off"))
    if len(shown) == 1:
        yield Option(mute, reader.say("why.mute_does", ref=shown[0].record.ref))
    else:
        yield Option(reader.say("why.mute_how", command=mute), reader.say("why.mute_any"))


def _subject(reader: Reader, mail: Outgoing | None, shown: Sequence[Shown]) -> str:
    if len(shown) == 1:
        record = shown[0].record
        return f"[{record.ref}] {one_line(record.title)}"
    if mail is None:
        return reader.say("subject.why")
    return reader.answer_to(one_line(mail.subject))


def _ids(shown: Sequence[Shown]) -> tuple[int, ...]:
    return tuple(one.record.id for one in shown)
