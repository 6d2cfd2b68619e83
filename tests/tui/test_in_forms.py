"""What holds in every form: letters are text, F1 helps, Esc asks."""

import pytest
from settings_story import LENA, settings_story

from console.tui.screens.help import HelpScreen
from console.tui.screens.settings.company_form import CompanyForm
from console.tui.screens.settings.screen import SettingsScreen
from console.tui.widgets.form.colour import Shades
from console.tui.widgets.form.control import Control


async def test_digits_on_the_swatches_take_a_colour_and_no_letter_is_a_command():
    async with settings_story("enter", "enter") as story:
        await story.go_to("colour")
        await story.press("tab")
        assert isinstance(story.app.focused, Shades)
        shown = next(line for line in story.lines() if "1██" in line)
        assert "1██ 2██ 3██" in shown
        assert "3 Journal" not in story.text()
        assert "F1 help" in story.text()
        await story.press("3")
        assert story.field("colour").raw == "#2e8562"
        await story.press("q", "z", "slash", "u", "5", "question_mark")
        assert isinstance(story.app.screen, CompanyForm)
        assert story.field("colour").raw == "#b0394f"
        assert "1██ 2██ 3██ 4██ [██]6██" in story.text()


@pytest.mark.parametrize("way", [("down", "enter"), ("down", "enter", "tab", "tab")])
async def test_letters_do_nothing_in_fields_to_choose_in(way):
    """A switch, and what the template is tried with."""
    async with settings_story(*way) as story:
        assert isinstance(story.app.focused, Control)
        await story.press("1", "4", "q", "slash")
        assert isinstance(story.app.screen, SettingsScreen)
        assert isinstance(story.app.focused, Control)


async def test_f1_is_the_help_of_a_form_and_of_a_list():
    async with settings_story("enter") as story:
        assert "? help" in story.text()
        await story.press("f1")
        assert "put it away, or bring it back" in story.words()
        await story.press("f1", "enter", "f1")
        text = story.words()
        assert "KEYS" in text
        assert "F1 help" in text
        assert "the next field" in text
        story.app.screen.query_one(".help--box").scroll_end(animate=False)
        await story.settle()
        assert "WHAT THE FIELDS TAKE" in story.text()
        assert "Opening hours One a line: Mon-Fri 09:00-17:00" in story.words()
        await story.press("escape")
        assert isinstance(story.app.screen, CompanyForm)


@pytest.mark.parametrize("key", ["host", "security"])
async def test_the_help_says_what_enter_does_in_each_kind_of_field(key):
    async with settings_story(section="Send e-mail") as story:
        await story.go_to(key)
        await story.press("f1")
        keys = [pair for pair in story.lines() if "⏎" in pair]
        assert len(keys) == 1
        assert "Submit" not in story.text()
        listed = story.app.screen.query(".help--list").first()
        words = " ".join(str(listed.render()).split())
        assert "⏎ in a line: the next field; in several lines: a new one; at a choice: as" in words
        assert "turns on or off, chooses, opens the list" in words


async def test_who_only_reads_a_form_has_its_help_too():
    async with settings_story("enter", "enter", operator=LENA) as story:
        assert "F1 help" in story.text()
        await story.press("f1")
        assert isinstance(story.app.screen, HelpScreen)
        await story.press("escape", "q")


async def test_in_the_settings_the_help_is_the_one_of_the_section_with_the_keys():
    async with settings_story("down", "enter", "f1") as story:
        story.app.screen.query_one(".help--box").scroll_end(animate=False)
        await story.settle()
        assert "Display called contact Off: the called panel shows" in story.words()
        await story.press("f1", "escape", "f1")
        assert "WHAT THE FIELDS TAKE" not in story.text()
        await story.press("f1")
        assert isinstance(story.app.screen, SettingsScreen)
