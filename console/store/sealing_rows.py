"""Secrets that an earlier version stored as they were are sealed."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from console.store.directory_schema import settings, sources
from console.store.sealing import Sealing, is_plain
from console.store.source_rows import SOURCE_ROWS, read_options


def has_plain_secrets(sql: sa.Connection) -> bool:
    """Whether anything is to be sealed."""
    return any(is_plain(values) for _, _, values in _stored(sql))


def seal_plain_secrets(sql: sa.Connection, sealing: Sealing) -> None:
    """Seal whatever is plain; nothing else changes."""
    for column, id, values in list(_stored(sql)):
        if is_plain(values):
            table = column.table
            key = table.c.section if table is settings else table.c.id
            sealed = {column.name: sealing.sealed(values)}
            sql.execute(sa.update(table).where(key == id).values(sealed))


def _stored(sql: sa.Connection) -> Iterator[tuple[sa.Column[Any], Any, Any]]:
    """Wherever secrets may be: the column, the row's key, the JSON values."""
    for row in sql.execute(sa.select(settings.c.section, settings.c.value)):
        yield settings.c.value, row.section, row.value
    for row in sql.execute(SOURCE_ROWS):
        yield sources.c.options, row.id, read_options(row)
