"""${message}"""

import sqlalchemy as sa
from alembic import op

revision = "${up_revision}"
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """The database after this version."""
    ${upgrades if upgrades else "raise NotImplementedError"}
