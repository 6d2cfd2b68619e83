"""Contact sources, contacts with generations, all of a company, choices, settings, failures."""

import json
import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DYING = "died < 2147483647"
TAIL = 8
LONGEST_NAME = 60
WORD = re.compile(r"[^\W_]+")
IMPORTED = '{"kind": "imported"}'


def upgrade() -> None:
    """Contacts of version 1 become those of imported sources, named as their sources were."""
    for index in ("company_numbers_number", "contact_numbers_number", "contacts_name"):
        op.drop_index(index)
    op.drop_index("contacts_uid")
    for table in ("company_numbers", "companies", "contact_numbers", "contacts"):
        op.rename_table(table, f"old_{table}")
    _make_tables()
    _own_source()
    _move_companies()
    _move_contacts()
    for table in ("company_numbers", "companies", "contact_numbers", "contacts"):
        op.drop_table(f"old_{table}")


def _make_tables() -> None:
    op.create_table(
        "action_failures",
        sa.Column("id", ROW, primary_key=True),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_table(
        "choices",
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("company_id", ROW, primary_key=True),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "companies",
        sa.Column("id", ROW, primary_key=True),
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
        sqlite_autoincrement=True,
    )
    op.create_table(
        "contacts",
        sa.Column("id", ROW, primary_key=True),
        sa.Column("source_id", ROW, nullable=False),
        sa.Column("born", sa.Integer, nullable=False),
        sa.Column("died", sa.Integer, nullable=False),
        sa.Column("corrects", sa.Text, nullable=False),
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
        sqlite_autoincrement=True,
    )
    op.create_index(
        "contacts_corrects",
        "contacts",
        ["corrects"],
        sqlite_where=sa.text("corrects <> ''"),
        postgresql_where=sa.text("corrects <> ''"),
    )
    op.create_index(
        "contacts_dying",
        "contacts",
        ["source_id"],
        sqlite_where=sa.text(DYING),
        postgresql_where=sa.text(DYING),
    )
    op.create_index("contacts_name", "contacts", ["source_id", "name_folded"])
    op.create_table(
        "settings",
        sa.Column("section", sa.Text, primary_key=True),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "sources",
        sa.Column("id", ROW, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_folded", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("on_ring", sa.Boolean, nullable=False),
        sa.Column("for_called", sa.Boolean, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("contacts", sa.Integer, nullable=False),
        sa.Column("synced_at", sa.BigInteger),
        sa.Column("report", sa.JSON, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("error_at", sa.BigInteger),
        sa.Column("token", sa.Text, nullable=False),
        sa.UniqueConstraint("owner", "name_folded"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "company_numbers",
        sa.Column(
            "company_id", ROW, sa.ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("number", sa.Text, nullable=False),
    )
    op.create_index("company_numbers_number", "company_numbers", ["number"])
    op.create_table(
        "contact_numbers",
        sa.Column(
            "contact_id", ROW, sa.ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contact_keys",
        sa.Column("source_id", ROW, primary_key=True),
        sa.Column("key", ID, primary_key=True),
        sa.Column("contact_id", ROW, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contact_tails",
        sa.Column("tail", ID, primary_key=True),
        sa.Column("number", ID, primary_key=True),
        sa.Column("contact_id", ROW, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "taking_in",
        sa.Column("source_id", ROW, primary_key=True, autoincrement=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("first_id", ROW, nullable=False),
        sa.Column("last_id", ROW, nullable=False),
        sa.Column("worded_id", ROW, nullable=False),
    )


def _own_source() -> None:
    op.execute(
        sa.text(
            "INSERT INTO sources (id, name, name_folded, kind, options, position, enabled, "
            "on_ring, for_called, owner, generation, contacts, report, error, token) "
            "VALUES (1, 'Own contacts', 'own contacts', 'own', :options, 0, :yes, "
            ":yes, :no, '', 0, 0, '{}', '', '')"
        ).bindparams(options='{"kind": "own"}', yes=True, no=False)
    )


def _move_companies() -> None:
    op.execute(
        sa.text(
            "INSERT INTO companies (id, name, name_folded, colour, greeting, pronunciation, facts, "
            "time_zone, address, web, people, notes, hours, greetings, template, archived) "
            "SELECT id, name, name_folded, colour, greeting, pronunciation, facts, "
            "'', '', '', '[]', '', '[]', '[]', '', :no FROM old_companies"
        ).bindparams(no=False)
    )
    op.execute(
        "INSERT INTO company_numbers (company_id, position, number) "
        "SELECT company_id, position, number FROM old_company_numbers"
    )


def _move_contacts() -> None:
    sql = op.get_bind()
    numbers: dict[int, list[tuple[int, str, str]]] = {}
    for id, *number in sql.execute(
        sa.text("SELECT contact_id, position, number, kind FROM old_contact_numbers ORDER BY 1, 2")
    ):
        numbers.setdefault(id, []).append((number[0], number[1], number[2]))
    ids: dict[str, int] = {}
    rows = sql.execute(
        sa.text("SELECT id, name, company, emails, note, uid, source FROM old_contacts ORDER BY id")
    ).all()
    keys: set[tuple[int, str]] = set()
    for row in rows:
        if row.source.casefold() not in ids:
            ids[row.source.casefold()] = _source(sql, row.source)
        source = ids[row.source.casefold()]
        key = row.uid or f"{row.name}\n{row.company}"
        if (source, key) in keys:
            key = f"{key}\n{row.id}"
        keys.add((source, key))
        own = numbers.get(row.id, [])
        _contact(sql, row, source, key, own)
    op.execute(
        "UPDATE sources SET contacts = "
        "(SELECT count(*) FROM contacts WHERE contacts.source_id = sources.id)"
    )


def _source(sql: sa.Connection, name: str) -> int:
    """A new source; its name is cut to what a source's may be, and differs from the others'."""
    base = " ".join(name.split()) or "Imported"
    shown, tries = base[:LONGEST_NAME].rstrip(), 0
    while sql.execute(
        sa.text("SELECT count(*) FROM sources WHERE name_folded = :n"), {"n": shown.casefold()}
    ).scalar_one():
        tries += 1
        more = " (imported)" if tries == 1 else f" (imported {tries})"
        shown = f"{base[: LONGEST_NAME - len(more)].rstrip()}{more}"
    sql.execute(
        sa.text(
            "INSERT INTO sources (name, name_folded, kind, options, position, enabled, on_ring, "
            "for_called, owner, generation, contacts, report, error, token) "
            "VALUES (:name, :folded, 'imported', :options, 100, :yes, :yes, "
            ":no, '', 0, 0, '{}', '', '')"
        ),
        {
            "name": shown,
            "folded": shown.casefold(),
            "options": IMPORTED,
            "yes": True,
            "no": False,
        },
    )
    found = sql.execute(
        sa.text("SELECT id FROM sources WHERE name_folded = :n"), {"n": shown.casefold()}
    )
    return int(found.scalar_one())


def _contact(
    sql: sa.Connection, row: Any, source: int, key: str, numbers: list[tuple[int, str, str]]
) -> None:
    emails = json.loads(row.emails) if isinstance(row.emails, str) else row.emails
    said = [row.name, row.company, *emails, row.note, *(number for _, number, _ in numbers)]
    words = "".join(f" {word}" for word in dict.fromkeys(WORD.findall(_folded("\n".join(said)))))
    sql.execute(
        sa.text(
            "INSERT INTO contacts (id, source_id, born, died, corrects, key, hash, name, "
            "name_folded, family, given, company, department, title, emails, addresses, note, "
            "web, photo, uid, extra, words) VALUES (:id, :source, 0, 2147483647, '', :key, '', "
            ":name, :folded, '', '', :company, '', '', :emails, '[]', :note, "
            "'', :no, :uid, '[]', :words)"
        ),
        {
            "id": row.id,
            "source": source,
            "key": key,
            "name": row.name,
            "folded": _folded(row.name),
            "company": row.company,
            "emails": json.dumps(emails, ensure_ascii=False),
            "note": row.note,
            "no": False,
            "uid": row.uid,
            "words": words,
        },
    )
    sql.execute(
        sa.text("INSERT INTO contact_keys (source_id, key, contact_id) VALUES (:s, :key, :id)"),
        {"s": source, "key": key, "id": row.id},
    )
    for position, number, kind in numbers:
        sql.execute(
            sa.text(
                "INSERT INTO contact_numbers (contact_id, position, number, kind) "
                "VALUES (:id, :position, :number, :kind)"
            ),
            {"id": row.id, "position": position, "number": number, "kind": kind},
        )
    for number in {number for _, number, _ in numbers if number}:
        plain = number.lstrip("+")
        known = len(plain) >= TAIL and plain.isascii() and plain.isdigit()
        sql.execute(
            sa.text(
                "INSERT INTO contact_tails (tail, number, contact_id) VALUES (:tail, :number, :id)"
            ),
            {"tail": plain[-TAIL:] if known else number, "number": number, "id": row.id},
        )


def _folded(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in bare if not unicodedata.combining(sign))
