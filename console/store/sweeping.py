"""Deletes contacts that nobody sees any more, little by little, and what a killed attempt left."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from console.people.staging import TAIL
from console.store.chunks import Chunks, Step
from console.store.connections import Connections
from console.store.directory_schema import DYING, FOREVER, sources, taking_in
from console.store.plan_file import work_out

_DIGITS = "ltrim(m.number, '+')"
# As staging.tail says it.
_TAIL = (
    f"CASE WHEN length({_DIGITS}) >= {TAIL} AND {_DIGITS} NOT GLOB '*[^0-9]*' "
    f"THEN substr(m.number, -{TAIL}) ELSE m.number END"
)
TABLES = (
    "CREATE TABLE dead (n INTEGER PRIMARY KEY, id INTEGER NOT NULL)",
    "CREATE TABLE dead_keys "
    "(n INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, key TEXT NOT NULL, id INTEGER NOT NULL)",
    "CREATE TABLE dead_tails "
    "(n INTEGER PRIMARY KEY, tail TEXT NOT NULL, number TEXT NOT NULL, id INTEGER NOT NULL)",
    "CREATE TABLE revived (n INTEGER PRIMARY KEY, id INTEGER NOT NULL)",
)
_FILL = (
    # What was to die with a generation that never came, lives.
    f"""
INSERT INTO revived (id)
SELECT c.id FROM store.taking_in t JOIN store.contacts c ON c.source_id = t.source_id
JOIN store.sources s ON s.id = t.source_id
WHERE c.{DYING} AND c.died > s.generation ORDER BY c.id""",
    # The generation is over; it never came; its source has gone.
    f"""
INSERT INTO dead (id)
SELECT c.id FROM store.contacts c JOIN store.sources s ON s.id = c.source_id
WHERE c.{DYING} AND c.died <= s.generation
UNION
SELECT c.id FROM store.taking_in t JOIN store.contacts c ON c.id BETWEEN t.first_id AND t.last_id
WHERE c.source_id = t.source_id AND c.born = t.generation
UNION
SELECT c.id FROM store.contacts c WHERE c.source_id NOT IN (SELECT id FROM store.sources)
ORDER BY 1""",
    """
INSERT INTO dead_keys (source_id, key, id)
SELECT c.source_id, c.key, c.id FROM dead d CROSS JOIN store.contacts c ON c.id = d.id
ORDER BY 1, 2, 3""",
    f"""
INSERT INTO dead_tails (tail, number, id)
SELECT DISTINCT {_TAIL}, m.number, d.id
FROM dead d CROSS JOIN store.contact_numbers m ON m.contact_id = d.id ORDER BY 1, 2, 3""",
)
# Contacts last: while they are there it can be worked out anew what belongs to them.
STEPS = (
    (
        "revived",
        f"UPDATE contacts SET died = {FOREVER} WHERE id IN "
        "(SELECT id FROM plan.revived WHERE n > ?1 AND n <= ?2)",
    ),
    (
        "dead_keys",
        # With the columns in the key's own order SQLite would look for the source only.
        "DELETE FROM contact_keys WHERE (key, source_id, contact_id) IN "
        "(SELECT key, source_id, id FROM plan.dead_keys WHERE n > ?1 AND n <= ?2)",
    ),
    (
        "dead_tails",
        "DELETE FROM contact_tails WHERE (tail, number, contact_id) IN "
        "(SELECT tail, number, id FROM plan.dead_tails WHERE n > ?1 AND n <= ?2)",
    ),
    (
        "dead",
        "DELETE FROM contacts WHERE id IN (SELECT id FROM plan.dead WHERE n > ?1 AND n <= ?2)",
    ),
)


@dataclass(frozen=True, slots=True)
class _Found:
    steps: tuple[Step, ...]
    attempts: tuple[int, ...]


def half_taken_in(sql: sa.Connection) -> bool:
    """Whether an attempt to take a source in has left something behind."""
    return sql.execute(sa.select(taking_in.c.source_id)).first() is not None


async def sweep(connections: Connections) -> int:
    """Delete what nobody sees; how many contacts. No source may be taken in meanwhile.

    Raises StoreFailed.
    """
    file = connections.path.with_name(f"{connections.path.name}.sweep")
    with connections.troubles():
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)
        try:
            found = await work_out(file, connections.path, _work_out)
            if any(step.rows for step in found.steps):
                async with Chunks(connections, file) as chunks:
                    await chunks.make(found.steps)
                    await chunks.merge_words()
            if found.attempts:
                await connections.write(lambda sql: _forget(sql, found.attempts))
        finally:
            file.unlink(missing_ok=True)
    return found.steps[-1].rows


def _work_out(sql: sqlite3.Connection) -> _Found:
    for statement in (*TABLES, *_FILL):
        sql.execute(statement)
    steps = []
    for table, statement in STEPS:
        (rows,) = sql.execute(f"SELECT count(*) FROM {table}").fetchone()
        steps.append(Step(rows, (statement,), words=table == "dead"))
    attempts = sql.execute("SELECT source_id FROM store.taking_in").fetchall()
    return _Found(tuple(steps), tuple(id for (id,) in attempts))


def drop_never_filled(sql: sa.Connection, ids: Sequence[int]) -> None:
    """Forget those that an import made, and into which nothing has come."""
    c = sources.c
    empty = (c.kind == "imported", c.synced_at.is_(None), c.contacts == 0)
    sql.execute(sa.delete(sources).where(c.id.in_(ids), *empty))


def _forget(sql: sa.Connection, attempts: tuple[int, ...]) -> None:
    # Of an import that was killed nothing must stay, as of one that is stopped.
    drop_never_filled(sql, attempts)
    sql.execute(sa.delete(taking_in).where(taking_in.c.source_id.in_(attempts)))
