"""SQLite's quick way to the few calls that a search finds among a million: an index of trigrams.

All of SQLite's own full text search is here. Without it (another database, an SQLite without FTS5)
the same rows are found by reading the words of every call, in half a second per million.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import sqlalchemy as sa

# Up to here it is quicker to look up what the index finds than to read on until a page is full.
FEW = 5_000
_SIZE = 3
_KEY = "trigrams"

_CREATE = """
CREATE VIRTUAL TABLE calls_words USING fts5(
    words, content='', columnsize=0, detail=none, tokenize='trigram'
);
INSERT INTO calls_words (rowid, words) SELECT row, words FROM calls;
"""
_TRIGGERS = {
    "calls_words_insert": """
        AFTER INSERT ON calls BEGIN
            INSERT INTO calls_words (rowid, words) VALUES (new.row, new.words);
        END""",
    "calls_words_update": """
        AFTER UPDATE OF words ON calls WHEN old.words <> new.words BEGIN
            INSERT INTO calls_words (calls_words, rowid, words)
                VALUES ('delete', old.row, old.words);
            INSERT INTO calls_words (rowid, words) VALUES (new.row, new.words);
        END""",
    "calls_words_delete": """
        AFTER DELETE ON calls BEGIN
            INSERT INTO calls_words (calls_words, rowid, words)
                VALUES ('delete', old.row, old.words);
        END""",
}
_FOUND = "calls.row IN (SELECT rowid FROM calls_words WHERE calls_words MATCH :trigrams)"
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM calls_words WHERE calls_words MATCH :t LIMIT :few)"


def ensure(sql: sqlite3.Connection) -> None:
    """Make the index if it can be used and is not there, in a few seconds per million calls.

    Where it can't be used it is no longer kept up, so that calls can still be written; the next
    SQLite that can will make it anew.
    """
    there = {name for (name,) in sql.execute("SELECT name FROM sqlite_master")}
    usable = _usable()
    if usable and there.issuperset(("calls_words", *_TRIGGERS)):
        return
    steps = [f"DROP TRIGGER IF EXISTS {name};" for name in _TRIGGERS]
    if usable:
        steps += ["DROP TABLE IF EXISTS calls_words;", _CREATE]
        steps += [f"CREATE TRIGGER {name} {body};" for name, body in _TRIGGERS.items()]
    sql.executescript(f"BEGIN IMMEDIATE;{''.join(steps)}COMMIT;")


def _usable() -> bool:
    with closing(sqlite3.connect(":memory:")) as sql:
        try:
            sql.execute("CREATE VIRTUAL TABLE t USING fts5(w, tokenize='trigram')")
        except sqlite3.OperationalError:
            return False
    return True


def look_for(cursor: Any, info: dict[Any, Any]) -> None:
    """Note for a new connection whether it can use the index."""
    try:
        cursor.execute("SELECT rowid FROM calls_words LIMIT 0")
    except sqlite3.OperationalError:
        info[_KEY] = False
    else:
        info[_KEY] = True


def query(sql: sa.Connection, terms: Sequence[str]) -> str | None:
    """What to ask the index for calls that may have all terms, None if it can't tell."""
    if not sql.info.get(_KEY):
        return None
    parts = dict.fromkeys(
        term[i : i + _SIZE] for term in terms for i in range(len(term) - _SIZE + 1)
    )
    return " AND ".join('"{}"'.format(part.replace('"', '""')) for part in parts) or None


def few(sql: sa.Connection, trigrams: str) -> bool:
    """Whether at most FEW calls come into question."""
    found = sql.execute(sa.text(_COUNT), {"t": trigrams, "few": FEW + 1}).scalar_one()
    return bool(found <= FEW)


def tidy(sql: sa.Connection) -> None:
    """Merge all parts of the index into one, in which nothing deleted is left."""
    if sql.info.get(_KEY):
        sql.exec_driver_sql("INSERT INTO calls_words (calls_words) VALUES ('optimize')")


def found(trigrams: str) -> sa.TextClause:
    """The condition that a call comes into question; its words are still to be compared."""
    return sa.text(_FOUND).bindparams(trigrams=trigrams)
