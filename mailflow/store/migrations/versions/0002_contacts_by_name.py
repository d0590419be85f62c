"""Contacts are looked up by name where a forward gives no address"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index(op.f("ix_contacts_name"), "contacts", ["name"])
