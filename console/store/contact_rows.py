"""Contacts as rows, and back; and which of them somebody may see.

The SQL is written out: who rings is looked up on a bare connection, too.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from console.people.values import Address, Contact
from console.settings.sources import OWN

# In the order of `read_contact`; `c` is the contact, `s` its source.
COLUMNS = (
    "c.id, c.name, c.company, c.emails, c.note, c.uid, s.name, c.family, c.given, c.department, "
    "c.title, c.addresses, c.web, c.photo, c.extra, c.key, c.source_id, c.corrects"
)
# A contact of the generation in force of a source that is switched on.
THERE = "s.enabled AND c.born <= s.generation AND c.died > s.generation"
# Nobody has corrected it; a correction says what it corrects, and stands for it.
UNCORRECTED = (
    "NOT EXISTS (SELECT 1 FROM contacts o CROSS JOIN sources os ON os.id = o.source_id "
    "WHERE o.corrects = c.source_id || ':' || c.key AND o.corrects <> '' AND os.enabled)"
)
# How many contacts of a source have a correction in their place, by source.
CORRECTED = f"""
SELECT s.id, count(DISTINCT c.id) FROM contacts o
CROSS JOIN contact_keys k
ON k.source_id = CAST(substr(o.corrects, 1, instr(o.corrects, ':') - 1) AS INTEGER)
AND k.key = substr(o.corrects, instr(o.corrects, ':') + 1)
CROSS JOIN contacts c ON c.id = k.contact_id CROSS JOIN sources s ON s.id = c.source_id
WHERE o.corrects <> '' AND {THERE} AND NOT {UNCORRECTED} GROUP BY s.id
"""
# The sources' order; own contacts are always first.
BY_SOURCE = f"s.id <> {OWN}, s.position, s.name_folded"
VISIBLE = f"{THERE} AND s.owner IN ('', :viewer) AND {UNCORRECTED}"
NUMBERS = (
    "SELECT contact_id, number, kind FROM contact_numbers WHERE contact_id IN ({}) "
    "ORDER BY contact_id, position"
)


def read_contact(row: Sequence[Any], numbers: Iterable[tuple[str, str]]) -> Contact:
    """A row of COLUMNS with its (number, kind) pairs as a contact."""
    addresses = row[11]
    return Contact(
        name=row[1],
        numbers=tuple(numbers),
        id=row[0],
        company=row[2],
        emails=_texts(row[3]),
        note=row[4],
        uid=row[5],
        source=row[6],
        family=row[7],
        given=row[8],
        department=row[9],
        title=row[10],
        addresses=()
        if addresses == "[]"
        else tuple(Address(**each) for each in json.loads(addresses)),
        web=row[12],
        photo=bool(row[13]),
        extra=_texts(row[14]),
        key=row[15],
        source_id=row[16],
        corrects=row[17],
    )


def _texts(stored: str) -> tuple[str, ...]:
    return () if stored == "[]" else tuple(json.loads(stored))
