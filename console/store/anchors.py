"""Where in a long list the n-th row is, known without counting from the top each time.

For each filter some keys are kept with their rank: how many rows of the filter are older. New
calls come on top and so leave every rank as it is; a change further down takes away the anchors
above it, and no others.
"""

from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from console.desk.queries import Filter, Key
from console.store.filters import (
    Condition,
    conditions,
    for_all,
    newer,
    newest_first,
    not_older,
    oldest_first,
    quickest,
)
from console.store.schema import calls

SPACING = 1_000
# Rows that a search finds are far apart, so the walk from an anchor to a row is longer.
SPACING_OF_A_SEARCH = 100
KEPT_FILTERS = 8
# Live and just ended calls still change; an anchor among them would be taken away at once.
RESTLESS = 200


@dataclass
class Anchors:
    """The ranks known for one filter, oldest first; `dense` if none is missing below the last."""

    filter: Filter
    keys: list[Key] = field(default_factory=list)
    ranks: list[int] = field(default_factory=list)
    dense: bool = True
    cuts: list[datetime] = field(default_factory=list)

    def cut(self, since: datetime) -> None:
        """Forget what may have moved when a row that started then came, went or changed."""
        while self.keys and self.keys[-1].started_at >= since:
            self.keys.pop()
            self.ranks.pop()
        self.dense = self.dense or not self.keys

    def count(self, sql: sa.Connection) -> int:
        """How many rows there are now; counts only what is newer than the last anchor."""
        new = self._count_new(sql)
        total = self._known + new
        if new > SPACING + RESTLESS:
            key = _key_at(sql, self._select(sql).order_by(*newest_first), RESTLESS)
            if key is not None:
                self._add(key, total - 1 - RESTLESS)
                self.dense = False
        return total

    def row(self, sql: sa.Connection, row: int) -> tuple[Key | None, int]:
        """The key of the n-th row from the top and its n, which is the last one's if n is larger.

        The first time it walks once through the filter's whole index; later only through what is
        new, and from the nearest anchor to the row.
        """
        if not self.dense:
            self.keys, self.ranks, self.dense = [], [], True
        total = self._known + self._count_new(sql)
        if total - self._known > self._spacing:
            self._densify(sql)
        if not total:
            return None, 0
        rank = min(max(total - 1 - row, 0), total - 1)
        nearest = bisect_right(self.ranks, rank) - 1
        select, skip = self._select(sql), rank
        if nearest >= 0:
            select = select.where(not_older(self.keys[nearest]))
            skip = rank - self.ranks[nearest]
        return _key_at(sql, select.order_by(*oldest_first), skip), total - 1 - rank

    @property
    def _known(self) -> int:
        return self.ranks[-1] + 1 if self.ranks else 0

    def _add(self, key: Key, rank: int) -> None:
        self.keys.append(key)
        self.ranks.append(rank)

    def _select(self, sql: sa.Connection) -> Any:
        return sa.select(calls.c.started_at, calls.c.id).where(*quickest(sql, self.filter))

    @property
    def _spacing(self) -> int:
        return SPACING_OF_A_SEARCH if self.filter.text else SPACING

    def _where_new(self, sql: sa.Connection) -> list[Condition]:
        if self.keys:
            return [*conditions(self.filter), newer(self.keys[-1])]
        return for_all(sql, self.filter)

    def _count_new(self, sql: sa.Connection) -> int:
        select = sa.select(sa.func.count()).select_from(calls).where(*self._where_new(sql))
        return sql.execute(select).scalar_one()

    def _densify(self, sql: sa.Connection) -> None:
        select = sa.select(
            calls.c.started_at,
            calls.c.id,
            sa.func.row_number().over(order_by=oldest_first).label("n"),
        ).where(*self._where_new(sql))
        numbered = select.subquery()
        known = self._known
        found = sql.execute(
            sa.select(numbered.c.started_at, numbered.c.id, numbered.c.n)
            .where(numbered.c.n % self._spacing == 0)
            .order_by(numbered.c.n)
        )
        for started_at, id, n in found:
            self._add(Key(started_at, id), known + n - 1)


def _key_at(sql: sa.Connection, ordered: Any, skip: int) -> Key | None:
    # The one OFFSET: index only, and never further than from one anchor to the next.
    row = sql.execute(ordered.limit(1).offset(skip)).one_or_none()
    return None if row is None else Key(row.started_at, row.id)


class AnchorBook:
    """The anchors of the filters used last, and of those being worked on in a thread."""

    def __init__(self) -> None:
        self._known: OrderedDict[Filter, Anchors] = OrderedDict()
        self._lent: list[Anchors] = []

    def borrow(self, filter: Filter) -> Anchors:
        """A copy to work with while the loop goes on; give it back in any case."""
        known = self._known.get(filter) or Anchors(filter)
        lent = Anchors(filter, list(known.keys), list(known.ranks), known.dense)
        self._lent.append(lent)
        return lent

    def give_back(self, lent: Anchors) -> None:
        """Keep what was learned, without what was changed meanwhile."""
        self._lent = [anchors for anchors in self._lent if anchors is not lent]
        for since in lent.cuts:
            lent.cut(since)
        lent.cuts.clear()
        if lent.filter.undelivered:
            # Calls come and go in it with every notice, and few are in it.
            return
        self._known[lent.filter] = lent
        self._known.move_to_end(lent.filter)
        if len(self._known) > KEPT_FILTERS:
            self._known.popitem(last=False)

    def cut(self, since: datetime, *, only_open: bool) -> None:
        """Rows from a time on came, went or changed; `only_open`: only their processed state."""
        for anchors in self._known.values():
            if anchors.filter.open or not only_open:
                anchors.cut(since)
        for anchors in self._lent:
            if anchors.filter.open or not only_open:
                anchors.cuts.append(since)
