"""Actions in the settings: listed with what went wrong, turned off, written as a form."""

from datetime import timedelta

import pytest
from call_lists import NOON
from settings_story import LENA, settings_story

from console.calls.words import Direction
from console.desk.changes import AddActionFailure
from console.desk.commands import ChangeSettings
from console.desk.contacts import ActionFailure, AllowedPrograms
from console.settings.live import (
    Action,
    Actions,
    Live,
    Occasion,
    OpenContact,
    OpenUrl,
    PostWebhook,
    RunProgram,
    stored,
)
from console.tui.screens.settings import addresses
from console.tui.screens.settings.action_form import ActionForm
from console.tui.screens.settings.screen import SettingsScreen

OPEN = Action(id="open", name="Open the contact", deed=OpenContact(), caller="known")
CRM = Action(
    id="crm",
    name="CRM",
    deed=OpenUrl(url="https://crm.example/?q={{ caller.number }}"),
    on=(Occasion.INCOMING, Occasion.ANSWERED),
    companies=("Meyer & Söhne", "Kanzlei Berg"),
)
HOOK = Action(
    id="hook",
    name="Tickets",
    enabled=False,
    on=(Occasion.UNANSWERED,),
    directions=(Direction.INBOUND,),
    deed=PostWebhook(url="https://tickets.example/hook", secret="very secret"),
)


def change(*actions):
    whole = Live(actions=Actions(actions=actions))
    return ChangeSettings("actions", stored(whole, "actions"))


async def fail(story, action, minutes, why):
    failure = ActionFailure(action, NOON - timedelta(minutes=minutes), "1", why)
    await story.store.write([AddActionFailure(failure)])


def kept(story):
    return {one.id: one for one in story.desk.snapshot.settings.actions.actions}


def open_actions(*keys, **more):
    return settings_story(*keys, section="Actions", **more)


async def test_the_list_says_when_what_and_for_which_calls():
    async with open_actions() as story:
        assert "Nothing is done by itself." in story.text()
        await story.somebody_does(change(OPEN, CRM, HOOK))
        words = story.words()
        assert "opens the caller's contact only known callers" in words
        assert "CRM incoming, answered" in words
        assert "opens https://crm.example/?q={{ caller.number }} only Meyer" in words
        assert "Tickets off unanswered" in words
        assert "posts to https://tickets.example/hook only incoming" in words


async def test_the_last_failure_stands_below_its_action_and_f_tells_all():
    async with open_actions() as story:
        await fail(story, "crm", 200, "The address is 3,000 characters long.")
        await fail(story, "crm", 5, "'caler' is undefined.")
        await story.somebody_does(change(OPEN, CRM))
        assert "▲ 12:55  'caler' is undefined.  (and 1 before: f)" in story.text()
        assert "▲ 1 failed lately" in story.text()
        await story.press("f")
        assert isinstance(story.app.screen, SettingsScreen)
        await story.press("down", "f")
        assert "09:40  The address is 3,000 characters long." in story.text()


async def test_o_turns_an_action_off_without_deleting_it():
    async with open_actions() as story:
        await story.somebody_does(change(OPEN, CRM))
        await story.press("down", "o")
        assert kept(story)["crm"] == CRM.model_copy(update={"enabled": False})
        assert story.rows.chosen.action.id == "crm"
        await story.press("u")
        assert kept(story)["crm"] == CRM


async def test_deleting_asks():
    async with open_actions() as story:
        await story.somebody_does(change(OPEN, CRM))
        await story.press("d", "escape")
        assert set(kept(story)) == {"open", "crm"}
        await story.press("d", "y")
        assert set(kept(story)) == {"crm"}


async def test_a_new_action_opens_a_link_on_calls_of_a_company():
    async with open_actions("a") as story:
        await story.type("Öffne CRM")
        await story.go_to("kind")
        await story.press("right")
        await story.retype("url.url", "https://crm.example/?q={{ called.name }}")
        await story.sees("→ https://crm.example/?q=Sample Ltd")
        await story.go_to("on")
        await story.press("right", "space")
        await story.go_to("companies")
        await story.press("enter")
        await story.type("berg")
        await story.press("enter", "escape", "ctrl+s")
        assert kept(story) == {
            "offne-crm": Action(
                id="offne-crm",
                name="Öffne CRM",
                deed=OpenUrl(url="https://crm.example/?q={{ called.name }}"),
                on=(Occasion.INCOMING, Occasion.ANSWERED),
                companies=("Kanzlei Berg",),
            )
        }
        assert story.rows.chosen.action.name == "Öffne CRM"


async def test_a_program_has_arguments_a_line_each():
    async with open_actions("a") as story:
        await story.type("Pop up")
        await story.go_to("kind")
        await story.press("right", "right")
        await story.go_to("program.program")
        await story.press("enter")
        await story.type("pop")
        await story.press("enter")
        await story.retype("program.arguments", "--number\n{{ caller.number }}")
        await story.press("ctrl+s")
        assert kept(story)["pop-up"].deed == RunProgram(
            program="popup", arguments=("--number", "{{ caller.number }}")
        )


async def test_only_the_fields_of_the_chosen_kind_are_there():
    async with open_actions("a") as story:
        assert "Program" not in story.text()
        await story.go_to("kind")
        await story.press("right", "right", "right")
        assert "Secret" in story.text()
        assert "Program" not in story.text()


async def test_what_is_missing_is_said():
    async with open_actions("a") as story:
        await story.press("ctrl+s")
        assert story.field("name").wrong == "This is needed."
        await story.retype("name", "x")
        for words in ("This is needed.", "Choose one of the programs.", "This is needed."):
            await story.go_to("kind")
            await story.press("right", "ctrl+s")
            assert words in story.words()
            assert isinstance(story.app.screen, ActionForm)
        assert kept(story) == {}


async def test_an_address_that_leads_nowhere_is_told_while_it_is_typed():
    begin, server = "It must begin", "names no server"
    async with open_actions("a") as story:
        for key in ("url.url", "webhook.url"):
            await story.go_to("kind")
            await story.press("right", *(("right",) if key == "webhook.url" else ()))
            await story.retype(key, "htt")
            await story.pilot.pause(0.05)
            assert begin not in story.words()
            for text, words in (
                ("tickets.example", begin),
                ("ftp://tickets.example", begin),
                ("https:///hook", server),
                ("https://tickets.example/my hook", "no spaces"),
                ("https://tickets.example:port/", "from 1 to 65535"),
            ):
                await story.retype(key, text)
                await story.sees(words)
            await story.retype("name", "x")
            await story.press("ctrl+s")
            assert "from 1 to 65535" in story.field(key).wrong
            await story.retype(key, "https://tickets.example/hook")
            await story.until(lambda: "65535" not in story.words())
        await story.press("ctrl+s")
        assert kept(story)["x"].deed == PostWebhook(url="https://tickets.example/hook")


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("https://crm.example/?q={{ caller.number }}", ""),
        ("https://{{ called.name }}/x", ""),
        ("{{ caller.web|safe }}", ""),
        ("http{{ 's' }}://crm.example", ""),
        ("crm.example/?q={{ caller.number }}", addresses.BEGIN),
        ("javascript:{{ caller.name }}", addresses.BEGIN),
        ("https:///{{ caller.number }}", addresses.NO_SERVER),
        ("https://crm example/{{ caller.number }}", addresses.BLANK),
        ("https://crm.example:0/{{ caller.number }}", addresses.PORT),
        ("https://[", addresses.NO_SERVER),
        ("https://", addresses.NO_SERVER),
        ("HTTPS://[::1]:8080/x", ""),
    ],
)
def test_of_a_template_what_stands_before_its_fields_is_looked_at(template, words):
    assert addresses.template_fault(template) == words


async def test_programs_are_those_that_the_configuration_lists():
    async with open_actions("a") as story:
        await story.type("Pop up")
        await story.go_to("kind")
        await story.press("right", "right")
        await story.go_to("program.program")
        await story.press("right", "right", "ctrl+s")
        assert kept(story)["pop-up"].deed == RunProgram(program="popup")


async def test_where_no_programs_are_listed_it_is_said_how_to_add_one():
    async def none(_query, _who):
        return ()

    async with open_actions("a", entrusted={AllowedPrograms: none}) as story:
        await story.type("Pop up")
        await story.go_to("kind")
        await story.press("right", "right")
        assert "write a table [[programs]]" in story.words()
        await story.go_to("program.program")
        await story.press("enter", "left", "ctrl+s")
        assert isinstance(story.app.screen, ActionForm)
        assert "Choose one of the programs." in story.words()


async def test_a_program_that_is_listed_no_longer_is_said_to_be_missing():
    gone = Action(id="gone", name="Gone", deed=RunProgram(program="old-crm"))
    async with open_actions() as story:
        await story.somebody_does(change(gone))
        await story.press("enter")
        assert "old-crm" in story.text()
        assert "does not list it" in story.words()
        await story.go_to("program.program")
        await story.press("right")
        assert "does not list it" not in story.words()
        await story.press("ctrl+s")
        assert kept(story)["gone"].deed.program == "crm"


async def test_an_action_without_an_occasion_is_refused_with_what_to_do():
    async with open_actions("a") as story:
        await story.type("x")
        await story.go_to("on")
        await story.press("space", "ctrl+s")
        assert "Choose at least one" in story.words()


async def test_the_secret_of_a_webhook_is_kept_and_never_shown():
    async with open_actions() as story:
        await story.somebody_does(change(HOOK))
        await story.press("enter")
        assert "very secret" not in story.text()
        await story.retype("name", "Ticket system")
        await story.press("ctrl+s")
        saved = kept(story)["hook"]
        assert saved.name == "Ticket system"
        assert saved.deed.secret.get_secret_value() == "very secret"


async def test_two_people_change_two_actions_and_both_changes_stay():
    async with open_actions() as story:
        await story.somebody_does(change(OPEN, CRM))
        await story.press("enter")
        await story.retype("name", "Card")
        await story.somebody_does(change(OPEN, CRM.model_copy(update={"name": "Customers"})))
        await story.press("ctrl+s")
        assert [one.name for one in kept(story).values()] == ["Card", "Customers"]


async def test_f2_puts_a_field_where_the_cursor_is():
    async with open_actions() as story:
        await story.somebody_does(change(CRM))
        await story.press("enter")
        await story.go_to("url.url")
        await story.press("f2")
        await story.type("caller.email")
        await story.press("enter")
        assert story.field("url.url").raw.endswith("{{ caller.number }}{{ caller.emails }}")


async def test_an_operator_reads_actions_only():
    async with open_actions(operator=LENA) as story:
        await story.somebody_does(change(OPEN, HOOK))
        await story.press("o", "d", "a", "down", "enter")
        assert set(kept(story)) == {"open", "hook"}
        assert kept(story)["open"].enabled
        assert "You can read this; supervisors may change it." in story.text()
        assert "https://tickets.example/hook" in story.text()
        assert "very secret" not in story.text()
