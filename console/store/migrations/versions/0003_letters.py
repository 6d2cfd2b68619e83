"""What is stored folded: Ł, Ø, Đ, Æ and their like are found and sorted as L, O, D, AE."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i"}
    | {"æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n"}
)
AT_ONCE = 10_000


def upgrade() -> None:
    """Only rows that have such a letter are touched."""
    _mend("calls", "row", "words")
    _mend("contacts", "id", "name_folded", "words")


def _mend(name: str, key: str, *columns: str) -> None:
    table = sa.table(name, sa.column(key), *map(sa.column, columns))
    folded = [table.c[column] for column in columns]
    has_one = sa.or_(*(one.contains(chr(letter)) for one in folded for letter in LETTERS))
    some = sa.select(table).where(has_one).order_by(table.c[key]).limit(AT_ONCE)
    change = (
        sa.update(table)
        .where(table.c[key] == sa.bindparam("at"))
        .values({column: sa.bindparam(f"new_{column}") for column in columns})
    )
    sql = op.get_bind()
    # Mended, a row is not found again.
    while rows := sql.execute(some).mappings().all():
        _forget_index(name)
        sql.execute(change, [_mended(row, key, columns) for row in rows])


def _mended(row: Any, key: str, columns: tuple[str, ...]) -> dict[str, Any]:
    new = {f"new_{column}": row[column].translate(LETTERS) for column in columns}
    return {"at": row[key], **new}


def _forget_index(name: str) -> None:
    """SQLite's quick search is made anew where its triggers are missing."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER IF EXISTS {name}_words_{event}")
