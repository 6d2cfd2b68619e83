"""SQLite's quick way to the contacts in which words begin: an index of all beginnings.

All of SQLite's own full text search for contacts is here. Without it (another database, an SQLite
without FTS5) the same contacts are found by reading the words of all of them, in a second per
million.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing

from console.store.who_has import Run, on

# Up to so many letters all contacts with a beginning stand in one list; longer beginnings are put
# together from the lists of all words that begin so, which takes long where these are many.
LISTED = 6
# Stands before the number of a contact's source; nobody types it, and it counts as a letter.
SOURCE_MARK = "\ue000"

_TABLE = f"""
CREATE VIRTUAL TABLE contacts_words USING fts5(
    words, content='', columnsize=0, detail=none, tokenize='unicode61 remove_diacritics 2',
    prefix='{" ".join(str(size) for size in range(1, LISTED + 1))}'
)"""
# Its parts are merged by `merge`, between other transactions: by itself it would hold one up for a
# second now and then. What one transaction adds is to become one part.
_SETTINGS = {"automerge": 0, "crisismerge": 400, "usermerge": 16, "hashsize": 16 * 2**20}
_MARKED = f"' ' || char({ord(SOURCE_MARK)}) || {{0}}"
_ROW = f"{{0}}.words || {_MARKED.format('{0}.source_id')}"
# What is taken in comes by a step of its own, many at a time, which costs half as much.
_TAKEN_IN = "new.born > (SELECT generation FROM sources WHERE sources.id = new.source_id)"
_NOT_YET = "old.id IN (SELECT old.id FROM taking_in WHERE old.id > worded_id AND old.id <= last_id)"
_TRIGGERS = {
    "contacts_words_insert": f"""
        AFTER INSERT ON contacts WHEN NOT {_TAKEN_IN} BEGIN
            INSERT INTO contacts_words (rowid, words) VALUES (new.id, {_ROW.format("new")});
        END""",
    "contacts_words_update": f"""
        AFTER UPDATE OF words ON contacts WHEN old.words <> new.words BEGIN
            INSERT INTO contacts_words (contacts_words, rowid, words)
                VALUES ('delete', old.id, {_ROW.format("old")});
            INSERT INTO contacts_words (rowid, words) VALUES (new.id, {_ROW.format("new")});
        END""",
    "contacts_words_delete": f"""
        AFTER DELETE ON contacts WHEN NOT {_NOT_YET} BEGIN
            INSERT INTO contacts_words (contacts_words, rowid, words)
                VALUES ('delete', old.id, {_ROW.format("old")});
        END""",
}


def ensure(sql: sqlite3.Connection) -> None:
    """Make the index if it can be used and is not there, in half a minute per million contacts.

    Where it can't be used it is no longer kept up, so that contacts can still be written; the next
    SQLite that can will make it anew.
    """
    there = {name for (name,) in sql.execute("SELECT name FROM sqlite_master")}
    usable = _usable()
    if usable and there.issuperset(("contacts_words", *_TRIGGERS)):
        return
    steps = [f"DROP TRIGGER IF EXISTS {name}" for name in _TRIGGERS]
    if usable:
        steps += ["DROP TABLE IF EXISTS contacts_words", _TABLE]
        steps += [
            "INSERT INTO contacts_words (rowid, words) "
            f"SELECT id, {_ROW.format('contacts')} FROM contacts ORDER BY id",
            "UPDATE taking_in SET worded_id = last_id",
        ]
        steps += [
            f"INSERT INTO contacts_words (contacts_words, rank) VALUES ('{name}', {value})"
            for name, value in _SETTINGS.items()
        ]
        steps += [f"CREATE TRIGGER {name} {body}" for name, body in _TRIGGERS.items()]
    sql.executescript(f"BEGIN IMMEDIATE; {'; '.join(steps)}; COMMIT;")


def _usable() -> bool:
    with closing(sqlite3.connect(":memory:")) as sql:
        try:
            sql.execute("CREATE VIRTUAL TABLE t USING fts5(w, tokenize='unicode61')")
        except sqlite3.OperationalError:
            return False
    return True


def usable(run: Run) -> bool:
    """Whether the index can be asked."""
    try:
        run("SELECT rowid FROM contacts_words LIMIT 0", ())
    except sqlite3.OperationalError:
        return False
    return True


def beginning(word: str) -> str:
    """What to ask the index for contacts with words that begin so."""
    return f'"{word}"*'


def any_source(ids: Iterable[int]) -> str:
    """What to ask the index for contacts of these sources."""
    return "({})".format(" OR ".join(f'"{SOURCE_MARK}{id}"' for id in ids))


def merge(sql: sqlite3.Connection, pages: int) -> bool:
    """Merge parts of the index into about so many pages, in a transaction of its own.

    Whether there was any to merge.
    """
    if not usable(on(sql)):
        return False
    before = sql.total_changes
    sql.execute("INSERT INTO contacts_words (contacts_words, rank) VALUES ('merge', ?)", (pages,))
    # One change is the command itself.
    return sql.total_changes > before + 1


def adding(first_id: int) -> tuple[str, ...]:
    """The statements of a step (chunks.py) that adds what is taken in to the index."""
    return (
        "INSERT INTO contacts_words (rowid, words) "
        f"SELECT {first_id - 1} + f.n, s.words || {_MARKED.format('t.source_id')} "
        "FROM plan.fresh f CROSS JOIN plan.contacts s ON s.row = f.row "
        f"CROSS JOIN taking_in t ON t.first_id = {first_id} "
        "WHERE f.n > ?1 AND f.n <= ?2 ORDER BY f.n",
        f"UPDATE taking_in SET worded_id = {first_id - 1} + ?2 "
        f"WHERE first_id = {first_id} AND ?1 < ?2",
    )
