"""The settings screen: its sections, what is not saved, and the hotline services."""

import pytest
from call_lists import record
from fake_door import a_call, picture
from front_desk import today
from pydantic import BaseModel, Field
from settings_story import LENA, settings_story

from console.desk.commands import ChangeSettings
from console.desk.contacts import Previewed, PreviewText
from console.settings.live import DEFAULT_TEMPLATE, Hotline, Live, stored
from console.tui.screens.settings.screen import SettingsScreen
from console.tui.screens.settings.sections import SECTIONS, live
from console.tui.widgets.form.declared import fields_of, refusals
from console.tui.widgets.section_list import SectionList


def hotline(story):
    return story.desk.snapshot.settings.hotline


def change(**values):
    whole = Live(hotline=Hotline(**values))
    return ChangeSettings("hotline", stored(whole, "hotline"))


# -- the sections -------------------------------------------------------------------------------


async def test_the_arrows_show_a_section_and_enter_goes_into_it():
    async with settings_story() as story:
        for section in SECTIONS:
            assert f"{section.name.upper()} " in story.text()
            await story.press("down")
        await story.press("up", "enter")
        assert story.rows.has_focus
        await story.press("escape")
        assert story.app.screen.query_one(SectionList).has_focus
        await story.press("escape")
        assert story.app.current_mode == "calls"


async def test_a_section_more_is_one_line():
    more = (*SECTIONS, live("hotline", "Once more"))
    async with settings_story() as story:
        story.app.push_screen(SettingsScreen(story.app.door, story.app.site, more))
        await story.settle()
        await story.press(*["down"] * len(SECTIONS), "enter")
        assert "ONCE MORE" in story.text()
        await story.press("space", "ctrl+s")
        assert not hotline(story).display_called


async def test_who_sits_here_may_become_known_later():
    async with settings_story() as story:
        door = story.app.door
        door._operator = LENA
        await story.app.screen.recompose()
        await story.settle()
        assert "supervisors may change it" in story.text()
        await story.press("down", "enter")
        assert "HOTLINE SERVICES" in story.text()


async def test_keys_of_calls_are_not_offered_where_there_is_none():
    async with settings_story() as story:
        bar = story.lines()[-1]
        assert "processed" not in bar
        assert "take" not in bar
        assert "note" not in bar


async def test_what_rings_is_still_at_the_top_of_a_form():
    async with settings_story("enter", "enter") as story:
        story.app.screen.hear(picture(a_call(name="Hans Schulz")))
        await story.pilot.pause()
        assert "Meyer & Söhne  ←  Hans Schulz" in story.lines()[1]


# -- hotline services ---------------------------------------------------------------------------


async def test_a_switch_is_saved_and_undone():
    async with settings_story("down", "enter", "space") as story:
        assert "● 1 change not saved" in story.text()
        await story.press("ctrl+s")
        assert not hotline(story).display_called
        assert "not saved" not in story.text()
        # In the form a letter is no command; among the sections it is.
        await story.press("u")
        assert not hotline(story).display_called
        await story.press("escape", "u")
        assert hotline(story).display_called
        assert story.field("display_called").raw == (0,)


async def test_a_section_keeps_what_is_not_saved_and_is_marked():
    async with settings_story("down", "enter", "space", "escape", "up") as story:
        assert any("Hotline services" in line and "●" in line for line in story.lines())
        await story.press("down")
        assert "● 1 change not saved" in story.text()
        await story.press("q")
        assert "1 change is not saved." in story.words()
        await story.press("n", "enter", "ctrl+r", "t")
        assert not any("Hotline services" in line and "●" in line for line in story.lines())


async def test_the_preview_follows_the_template_and_an_error_names_its_line():
    async with settings_story("down", "enter") as story:
        await story.retype("template", "** {{ called.name }} **")
        await story.sees("** Sample Ltd **")
        await story.retype("template", "one\n{% fro x %}")
        await story.sees("Line 2: Encountered unknown tag 'fro'.")
        assert "** Sample Ltd **" not in story.text()


async def test_the_preview_can_be_made_with_one_of_the_last_calls():
    asked = []

    async def preview(query, _who):
        asked.append(query)
        return Previewed(f"call {query.call}")

    calls = [today(record(number), 60 + number) for number in (1, 2)]
    entrusted = {PreviewText: preview}
    async with settings_story("down", "enter", calls=calls, entrusted=entrusted) as story:
        await story.press("tab", "tab", "enter")
        assert "sample data" in story.text()
        await story.type("Kanzlei")
        await story.press("enter")
        await story.sees("call c0000002")
        assert "Kanzlei Berg" in story.text()


async def test_the_preview_is_what_the_reader_would_see():
    from console.wording.marks import OPERATOR

    async def preview(_query, _who):
        return Previewed(f"my name is {OPERATOR['name']}")

    async with settings_story("down", entrusted={PreviewText: preview}) as story:
        await story.sees("my name is Sue Berger")


async def test_f2_lists_the_fields_and_f3_takes_the_default_back():
    async with settings_story("down", "enter", "tab") as story:
        await story.retype("template", "")
        await story.press("f2")
        await story.type("called.pronunc")
        assert "how its name is spoken" in story.text()
        await story.press("enter")
        assert story.field("template").raw == "{{ called.pronunciation }}"
        await story.press("f3")
        assert story.field("template").raw == DEFAULT_TEMPLATE
        assert story.editor.changes == 0


async def test_a_broken_template_is_saved_with_a_warning_and_its_section_is_marked():
    async with settings_story("down", "enter") as story:
        await story.retype("template", "one\n{% fro x %}")
        await story.press("ctrl+s")
        assert hotline(story).template == "one\n{% fro x %}"
        await story.until(lambda: bool(story.toasts()))
        assert story.toasts() == [
            "Saved, but the template is broken, line 2: Encountered unknown tag 'fro'."
        ]
        section = next(line for line in story.lines() if "Hotline services" in line[:21])
        assert "▲" in section[:21]
        await story.somebody_does(change(template="fine"))
        await story.until(lambda: "▲" not in story.text())


async def test_somebody_elses_template_is_not_overwritten_silently():
    async with settings_story("down", "enter") as story:
        await story.retype("template", "mine")
        await story.somebody_does(change(template="theirs", display_called=False))
        assert story.field("display_called").raw == ()
        assert "Somebody else made this: theirs" in story.text()
        await story.press("ctrl+s")
        assert "Somebody else changed Template" in story.text()
        await story.press("m")
        assert hotline(story) == Hotline(template="mine", display_called=False)


async def test_an_operator_reads_the_template_and_is_told_who_may_change_it():
    async with settings_story("down", "enter", operator=LENA) as story:
        await story.sees("You can read this; supervisors may change it.")
        assert "{% for fact in called.facts %}" in story.text()
        await story.press("tab", "x", "f3", "ctrl+s")
        assert hotline(story) == Hotline()


# -- forms of declarations ----------------------------------------------------------------------


class Declared(BaseModel, frozen=True, extra="forbid"):
    """Something to configure."""

    host: str = Field(min_length=1, title="Host", description="Where.", examples=["a.example"])
    port: int = Field(587, ge=1, le=65535, title="Port", description="")
    names: tuple[str, ...] = Field((), max_length=2, title="Names", description="")
    map: dict[str, str] = Field({}, title="Map", description="")
    hidden: str = "no title, no field"


def test_every_declared_field_with_a_title_has_one_in_the_form():
    made = {field.key: field for field in fields_of(Declared, prefix="x.")}
    assert list(made) == ["x.host", "x.port", "x.names", "x.map"]
    assert made["x.host"].help == "Where. Like a.example"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("host", "a.example"),
        ("port", 25),
        ("names", ("a", "b c")),
        ("map", {"mail": "mailAddress", "web": ""}),
    ],
)
def test_a_value_comes_back_from_its_field_as_it_was(key, value):
    field = next(one for one in fields_of(Declared) if one.key == key)
    assert field.value_of(field.raw_of(value)) == value


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"host": ""}, {"host": "This is needed."}),
        ({"host": "x", "port": 0}, {"port": "At least 1."}),
        ({"host": "x", "port": 70000}, {"port": "At most 65535."}),
        ({"host": "x", "names": ("a", "b", "c")}, {"names": "At most 2 are possible."}),
        ({"host": "x"}, {}),
    ],
)
def test_a_declaration_refuses_in_sentences(values, words):
    assert refusals(Declared, values) == words


async def test_home_and_end_go_to_the_first_and_the_last_section():
    async with settings_story("end") as story:
        assert "HISTORY" in story.text()
        await story.press("home")
        assert "COMPANIES" in story.text()
        await story.press("pagedown", "pageup")
        assert "COMPANIES" in story.text()
