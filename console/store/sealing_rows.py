"""Secrets that an earlier version stored as they were are sealed, or left out of the history."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from console.settings.secrets import without_new_secrets, without_secrets
from console.store.directory_schema import settings, sources
from console.store.notice_schema import settings_history
from console.store.sealing import Sealing, is_plain
from console.store.source_rows import SOURCE_ROWS, read_options


def has_plain_secrets(sql: sa.Connection) -> bool:
    """Whether anything is to be sealed."""
    return any(is_plain(values) for _, _, values in _stored(sql)) or any(_told(sql))


def seal_plain_secrets(sql: sa.Connection, sealing: Sealing) -> None:
    """Seal whatever is plain; nothing else changes."""
    for column, id, values in list(_stored(sql)):
        if is_plain(values):
            table = column.table
            key = table.c.section if table is settings else table.c.id
            sealed = {column.name: sealing.sealed(values)}
            sql.execute(sa.update(table).where(key == id).values(sealed))
    for id, without in list(_told(sql)):
        c = settings_history.c
        sql.execute(sa.update(settings_history).where(c.id == id).values(without))


def _told(sql: sa.Connection) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows of the history that tell what was no secret then, and how they are without."""
    c = settings_history.c
    rows = sa.select(c.id, c.old, c.new).where(c.section == "providers")
    for row in sql.execute(rows):
        # What stands there for a secret is as good as one to compare.
        old, new = without_secrets(row.old), without_new_secrets(row.new, row.old)
        if (old, new) != (row.old, row.new):
            yield row.id, {"old": old, "new": new}


def _stored(sql: sa.Connection) -> Iterator[tuple[sa.Column[Any], Any, Any]]:
    """Wherever secrets may be: the column, the row's key, the JSON values."""
    for row in sql.execute(sa.select(settings.c.section, settings.c.value)):
        yield settings.c.value, row.section, row.value
    for row in sql.execute(SOURCE_ROWS):
        yield sources.c.options, row.id, read_options(row)
