"""How operators come in from elsewhere: keys, passwords, addresses kept out, and from where."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """New tables and columns; nobody has a key or a password at first."""
    op.add_column(
        "operators",
        sa.Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.add_column("operators", sa.Column("password", sa.Text, nullable=False, server_default=""))
    op.add_column("audit", sa.Column("origin", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "public_keys",
        sa.Column("id", ROW, primary_key=True),
        sa.Column(
            "login", sa.Text, sa.ForeignKey("operators.login", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
    )
    op.create_index("public_keys_login", "public_keys", ["login", "fingerprint"], unique=True)
    op.create_table(
        "blocks",
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("login", sa.Text, nullable=False),
    )
    op.create_table(
        "places",
        sa.Column("login", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("place", sa.JSON, nullable=False),
    )
