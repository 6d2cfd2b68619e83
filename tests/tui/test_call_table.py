"""The table: the hand moves it, and the list may change under it without a jump."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from call_lists import NOON, ListedCalls, record
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from console.calls.numbers import NumberPlan
from console.calls.words import Outcome
from console.desk.ports import StoreFailed
from console.desk.queries import CallPage, Filter, Page
from console.desk.records import Note, Processed, Taken
from console.tui import theme
from console.tui.call_columns import Reading, layout
from console.tui.call_window import key_of
from console.tui.styles import STYLES
from console.tui.widgets.call_table import CallTable

READING = Reading(NOON, ZoneInfo("Europe/Berlin"), NumberPlan("DE", "30"))


class Stage(App[None]):
    """One table, and what it said."""

    CSS_PATH = STYLES / "call_table.tcss"

    def __init__(self, calls: ListedCalls, filter: Filter | None = None) -> None:
        super().__init__()
        self.calls = calls
        self.heard: list[Message] = []
        self.table = CallTable(calls.fetch, calls.count, READING, filter, pause=0)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme.defaults(True)

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.focus()

    def on_call_table_chosen(self, message: CallTable.Chosen) -> None:
        self.heard.append(message)

    def on_call_table_failed(self, message: CallTable.Failed) -> None:
        self.heard.append(message)


Story = tuple[Stage, Pilot[None]]


@asynccontextmanager
async def staged(
    calls: int | ListedCalls, size: tuple[int, int] = (120, 21), filter: Filter | None = None
) -> AsyncIterator[Story]:
    if isinstance(calls, int):
        calls = ListedCalls([record(n) for n in range(calls)])
    stage = Stage(calls, filter)
    async with stage.run_test(size=size) as pilot:
        await settled(stage, pilot)
        yield stage, pilot


async def settled(stage: Stage, pilot: Pilot[None]) -> None:
    for _ in range(2):
        await pilot.pause()
        await stage.workers.wait_for_complete()
    await pilot.pause()


async def press(story: Story, *keys: str) -> None:
    stage, pilot = story
    for key in keys:
        await pilot.press(key)
        await settled(stage, pilot)


async def stored(story: Story) -> None:
    story[0].table.look_again(at_once=True)
    await settled(*story)


def text(table: CallTable, y: int) -> str:
    return table.render_line(y).text


def lines(table: CallTable) -> list[str]:
    return [text(table, y) for y in range(table.size.height)]


def place(table: CallTable) -> int | None:
    """The line of the widget that the cursor is on."""
    return next(
        (y for y in range(1, table.size.height) if table._top + y - 1 == table._cursor), None
    )


def chosen(table: CallTable) -> str:
    return table.selected.call.id if table.selected else ""


async def test_it_opens_at_the_newest_call() -> None:
    async with staged(5000) as (stage, _):
        assert chosen(stage.table) == "c0004999"
        assert "·····" not in "".join(lines(stage.table))
        assert stage.table.virtual_size.height == 5001


async def test_arrows_pages_home_and_end_move_the_cursor() -> None:
    async with staged(5000) as story:
        table = story[0].table
        await press(story, "down", "down", "up")
        assert chosen(table) == "c0004998"
        await press(story, "pagedown")
        assert chosen(table) == "c0004979"
        await press(story, "end")
        assert chosen(table) == "c0000000"
        assert "·····" not in "".join(lines(table))
        await press(story, "up")
        assert chosen(table) == "c0000001"
        await press(story, "home", "up")
        assert chosen(table) == "c0004999"


async def test_enter_and_a_double_click_choose() -> None:
    async with staged(50) as story:
        stage, pilot = story
        await press(story, "down", "enter")
        await pilot.click(CallTable, offset=(10, 5), times=2)
        await pilot.pause()
        found = [m.record.call.id for m in stage.heard if isinstance(m, CallTable.Chosen)]
        assert found == ["c0000048", "c0000045"]


async def test_the_wheel_scrolls_without_moving_the_cursor() -> None:
    async with staged(5000) as story:
        stage, _pilot = story
        stage.table.scroll_to(y=2500, animate=False)
        await settled(*story)
        assert chosen(stage.table) == "c0004999"
        assert stage.table._window.row(2500) == stage.calls.truth()[2500]
        await press(story, "down")
        assert chosen(stage.table) == "c0004998"
        assert place(stage.table) is not None


async def test_a_cursor_left_far_behind_is_found_by_its_call_though_numbers_have_changed() -> None:
    async with staged(5000) as story:
        stage = story[0]
        stage.table.go_to(stage.calls.truth()[1000])
        await settled(*story)
        stage.table.scroll_to(y=4000, animate=False)
        await settled(*story)
        for number in range(5000, 5150):
            stage.calls.add(record(number))
        await stored(story)
        await press(story, "down")
        assert chosen(stage.table) == "c0003998"


async def test_rows_that_arrive_while_one_reads_further_down_move_nothing() -> None:
    async with staged(5000) as story:
        stage = story[0]
        await press(story, *["pagedown"] * 3)
        before, y, was = lines(stage.table), place(stage.table), chosen(stage.table)
        for number in (5000, 5001, 5002):
            stage.calls.add(record(number))
        await stored(story)
        assert (chosen(stage.table), place(stage.table)) == (was, y)
        assert lines(stage.table)[1:] == before[1:]
        assert "↑ 3 newer" in text(stage.table, 0)
        await press(story, "home")
        assert chosen(stage.table) == "c0005002"
        assert "newer" not in text(stage.table, 0)


async def test_at_the_top_a_new_call_comes_in_above_and_the_cursor_stays_with_its_own() -> None:
    async with staged(5000) as story:
        stage = story[0]
        await press(story, "down")
        stage.calls.add(record(5000))
        await stored(story)
        assert stage.table.scroll_offset.y == 0
        assert chosen(stage.table) == "c0004998"
        assert place(stage.table) == 3


async def test_a_cursor_on_the_last_line_is_not_pushed_out_of_sight() -> None:
    async with staged(5000) as story:
        await press(story, *["down"] * 19)
        story[0].calls.add(record(5000))
        await stored(story)
        assert chosen(story[0].table) == "c0004980"
        assert place(story[0].table) == 20


async def test_when_the_call_under_the_cursor_goes_the_next_older_one_is_chosen() -> None:
    calls = ListedCalls([record(n, Outcome.NO_ANSWER) for n in range(300)])
    async with staged(calls, filter=Filter(open=True)) as story:
        await press(story, "down", "down")
        row = story[0].table.selected
        assert row
        calls.change(replace(row, processed=Processed("Eva", NOON)))
        await stored(story)
        assert chosen(story[0].table) == "c0000296"
        assert place(story[0].table) == 3


async def test_the_last_row_that_goes_leaves_the_cursor_on_the_new_last_row() -> None:
    calls = ListedCalls([record(n, Outcome.NO_ANSWER) for n in range(4)])
    async with staged(calls, filter=Filter(open=True)) as story:
        await press(story, "end")
        calls.change(replace(calls.records[0], processed=Processed("Eva", NOON)))
        await stored(story)
        assert chosen(story[0].table) == "c0000001"


async def test_a_changed_call_is_drawn_anew_and_reported() -> None:
    async with staged(30) as story:
        stage = story[0]
        assert "✎" not in text(stage.table, 1)
        row = stage.calls.truth()[0]
        stage.calls.change(replace(row, notes=(Note("Eva", NOON, "boiler"),)))
        await stored(story)
        assert "✎" in text(stage.table, 1)
        assert stage.table.selected
        assert stage.table.selected.notes


async def test_the_scroll_bar_can_be_dragged_anywhere() -> None:
    async with staged(5000) as story:
        stage, pilot = story
        bar = stage.table.vertical_scrollbar
        await pilot.mouse_down(bar, offset=(0, 0))
        await pilot.hover(bar, offset=(0, 12))
        await pilot.mouse_up(bar, offset=(0, 12))
        await settled(*story)
        top = stage.table._top
        assert top > 1000
        assert stage.table._window.row(top) == stage.calls.truth()[top]


async def test_an_empty_list_says_what_it_was_told_to_say() -> None:
    async with staged(0) as (stage, _):
        stage.table.say_when_empty("No unanswered calls.", "Everything is dealt with.")
        assert "No unanswered calls." in "".join(lines(stage.table))
        assert stage.table.selected is None


async def test_the_old_rows_stay_until_those_of_another_filter_are_read() -> None:
    async with staged(200) as story:
        stage = story[0]
        gate = asyncio.Event()
        ask = stage.calls.fetch

        async def slowly(query: CallPage) -> Page:
            await gate.wait()
            return await ask(query)

        stage.table._fetch = slowly
        before = lines(stage.table)
        stage.table.show_filter(Filter(text="roth"))
        await story[1].pause()
        assert lines(stage.table) == before
        gate.set()
        await settled(*story)
        assert all("Roth" in line for line in lines(stage.table)[1:])


async def test_of_quickly_typed_filters_only_the_last_one_is_shown() -> None:
    async with staged(200) as story:
        for typed in ("m", "mu", "mus"):
            story[0].table.show_filter(Filter(text=typed))
        await settled(*story)
        assert story[0].table.filter.text == "mus"
        assert all("Muster" in line for line in lines(story[0].table)[1:])


async def test_a_broken_database_is_said_and_the_screen_lives_on() -> None:
    async with staged(200) as story:

        async def broken(_: CallPage) -> Page:
            raise StoreFailed("The disk is full.")

        story[0].table._fetch = broken
        await stored(story)
        assert any(isinstance(m, CallTable.Failed) for m in story[0].heard)
        story[0].table._fetch = story[0].calls.fetch
        await stored(story)
        assert chosen(story[0].table) == "c0000199"


@pytest.mark.parametrize("width", [80, 120, 200])
async def test_every_row_is_exactly_as_wide_as_the_widget(width: int) -> None:
    nasty = "\x1b[31m[/b]\n\u202e" + "漢" * 300 + "\u200d👨‍👩‍👧"
    calls = ListedCalls([record(n) for n in range(3)])
    calls.add(record(4, caller_name=nasty, company_name=nasty))
    calls.add(record(5, Outcome.NO_ANSWER, taken=Taken(nasty, NOON)))
    async with staged(calls, (width, 24)) as (stage, _):
        for y in range(24):
            strip = stage.table.render_line(y)
            assert strip.cell_length == width - 1
            assert "\x1b" not in strip.text
            assert "\n" not in strip.text


async def test_who_is_on_a_call_is_said_until_it_lapses() -> None:
    calls = ListedCalls([record(0, Outcome.NO_ANSWER, taken=Taken("Lena", NOON))])
    async with staged(calls) as (stage, _):
        assert "Lena is on it" in text(stage.table, 1)
        later = replace(READING, now=NOON + timedelta(minutes=16))
        stage.table.read(later)
        assert "Lena" not in text(stage.table, 1)


@pytest.mark.parametrize("width", range(74, 210))
def test_columns_always_fill_the_width_exactly(width: int) -> None:
    for every in (False, True):
        columns = layout(width, every=every)
        assert sum(c.width for c in columns) + 2 * (len(columns) - 1) == width


def test_the_least_needed_columns_go_first() -> None:
    named = [{c.name for c in layout(width)} for width in (76, 116, 196)]
    assert named[0] == {"when", "rang", "company", "caller", "notified", "what"}
    assert named[1] - named[0] == {"number"}
    assert named[2] - named[1] == {"why", "processed", "note"}
    every = [{c.name for c in layout(width, every=True)} for width in (76, 116)]
    assert every[1] - every[0] == {"number", "why", "processed"}


def test_made_up_calls_have_places_of_their_own() -> None:
    assert key_of(record(1)) < key_of(record(2))
