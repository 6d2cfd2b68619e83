"""A list of calls that may have a million rows: drawn line by line over pages asked for by key."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.desk.ports import StoreFailed
from console.desk.queries import CallPage, Filter, Key, Page
from console.desk.records import CallRecord
from console.tui.call_columns import Reading
from console.tui.call_window import CallWindow, View, key_of
from console.tui.colleagues import Looking
from console.tui.widgets.call_pen import PARTS, CallPen

Fetch = Callable[[CallPage], Awaitable[Page]]
Count = Callable[[Filter], Awaitable[int]]

HEADING = 1
NEIGHBOURS = 50
LONG = 20_000


class CallTable(ScrollView, can_focus=True):
    """Calls, newest first. Cursor and scroll belong to calls, not to row numbers.

    At the top of the list new rows come in from above; anywhere else the view stays as it is, and
    the heading says how many are newer.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"call-table--{part}" for part in PARTS}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "choose a call", key_display="↑↓", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("home,ctrl+home", "newest", "newest", show=False),
        Binding("end,ctrl+end", "oldest", "oldest", show=False),
        Binding("enter", "choose", "details"),
    ]

    class Moved(Message):
        """The cursor is on another call, or the call under it changed; None in an empty list."""

        def __init__(self, record: CallRecord | None) -> None:
            super().__init__()
            self.record = record

    class Chosen(Message):
        """A call was chosen, by Enter or by a double-click."""

        def __init__(self, record: CallRecord) -> None:
            super().__init__()
            self.record = record

    class Counted(Message):
        """How long the list is now; `exactly` is False while that is not known."""

        def __init__(self, count: int, exactly: bool) -> None:
            super().__init__()
            self.count = count
            self.exactly = exactly

    class Failed(Message):
        """The rows could not be read."""

        def __init__(self, why: str) -> None:
            super().__init__()
            self.why = why

    def __init__(
        self,
        fetch: Fetch,
        count: Count,
        reading: Reading,
        filter: Filter | None = None,
        *,
        every: bool = False,
        pause: float = 0.3,
        id: str | None = None,
    ) -> None:
        """`every`: the list has answered calls too. `pause`: seconds between two refreshes."""
        super().__init__(id=id)
        self._fetch = fetch
        self._count = count
        self._pen = CallPen(
            lambda part: self.get_component_rich_style(f"call-table--{part}"), reading, every=every
        )
        self._pause = pause
        self._window = CallWindow(filter)
        self._empty: tuple[str, ...] = ()
        self._cursor = 0
        self._record: CallRecord | None = None
        self._newer = 0
        self._exactly = False
        self._next: Filter | None = filter or Filter()
        self._stale = False
        self._resting = False
        self._stand: tuple[CallRecord, int, int] | None = None
        self._working = False

    # -- what a screen asks for -----------------------------------------------------------------

    @property
    def selected(self) -> CallRecord | None:
        """The call under the cursor."""
        return self._record

    @property
    def filter(self) -> Filter:
        """Which calls are shown, or will be as soon as they are read."""
        return self._next or self._window.filter

    def show_filter(self, filter: Filter, at: CallRecord | None = None) -> None:
        """Show other calls, from the newest or `at` one; the old ones stay until these are there.

        A call that is not among them (any more) is only near the cursor.
        """
        self._next = filter
        self._stand = (at, 0, 0) if at is not None else None
        self._work()

    def say_when_empty(self, *lines: str) -> None:
        """What an empty list says."""
        if lines != self._empty:
            self._empty = lines
            self.refresh()

    def look_again(self, *, at_once: bool = False) -> None:
        """Something was stored: ask again for what is in view, a few times a second at most."""
        self._stale = True
        if at_once:
            self._resting = False
        if not self._resting:
            self._work()

    def read(self, reading: Reading) -> None:
        """Say times and numbers like this from now on."""
        self._pen.read(reading)
        self.refresh()

    def show_looking(self, looking: Looking) -> None:
        """Colleagues look at these calls now; only the rows that this changes are drawn anew."""
        changed = self._pen.look_for(looking)
        if not changed:
            return
        for index in range(self._top, min(self._top + self._height, self._window.count)):
            record = self._window.row(index)
            if record is not None and record.call.id in changed:
                self._refresh_row(index)

    def go_to(self, record: CallRecord) -> None:
        """Put the cursor on a call of this list, wherever it is."""
        key = key_of(record)
        self._record = record
        self._cursor = self._window.place(key)
        if self._window.holds(key):
            self._reveal()
            self._moved()
        else:
            self._stand = (record, self._cursor, 0)
        self._work()

    # -- reading rows, one question at a time ---------------------------------------------------

    @property
    def _height(self) -> int:
        return max(1, self.size.height - HEADING)

    @property
    def _width(self) -> int:
        return self.scrollable_size.width

    @property
    def _top(self) -> int:
        return int(self.scroll_offset.y)

    def _view(self) -> View:
        return View(self._top, self._height)

    def _work(self) -> None:
        if not self._working and self.is_attached and self.size.height:
            self._working = True
            self.run_worker(self._read_rows(), group="rows")

    async def _read_rows(self) -> None:
        try:
            while self.is_attached:
                if self._next is not None:
                    await self._open(self._next)
                elif self._stand is not None:
                    await self._stand_at(*self._stand)
                elif self._stale and not self._resting:
                    await self._renew()
                elif query := self._window.wanted(self._view()):
                    page = await self._fetch(query)
                    if self._next is None:
                        self._synchronise(lambda q=query, p=page: self._give(q, p))  # type: ignore[misc]
                elif not self._exactly:
                    await self._count_rows()
                else:
                    break
        except StoreFailed as failure:
            self._next, self._stand, self._stale = None, None, False
            self.post_message(self.Failed(str(failure)))
        finally:
            self._working = False

    async def _open(self, filter: Filter) -> None:
        window = CallWindow(filter)
        query = window.wanted(View(0, self._height))
        assert query is not None
        page = await self._fetch(query)
        if self._next is not filter:
            return  # more was typed meanwhile
        window.recount(len(page.rows))
        window.give(query, page, View(0, self._height))
        self._next = None
        self._window = window
        self._exactly = len(page.rows) < query.limit
        self._stale = False
        self._newer = 0
        self._cursor, self._record = 0, None
        self.virtual_size = Size(self._width, window.count + HEADING)
        self.scroll_to(y=0, animate=False)
        self.refresh()
        self._moved()
        self.post_message(self.Counted(window.count, self._exactly))

    async def _count_rows(self) -> None:
        filter = self._window.filter
        count = await self._count(filter)
        if self._window.filter is filter and self._next is None:
            self._exactly = True
            self._synchronise(lambda: self._window.recount(count))
            if count > LONG and not filter.text:
                self.run_worker(self._prepare_jump(filter, count), group="jump", exclusive=True)

    async def _prepare_jump(self, filter: Filter, count: int) -> None:
        """Ask for a row in the middle: the first jump into a long list is slow, unlike the next."""
        with suppress(StoreFailed):
            await self._fetch(CallPage(filter, at_row=count // 2, limit=1))

    async def _renew(self) -> None:
        self._stale = False
        filter = self._window.filter
        count = await self._count(filter)
        view, eye = self._view(), self._eye()
        query = self._window.again(view)
        page = await self._fetch(query)
        if self._next is not None or self._window.filter is not filter:
            return
        if self._top != view.top:
            self._stale = True  # the view moved on while this was read
            return
        known = key_of(eye) if eye and view.top > 0 else None
        if not self._replace(query, page, count, known):
            query = self._window.again_below(view.top - 1, query.limit)
            page = await self._fetch(query)
            if self._next is None and self._top == view.top:
                self._replace(query, page, count, known)
        self._exactly = True
        self._rest()

    def _replace(self, query: CallPage, page: Page, count: int, eye: Key | None) -> bool:
        renewed = False

        def renew() -> int:
            nonlocal renewed
            renewed = self._window.renew(query, page, count, eye)
            return 0

        self._synchronise(renew, renewing=True)
        return renewed

    def _rest(self) -> None:
        if self._pause:
            self._resting = True
            self.set_timer(self._pause, self._rested)

    def _rested(self) -> None:
        self._resting = False
        if self._stale:
            self._work()

    async def _stand_at(self, record: CallRecord, index: int, step: int) -> None:
        newer = await self._fetch(self._window.newer_than(key_of(record), NEIGHBOURS))
        if self._stand is None or self._stand[0] is not record:
            return
        step = self._stand[2]
        self._stand = None
        index = self._window.stand_at(record, index, newer, NEIGHBOURS)
        self._cursor = max(0, index + step)
        # It may have changed or gone since it was last seen.
        self._stale = True
        self._measure(self._cursor - self._height // 2)
        self._record = self._window.row(self._cursor)
        if self._record is not None:
            self._moved()
        self._reveal()
        self.refresh()

    def _give(self, query: CallPage, page: Page) -> int:
        return self._window.give(query, page, self._view())

    # -- cursor and scroll stay with their calls ------------------------------------------------

    def _eye(self) -> CallRecord | None:
        """The call at the top of the view."""
        return self._window.row(self._top)

    def _synchronise(self, change: Callable[[], int], *, renewing: bool = False) -> None:
        """Change the window; then find the cursor's call and the view's calls again."""
        top, eye = self._top, self._eye()
        seen, old = self._cursor_in_view(), self._record
        moved = change()
        if eye is not None and (place := self._window.locate(key_of(eye))) is not None:
            moved = place - top
        shift = 0 if renewing and top == 0 else moved
        if renewing and shift > 0:
            self._newer += shift
        place = self._window.locate(key_of(old)) if old is not None else None
        self._cursor = self._cursor + moved if place is None else place
        self._cursor = min(max(self._cursor, 0), max(0, self._window.count - 1))
        self._measure(top + shift)
        self._adopt()
        if seen:
            self._reveal()
        self.refresh()
        self.post_message(self.Counted(self._window.count, self._exactly))

    def _measure(self, top: int) -> None:
        """Fit the scroll bar to the list, and put row `top` at the top of the view."""
        self.virtual_size = Size(self._width, self._window.count + HEADING)
        if top != self._top:
            self.scroll_to(y=max(0, top), animate=False)

    def _adopt(self) -> None:
        """Remember the call under the cursor, as it is now."""
        row = self._window.row(self._cursor)
        if row is not self._record and (row is not None or not self._window.count):
            self._record = row
            self._moved()

    def _moved(self) -> None:
        if self._record is None:
            self._record = self._window.row(self._cursor)
        self.post_message(self.Moved(self._record))

    def _cursor_in_view(self) -> bool:
        return self._top <= self._cursor < self._top + self._height

    def _reveal(self) -> None:
        """Scroll as little as needed to see the cursor."""
        top = self._top
        if self._cursor < top:
            top = self._cursor
        elif self._cursor >= top + self._height:
            top = self._cursor - self._height + 1
        if top != self._top:
            self.scroll_to(y=top, animate=False)

    def _put_cursor(self, index: int) -> None:
        if not self._window.count:
            return
        old = self._cursor
        self._cursor = min(max(index, 0), self._window.count - 1)
        row = self._window.row(self._cursor)
        if row is not self._record or row is None:
            self._record = row
            if row is not None:
                self._moved()
        self._refresh_row(old)
        self._refresh_row(self._cursor)
        self._reveal()
        self._work()

    def _refresh_row(self, index: int) -> None:
        self.refresh(Region(0, index - self._top + HEADING, self.size.width, 1))

    # -- what the hand does ---------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        """Move the cursor; from out of sight it returns to its own call first."""
        record = self._record
        if self._stand is not None:
            self._stand = (*self._stand[:2], self._stand[2] + step)
        elif record is not None and not self._window.holds(key_of(record)):
            self._stand = (record, self._cursor, step)
            self._work()
        else:
            self._put_cursor(self._cursor + step)

    def action_turn(self, pages: int) -> None:
        """Move the cursor by a screenful."""
        self.action_move(pages * max(1, self._height - 1))

    def action_newest(self) -> None:
        """Go to the newest call."""
        self._stand = None
        self._put_cursor(0)

    def action_oldest(self) -> None:
        """Go to the oldest call."""
        self._stand = None
        self._put_cursor(self._window.count - 1)

    def action_choose(self) -> None:
        """Choose the call under the cursor."""
        if self._record is not None:
            self.post_message(self.Chosen(self._record))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor, a double-click chooses; the heading leads to the newest."""
        if event.y < HEADING:
            if self._newer:
                self.action_newest()
            return
        index = self._top + event.y - HEADING
        if index < self._window.count:
            self._stand = None
            self._put_cursor(index)
            if event.chain == 2:
                self.action_choose()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Rows that come into view are read."""
        super().watch_scroll_y(old_value, new_value)
        if round(new_value) == 0:
            self._newer = 0
        self._work()

    def on_resize(self) -> None:
        """Another width, other columns."""
        self._pen.fit_into(self._width)
        self._measure(self._top)
        self._work()

    def notify_style_update(self) -> None:
        """Another theme, other strips."""
        super().notify_style_update()
        self._pen.forget_looks()

    def on_focus(self) -> None:
        """The cursor shows where keys go."""
        self._pen.forget_looks()

    def on_blur(self) -> None:
        """The cursor is dimmer without the keys."""
        self._pen.forget_looks()

    # -- drawing --------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Row `y` of the widget: the heading, a call, or a placeholder while it is read."""
        if y < HEADING:
            return self._pen.heading(self._newer)
        index, count = self._top + y - HEADING, self._window.count
        if not count:
            first = max(HEADING + 1, (self.size.height - len(self._empty)) // 3)
            if self._window.began and 0 <= y - first < len(self._empty):
                return self._pen.remark(self._empty[y - first])
        if index >= count:
            return Strip.blank(self._width, self.rich_style)
        row = self._window.row(index)
        chosen = index == self._cursor
        return self._pen.placeholder(chosen) if row is None else self._pen.row(row, chosen)
