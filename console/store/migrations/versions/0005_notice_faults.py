"""Whose fault it is that a notice was not sent, and which calls have one that was not."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

UNDELIVERED = "state IN ('failed', 'uncertain')"


def upgrade() -> None:
    """Of what failed before it is not known: a person sends it again, as before."""
    op.add_column("notices", sa.Column("fault", sa.Text, nullable=False, server_default=""))
    op.create_index(
        *("notices_undelivered_calls", "notices", ["call_id"]),
        sqlite_where=sa.text(UNDELIVERED),
        postgresql_where=sa.text(UNDELIVERED),
    )
