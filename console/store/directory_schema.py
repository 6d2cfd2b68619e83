"""The tables of the directory: companies, contacts and their sources, settings.

A contact's row is seen while the generation of its source is at least `born` and less than
`died`: what is being taken in is there before anybody sees it.

What a million contacts are found by stands in tables of their own, not in indexes: filled in the
order of their keys they take a hundredth of the time that indexes filled in another order take.
"""

import sqlalchemy as sa

from console.store.schema import Id, Instant, RowNumber, metadata

# The generation that never comes: a row that is not to die. A number from the start, so that a row
# that is to die needs no more room in its page than before.
FOREVER = 2**31 - 1

DYING = f"died < {FOREVER}"

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
    sa.Column("name_folded", sa.Text, nullable=False),
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
    # Nobody learns from a name that is taken what somebody else's sources are called.
    sa.UniqueConstraint("owner", "name_folded"),
    sqlite_autoincrement=True,
)

# No foreign key to the source: its contacts are swept little by little after it has gone.
contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("id", RowNumber, primary_key=True),
    sa.Column("source_id", RowNumber, nullable=False),
    sa.Column("born", sa.Integer, nullable=False),
    sa.Column("died", sa.Integer, nullable=False),
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
    sa.Index("contacts_name", "source_id", "name_folded"),
    sa.Index(
        "contacts_dying",
        "source_id",
        sqlite_where=sa.text(DYING),
        postgresql_where=sa.text(DYING),
    ),
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
    sqlite_with_rowid=False,
)

# Contacts by what names them in their source, in all their generations.
contact_keys = sa.Table(
    "contact_keys",
    metadata,
    sa.Column("source_id", RowNumber, primary_key=True),
    sa.Column("key", Id, primary_key=True),
    sa.Column("contact_id", RowNumber, primary_key=True),
    sqlite_with_rowid=False,
)

# Contacts by the ends of their numbers; one that is too short to have an end is its own.
contact_tails = sa.Table(
    "contact_tails",
    metadata,
    sa.Column("tail", Id, primary_key=True),
    sa.Column("number", Id, primary_key=True),
    sa.Column("contact_id", RowNumber, primary_key=True),
    sqlite_with_rowid=False,
)

# Sources that are being taken in, or were when the program was killed: which generation, which ids
# were set aside for it, and up to which the index of words knows them (contact_words.py).
taking_in = sa.Table(
    "taking_in",
    metadata,
    sa.Column("source_id", RowNumber, primary_key=True, autoincrement=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("first_id", RowNumber, nullable=False),
    sa.Column("last_id", RowNumber, nullable=False),
    sa.Column("worded_id", RowNumber, nullable=False),
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
