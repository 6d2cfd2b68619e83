"""The tables of the directory: companies, contacts and their sources, settings.

A contact's row lives from generation `born` until before generation `died` of its source, which
`generation` of the source names: what is being taken in is there before anybody sees it.
"""

import sqlalchemy as sa

from console.store.schema import Instant, RowNumber, metadata

companies = sa.Table(
    "companies",
    metadata,
    sa.Column("id", RowNumber, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_folded", sa.Text, nullable=False, unique=True),
    sa.Column("colour", sa.Text, nullable=False),
    sa.Column("greeting", sa.Text, nullable=False),
    sa.Column("pronunciation", sa.Text, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("time_zone", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("web", sa.Text, nullable=False),
    sa.Column("people", sa.JSON, nullable=False),
    sa.Column("notes", sa.Text, nullable=False),
    sa.Column("hours", sa.JSON, nullable=False),
    sa.Column("greetings", sa.JSON, nullable=False),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("archived", sa.Boolean, nullable=False),
    # An id that was somebody's is nobody else's later: calls and choices speak of it.
    sqlite_autoincrement=True,
)

company_numbers = sa.Table(
    "company_numbers",
    metadata,
    sa.Column(
        "company_id", RowNumber, sa.ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("number", sa.Text, nullable=False),
    sa.Index("company_numbers_number", "number"),
)

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("id", RowNumber, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_folded", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("on_ring", sa.Boolean, nullable=False),
    sa.Column("for_called", sa.Boolean, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    # How it is.
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("contacts", sa.Integer, nullable=False),
    sa.Column("synced_at", Instant),
    sa.Column("report", sa.JSON, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("error_at", Instant),
    sa.Column("token", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

# No foreign key to the source: its contacts are swept little by little after it has gone.
contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("id", RowNumber, primary_key=True),
    sa.Column("source_id", RowNumber, nullable=False),
    sa.Column("born", sa.Integer, nullable=False),
    sa.Column("died", sa.Integer),
    sa.Column("corrects", sa.Text, nullable=False),
    # As in people/staging.py.
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_folded", sa.Text, nullable=False),
    sa.Column("family", sa.Text, nullable=False),
    sa.Column("given", sa.Text, nullable=False),
    sa.Column("company", sa.Text, nullable=False),
    sa.Column("department", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("emails", sa.JSON, nullable=False),
    sa.Column("addresses", sa.JSON, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("web", sa.Text, nullable=False),
    sa.Column("photo", sa.Boolean, nullable=False),
    sa.Column("uid", sa.Text, nullable=False),
    sa.Column("extra", sa.JSON, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Index("contacts_key", "source_id", "key"),
    sa.Index("contacts_name", "source_id", "name_folded"),
    sa.Index(
        "contacts_corrects",
        "corrects",
        sqlite_where=sa.text("corrects <> ''"),
        postgresql_where=sa.text("corrects <> ''"),
    ),
    sqlite_autoincrement=True,
)

contact_numbers = sa.Table(
    "contact_numbers",
    metadata,
    sa.Column(
        "contact_id", RowNumber, sa.ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("tail", sa.Text),
    sa.Index("contact_numbers_number", "number"),
    sa.Index("contact_numbers_tail", "tail"),
)

# Who somebody said that a number is; company 0: whoever is called.
choices = sa.Table(
    "choices",
    metadata,
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("company_id", RowNumber, primary_key=True),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

settings = sa.Table(
    "settings",
    metadata,
    sa.Column("section", sa.Text, primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

action_failures = sa.Table(
    "action_failures",
    metadata,
    sa.Column("id", RowNumber, primary_key=True),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("call", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
)
