"""What Unanswered and Journal share: title line, search, table, filter, export."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from console.desk.commands import Command
from console.desk.ports import Door, StoreFailed
from console.desk.queries import (
    CallDetails,
    CallPage,
    CompanyNames,
    CountCalls,
    Filter,
    Page,
)
from console.desk.records import CallRecord
from console.desk.snapshot import Lamp, Snapshot
from console.tui.call_columns import ANSWERED, LIVE, NOTED, OPEN, PROCESSED, Reading
from console.tui.call_window import key_of
from console.tui.cells import plain
from console.tui.colleagues import LOOKS, looking
from console.tui.list_filter import ListFilter, Show, midnight, read_filter
from console.tui.screens.desk_screen import DeskScreen
from console.tui.widgets.call_table import CallTable
from console.tui.widgets.filter_bar import FilterBar, Summary
from console.tui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from console.settings.site import Site


class CallList(DeskScreen):
    """A list of calls with search and filters.

    A subclass says its title, its standard filter, and what an empty list means. `every`: answered
    calls are in it too.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "search", key_display="/"),
        Binding("f", "filter", "filter", tooltip="filter: which are shown"),
        Binding("e", "export", "export", tooltip="export this list as CSV"),
        Binding("escape", "back", "back", show=False),
    ]
    AUTO_FOCUS = "CallTable"
    title_text: ClassVar[str] = ""
    file_word: ClassVar[str] = "calls"
    standard: ClassVar[ListFilter] = ListFilter()
    every: ClassVar[bool] = False
    signs: ClassVar[tuple[tuple[str, str], ...]] = (
        (OPEN, "open: unanswered, and nobody has dealt with it"),
        (PROCESSED, "processed"),
        (ANSWERED, "answered, or dialled from here"),
        (LIVE, "still live"),
        (NOTED, "has a note"),
        (LOOKS, "a colleague looks at it"),
        ("▌", "before a company: its colour"),
    )

    def __init__(self, door: Door, site: "Site") -> None:
        super().__init__(door, site)
        self._filter = self.standard
        self._stored = door.snapshot.stored
        self._minute = door.snapshot.now.replace(second=0, microsecond=0)
        self._settings = door.snapshot.settings
        self._midnight = midnight(door.snapshot.now, site.zone)
        self._today: int | None = None
        self._counted: tuple[int, bool] = (0, False)
        self._done = False
        self._may_retry = False

    def compose_body(self) -> ComposeResult:
        """Title line and search field, the table below."""
        with Horizontal(classes="call-list--title"):
            yield FilterBar(self.title_text)
            yield SearchField()
        yield CallTable(self._fetch, self._count, self._reading(), self._query(), every=self.every)

    @property
    def table(self) -> CallTable:
        """The rows."""
        return self.query_one(CallTable)

    def chosen(self) -> CallRecord | None:
        """The call under the cursor."""
        return self.table.selected if self.is_mounted else None

    def kept(self) -> dict[str, str]:
        """The call under the cursor, and how the list is narrowed."""
        told = self._filter.told() if self._filter != self.standard else {}
        if (record := self.chosen()) is not None:
            told["chosen"] = record.call.id
        return told

    async def come_back(self, told: Mapping[str, str]) -> None:
        """Narrow the list as it was, and put the cursor on its call, if that is still there."""
        narrowed = read_filter(told)
        if narrowed is not None and (narrowed.show is not Show.EVERY or self.every):
            self._filter = narrowed
            self.query_one(SearchField).fill(narrowed.text)
        details = None
        if id := told.get("chosen"):
            try:
                details = await self.door.ask(CallDetails(id))
            except StoreFailed:
                details = None
        self._say()
        self.table.show_filter(self._query(), details.record if details else None)

    # -- what is asked --------------------------------------------------------------------------

    async def _fetch(self, query: CallPage) -> Page:
        return await self.door.ask(query)

    async def _count(self, filter: Filter) -> int:
        return (await self.door.ask(CountCalls(filter))).count

    def _query(self) -> Filter:
        return self._filter.query(self.door.snapshot.now, self.site.zone)

    def _reading(self) -> Reading:
        snapshot = self.door.snapshot
        others = looking(snapshot, self.door.operator)
        site = self.site
        return Reading(snapshot.now, site.zone, site.plan, snapshot.settings, others)

    # -- what is shown --------------------------------------------------------------------------

    def show(self, snapshot: Snapshot) -> None:
        """Look again when something was stored; say times anew when a minute has gone.

        Also when settings have changed: they say whether anybody will be told.
        """
        if snapshot.stored != self._stored:
            self._stored = snapshot.stored
            self.table.look_again()
        minute = snapshot.now.replace(second=0, microsecond=0)
        if minute != self._minute or snapshot.settings is not self._settings:
            self._minute, self._settings = minute, snapshot.settings
            self.table.read(self._reading())
        self.table.show_looking(looking(snapshot, self.door.operator))
        today = midnight(snapshot.now, self.site.zone)
        if today != self._midnight:
            self._midnight = today
            self._count_today()
            if self._filter.today:
                self.table.show_filter(self._query())
        self._say()

    def on_call_table_counted(self, message: CallTable.Counted) -> None:
        """The list may have another length, and the day another number of calls."""
        self._counted = (message.count, message.exactly)
        self._say()
        if message.exactly:
            self._count_today()

    def on_call_table_failed(self, message: CallTable.Failed) -> None:
        """The database could not be read."""
        self.notify(message.why, severity="error", markup=False)

    def _count_today(self) -> None:
        self.run_worker(self._ask_today(), group="today", exclusive=True)

    async def _ask_today(self) -> None:
        day = Filter(unanswered=not self.every, since=self._midnight)
        try:
            self._today = await self._count(day)
        except StoreFailed:
            self._today = None
        if self.query(FilterBar):
            # The screen may have been composed anew, or left, meanwhile.
            self._say()

    def _say(self) -> None:
        count, exactly = self._counted
        chosen = self._filter
        narrowed = replace(chosen, show=self.standard.show) != self.standard
        self.query_one(FilterBar).show(
            Summary(
                self.title_text,
                open=self.door.snapshot.counts.open,
                today=self._today,
                found=count if exactly else None,
                filter=chosen.words(),
                company=chosen.company or "",
                narrowed=narrowed or chosen.show is not self.standard.show,
            )
        )
        self.table.say_when_empty(*self._empty())

    def _empty(self) -> tuple[str, ...]:
        """What it means that there are no rows."""
        if self._filter.text:
            return (f"Nothing matches “{plain(self._filter.text)}”.", "Esc clears the search.")
        if self._filter == replace(self.standard, show=Show.FAILED):
            return ("No notice failed.", "f shows other calls.")
        if self._filter != self.standard:
            return ("No call is like that.", "f shows others.")
        return self.nothing()

    def nothing(self) -> tuple[str, ...]:
        """What an empty list means when nothing narrows it."""
        return ("No calls yet.",)

    def connected(self) -> bool:
        """Whether every PBX is heard."""
        feeds = self.door.snapshot.feeds
        return bool(feeds) and all(feed.lamp is Lamp.CONNECTED for feed in feeds)

    # -- what the hand does ---------------------------------------------------------------------

    def on_call_table_chosen(self, _message: CallTable.Chosen) -> None:
        """Enter or a double-click: all about this call."""
        self.action_details()

    async def tell(self, command: Command) -> bool:
        """What one's own hand did is seen at once."""
        self._done = await super().tell(command)
        self.table.look_again(at_once=True)
        return self._done

    async def action_processed(self) -> None:
        """The chosen call is dealt with, then the next open one is chosen; or it is open again."""
        await self._deal(super().action_processed)

    async def action_caller_processed(self) -> None:
        """All open calls of this caller are dealt with; then the next open one is chosen."""
        await self._deal(super().action_caller_processed)

    async def _deal(self, act: Callable[[], Awaitable[None]]) -> None:
        record, self._done = self.chosen(), False
        await act()
        if record is not None and record.open and self._done:
            await self._go_on_from(record)

    async def _go_on_from(self, record: CallRecord) -> None:
        query = CallPage(replace(self.table.filter, open=True), before=key_of(record), limit=1)
        try:
            page = await self._fetch(query)
            if not page.rows:
                page = await self._fetch(replace(query, before=None, after=key_of(record)))
        except StoreFailed as failure:
            self.notify(str(failure), severity="error", markup=False)
            return
        if page.rows:
            self.table.go_to(page.rows[0])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the search field its own keys stand in the key bar."""
        if action == "search":
            return not isinstance(self.focused, SearchField)
        return super().check_action(action, parameters)

    def on_call_table_moved(self, _message: CallTable.Moved) -> None:
        """Another call may have notices that were not sent."""
        self.look()
        if (may := bool(self.check_action("retry", ()))) != self._may_retry:
            self._may_retry = may
            self.refresh_bindings()

    def action_search(self) -> None:
        """Type what to look for."""
        self.query_one(SearchField).focus()

    def on_search_field_searched(self, message: SearchField.Searched) -> None:
        """Look for what was typed."""
        self._narrow(replace(self._filter, text=message.text))

    def on_search_field_left(self, _message: SearchField.Left) -> None:
        """The keys go to the rows."""
        self.table.focus()

    def _narrow(self, chosen: ListFilter) -> None:
        if chosen != self._filter:
            self._filter = chosen
            self._say()
            self.table.show_filter(self._query())

    def on_filter_bar_pressed(self, _message: FilterBar.Pressed) -> None:
        """A click on the title line."""
        self.action_filter()

    def action_filter(self) -> None:
        """Choose which calls are shown."""
        self.run_worker(self._ask_filter(), group="dialog", exclusive=True)

    async def _ask_filter(self) -> None:
        from console.tui.screens.filter_dialog import FilterDialog

        companies = await self.door.ask(CompanyNames())
        chosen = await self.app.push_screen_wait(
            FilterDialog(self._filter, companies, every=self.every)
        )
        if chosen is not None:
            self._narrow(chosen)

    def action_back(self) -> None:
        """Clear the search, else the filter, else go home."""
        if self._filter.text:
            self.query_one(SearchField).clear_search()
        elif self._filter != self.standard:
            self._narrow(self.standard)
        else:
            self.app.switch_mode("calls")

    def action_export(self) -> None:
        """Write what is shown into a file; who has none here is told what does it."""
        if not self.door.local:
            from console.tui.screens.elsewhere import offer_instead

            command = f"{self._filter.command()} > {self.file_word}.csv"
            more = "--since DAY and --company NAME narrow it."
            offer_instead(self.app, self.door, "EXPORT calls as CSV", command, more)
            return
        self.run_worker(self._export(), group="dialog", exclusive=True)

    async def _export(self) -> None:
        from console.tui.csv_file import write_csv
        from console.tui.screens.export_dialog import ExportDialog

        now, zone = self.door.snapshot.now, self.site.zone
        name = f"hotline-{self.file_word}-{now.astimezone(zone):%Y-%m-%d}.csv"
        count, exactly = self._counted
        what = f"{count:,} calls" if exactly else "calls"
        target = await self.app.push_screen_wait(ExportDialog(what, Path.home() / name))
        if target is None:
            return
        try:
            written = await write_csv(
                target.path, self._fetch, self._query(), zone, now, replace=target.replace
            )
        except FileExistsError:
            self.notify(f"{target.path} is there already.", severity="warning", markup=False)
        except (OSError, StoreFailed) as error:
            why = getattr(error, "strerror", None) or error
            self.notify(f"{target.path} was not written: {why}", severity="error", markup=False)
        else:
            calls = "1 call" if written == 1 else f"{written:,} calls"
            self.notify(f"{calls} written to {target.path}", timeout=8, markup=False)
