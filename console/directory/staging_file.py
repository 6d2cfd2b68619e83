"""Writes contacts into a staging file (people/staging.py) as they are read."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from console.calls.text import clean
from console.directory.prepared import Prepared, prepared
from console.people.skipped import Skipped
from console.people.staging import CONTACT_COLUMNS, NUMBER_COLUMNS, SCHEMA
from console.people.values import Contact

# Rows that are written at a time.
BATCH = 1000
KEPT_SKIPPED = 300
# Kilobytes of the file that stay in memory: keys come in no order, and each is looked for.
_CACHE = 24_000

_CONTACT = (
    f"INSERT OR IGNORE INTO contacts (row, {', '.join(CONTACT_COLUMNS)}) "
    f"VALUES (?{', ?' * len(CONTACT_COLUMNS)})"
)
_NUMBER = (
    f"INSERT INTO numbers (contact_row, {', '.join(NUMBER_COLUMNS)}) "
    f"VALUES (?{', ?' * len(NUMBER_COLUMNS)})"
)


class StagingFile:
    """One staging file that is being written; `read` and `left_out` count.

    Of contacts with one key the second gets the key "...#2" and so on, in the order they come.
    Raises sqlite3.Error where the disk is full or broken.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read = 0
        self.left_out = 0
        self.gone_count = 0
        self._row = 0
        self._batch: list[tuple[object, ...]] = []
        self._numbers: list[tuple[object, ...]] = []
        self._sql = sqlite3.connect(path, isolation_level=None)
        # Whatever ends this process, a staging file without an end is thrown away.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE"):
            self._sql.execute(f"PRAGMA {pragma}")
        self._sql.execute(f"PRAGMA cache_size=-{_CACHE}")
        self._sql.executescript(SCHEMA)
        self._sql.execute("CREATE TEMP TABLE again (key TEXT PRIMARY KEY, times INTEGER NOT NULL)")
        self._sql.execute("BEGIN")

    @property
    def contacts(self) -> int:
        """How many were taken."""
        return self._row

    def add(self, contact: Contact) -> None:
        """Take a contact; one with neither name nor number, or unwritable, is left out."""
        rows = prepared(contact)
        if isinstance(rows, str):
            self.read += 1
            self.skip(Skipped(contact.source, self.read, rows))
        else:
            self.put(rows)

    def put(self, rows: Prepared) -> None:
        """Take a contact that is prepared."""
        self.read += 1
        self._row += 1
        contact, numbers = rows
        self._batch.append((self._row, *contact))
        self._numbers += [(self._row, *number) for number in numbers]
        if len(self._batch) >= BATCH:
            self._write()

    def skip(self, skipped: Skipped) -> None:
        """Count what was left out, and keep the first few hundred."""
        self.left_out += 1
        if self.left_out <= KEPT_SKIPPED:
            values = (clean(skipped.file), skipped.line, clean(skipped.reason, 400))
            self._sql.execute("INSERT INTO skipped VALUES (?, ?, ?)", values)

    def gone(self, key: str) -> None:
        """The source has this key no longer."""
        self.gone_count += 1
        self._sql.execute("INSERT OR IGNORE INTO gone VALUES (?)", (key,))

    def finish(self, mode: str, token: str) -> None:
        """Write what is left, and what the file is."""
        self._write()
        about = {"mode": mode, "token": token, "read": self.read, "left_out": self.left_out}
        values = [(name, str(value)) for name, value in about.items()]
        self._sql.executemany("INSERT INTO about VALUES (?, ?)", values)
        self._sql.execute("COMMIT")
        self.close()

    def close(self) -> None:
        """Close the file; without `finish` it is worthless."""
        self._sql.close()

    def _write(self) -> None:
        before = self._sql.total_changes
        self._sql.executemany(_CONTACT, self._batch)
        if self._sql.total_changes - before < len(self._batch):
            self._sql.executemany(_CONTACT, list(self._renamed()))
        self._sql.executemany(_NUMBER, self._numbers)
        self._batch.clear()
        self._numbers.clear()

    def _renamed(self) -> Iterator[tuple[object, ...]]:
        """The rows of the batch that were not taken because of their keys, with other keys."""
        first, last = self._batch[0][0], self._batch[-1][0]
        there = self._sql.execute(
            "SELECT row FROM contacts WHERE row BETWEEN ? AND ?", [first, last]
        )
        taken = {row for (row,) in there}
        for row in self._batch:
            if row[0] not in taken:
                yield (row[0], self._free(str(row[1])), *row[2:])

    def _free(self, key: str) -> str:
        """The next key made of this one; counted in a table, which need not fit into memory."""
        while True:
            ((times,),) = self._sql.execute(
                "INSERT INTO again VALUES (?, 2) ON CONFLICT DO UPDATE SET times = times + 1 "
                "RETURNING times",
                [key],
            ).fetchall()
            free = f"{key}#{times}"
            if not self._sql.execute("SELECT 1 FROM contacts WHERE key = ?", [free]).fetchone():
                return free
