"""Stories at the home screen: what is displayed of the called company, and what to say."""

from dataclasses import replace

import pytest
from a_day import MEYER
from fake_door import EVA, FakeDoor, a_call, picture
from rich.cells import cell_len
from story import a_console, rows_of, text_of
from test_contacts import HOSTILE

from console.calls.words import Role
from console.settings.live import Hotline, Live
from console.tui.widgets.block_letters import block_letters
from console.wording.marks import OPERATOR

ME = f"Say {OPERATOR['name']} ({OPERATOR['login']}), phone {OPERATOR['extension']}."


def rendered(text="Meyer\n· burst pipe: Herr Meyer\n\n· offers by e-mail", **more):
    return a_call(company=MEYER, called_text=text, **more)


def large(words):
    return (block_letters(words) or ("?",))[1].rstrip()


async def test_what_is_wrong_with_a_template_is_told_whole_where_there_is_room():
    why = "The template for all companies is broken, line 3: " + "expected token " * 9 + "'end of'"
    door = FakeDoor(picture(rendered(broken=why)), replace(EVA, role=Role.SUPERVISOR))
    async with a_console(door) as (app, _):
        assert "'end of'" in text_of(app)
        assert "▲ Template: The template for all companies is broken" in text_of(app)


async def test_the_first_line_of_the_text_is_large_and_the_others_stand_below():
    async with a_console(FakeDoor(picture(rendered()))) as (app, _pilot):
        screen = text_of(app)
        assert large("Meyer") in screen
        assert large("Meyer & Söhne") not in screen
        rows = [row[47:].strip() for row in rows_of(app)]
        first = rows.index("· burst pipe: Herr Meyer")
        assert rows[first + 1 : first + 3] == ["", "· offers by e-mail"]
        assert "Herr Meyer on site" not in screen  # a fact that the template left out


async def test_until_the_text_is_there_the_company_is_shown_and_then_nothing_moves():
    door = FakeDoor(picture(a_call(company=MEYER)))
    async with a_console(door) as (app, pilot):
        before = rows_of(app)
        assert large("Meyer & Söhne") in text_of(app)
        text = "\n".join((MEYER.name, *(f"· {fact}" for fact in MEYER.facts)))
        door.publish(picture(rendered(text, greeting=MEYER.greeting, opening="open until 17:00")))
        await pilot.pause()
        changed = [new for old, new in zip(before, rows_of(app), strict=True) if old != new]
        assert len(changed) == 1
        assert changed[0].rstrip().endswith("── open until 17:00 ──")


async def test_what_a_text_says_of_the_operator_is_true_for_whoever_reads_it():
    call = rendered(f"Meyer\n{ME}", greeting=ME, opening=ME)
    for operator, words in (
        (EVA, "Say Eva Brandt (eva), phone 101."),
        (replace(EVA, login="lena", name="", extensions=()), "Say lena (lena), phone ."),
    ):
        async with a_console(FakeDoor(picture(call), operator), (200, 60)) as (app, _pilot):
            screen = text_of(app)
            assert screen.count(words) == 3


async def test_the_greeting_of_the_hour_takes_the_place_of_the_usual_one():
    call = rendered(greeting="Meyer und Söhne, wir haben heute geschlossen.", opening="closed")
    async with a_console(FakeDoor(picture(call))) as (app, _pilot):
        screen = text_of(app)
        assert "“Meyer und Söhne, wir haben heute geschlossen.”" in screen
        assert "Sanitär und Heizung" not in screen
        assert "say: MY-er, ZER-ne" in screen


@pytest.mark.parametrize(("role", "told"), [(Role.OPERATOR, 0), (Role.SUPERVISOR, 1)])
async def test_supervisors_are_told_that_the_template_is_broken(role, told):
    call = rendered(broken="Line 2: there is no field called [naem].")
    door = FakeDoor(picture(call), replace(EVA, role=role))
    async with a_console(door, (80, 24)) as (app, _pilot):
        words = "▲ Template: Line 2: there is no field called [naem]."
        assert text_of(app).count(words) == told


async def test_a_site_may_display_the_called_number_only():
    live = Live(hotline=Hotline(display_called=False))
    call = rendered(greeting="Guten Tag", opening="closed")
    async with a_console(FakeDoor(replace(picture(call), settings=live))) as (app, _pilot):
        screen = "\n".join(row[47:] for row in rows_of(app))
        assert large("+49 30 222000") in screen
        for words in ("Guten Tag", "closed", "say:", "burst pipe", large("Meyer")):
            assert words not in screen


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_hostile_texts_are_cut_and_never_obeyed(size):
    text = "\n".join([HOSTILE] * 300)
    call = rendered(text, greeting=HOSTILE, opening=HOSTILE, broken=HOSTILE)
    door = FakeDoor(picture(call), replace(EVA, role=Role.SUPERVISOR))
    async with a_console(door, size) as (app, _pilot):
        rows = rows_of(app)
        assert {cell_len(row) for row in rows} == {size[0]}
        assert "[b]Ö[/b]" in "".join(rows)
        assert all(row.isprintable() for row in rows)
