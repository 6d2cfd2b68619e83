"""Makes all tables of a new database, and what every database has from the start."""

import sqlalchemy as sa

from console.settings.sources import OWN, ContactSource, OwnContacts
from console.store.directory_schema import sources
from console.store.notice_schema import notices
from console.store.source_rows import NEW_SOURCE, source_values

# Of all tables: each is in it once its module is imported.
_METADATA = notices.metadata


def create(connection: sa.Connection) -> None:
    """Make all tables, each with its indexes in the order of their names, and the own source.

    Where two indexes serve as well SQLite takes the one made last, and SQLAlchemy's own order
    differs from run to run.
    """
    for table in _METADATA.sorted_tables:
        connection.execute(sa.schema.CreateTable(table))
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            connection.execute(sa.schema.CreateIndex(index))
    own = ContactSource(name="Own contacts", options=OwnContacts(), position=0)
    connection.execute(sa.insert(sources), {"id": OWN, **source_values(own), **NEW_SOURCE})
