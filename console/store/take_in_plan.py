"""What is to be done to make a staging file what a source has, worked out in that file."""

import sqlite3
from dataclasses import dataclass

from console.desk.contacts import SyncReport
from console.people.skipped import Skipped
from console.people.staging import CONTACT_COLUMNS
from console.store import contact_words
from console.store.chunks import Step
from console.store.directory_schema import FOREVER
from console.store.who_has import on

# A source with this part of all contacts is read through; a smaller one is looked up by its keys.
_LARGE = 5
_TABLES = ("there", "fresh", "fresh_keys", "fresh_tails", "ended")
_ALIVE = "c.source_id = :source AND c.born <= :generation AND c.died > :generation"
_THERE_BY_KEYS = f"""
INSERT INTO there (key, id, hash)
SELECT k.key, c.id, c.hash FROM store.contact_keys k JOIN store.contacts c ON c.id = k.contact_id
WHERE k.source_id = :source AND {_ALIVE}"""
_THERE_BY_READING = f"""
INSERT INTO there (key, id, hash)
SELECT c.key, c.id, c.hash FROM store.contacts c NOT INDEXED WHERE {_ALIVE} ORDER BY c.key"""
_THERE_OF_DELTA = f"""
INSERT INTO there (key, id, hash)
SELECT k.key, c.id, c.hash
FROM (SELECT key FROM main.contacts UNION SELECT key FROM main.gone) w
CROSS JOIN store.contact_keys k ON k.source_id = :source AND k.key = w.key
CROSS JOIN store.contacts c ON c.id = k.contact_id
WHERE {_ALIVE}"""
_PLAN = """
CREATE TABLE there (key TEXT PRIMARY KEY, id INTEGER NOT NULL, hash TEXT NOT NULL) WITHOUT ROWID;
-- By name: so their ids are in the order in which lists show them.
CREATE TABLE fresh (n INTEGER PRIMARY KEY, row INTEGER NOT NULL);
CREATE TABLE fresh_keys (n INTEGER PRIMARY KEY, key TEXT NOT NULL, fresh INTEGER NOT NULL);
CREATE TABLE fresh_tails (
    n INTEGER PRIMARY KEY, tail TEXT NOT NULL, number TEXT NOT NULL, fresh INTEGER NOT NULL
);
CREATE TABLE ended (n INTEGER PRIMARY KEY, id INTEGER NOT NULL)"""
_FRESH = (
    """
INSERT INTO fresh (row)
SELECT s.row FROM main.contacts s LEFT JOIN there t ON t.key = s.key
WHERE t.key IS NULL OR t.hash <> s.hash
ORDER BY s.name_folded, s.key""",
    "CREATE UNIQUE INDEX fresh_row ON fresh (row)",
    """
INSERT INTO fresh_keys (key, fresh)
SELECT s.key, f.n FROM fresh f JOIN main.contacts s ON s.row = f.row ORDER BY s.key""",
    """
INSERT INTO fresh_tails (tail, number, fresh)
SELECT DISTINCT coalesce(m.tail, m.number), m.number, f.n
FROM fresh f JOIN main.numbers m ON m.contact_row = f.row
WHERE m.number <> '' ORDER BY 1, 2, 3""",
    """
INSERT INTO ended (id)
SELECT t.id FROM there t LEFT JOIN main.contacts s ON s.key = t.key
WHERE s.key IS NULL OR s.hash <> t.hash ORDER BY t.id""",
)


class SourceGone(Exception):
    """There is no such source, or it takes no contacts from outside."""


@dataclass(frozen=True, slots=True)
class TakeInPlan:
    """How much is to be done, and what is said about it at the end.

    `generation` is the source's before; `count` how many contacts it has afterwards; `words`:
    there is an index of words.
    """

    name: str
    generation: int
    fresh: int
    tails: int
    words: bool
    ended: int
    count: int
    token: str
    report: SyncReport

    def steps(self, source_id: int, first_id: int) -> tuple[Step, ...]:
        """The changes but the last, the one that makes them seen."""
        words: tuple[Step, ...] = ()
        if self.words:
            words = (Step(self.fresh, contact_words.adding(first_id), words=True),)
        columns = ", ".join(CONTACT_COLUMNS)
        id = f"{first_id - 1} + f.n"
        born = self.generation + 1
        return (
            Step(
                self.fresh,
                (
                    f"INSERT INTO contacts (id, source_id, born, died, corrects, {columns}) "
                    f"SELECT {id}, {source_id}, {born}, {FOREVER}, '', {columns} "
                    "FROM plan.fresh f CROSS JOIN plan.contacts s ON s.row = f.row "
                    "WHERE f.n > ?1 AND f.n <= ?2 ORDER BY f.n",
                    "INSERT INTO contact_numbers (contact_id, position, number, kind) "
                    f"SELECT {id}, m.position, m.number, m.kind "
                    "FROM plan.fresh f CROSS JOIN plan.numbers m ON m.contact_row = f.row "
                    "WHERE f.n > ?1 AND f.n <= ?2 ORDER BY f.n, m.position",
                ),
            ),
            Step(
                self.fresh,
                (
                    "INSERT INTO contact_keys (source_id, key, contact_id) "
                    f"SELECT {source_id}, key, {first_id - 1} + fresh FROM plan.fresh_keys "
                    "WHERE n > ?1 AND n <= ?2 ORDER BY n",
                ),
            ),
            Step(
                self.tails,
                (
                    "INSERT INTO contact_tails (tail, number, contact_id) "
                    f"SELECT tail, number, {first_id - 1} + fresh FROM plan.fresh_tails "
                    "WHERE n > ?1 AND n <= ?2 ORDER BY n",
                ),
            ),
            Step(
                self.ended,
                (
                    f"UPDATE contacts SET died = {born} WHERE id IN "
                    "(SELECT id FROM plan.ended WHERE n > ?1 AND n <= ?2)",
                ),
            ),
            *words,
        )


def plan_take_in(sql: sqlite3.Connection, source_id: int) -> TakeInPlan:
    """Work it out on the staging file, with the database as `store`.

    Raises SourceGone, and sqlite3.Error for a file that is no staging file.
    """
    source = sql.execute(
        "SELECT name, generation, contacts FROM store.sources WHERE id = ? AND kind <> 'own'",
        (source_id,),
    ).fetchone()
    if source is None:
        raise SourceGone
    name, generation, count = source
    about = dict(sql.execute("SELECT name, value FROM main.about"))
    delta = about.get("mode") == "delta"
    for table in _TABLES:
        sql.execute(f"DROP TABLE IF EXISTS main.{table}")
    for statement in _PLAN.split(";\n"):
        sql.execute(statement)
    (largest,) = sql.execute("SELECT coalesce(max(contacts), 0) FROM store.sources").fetchone()
    there = _THERE_BY_READING if count * _LARGE >= largest else _THERE_BY_KEYS
    sql.execute(
        _THERE_OF_DELTA if delta else there, {"source": source_id, "generation": generation}
    )
    for statement in _FRESH:
        sql.execute(statement)
    fresh, tails, ended, gone = sql.execute(
        """
SELECT (SELECT count(*) FROM fresh), (SELECT count(*) FROM fresh_tails),
       (SELECT count(*) FROM ended),
       (SELECT count(*) FROM there t WHERE NOT EXISTS
           (SELECT 1 FROM main.contacts s WHERE s.key = t.key))"""
    ).fetchone()
    changed = ended - gone
    skipped = sql.execute("SELECT file, line, reason FROM main.skipped ORDER BY rowid").fetchall()
    (staged,) = sql.execute("SELECT count(*) FROM main.contacts").fetchone()
    return TakeInPlan(
        name=name,
        generation=generation,
        fresh=fresh,
        tails=tails,
        words=contact_words.usable(on(sql)),
        ended=ended,
        count=count + fresh - ended if delta else staged,
        token=about.get("token", ""),
        report=SyncReport(
            read=int(about.get("read", staged)),
            added=fresh - changed,
            changed=changed,
            removed=gone,
            left_out=int(about.get("left_out", len(skipped))),
            skipped=tuple(Skipped(*each) for each in skipped),
        ),
    )
