"""Stories at the list of unanswered calls, over a real desk and a real database."""

import csv
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from call_lists import NOON, record
from front_desk import FrontDesk, front_desk, today
from story import text_of
from textual.widgets import Input, TextArea

from console.calls.events import Caller
from console.calls.words import Direction, Outcome
from console.desk.changes import AddNote, SetProcessed, SetTaken
from console.desk.commands import Take
from console.desk.operators import Operator
from console.desk.records import CallRecord, Note, Processed, Taken
from console.tui import theme
from console.tui.screens.details import DetailsScreen
from console.tui.screens.export_dialog import ExportDialog
from console.tui.screens.note_dialog import NoteDialog
from console.tui.widgets.filter_bar import FilterBar
from console.tui.widgets.footer import KeyBar
from console.tui.widgets.search_field import SearchField


def calls(count: int = 6) -> list[CallRecord]:
    """Unanswered calls of today: the higher the number, the later."""
    return [today(record(n, Outcome.NO_ANSWER), 10 * (count - n)) for n in range(count)]


def title(desk: FrontDesk) -> str:
    return desk.screen.query_one(FilterBar).render_line(0).text.rstrip()


async def test_it_opens_with_the_open_calls_newest_first() -> None:
    mixed = [*calls(4), today(record(9, Outcome.ANSWERED), 1)]
    async with front_desk(mixed, "2") as desk:
        assert len(desk.lines()) == 4
        assert desk.chosen == "c0000003"
        assert title(desk).startswith(" UNANSWERED  ▲ 4 open  4 today  show: open")


async def test_p_deals_with_a_call_and_goes_on_to_the_next_open_one() -> None:
    async with front_desk(calls(), "2", "down", "p") as desk:
        assert (await desk.stored("c0000004")).processed is not None
        assert desk.chosen == "c0000003"
        assert len(desk.lines()) == 5
        assert "1 call processed" in desk.toasts()
        await desk.press("p", "p")
        assert desk.chosen == "c0000001"


async def test_after_the_oldest_call_the_next_newer_open_one_is_chosen() -> None:
    async with front_desk(calls(3), "2", "end", "p") as desk:
        assert desk.chosen == "c0000001"


async def test_p_on_a_processed_call_opens_it_again() -> None:
    async with front_desk(calls(2), "2", "f", "a") as desk:
        await desk.press("p")
        assert desk.chosen == "c0000000"
        await desk.press("up", "p")
        assert (await desk.stored("c0000001")).open
        assert desk.chosen == "c0000001"


async def test_u_brings_back_what_p_took_away() -> None:
    async with front_desk(calls(), "2", "p", "u") as desk:
        assert (await desk.stored("c0000005")).open
        assert len(desk.lines()) == 6


async def test_capital_p_deals_with_all_calls_of_this_caller() -> None:
    same = [today(record(1, Outcome.NO_ANSWER), n) for n in (30, 20, 10)]
    same = [replace(r, call=replace(r.call, id=f"s{n}")) for n, r in enumerate(same)]
    async with front_desk([*same, today(record(2, Outcome.BUSY), 5)], "2", "down", "P") as desk:
        assert [line for line in desk.lines() if "▲" in line] == desk.lines()
        assert len(desk.lines()) == 1
        assert "3 calls processed" in desk.toasts()


async def test_t_takes_a_call_for_all_to_see_and_releases_it_again() -> None:
    async with front_desk(calls(1), "2", "t", size=(200, 24)) as desk:
        assert "Eva Brandt is on it" in desk.lines()[0]
        await desk.press("t")
        assert "is on it" not in desk.lines()[0]
        assert (await desk.stored("c0000000")).taken is None


async def test_who_is_on_a_call_is_seen_on_every_screen_until_it_lapses() -> None:
    lena = Operator("lena", "Lena")
    async with front_desk(calls(1), "2", size=(200, 24)) as desk:
        await desk.desk.door(lena).do(Take("c0000000"))
        await desk.settle()
        await desk.pilot.pause(0.5)
        await desk.settle()
        assert "Lena is on it" in desk.lines()[0]
        desk.clock.time = NOON + timedelta(minutes=15, seconds=1)
        await desk.arrives()
        assert "is on it" not in desk.lines()[0]


async def test_somebody_elses_call_can_be_taken_over() -> None:
    async with front_desk(calls(1), "2", size=(200, 24)) as desk:
        call = "c0000000"
        await desk.store.write([SetTaken(call, Taken("Lena", NOON), "Lena", NOON)])
        await desk.arrives()
        assert "Lena is on it" in desk.lines()[0]
        await desk.press("t")
        assert "Eva Brandt is on it" in desk.lines()[0]


async def test_a_note_is_written_and_its_sign_appears() -> None:
    async with front_desk(calls(1), "2", "n", size=(200, 24)) as desk:
        assert isinstance(desk.app.screen, NoteDialog)
        await desk.type("boiler 2")
        await desk.press("enter")
        assert [note.text for note in (await desk.stored("c0000000")).notes] == ["boiler 2"]
        assert "✎" in desk.lines()[0]
        assert "boiler 2" in desk.lines()[0]


async def test_a_note_that_was_begun_is_not_thrown_away_by_one_escape() -> None:
    async with front_desk(calls(1), "2", "n") as desk:
        await desk.type("boiler")
        await desk.press("escape")
        assert "This note is not saved" in text_of(desk.app)
        await desk.press("escape")
        assert isinstance(desk.app.screen, NoteDialog)
        await desk.press("escape", "t")
        assert not isinstance(desk.app.screen, NoteDialog)
        assert (await desk.stored("c0000000")).notes == ()


async def test_a_note_that_is_too_long_is_not_saved_and_says_by_how_much() -> None:
    async with front_desk(calls(1), "2", "n") as desk:
        desk.app.screen.query_one(TextArea).text = "x" * 2003
        await desk.press("enter")
        assert isinstance(desk.app.screen, NoteDialog)
        hint = str(desk.app.screen.query_one(".dialog--hint").render())
        assert "too long by 3" in hint


async def test_searching_narrows_as_one_types_and_letters_do_not_act() -> None:
    async with front_desk(calls(6), "2", "slash") as desk:
        await desk.type("roth up")
        assert desk.screen.query_one(SearchField).value == "roth up"
        assert all([(await desk.stored(f"c000000{n}")).open for n in range(6)])
        assert "Nothing matches “roth up”." in "".join(desk.lines())
        assert "0 found" in title(desk)
        await desk.press("escape")
        assert desk.app.focused is desk.table
        assert len(desk.lines()) == 6


async def test_enter_in_the_search_goes_to_what_was_found_and_escape_clears_it() -> None:
    async with front_desk(calls(6), "2", "slash") as desk:
        await desk.type("muster")
        await desk.press("enter")
        assert desk.app.focused is desk.table
        assert all("Muster" in line for line in desk.lines())
        await desk.press("escape")
        assert len(desk.lines()) == 6
        assert desk.screen.query_one(SearchField).value == ""


async def test_a_part_of_a_number_finds_it() -> None:
    async with front_desk(calls(6), "2", "slash") as desk:
        await desk.type("030 1 000003")
        assert len(desk.lines()) == 1


async def test_filters_by_key_by_day_and_by_reason() -> None:
    old = today(record(7, Outcome.BUSY), 60 * 30)
    async with front_desk([*calls(3), old], "2") as desk:
        assert len(desk.lines()) == 4
        await desk.press("f", "t")
        assert len(desk.lines()) == 3
        await desk.press("escape")
        assert len(desk.lines()) == 4
        await desk.press("f", *["down"] * 8, "enter")
        assert "all busy" in title(desk)
        assert len(desk.lines()) == 1


async def test_all_is_dealt_with_is_good_news_and_no_match_is_something_else() -> None:
    async with front_desk(calls(1), "2", "p") as desk:
        assert "Everything is dealt with." in "".join(desk.lines())
        await desk.press("f", "a")
        assert "✓" in desk.lines()[0]
        assert "Eva Brandt 13:00" in desk.lines()[0]


async def test_a_call_that_arrives_does_not_move_the_cursor() -> None:
    async with front_desk(calls(60), "2", *["pagedown"] * 1, size=(80, 24)) as desk:
        chosen, before = desk.chosen, desk.lines()
        await desk.arrives(today(record(99, Outcome.BUSY), 1))
        assert desk.chosen == chosen
        assert desk.table.selected
        assert sum("Zahnarzt" in line for line in desk.lines()) >= 1
        assert desk.lines() == before or desk.table.scroll_offset.y == 0


async def test_what_a_colleague_processes_goes_away_here_too() -> None:
    async with front_desk(calls(3), "2") as desk:
        done = Processed("Lena", NOON)
        await desk.store.write([SetProcessed(("c0000001",), done, "Lena", NOON)])
        await desk.arrives()
        assert len(desk.lines()) == 2
        assert desk.chosen == "c0000002"


async def test_details_open_by_enter_and_p_works_there() -> None:
    async with front_desk(calls(3), "2", "down", "enter") as desk:
        assert isinstance(desk.app.screen, DetailsScreen)
        await desk.press("p")
        text = str(desk.app.screen.query_one(".details--text").render())
        assert "102 rang for" in text
        assert "✓ processed: Eva Brandt" in text
        assert "WHO DID WHAT" in text
        await desk.press("escape")
        assert len(desk.lines()) == 2


async def test_exporting_writes_what_is_shown_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with front_desk(calls(6), "2", "slash") as desk:
        await desk.type("muster")
        await desk.press("enter", "e", "enter")
        file = tmp_path / "hotline-unanswered-2026-11-23.csv"
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
        assert [row["caller_name"] for row in rows] == ["Anna Muster"]
        assert f"1 call written to {file}" in desk.toasts()
        assert file.stat().st_mode & 0o077 == 0
        assert not file.with_name(f"{file.name}.part").exists()


async def test_an_export_replaces_a_file_only_after_a_second_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    file = tmp_path / "hotline-unanswered-2026-11-23.csv"
    file.write_text("mine")
    async with front_desk(calls(2), "2", "e", "enter") as desk:
        assert isinstance(desk.app.screen, ExportDialog)
        assert file.read_text() == "mine"
        await desk.press("enter")
        assert file.read_text(encoding="utf-8-sig").startswith("id,started_at")


async def test_an_export_to_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    async with front_desk(calls(2), "2", "e") as desk:
        desk.app.screen.query_one(Input).value = str(tmp_path / "none" / "x.csv")
        await desk.press("enter")
        assert isinstance(desk.app.screen, ExportDialog)
        assert "There is no folder" in str(desk.app.screen.query_one(".dialog--hint").render())


async def test_today_ends_at_midnight_of_the_site() -> None:
    async with front_desk(calls(3), "2", "f", "t") as desk:
        assert len(desk.lines()) == 3
        desk.clock.time = NOON + timedelta(hours=11, minutes=1)  # 00:01 in Berlin
        await desk.arrives()
        assert "No call is like that." in "".join(desk.lines())


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_no_line_is_cut_or_wrapped_at_any_size(size: tuple[int, int]) -> None:
    async with front_desk(calls(90), "2", size=size) as desk:
        assert desk.table.size.height >= size[1] - 5
        heading = desk.table.render_line(0).text
        first = desk.table.render_line(1).text
        at = heading.index("caller")
        assert first[at : at + 3] == "Лен"


async def test_in_the_terminals_own_colours_the_cursor_is_seen_for_sure() -> None:
    async with front_desk(calls(), "2", "down") as desk:
        desk.app.theme = theme.TERMINAL
        await desk.settle()
        chosen, other = (desk.table.render_line(y) for y in (2, 3))
        assert all(segment.style.reverse for segment in chosen if segment.text.strip())
        assert not any(segment.style.reverse for segment in other)
        # A grey of the terminal behind its text would be grey on grey for many.
        assert all(segment.style.bgcolor.is_default for segment in chosen)


@pytest.mark.parametrize("keys", ["n", "e", "/", "f/"])
async def test_in_the_terminals_own_colours_what_is_typed_can_be_read(keys: str) -> None:
    async with front_desk(calls(), "2") as desk:
        desk.app.theme = theme.TERMINAL
        await desk.press(*("slash" if key == "/" else key for key in keys))
        field = desk.app.focused
        assert isinstance(field, Input | TextArea)
        await desk.type("x")
        look = field.rich_style
        assert (look.color.number, look.bgcolor.number) == (15, 4)  # bright white on blue


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("screen", ["2", "3"])
async def test_every_key_of_a_list_stands_in_the_key_bar(screen: str, width: int) -> None:
    async with front_desk(calls(), screen, size=(width, 24)) as desk:
        bar = desk.screen.query_one(KeyBar).render_line(0).text.split()
        assert [sign for sign in bar if len(sign) == 1 and sign in "pPtncu/fe?"] == list(
            "pPtncu/fe?"
        )


async def test_enter_and_quit_stand_in_the_key_bar_before_other_screens_do() -> None:
    async with front_desk([], size=(80, 24)) as desk:
        bar = desk.app.screen.query_one(KeyBar).render_line(0).text
        assert "⏎ details" in bar
        assert "q quit" in bar
        assert "4 Contacts" not in bar


async def test_an_unanswered_call_of_a_colleague_says_that_it_is_internal() -> None:
    (one,) = calls(1)
    call = replace(
        one.call, direction=Direction.INTERNAL, caller=Caller("104", "Lena"), called="105"
    )
    async with front_desk([replace(one, call=call, company_name="")], "2") as desk:
        assert "internal 105" in desk.lines()[0]


async def test_in_the_details_a_second_row_stays_beside_its_time() -> None:
    (one,) = calls(1)
    note = Note("Eva Brandt", NOON, "wants an offer for the boiler, " * 4)
    async with front_desk([one], "2") as desk:
        await desk.store.write([AddNote(one.call.id, note)])
        await desk.press("enter")
        for width in (120, 80, 100):
            await desk.pilot.resize_terminal(width, 30)
            await desk.settle()
            text = desk.app.screen.query_one(".details--text")
            rows = [text.render_line(y).text.rstrip() for y in range(text.size.height)]
            first = next(y for y, row in enumerate(rows) if "Eva Brandt: wants" in row)
            assert rows[first + 1].startswith(" " * 16 + rows[first + 1].strip()[0])
            assert max(map(len, rows)) <= width - 4


async def click_key(desk: FrontDesk, words: str) -> None:
    """Click words in the key bar of the dialog that is open."""
    bar = desk.app.screen.query_one(KeyBar)
    await desk.pilot.click(bar, offset=(bar.render_line(0).text.index(words), 0))
    await desk.settle()


async def test_dialogs_can_be_answered_by_the_mouse(tmp_path: Path) -> None:
    async with front_desk(calls(2), "2", "n") as desk:
        await desk.type("calls back")
        await click_key(desk, "saves")
        assert [note.text for note in (await desk.stored("c0000001")).notes] == ["calls back"]
        await desk.press("e")
        desk.app.screen.query_one(Input).value = str(tmp_path / "out.csv")
        await click_key(desk, "writes")
        assert (tmp_path / "out.csv").exists()
        await desk.press("f", "down")
        await click_key(desk, "shows")
        assert "show: all unanswered" in title(desk)
        for key, words in (("n", "gives up"), ("e", "leaves"), ("f", "leaves")):
            await desk.press(key)
            await click_key(desk, words)
            assert desk.app.screen is desk.screen
