"""The part of a long list of calls that is near the eye, paged by key and kept in memory.

Sans-IO: `wanted` says which page to ask for, `give` takes the answer. Keys are the truth; row
numbers are beliefs, for a list can change anywhere while one looks at its middle. The ends of the
list correct them, and whoever draws moves its scroll position by the shift that is returned.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from console.desk.queries import CallPage, Filter, Key, Page
from console.desk.records import CallRecord

PAGE = 100
MARGIN = 50
KEPT = 600
OLDEST = Key(datetime.min.replace(tzinfo=UTC), "")


def key_of(record: CallRecord) -> Key:
    """The record's place in every list of calls."""
    return Key(record.call.started_at, record.call.id)


@dataclass(frozen=True, slots=True)
class View:
    """What the eye sees: rows `top` to `top + height` (exclusive)."""

    top: int
    height: int


class CallWindow:
    """A run of neighbouring rows, newest first, of a list that may have a million."""

    def __init__(self, filter: Filter | None = None) -> None:
        self.filter = filter or Filter()
        self.count = 0
        self.first = 0
        self.rows: list[CallRecord] = []
        self._starts = False  # rows[0] is known to be the newest of the list
        self._ends = False  # rows[-1] is known to be the oldest of the list
        self._began = False

    @property
    def began(self) -> bool:
        """Whether any answer has come yet: an empty list is not an unknown one."""
        return self._began

    def row(self, index: int) -> CallRecord | None:
        """The row with this number, None if it is not in memory."""
        place = index - self.first
        return self.rows[place] if 0 <= place < len(self.rows) else None

    def place(self, key: Key) -> int:
        """The number of the row with this key, or of the next older one that is in memory."""
        return self.first + bisect_left(self.rows, _descending(key), key=_rank)

    def holds(self, key: Key) -> bool:
        """Whether the row with exactly this key is in memory."""
        row = self.row(self.place(key))
        return row is not None and key_of(row) == key

    def locate(self, key: Key) -> int | None:
        """place(), or None where the rows in memory can't tell."""
        place = self.place(key)
        if self.holds(key):
            return place
        above_all, below_all = place == self.first, place == self.first + len(self.rows)
        if (above_all and not self._starts) or (below_all and not self._ends):
            return None
        return place

    def wanted(self, view: View) -> CallPage | None:
        """The page to ask for next so that this view and a margin are in memory."""
        low = max(0, view.top - MARGIN)
        high = min(self.count, view.top + view.height + MARGIN)
        last = self.first + len(self.rows)
        if not self._began:
            return CallPage(self.filter, at_row=0, limit=PAGE)
        if not self.rows or low > last + PAGE or high < self.first - PAGE:
            return self._jump(low, high)
        above = not self._starts and low <= max(self.first, 1) - 1
        below = not self._ends and (high > last or high >= self.count)
        # What can be seen comes before what may be seen next.
        if below and (view.top + view.height > last or not above):
            return CallPage(self.filter, before=key_of(self.rows[-1]), limit=PAGE)
        if above:
            return CallPage(self.filter, after=key_of(self.rows[0]), limit=PAGE)
        return None

    def _jump(self, low: int, high: int) -> CallPage | None:
        if self.count == 0:
            return None
        if high >= self.count and low > 0:
            return CallPage(self.filter, after=OLDEST, limit=PAGE)
        return CallPage(self.filter, at_row=low, limit=max(PAGE, high - low))

    def give(self, query: CallPage, page: Page, view: View) -> int:
        """Take the answer to a wanted query; returns by how much known rows were renumbered."""
        self._began = True
        full = len(page.rows) >= query.limit
        if query.after == OLDEST:
            if not page.rows:
                self.count = 0
            self._replace(page.rows, self.count - len(page.rows), starts=not full, ends=True)
        elif query.at_row is not None:
            first = query.at_row
            if page.first_row is not None and abs(page.first_row - first) < PAGE:
                first = page.first_row
            if not page.rows:
                self.count = min(self.count, first)
            self._replace(page.rows, first, starts=first == 0, ends=not full)
        elif query.after is not None and self.rows and key_of(self.rows[0]) == query.after:
            self.rows[:0] = page.rows
            self.first -= len(page.rows)
            self._starts = not full
        elif query.before is not None and self.rows and key_of(self.rows[-1]) == query.before:
            self.rows.extend(page.rows)
            self._ends = not full
        shift = self._settle()
        self._trim(View(view.top + shift, view.height))
        return shift

    def recount(self, count: int) -> int:
        """Believe this length; returns by how much known rows were renumbered."""
        self.count = max(count, 0)
        return self._settle()

    def again(self, view: View) -> CallPage:
        """The query that asks anew for what is in view, after something was stored."""
        low = max(self.first, view.top - MARGIN)
        limit = view.height + 2 * MARGIN
        if not self.rows or (self._starts and low == self.first):
            return CallPage(self.filter, at_row=0, limit=limit)
        return self.again_below(max(low - 1, self.first), limit)

    def again_below(self, index: int, limit: int) -> CallPage:
        """The query for the rows older than a known row."""
        place = min(max(index - self.first, 0), len(self.rows) - 1)
        return CallPage(self.filter, before=key_of(self.rows[place]), limit=limit)

    def renew(self, query: CallPage, page: Page, count: int, eye: Key | None) -> bool:
        """Put a fresh answer in place of all rows.

        `eye` is the row that has to stay in sight. Returns False, and changes nothing, when the
        answer does not reach down to it: so much has arrived that a query by key is needed.
        """
        full = len(page.rows) >= query.limit
        reaches = not full or eye is None or key_of(page.rows[-1]) <= eye
        if query.at_row is not None:
            if not reaches:
                return False
            self.count = count
            self._replace(page.rows, 0, starts=True, ends=not full)
        elif query.before is not None:
            first = self._renumbered(query.before, page.rows, full, count)
            self.count = count
            self._replace(page.rows, first, starts=False, ends=not full)
        self._began = True
        self._settle()
        return True

    def newer_than(self, key: Key, limit: int) -> CallPage:
        """The query for the rows next above a key."""
        return CallPage(self.filter, after=key, limit=limit)

    def stand_at(self, record: CallRecord, index: int, newer: Page, limit: int) -> int:
        """Forget all but this row and its newer neighbours; returns the row's number.

        `newer` answers the query `after` the row's key with `limit`, `index` is where the row is
        believed to be. wanted() brings the older neighbours.
        """
        rows = [*newer.rows, record]
        self._replace(rows, index - len(newer.rows), starts=len(newer.rows) < limit, ends=False)
        self._began = True
        self._settle()
        return self.first + len(newer.rows)

    def _renumbered(self, above: Key, rows: Sequence[CallRecord], full: bool, count: int) -> int:
        """Number the first of these rows: what changed out of their reach changed above them."""
        known = self.place(above) + 1
        bottom = key_of(rows[-1]) if rows and full else OLDEST
        oldest = key_of(self.rows[-1])
        if not self._ends:
            bottom = max(bottom, oldest)
        before = sum(1 for row in self.rows if bottom <= key_of(row) < above)
        after = sum(1 for row in rows if key_of(row) >= bottom)
        return known + (count - self.count) - (after - before)

    def _replace(self, rows: Sequence[CallRecord], first: int, *, starts: bool, ends: bool) -> None:
        self.rows = list(rows)
        self.first = first
        self._starts = starts
        self._ends = ends

    def _settle(self) -> int:
        """Let the known ends of the list correct the numbers; returns the shift of the rows."""
        old = self.first
        if self._starts and self._ends:
            self.first, self.count = 0, len(self.rows)
        elif self._starts:
            self.first = 0
            self.count = max(self.count, len(self.rows))
        elif self._ends:
            self.count = max(self.count, len(self.rows))
            self.first = self.count - len(self.rows)
        else:
            room = max(0, self.count - len(self.rows))
            self.count = max(self.count, len(self.rows))
            self.first = min(max(self.first, 0), room)
        return self.first - old

    def _trim(self, view: View) -> None:
        if len(self.rows) <= KEPT:
            return
        above = view.top - self.first
        below = self.first + len(self.rows) - (view.top + view.height)
        spare = len(self.rows) - KEPT
        if above > below:
            del self.rows[:spare]
            self.first += spare
            self._starts = False
        else:
            del self.rows[-spare:]
            self._ends = False


def _rank(record: CallRecord) -> "_Down":
    return _Down(key_of(record))


def _descending(key: Key) -> "_Down":
    return _Down(key)


@dataclass(frozen=True, slots=True)
class _Down:
    """A key that sorts newest first, for bisect."""

    key: Key

    def __lt__(self, other: "_Down") -> bool:
        return other.key < self.key
