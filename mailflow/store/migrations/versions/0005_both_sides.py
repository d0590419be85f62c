"""What holds the two sides together: similar records, rounds of questions, thanks"""

from __future__ import annotations

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    pass
