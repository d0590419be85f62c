"""Fields, links, followers and times of records; meetings; rules; reminders; personal wishes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _records()
    _persons()
    _sittings()
    _points()
    _attendances()
    _rules()
    _reminded()


def _records() -> None:
    for name, empty in (("fields", "{}"), ("links", "[]"), ("following", "{}")):
        op.add_column("records", sa.Column(name, JSON, nullable=False, server_default=empty))
    for name in ("reworked", "spent"):
        op.add_column("records", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    for name in ("answered_at", "settled_at"):
        op.add_column("records", sa.Column(name, MOMENT, nullable=True))
    for name in ("reporter_id", "client_id", "contact_id"):
        op.create_index(f"ix_records_{name}", "records", [name, "id"])
    op.create_index("ix_events_what_at", "events", ["what", "at"])
    op.create_index(op.f("ix_watchers_person_id"), "watchers", ["person_id"])


def _persons() -> None:
    op.add_column("persons", sa.Column("preferences", JSON, nullable=False, server_default="{}"))
    op.add_column("persons", sa.Column("away_until", MOMENT, nullable=True))


def _sittings() -> None:
    op.create_table(
        "sittings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("starts", MOMENT, nullable=False),
        sa.Column("ends", MOMENT, nullable=False),
        sa.Column("called_by", sa.Integer(), nullable=True),
        sa.Column("called_at", MOMENT, nullable=True),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=True),
        sa.Column("additions", JSON, nullable=False),
        _foreign("sittings", "project_id", "projects"),
        _foreign("sittings", "called_by", "persons"),
        _foreign("sittings", "minutes_id", "inputs"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sittings")),
        sa.UniqueConstraint("key", name=op.f("uq_sittings_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_sittings_uid")),
    )
    op.create_index("ix_sittings_project_starts", "sittings", ["project_id", "starts"])


def _points() -> None:
    op.create_table(
        "points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("decides", sa.Boolean(), nullable=False),
        sa.Column("input_id", sa.Integer(), nullable=False),
        _foreign("points", "project_id", "projects"),
        _foreign("points", "sitting_id", "sittings"),
        _foreign("points", "person_id", "persons"),
        _foreign("points", "text_id", "texts"),
        _foreign("points", "input_id", "inputs"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points")),
    )
    op.create_index("ix_points_sitting", "points", ["sitting_id"])
    op.create_index("ix_points_project_waiting", "points", ["project_id", "sitting_id"])
    op.create_index(op.f("ix_points_input_id"), "points", ["input_id"])


def _attendances() -> None:
    op.create_table(
        "attendances",
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("input_id", sa.Integer(), nullable=False),
        _foreign("attendances", "sitting_id", "sittings"),
        _foreign("attendances", "person_id", "persons"),
        _foreign("attendances", "input_id", "inputs"),
        sa.PrimaryKeyConstraint("sitting_id", "person_id", name=op.f("pk_attendances")),
    )


def _rules() -> None:
    op.create_table(
        "rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("decided", JSON, nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("input_id", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        _foreign("rules", "made_by", "persons"),
        _foreign("rules", "input_id", "inputs"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
    )
    op.create_index("ix_rules_key_active", "rules", ["key", "active"])
    op.create_index(op.f("ix_rules_input_id"), "rules", ["input_id"])


def _reminded() -> None:
    op.create_table(
        "reminded",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("input_id", sa.Integer(), nullable=False),
        _foreign("reminded", "record_id", "records"),
        _foreign("reminded", "input_id", "inputs"),
        sa.PrimaryKeyConstraint("record_id", "stage", "mark", name=op.f("pk_reminded")),
    )


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
