"""Rules by their keys: the latest of a key counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mailflow.store.inputs import as_key
from mailflow.store.tables import Rule


def find(session: Session, key: str) -> Rule | None:
    """The rule of this key that holds now."""
    query = select(Rule).where(Rule.key == as_key(key), Rule.active)
    return session.scalars(query.order_by(Rule.id.desc()).limit(1)).first()


def add(
    session: Session,
    key: str,
    decided: Mapping[str, Any],
    made_by: int,
    input_id: int,
    now: datetime,
) -> Rule:
    """A new rule, in place of the one that held for this key."""
    key = as_key(key)
    session.execute(update(Rule).where(Rule.key == key, Rule.active).values(active=False))
    rule = Rule(key=key, decided=dict(decided), made_by=made_by, made_at=now, input_id=input_id)
    session.add(rule)
    session.flush()
    return rule


def holding(session: Session) -> list[Rule]:
    """All rules that hold now, the first made first."""
    return list(session.scalars(select(Rule).where(Rule.active).order_by(Rule.id)))


def made_by_input(session: Session, input_id: int) -> list[Rule]:
    """The rules that a mail made and that hold now."""
    query = select(Rule).where(Rule.input_id == input_id, Rule.active)
    return list(session.scalars(query.order_by(Rule.id)))


def remove(session: Session, rule_id: int) -> bool:
    """End a rule; False where there is none that holds."""
    rule = session.get(Rule, rule_id)
    if rule is None or not rule.active:
        return False
    rule.active = False
    return True
