"""The project and the kind of a record to be, as far as they are known."""

from __future__ import annotations

from mailflow.pipeline.work import Done, Work
from mailflow.store import rules
from mailflow.workflow.model import Client, Project
from mailflow.workflow.refs import as_ref, fold_address
from mailflow.workflow.requests import requested
from mailflow.workflow.routing import choose_project, client_of
from mailflow.workflow.rules import Mails, mails_like, placed


def place(work: Work) -> Done | None:
    """What people decided about the mail counts first, then its tags, addresses and sender, then
    what was decided about all mails like it."""
    if work.record is not None or work.question is not None:
        return None
    directory, kinds = work.directory, work.installation.kinds
    decisions, tags = work.input.decisions, work.mail.tags
    named = [p for p in map(directory.project_by_key, tags) if p]
    tagged = {kind.name: kind for kind in map(kinds.by_tag, tags) if kind}
    if "kind" in decisions:
        work.kind = kinds.by_name(decisions["kind"])
    elif len(tagged) == 1:
        work.kind = next(iter(tagged.values()))
    if "project" in decisions:
        work.project, work.rule = directory.project_by_key(decisions["project"]), "coordinator"
    else:
        mine = directory.own_projects_of(work.person.id) if work.person else ()
        chosen = choose_project(_once(named), _once(_addressed(work)), mine, client_in(work))
        work.project, work.rule = (chosen.project, chosen.rule) if chosen else (None, "")
    if work.project is None or work.kind is None:
        _by_rule(work)
    work.title = title_of(work)
    return None


def alike(work: Work) -> Mails:
    """Which mails are like this one, where something is decided for all of them."""
    address, client = fold_address(work.mail.senders[0].address), client_in(work)
    tags = [tag for tag in work.mail.tags if not as_ref(tag)]
    return mails_like(work.person, address, tags, client.id if client else None)


def _by_rule(work: Work) -> None:
    """What was decided once for all mails like this one. A list's mail is like no other, and what
    answers a mail of ours is no new one."""
    if work.mail.automatic == "list" or work.answers is not None:
        return
    rule = rules.find(work.session, alike(work).key)
    if rule is None:
        return
    project, kind = placed(rule.decided, work.person, work.directory, work.kinds)
    if work.project is None and project is not None:
        work.project, work.rule, work.placed = project, "always", rule.id
    if work.kind is None and kind is not None:
        work.kind, work.placed = kind, rule.id


def unknown_tags(work: Work) -> list[str]:
    """Leading brackets that are no kind's and no request's tag, no project's key and no ref."""
    directory, kinds = work.directory, work.installation.kinds
    return [
        tag
        for tag in work.mail.tags
        if not (
            kinds.by_tag(tag) or requested([tag]) or directory.project_by_key(tag) or as_ref(tag)
        )
    ]


def title_of(work: Work) -> str:
    """The subject without what we understood of it: `[ISSUE][iOS] crash` is "[IOS] crash"."""
    mail = work.mail
    own = "".join(f"[{tag}] " for tag in unknown_tags(work)) + mail.title
    forwarded = mail.forwarded.subject if mail.forwarded else None
    text = work.client_words()
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return (own.strip() or forwarded or first)[:300]


def _addressed(work: Work) -> list[Project]:
    """Projects that a plus-address names: flow+acme@… (RFC 5233)."""
    local, _, domain = fold_address(work.installation.address).rpartition("@")
    parts = []
    for address in work.mail.delivered_to:
        theirs, _, their_domain = fold_address(address).rpartition("@")
        if their_domain == domain and theirs.startswith(local + "+"):
            parts.append(theirs.removeprefix(local + "+"))
    return [p for p in map(work.directory.project_by_key, parts) if p]


def client_in(work: Work) -> Client | None:
    """The client of the forwarded original; of the sender where they are not of ours."""
    mail = work.mail
    source = mail.senders[0] if mail.senders else None
    if work.person is not None:
        innermost = work.innermost()
        source = innermost.sender if innermost else None
    address = fold_address(source.address) if source and source.address else ""
    return client_of(address, work.directory.origins) if address else None


def _once(projects: list[Project]) -> list[Project]:
    return list({p.id: p for p in projects}.values())
