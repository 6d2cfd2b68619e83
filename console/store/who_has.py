"""Who has a number: the SQL, and how its answers become matches, best first."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from console.desk.contacts import Certainty, Match
from console.people.staging import tail
from console.people.values import Contact
from console.settings.sources import OWN
from console.store.contact_rows import BY_SOURCE, COLUMNS, NUMBERS, THERE, UNCORRECTED, read_contact

# How many digits a phone behind a switchboard adds to its number at most.
EXTENSION = 5
# A switchboard's number may be that of a thousand contacts; nobody looks through more than these.
MOST = 50

# Runs a statement with its parameters: on a bare connection, or on SQLAlchemy's.
Run = Callable[[str, Sequence[Any]], Sequence[Sequence[Any]]]


def on(sql: sqlite3.Connection) -> Run:
    """Statements on this connection."""
    return lambda statement, values: sql.execute(statement, values).fetchall()


_CERTAINTIES = (Certainty.EXACT, Certainty.EXTENSION, Certainty.MAYBE)
_SEEN = f"{THERE} AND s.owner IN ('', ?) AND {UNCORRECTED} AND s.on_ring >= ?"
# Of each way to match no more are looked at and sorted: a number may be that of all of a firm.
LOOKED_AT = 500
_SEEN_BY = f"{THERE} AND s.owner IN ('', ?3) AND {UNCORRECTED} AND s.on_ring >= ?4"
_WITH_SOURCE = "CROSS JOIN contacts c ON c.id = t.contact_id JOIN sources s ON s.id = c.source_id"


def _arm(certainty: int, condition: str) -> str:
    return (
        f"SELECT t.contact_id AS id, {certainty} AS certainty, 0 AS size FROM contact_tails t "
        f"{_WITH_SOURCE} WHERE t.tail = ?2 AND {condition} AND {_SEEN_BY} LIMIT {LOOKED_AT}"
    )


# ?1: the number, ?2: its end; from ?5 on: the ends and numbers that it may continue.
_HAVE = f"""
WITH shorter (tail, number) AS (
    VALUES {", ".join(f"(?{at}, ?{at + 1})" for at in range(5, 5 + 2 * EXTENSION, 2))}
),
exact AS ({_arm(0, "t.number = ?1")}),
lower AS ({_arm(2, "t.number < ?1")}),
higher AS ({_arm(2, "t.number > ?1")}),
continued AS (
    SELECT t.contact_id AS id, 1 AS certainty, length(t.number) AS size
    FROM shorter w CROSS JOIN contact_tails t ON t.tail = w.tail AND t.number = w.number
    {_WITH_SOURCE} WHERE {_SEEN_BY} LIMIT {LOOKED_AT}
),
have AS (
    SELECT * FROM exact h UNION ALL SELECT * FROM lower h UNION ALL SELECT * FROM higher h
    UNION ALL SELECT * FROM continued h
)
SELECT {COLUMNS}, min(h.certainty)
FROM have h CROSS JOIN contacts c ON c.id = h.id JOIN sources s ON s.id = c.source_id
GROUP BY c.id
ORDER BY min(h.certainty), max(h.size) DESC, {BY_SOURCE}, c.name_folded, c.id
LIMIT {MOST}
"""
# Where too many have the number, those that somebody wrote down here are not left out.
_OWN = f"""
SELECT {COLUMNS}, 0
FROM contact_keys k CROSS JOIN contact_tails t
    ON t.tail = ?2 AND t.number = ?1 AND t.contact_id = k.contact_id
{_WITH_SOURCE} WHERE k.source_id = {OWN} AND {_SEEN_BY}
ORDER BY c.name_folded, c.id
LIMIT {MOST}
"""
_CALLED = f"""
SELECT {COLUMNS}
FROM contact_tails t CROSS JOIN contacts c ON c.id = t.contact_id
JOIN sources s ON s.id = c.source_id
WHERE t.tail = ? AND t.number = ? AND s.for_called AND {_SEEN}
ORDER BY {BY_SOURCE}, c.name_folded, c.id
LIMIT 1
"""
# A company's own choice before the one for all.
_CHOICE = """
SELECT ref FROM choices WHERE number = ? AND company_id IN (0, ?) ORDER BY company_id DESC
"""
_BY_REF = f"""
SELECT {COLUMNS}
FROM contact_keys k CROSS JOIN contacts c ON c.id = k.contact_id
JOIN sources s ON s.id = c.source_id
WHERE k.source_id = ? AND k.key = ? AND {_SEEN}
"""
_BY_CORRECTED = f"""
SELECT {COLUMNS} FROM contacts c JOIN sources s ON s.id = c.source_id
WHERE c.corrects = ? AND c.corrects <> '' AND {_SEEN}
"""
# The key of a correction; it says what is corrected also when it was deleted and comes back.
CORRECTION = "of "


def who_has(
    run: Run, number: str, company_id: int | None, viewer: str = "", *, ringing: bool
) -> tuple[Match, ...]:
    """The contacts that a number may be; `ringing`: only sources that are searched then.

    Never any for an empty number. Chosen first, then exact, extension, maybe, then by source.
    """
    if not number:
        return ()
    who = (viewer, int(ringing))
    asked = (number, tail(number) or number, *who)
    rows = list(run(_HAVE, (*asked, *_shorter(number))))
    if len(rows) == MOST:
        own = list(run(_OWN, asked))
        ids = {row[0] for row in own}
        rows = [*own, *(row for row in rows if row[0] not in ids)][:MOST]
    found = [(row, _CERTAINTIES[row[-1]]) for row in rows]
    chosen = _chosen(run, number, company_id, who)
    if chosen is not None:
        certainty = next((how for row, how in found if row[0] == chosen[0]), Certainty.EXACT)
        found = [(row, how) for row, how in found if row[0] != chosen[0]]
        found.insert(0, (chosen, certainty))
    contacts = read_all(run, [row for row, _ in found])
    return tuple(
        Match(contact, certainty, chosen is not None and place == 0)
        for place, (contact, (_, certainty)) in enumerate(zip(contacts, found, strict=True))
    )


def _shorter(number: str) -> Sequence[str | None]:
    """The ends and numbers that the number may continue; those too short to be one are None."""
    ends: list[str | None] = []
    for cut in range(1, EXTENSION + 1):
        shorter = number[:-cut]
        end = tail(shorter)
        ends += (end, None if end is None else shorter)
    return ends


def called_contact(run: Run, number: str) -> Contact | None:
    """The contact of a called number, of a source for that."""
    if not number:
        return None
    rows = run(_CALLED, (tail(number) or number, number, "", 0))
    return next(iter(read_all(run, rows)), None)


def read_all(run: Run, rows: Sequence[Sequence[Any]]) -> tuple[Contact, ...]:
    """Rows that begin with COLUMNS as contacts, with their numbers."""
    if not rows:
        return ()
    numbers: dict[int, list[tuple[str, str]]] = {}
    ids = [row[0] for row in rows]
    for id, number, kind in run(NUMBERS.format(", ".join("?" * len(ids))), ids):
        numbers.setdefault(id, []).append((number, kind))
    return tuple(read_contact(row, numbers.get(row[0], ())) for row in rows)


def _chosen(
    run: Run, number: str, company_id: int | None, who: tuple[str, int]
) -> Sequence[Any] | None:
    for (ref,) in run(_CHOICE, (number, company_id or 0)):
        row = _by_ref(run, ref, who)
        if row is not None:
            return row
    return None


def _by_ref(run: Run, ref: str, who: tuple[str, int]) -> Sequence[Any] | None:
    """The contact of this name, or who corrects it, or what it corrected before it was deleted."""
    # No correction is corrected by another.
    for _ in range(2):
        source, _, key = ref.partition(":")
        # Longer ones are no row's number.
        if not (source.isascii() and source.isdigit() and len(source) < 19):
            return None
        rows = run(_BY_REF, (int(source), key, *who)) or run(_BY_CORRECTED, (ref, *who))
        if rows:
            return rows[0]
        ref = key.removeprefix(CORRECTION)
        if ref == key:
            return None
    return None
