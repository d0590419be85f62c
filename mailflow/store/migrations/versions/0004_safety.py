"""Who an input came from, its rank in a flood, what our own check of its signatures found"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)


def upgrade() -> None:
    op.add_column("inputs", sa.Column("sender", sa.String(), nullable=True))
    op.add_column("inputs", sa.Column("rank", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("inputs", sa.Column("verified", JSON, nullable=True))
    op.drop_index("ix_inputs_state_id", "inputs")
    op.create_index("ix_inputs_state_rank_id", "inputs", ["state", "rank", "id"])
    op.create_index("ix_inputs_state_sender_rank", "inputs", ["state", "sender", "rank", "id"])
