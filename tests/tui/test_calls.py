"""The home screen, as stories of a morning at the front desk."""

from dataclasses import replace
from datetime import timedelta

import pytest
from a_day import BERG, LIND, MEYER, at_the_desk, last_calls
from fake_door import CONNECTED, NOW, FakeDoor, a_call, picture
from rich.cells import cell_len
from story import a_console, rows_of, text_of
from textual.geometry import Offset

from console.calls.words import Direction, Outcome, Phase
from console.desk.commands import Refused, Release, Take
from console.desk.records import LastCall, Note, Taken
from console.desk.snapshot import Lamp
from console.tui.widgets.block_letters import block_letters
from console.tui.widgets.called_panel import CalledPanel
from console.tui.widgets.caller_panel import CallerPanel
from console.tui.widgets.header import Header
from console.tui.widgets.live_calls import LiveCalls


async def test_a_ringing_call_shows_which_company_is_called_and_who_calls():
    door = FakeDoor()
    async with a_console(door) as (app, pilot):
        assert "No calls yet. The PBX is connected." in text_of(app)
        door.publish(
            picture(
                a_call(
                    company=MEYER,
                    name="Hans Schulz",
                    caller_company="Schulz Immobilien GmbH",
                    number_kind="mobile",
                    country="Germany",
                    last_calls=last_calls(),
                )
            )
        )
        await pilot.pause()
        screen = text_of(app)
        for letters in block_letters("Meyer & Söhne") or ():
            assert letters.rstrip() in screen
        assert "“Meyer und Söhne, Sanitär und Heizung, guten Tag" in screen
        assert "say: MY-er, ZER-ne" in screen
        assert "Hans Schulz   Schulz Immobilien GmbH" in screen
        assert "+49 170 1234567   mobile, Germany" in screen
        assert "yesterday 16:20   Meyer & Söhne" in screen
        assert "▲ open" in screen


async def test_what_rings_at_the_operators_own_phone_says_you():
    door = FakeDoor(picture(a_call("1", rings=("102",)), a_call("2", rings=("101", "103"))))
    async with a_console(door) as (app, _pilot):
        rows = rows_of(app)
        assert any("rings 102" in row for row in rows)
        assert any("rings you 103" in row for row in rows)


async def test_a_hidden_caller_is_called_hidden_and_an_unknown_number_is_shown_large():
    door = FakeDoor(picture(a_call(company="", hidden=True)))
    async with a_console(door) as (app, _pilot):
        screen = text_of(app)
        assert "hidden number" in screen
        assert "The caller does not show a number." in screen
        assert (block_letters("+49 30 222000") or ("?",))[1] in screen
        assert "No company has this number." in screen


async def test_names_come_after_the_ring_so_a_new_call_is_not_called_unknown_yet():
    door = FakeDoor(picture(a_call(company="", seconds=0.2)))
    async with a_console(door) as (app, _pilot):
        assert "No company" not in text_of(app)


async def test_without_a_choice_the_longest_ringing_is_shown_and_a_choice_holds_until_it_ends():
    first, second = a_call("1", name="Anna"), a_call("2", company=LIND, name="Bert", seconds=5)
    door = FakeDoor(picture(first, second))
    async with a_console(door) as (app, pilot):
        assert app.screen.chosen() == first
        await pilot.press("down")
        assert app.screen.chosen() == second
        third = a_call("3", name="Carl", seconds=60)
        door.publish(picture(third, first, second))
        await pilot.pause()
        assert app.screen.chosen() == second
        door.publish(picture(third, first))
        await pilot.pause()
        assert app.screen.chosen() == third
        door.publish(picture(third, first, second))  # the same call again is a new call
        await pilot.pause()
        assert app.screen.chosen() == third


async def test_what_colleagues_dial_to_each_other_does_not_hide_whom_one_talks_with():
    inside = a_call("1", rings=("102",), direction=Direction.INTERNAL, company="")
    mine = a_call("2", phase=Phase.TALKING, talking_to="101")
    door = FakeDoor(picture(inside, mine))
    async with a_console(door) as (app, pilot):
        assert app.screen.chosen() == mine
        rings = a_call("3", seconds=1)
        door.publish(picture(inside, rings, mine))
        await pilot.pause()
        assert app.screen.chosen() == rings


async def test_escape_lets_go_of_the_choice():
    door = FakeDoor(picture(a_call("1"), a_call("2", seconds=5)))
    async with a_console(door) as (app, pilot):
        await pilot.press("down", "escape")
        assert app.screen.chosen().call.id == "1"


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (200, 60)])
async def test_a_click_chooses_a_call_in_the_list_and_among_the_tiles(size):
    async with a_console(at_the_desk(), size) as (app, pilot):
        row, column = next(
            (y, row.index("Zahnarzt")) for y, row in enumerate(rows_of(app)) if "Zahnarzt" in row
        )
        await pilot.click(offset=Offset(column, row))
        assert app.screen.chosen().company_name == LIND.name


async def test_in_a_long_list_the_chosen_call_is_scrolled_into_view():
    door = FakeDoor(picture(*(a_call(str(n), name=f"Caller {n}") for n in range(40))))
    async with a_console(door) as (app, pilot):
        await pilot.press("end")
        await pilot.pause()
        assert any("Caller 39" in row[:46] for row in rows_of(app))
        await pilot.press("home")
        await pilot.pause()
        assert any("Caller 0" in row[:46] for row in rows_of(app))


async def test_at_80_columns_more_calls_than_tiles_are_counted():
    async with a_console(at_the_desk(), (80, 24)) as (app, pilot):
        assert "2 more" in text_of(app)
        await pilot.press("end")
        await pilot.pause()
        assert "→ +49 40 998010" in rows_of(app)[2]


async def test_what_has_just_ended_is_told_with_its_outcome():
    ended = (
        a_call("8", company=BERG, name="Dr. Roth", phase=Phase.ENDED, seconds=6,
               outcome=Outcome.NO_ANSWER),
        a_call("9", hidden=True, phase=Phase.ENDED, seconds=21, outcome=Outcome.ABANDONED),
    )  # fmt: skip
    door = FakeDoor(picture(ended=ended))
    async with a_console(door) as (app, pilot):
        line = rows_of(app)[-2]
        assert "▲ Kanzlei Berg, Dr. Roth: nobody answered after 0:06" in line
        assert "▲ Meyer & Söhne, hidden number: gave up after 0:21" in line
        door.publish(picture())
        await pilot.pause()
        assert not rows_of(app)[-2].strip()


async def test_seconds_tick_without_drawing_the_panels_again(monkeypatch):
    door = at_the_desk()
    async with a_console(door) as (app, pilot):
        drawn = []
        for part in (CalledPanel, CallerPanel, Header):
            draw = part.draw
            monkeypatch.setattr(
                part, "draw", lambda *a, n=part.__name__, d=draw: drawn.append(n) or d(*a)
            )
        lines = []
        draw_line = LiveCalls.render_line
        monkeypatch.setattr(
            LiveCalls, "render_line", lambda self, y: lines.append(y) or draw_line(self, y)
        )
        door.publish(replace(door.snapshot, now=NOW + timedelta(seconds=1)))
        await pilot.pause()
        assert any("0:15" in row for row in rows_of(app))
        assert drawn == ["Header"]
        assert set(lines) == {0, 2, 4, 6, 8}  # of each call only the row with its seconds


async def test_a_burst_of_a_hundred_snapshots_costs_few_repaints(monkeypatch):
    door = FakeDoor()
    async with a_console(door) as (app, pilot):
        painted = []
        display = app._display
        monkeypatch.setattr(app, "_display", lambda *a: painted.append(a) or display(*a))
        for n in range(100):
            door.publish(picture(*(a_call(str(i)) for i in range(n % 7 + 1))))
        await pilot.pause()
        assert "2 ringing" in text_of(app)  # 99 % 7 + 1 calls are the last picture
        assert 1 <= len(painted) <= 3


async def test_take_acts_on_the_chosen_call_and_again_releases_it():
    door = FakeDoor(picture(a_call("1"), a_call("2", seconds=5)))
    async with a_console(door) as (_app, pilot):
        await pilot.press("down", "t")
        assert door.commands == [Take("2")]
        mine = replace(a_call("2"), taken=Taken("Eva Brandt", NOW))
        door.publish(picture(a_call("1"), mine))
        await pilot.pause()
        await pilot.press("t")
        assert door.commands[-1] == Release("2")


async def test_that_somebody_is_on_a_call_is_shown_to_all():
    door = FakeDoor(picture(replace(a_call("1"), taken=Taken("Lena", NOW))))
    async with a_console(door) as (app, _pilot):
        assert "Lena is on it" in text_of(app)


async def test_a_refusal_says_why():
    door = FakeDoor(picture(a_call("1")))
    door.answer = Refused("Lena is on it [since 14:01].")
    async with a_console(door) as (app, pilot):
        await pilot.press("t")
        await pilot.pause()
        assert "Lena is on it [since 14:01]." in text_of(app)


async def test_notes_on_a_live_call_are_seen_beside_the_caller():
    noted = replace(a_call("1"), notes=(Note("lena", NOW, "wants Herr Meyer himself"),))
    async with a_console(FakeDoor(picture(noted))) as (app, _pilot):
        assert "lena: wants Herr Meyer himself" in text_of(app)


async def test_calls_from_and_inside_the_house_say_from_whom_to_whom():
    out = a_call("1", company="", number="103", called="+4940998010", phase=Phase.TALKING,
                 direction=Direction.OUTBOUND, talking_to="+4940998010")  # fmt: skip
    inside = a_call("2", company="", number="101", called="102", direction=Direction.INTERNAL)
    async with a_console(FakeDoor(picture(inside, out))) as (app, _pilot):
        rows = [row[:46] for row in rows_of(app)]
        assert "101" in rows[4]
        assert "→ 102" in rows[5]
        assert "internal" in rows[4]
        assert "rings you 102 103" in rows[5]
        assert "→ +49 40 998010" in rows[7]
        assert "outgoing" in rows[6]
        assert "Called inside the house." in text_of(app)


@pytest.mark.parametrize(
    ("lamp", "words"),
    [
        (Lamp.CONNECTED, "● connected"),
        (Lamp.CONNECTING, "○ connecting…"),
        (Lamp.SILENT, "▲ silent since 08:02"),
        (Lamp.RESTARTED, "● PBX restarted 08:02"),
    ],
)
async def test_the_lamp_says_in_words_how_the_pbx_is(lamp, words):
    door = FakeDoor(picture(feeds=(replace(CONNECTED, lamp=lamp, since=NOW - timedelta(hours=6)),)))
    async with a_console(door, (80, 24)) as (app, _pilot):
        assert words in rows_of(app)[0]


async def test_a_short_silence_is_told_as_it_runs():
    lost = replace(CONNECTED, lamp=Lamp.SILENT, since=NOW - timedelta(seconds=42))
    async with a_console(FakeDoor(picture(feeds=(lost,))), (80, 24)) as (app, _pilot):
        assert "▲ silent for 0:42" in rows_of(app)[0]


async def test_while_the_pbx_is_silent_the_empty_list_says_since_when_and_why():
    lost = replace(CONNECTED, lamp=Lamp.SILENT, why="pbx:5038 refuses the connection.")
    async with a_console(FakeDoor(picture(feeds=(lost,))), (80, 24)) as (app, _pilot):
        assert "The PBX is silent since 09:02." in text_of(app)
        assert "pbx:5038 refuses the connection." in text_of(app)


async def test_why_the_pbx_is_silent_is_not_cut_where_the_list_is_narrow():
    why = "127.0.0.1:5038 can't be reached: Connection refused. Is bindaddr right?"
    lost = replace(CONNECTED, lamp=Lamp.SILENT, why=why)
    async with a_console(FakeDoor(picture(feeds=(lost,))), (100, 30)) as (app, _pilot):
        told = " ".join(row[:46].strip() for row in rows_of(app))
        assert why in " ".join(told.split())


async def test_a_busy_day_fits_the_header_at_80_columns():
    lost = replace(CONNECTED, lamp=Lamp.SILENT, suspicious=3)
    crowd = picture(feeds=(lost,), ringing=12, waiting=10, talking=14, parked=2, open=104)
    async with a_console(FakeDoor(crowd), (80, 24)) as (app, _pilot):
        header = rows_of(app)[0]
        assert cell_len(header) == 80
        assert "▲ 104 open" in header
        assert "▲ silent" in header
        assert "14:02" in header


HOSTILE = "[b]Ö[/b] \x1b[31m\x07日本語株式会社 👩‍👩‍👧🇩🇪 עולם \u202eevil\u2028 " + "x" * 9000


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_hostile_names_are_cut_and_never_obeyed(size):
    firm = replace(MEYER, name=HOSTILE, greeting=HOSTILE, pronunciation=HOSTILE, facts=(HOSTILE,))
    calls = tuple(
        replace(call, text=HOSTILE, company=HOSTILE, note=HOSTILE) for call in last_calls()
    )
    record = a_call(
        company=firm, name=HOSTILE, display=HOSTILE, rings=(HOSTILE,), queue=HOSTILE,
        number_kind=HOSTILE, caller_company=HOSTILE, note=HOSTILE, last_calls=calls,
    )  # fmt: skip
    ended = replace(record, call=replace(record.call, ended_at=NOW, outcome=Outcome.BUSY))
    async with a_console(FakeDoor(picture(record, ended=(ended,))), size) as (app, _pilot):
        rows = rows_of(app)
        assert {cell_len(row) for row in rows} == {size[0]}
        assert "[b]Ö[/b]" in "".join(rows)
        assert all(row.isprintable() for row in rows)


async def test_numbers_outside_are_shown_for_people_wherever_they_answer_or_ring():
    abroad = "+43123125714"
    forwarded = a_call("1", name="Anna", rings=("103", abroad), last_calls=())
    earlier = (
        LastCall("a", NOW - timedelta(hours=2), MEYER.name, "answered", answered_by=abroad),
        LastCall("b", NOW - timedelta(hours=3), "", "we called, answered"),
    )
    forwarded = replace(forwarded, identity=replace(forwarded.identity, last_calls=earlier))
    over = a_call("2", phase=Phase.ENDED, outcome=Outcome.ANSWERED, talking_to=abroad)
    async with a_console(FakeDoor(picture(forwarded, ended=(over,)))) as (app, _):
        text = text_of(app)
        assert abroad not in text
        assert "rings 103 +43 1 23125714" in text
        assert ": answered by +43 1 23125714 after" in text
        panel = [" ".join(row[47:].split()) for row in rows_of(app)]
        assert "12:02 Meyer & Söhne answered by +43 1 23125714" in panel
        assert "11:02 we called, answered" in panel


async def test_where_all_phones_do_not_fit_the_first_is_named_and_the_others_are_counted():
    call = a_call(name="Bjørn Dąbrowska", rings=("101", "102", "103", "105", "106"), queue="Sales")
    call = replace(call, call=replace(call.call, queued=True))
    async with a_console(FakeDoor(picture(call))) as (app, _):
        row = next(row for row in rows_of(app) if "rings" in row)
        assert row[:46].split() == ["█", "Bjørn", "Dąbrowska", "rings", "you", "+4"]


async def test_what_rings_outside_for_us_is_not_told_twice():
    call = a_call(
        number="104",
        called="+43123125714",
        rings=("+43123125714",),
        direction=Direction.OUTBOUND,
    )
    async with a_console(FakeDoor(picture(call))) as (app, _):
        assert "→ +43 1 23125714" in text_of(app)
        assert "rings +" not in text_of(app)


async def test_pages_go_through_the_live_calls_while_no_card_is_open():
    many = [a_call(str(number), seconds=60 - number) for number in range(30)]
    async with a_console(FakeDoor(picture(*many))) as (app, pilot):
        live = app.screen.query_one(LiveCalls)
        places = []
        for key in ("home", "pagedown", "pageup"):
            await pilot.press(key)
            await pilot.pause()
            places.append(live._place())
        assert places == [0, live.size.height // live._pitch - 1, 0]
