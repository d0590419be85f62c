"""`mailflow rules`: what was decided once for all that is alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from mailflow.cli import start
from mailflow.cli.output import Failure, print_json, print_table
from mailflow.cli.record_view import Names
from mailflow.store import inputs, rules
from mailflow.store.tables import Rule

EPILOG = """\b
Examples:
  mailflow rules
  mailflow rules --json | jq 'select(.made_by == "anna@acme.example")'
  mailflow rules remove 3

A rule is made by a coordinator who answers a question of mailflow and adds /always."""

REMOVE_EPILOG = """\b
Examples:
  mailflow rules remove 3"""


@click.group(invoke_without_command=True, epilog=EPILOG, short_help="What /always decided.")
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")
@click.pass_context
def command(context: click.Context, as_lines: bool) -> None:
    """The rules that hold, the first made first."""
    if context.invoked_subcommand is not None:
        return
    with start.opened() as (settings, database), database.read() as session:
        found = read(session)
        zone = ZoneInfo(settings.timezone)
        if as_lines:
            print_json(_as_json(rule) for rule in found)
            return
    rows = (
        (
            rule["id"],
            rule["for"],
            _decided(rule),
            rule["made_by"],
            f"{rule['made_at'].astimezone(zone):%Y-%m-%d %H:%M}",
        )
        for rule in found
    )
    print_table(("rule", "for", "decided", "made by", "when"), rows)


@command.command(epilog=REMOVE_EPILOG)
@click.argument("rule", type=click.IntRange(1))
def remove(rule: int) -> None:
    """End RULE: what is alike is asked about again."""
    now = start.now()
    with start.opened() as (_, database), database.write() as session:
        if not rules.remove(session, rule):
            raise Failure(f"there is no rule {rule}; see mailflow rules")
        inputs.take_act(session, "rules remove", {"rule": rule}, now)
    click.echo(f"rule {rule} holds no more")


def read(session: Session) -> list[dict[str, Any]]:
    """The rules that hold, with names instead of ids."""
    names = Names.read(session)
    return [_named(rule, names) for rule in rules.holding(session)]


def _named(rule: Rule, names: Names) -> dict[str, Any]:
    decided = rule.decided
    project = decided.get("project")
    return {
        "id": rule.id,
        "for": _like(decided.get("of", {}), names),
        "project": names.project(project) if project is not None else None,
        "kind": decided.get("kind"),
        "owner": names.person(decided.get("owner")),
        "made_by": names.person(rule.made_by),
        "made_at": rule.made_at,
    }


def _like(of: Mapping[str, Any], names: Names) -> str:
    """What a rule holds for."""
    client = of.get("client")
    company = f"client {names.company(client)}" if client is not None else ""
    if "tags" not in of:
        parts = (f"kind {of.get('kind')}", company or "no client")
        return (
            f"records of {names.project(of.get('project', 0))} without a route: {', '.join(parts)}"
        )
    who = names.person(of["person"]) if of.get("person") is not None else of.get("address")
    parts = tuple(filter(None, (of["tags"] or "no tag", company)))
    return f"mail of {who}: {', '.join(parts)}"


def _decided(rule: Mapping[str, Any]) -> str:
    found = (f"{name} {rule[name]}" for name in ("project", "kind", "owner") if rule[name])
    return ", ".join(found)


def _as_json(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {**rule, "made_at": rule["made_at"].isoformat()}
