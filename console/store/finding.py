"""Contacts that a search finds, by name, quickly also among a million."""

import sqlite3
from collections.abc import Sequence
from heapq import merge
from itertools import islice
from typing import Any, cast

from console.calls.text import fold
from console.desk.contacts import FindContacts, Found
from console.people.values import Contact
from console.store import contact_words
from console.store.contact_rows import COLUMNS, THERE, UNCORRECTED
from console.store.contact_terms import Term, contact_terms
from console.store.who_has import Run, read_all

# Up to here all that is found is looked at, and sorted by name.
FEW = 3_000
# Of those that may be found so many are looked at, and if one in so many is, most of them are.
_SAMPLE, _ONE_IN = 2_000, 20

_FROM = "contacts c JOIN sources s ON s.id = c.source_id"
_SEEN = f"{THERE} AND {UNCORRECTED}"
_SOURCES = """
SELECT id, contacts, enabled AND owner IN ('', ?) AND ? IN (id, 0) FROM sources ORDER BY id
"""
_CORRECTED = f"""
SELECT count(*) FROM contacts o
CROSS JOIN contact_keys k
ON k.source_id = CAST(substr(o.corrects, 1, instr(o.corrects, ':') - 1) AS INTEGER)
AND k.key = substr(o.corrects, instr(o.corrects, ':') + 1)
CROSS JOIN contacts c ON c.id = k.contact_id CROSS JOIN sources s ON s.id = c.source_id
WHERE o.corrects <> '' AND {THERE} AND NOT {UNCORRECTED} AND s.id IN ({{}})
"""


def find_contacts(run: Run, query: FindContacts) -> Found:
    """The contacts in which all words begin.

    By name; where more than a few are found, in the order in which they were taken in, which is
    by name in each source as it was first read.
    """
    rows = run(_SOURCES, (query.viewer, query.source_id or 0))
    seen = {id: count for id, count, is_seen in rows if is_seen}
    if not seen:
        return Found((), total=0)
    everything = len(seen) == sum(1 for id, count, _ in rows if count or id in seen)
    terms = contact_terms(query.text)
    finding = _Finding(run, query, tuple(seen), terms, everything=everything)
    if not terms:
        total = sum(seen.values()) - finding.corrected()
        return finding.by_name(None if query.after else total)
    if contact_words.usable(run):
        try:
            return finding.by_words()
        except sqlite3.OperationalError as error:
            # Letters that SQLite cuts words at, and Python does not: newer than it.
            if "fts5" not in str(error):
                raise
    return finding.by_name(None)


class _Finding:
    """One search on one connection."""

    def __init__(
        self,
        run: Run,
        query: FindContacts,
        sources: Sequence[int],
        terms: Sequence[Term],
        *,
        everything: bool,
    ) -> None:
        self._run = run
        self._query = query
        self._sources = sources
        self._everything = everything
        self._terms = terms
        checks = [_check(term) for term in terms]
        self._check = "".join(f" AND {check}" for check, _ in checks)
        self._checked = [f" {word}" for _, words in checks for word in words]

    def corrected(self) -> int:
        """How many contacts of the sources have a correction in their place."""
        marks = ", ".join("?" * len(self._sources))
        return int(self._run(_CORRECTED.format(marks), self._sources)[0][0])

    def by_name(self, total: int | None) -> Found:
        """Walk through each source by name until there are enough."""
        wanted, backwards = self._query.limit + 1, self._query.backwards
        beyond, order = ("<", "DESC") if backwards else (">", "ASC")
        name, id = _place(self._query)
        walks = (
            cast(
                "Sequence[tuple[str, int]]",
                self._run(
                    f"SELECT c.name_folded, c.id FROM {_FROM} WHERE c.source_id = ? "
                    f"AND (c.name_folded, c.id) {beyond} (?, ?) AND {_SEEN}{self._check} "
                    f"ORDER BY c.name_folded {order}, c.id {order} LIMIT ?",
                    (source, name, id, *self._checked, wanted),
                ),
            )
            for source in self._sources
        )
        found = [id for _, id in islice(merge(*walks, reverse=backwards), wanted)]
        return self._page(found, total)

    def by_words(self) -> Found:
        """Ask the index, as it answers quickest."""
        quick = self._match(contact_words.LISTED)
        few = self._count(quick) <= FEW
        cut = any(term.longest > contact_words.LISTED for term in self._terms)
        if cut and not few and not self._often(quick):
            # Many contacts have words that begin like these, but few of them have these.
            quick = self._match(None)
            few = self._count(quick) <= FEW
        return self._sorted(quick) if few else self._as_taken_in(quick)

    def _sorted(self, match: str) -> Found:
        rows = self._run(
            f"SELECT c.name_folded, c.id FROM contacts_words w CROSS JOIN contacts c "
            "ON c.id = w.rowid JOIN sources s ON s.id = c.source_id "
            f"WHERE w.contacts_words MATCH ? AND {self._ours} AND {_SEEN}{self._check}",
            (match, *self._sources, *self._checked),
        )
        after, backwards = _place(self._query), self._query.backwards
        found = sorted((tuple(row) for row in rows), reverse=backwards)
        beyond = [place[1] for place in found if (place < after if backwards else place > after)]
        return self._page(beyond[: self._query.limit + 1], len(found))

    def _as_taken_in(self, match: str) -> Found:
        beyond, order = ("<", "DESC") if self._query.backwards else (">", "ASC")
        rows = self._run(
            f"SELECT {COLUMNS} FROM contacts_words w CROSS JOIN contacts c "
            "ON c.id = w.rowid JOIN sources s ON s.id = c.source_id "
            f"WHERE w.contacts_words MATCH ? AND w.rowid {beyond} ? AND {self._ours} "
            f"AND {_SEEN}{self._check} ORDER BY w.rowid {order} LIMIT ?",
            (match, _place(self._query)[1], *self._sources, *self._checked, self._query.limit + 1),
        )
        limit = self._query.limit
        return Found(read_all(self._run, self._in_order(rows[:limit])), len(rows) > limit)

    def _page(self, ids: Sequence[int], total: int | None) -> Found:
        limit = self._query.limit
        shown = self._in_order(ids[:limit])
        if not shown:
            return Found((), total=total)
        rows = self._run(
            f"SELECT {COLUMNS} FROM {_FROM} WHERE c.id IN ({', '.join('?' * len(shown))})", shown
        )
        contacts: dict[int | None, Contact] = {
            contact.id: contact for contact in read_all(self._run, rows)
        }
        return Found(tuple(contacts[id] for id in shown), len(ids) > limit, total)

    def _in_order(self, page: Sequence[Any]) -> Sequence[Any]:
        return page[::-1] if self._query.backwards else page

    @property
    def _ours(self) -> str:
        return f"c.source_id IN ({', '.join('?' * len(self._sources))})"

    def _count(self, match: str) -> int:
        counted = "SELECT 1 FROM contacts_words WHERE contacts_words MATCH ? LIMIT ?"
        (row,) = self._run(f"SELECT count(*) FROM ({counted})", (match, FEW + 1))
        return int(row[0])

    def _often(self, match: str) -> bool:
        """Whether of the first that may be found, not just a few are."""
        sample = (
            "SELECT c.words FROM contacts_words w CROSS JOIN contacts c ON c.id = w.rowid "
            "WHERE w.contacts_words MATCH ? LIMIT ?"
        )
        (row,) = self._run(
            f"SELECT count(*) FROM ({sample}) c WHERE 1{self._check}",
            (match, _SAMPLE, *self._checked),
        )
        return int(row[0]) * _ONE_IN > _SAMPLE

    def _match(self, letters: int | None) -> str:
        """What to ask the index; with only so many letters of each word, for more than is found."""
        wanted = [_ask(term, letters) for term in self._terms if not term.excluded]
        if not self._everything:
            wanted.append(contact_words.any_source(self._sources))
        match = " AND ".join(wanted)
        for term in self._terms:
            if term.excluded and (letters is None or term.longest <= letters):
                match = f"({match}) NOT {_ask(term, None)}"
        return match


def get_contact(run: Run, id: int, viewer: str) -> Contact | None:
    """One contact with all it has, if the viewer may see it, also one that is corrected."""
    rows = run(
        f"SELECT {COLUMNS} FROM {_FROM} WHERE c.id = ? AND {THERE} AND s.owner IN ('', ?)",
        (id, viewer),
    )
    return next(iter(read_all(run, rows)), None)


def _place(query: FindContacts) -> tuple[str, int]:
    if query.after:
        return fold(query.after[0]), query.after[1]
    return ("\U0010ffff", 2**62) if query.backwards else ("", 0)


def _ask(term: Term, letters: int | None) -> str:
    either = (
        " AND ".join(contact_words.beginning(word[:letters]) for word in words)
        for words in term.either
    )
    return "({})".format(" OR ".join(f"({words})" for words in either))


def _check(term: Term) -> tuple[str, list[str]]:
    """The same as a condition on a contact's words, and what stands in its place holders."""
    either = " OR ".join(
        "({})".format(" AND ".join("instr(c.words, ?) > 0" for _ in words)) for words in term.either
    )
    words = [word for words in term.either for word in words]
    return f"{'NOT ' if term.excluded else ''}({either})", words
