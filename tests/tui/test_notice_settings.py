"""Stories about who is told of unanswered calls: the forms, companies' own values, the dry run."""

import pytest
from notice_settings import notice_settings
from settings_door import SettingsDoor, unanswered
from settings_story import LENA

from console.desk.commands import ChangeSettings
from console.settings.live import Live, Override, Overrides
from console.settings.notices import Exceptions, Mail, TextMessages
from console.settings.sending import MailServer, Provider, Providers
from console.tui.screens.settings.dry_run import DryRunScreen
from console.tui.widgets.form.editor import Editor
from console.tui.widgets.form.field import FormField

MEYER, LIND = 1, 2
FRONT = "front@desk.example"


def with_own(company, section, **values):
    own = Override(company_id=company, section=section, values=values)
    return Live(overrides=Overrides(overrides=(own,)))


# -- the forms ----------------------------------------------------------------------------------


async def test_unanswered_calls_are_processed_by_the_calls_that_are_chosen():
    async with notice_settings("Unanswered calls") as story:
        await story.go_to("calls")
        await story.press("right", "space", "ctrl+s")
        assert story.told == ChangeSettings(
            "unanswered",
            {
                "automatic": True,
                "calls": ["called back and reached", "called back, reached or not"],
                "same": "contact",
                "days": 7,
            },
        )
        assert len(story.door.settings.unanswered.calls) == 2


async def test_long_choices_take_two_rows_rather_than_being_cut():
    async with notice_settings("Unanswered calls") as story:
        assert "[ ] called again and was" in story.text()
        row = next(at for at, line in enumerate(story.lines()) if "called again and was" in line)
        assert story.lines()[row + 1].split()[-1] == "answered"
        await story.go_to("calls")
        await story.press("down", "down", "space", "up", "up", "space", "down", "down", "down")
        assert story.field("calls").raw == (2,)
        assert story.app.focused is not None
        assert story.field("same") in story.app.focused.ancestors


@pytest.mark.parametrize(
    "section", ["Hotline services", "Unanswered calls", "E-mail", "Text message", "Exceptions"]
)
async def test_titles_and_hints_are_whole_on_a_small_terminal(section):
    async with notice_settings(section, size=(80, 24)) as story:
        title = next(line for line in story.lines() if section.upper() in line)
        assert title.rstrip().endswith(".")
        assert all(line.rstrip().endswith(".") for line in story.lines() if "▲ No" in line)


async def test_an_address_with_a_mistake_is_named_as_soon_as_it_is_left():
    async with notice_settings("E-mail") as story:
        await story.retype("to", f"{FRONT}\nboss@@desk.example")
        await story.press("tab")
        assert "“boss@@desk.example” is none" in story.words()
        await story.press("ctrl+s")
        assert story.door.commands == []
        await story.retype("to", f"{FRONT}\n\nboss@desk.example ")
        assert story.field("to").wrong == ""
        await story.press("ctrl+s")
        assert story.door.settings.mail.to == (FRONT, "boss@desk.example")


async def test_changes_are_thrown_away_after_a_question():
    async with notice_settings("Exceptions") as story:
        await story.retype("seconds", "9")
        assert "● 1 change not saved" in story.text()
        await story.press("ctrl+r", "t")
        assert story.field("seconds").raw == "2"
        assert story.door.commands == []


async def test_a_beginning_for_links_shows_what_it_makes():
    async with notice_settings("E-mail") as story:
        assert "→ tel:+49301110099" in story.text()
        assert "Own beginning" not in story.text()
        await story.go_to("link")
        await story.press("right")
        assert "→ callto:+49301110099" in story.text()
        await story.press("left", "left")
        assert "Own beginning" in story.text()
        await story.press("ctrl+s")
        assert "“own” needs its own beginning" in story.field("own_link").wrong
        assert story.door.commands == []
        await story.retype("own_link", "crm://call?number=")
        assert "→ crm://call?number=%2B49" in story.words()
        await story.press("ctrl+s")
        assert story.door.settings.mail == Mail(link="own", own_link="crm://call?number=")
        await story.go_to("link")
        await story.press("left")
        assert "→ numbers are no links" in story.text()


async def test_f7_says_which_senders_are_safe():
    async with notice_settings("E-mail", "f7") as story:
        assert "the caller's address, Sender: yours" in story.words()
        await story.press("escape")
        assert story.editor.fields["send"].has_pseudo_class("focus-within")


async def test_what_is_missing_elsewhere_is_said_and_where():
    async with notice_settings("E-mail") as story:
        assert "▲ No mail server: nothing can be sent. See Send e-mail" in story.words()
        server = MailServer(host="mail.desk.example", sender="calls@desk.example")
        await story.other("mail_server", **server.model_dump(mode="json"))
        assert "▲" not in story.text()
        await story.press("escape", "down")
        assert "▲ No provider: nothing can be sent" in story.words()


async def test_a_form_that_is_on_its_way_out_is_left_alone():
    async with notice_settings("E-mail") as story:
        pane = story.app.screen.pane
        await pane.editor.query(FormField).remove()
        pane.editor.post_message(Editor.Edited())
        await story.settle()
        assert pane.is_attached


async def test_it_is_said_that_it_is_sent_to_nobody():
    server = MailServer(host="mx.example", sender="us@x.example")
    async with notice_settings("E-mail", door=SettingsDoor(Live(mail_server=server))) as story:
        assert "To is empty" not in story.words()
        await story.other("mail", send=True)
        assert "▲ To is empty: nobody is told." in story.words()
        await story.other("mail", send=True, to=["a@x.example"])
        assert "To is empty" not in story.words()


async def test_the_provider_is_one_of_those_there_are():
    providers = tuple(Provider(name=name, kind="seven.io") for name in ("Seven", "Spare"))
    door = SettingsDoor(Live(providers=Providers(providers=providers)))
    async with notice_settings("Text message", door=door) as story:
        assert "the first one: Seven" in story.text()
        await story.go_to("provider")
        await story.press("enter")
        await story.type("spa")
        await story.press("enter")
        await story.retype("to", "0171 1234567\nnonsense")
        await story.press("ctrl+s")
        assert "“nonsense” is none" in story.words()
        await story.retype("to", "0171 1234567")
        await story.press("ctrl+s")
        assert story.door.settings.text_messages == TextMessages(
            provider="Spare", to=("0171 1234567",)
        )


@pytest.mark.parametrize("section", ["Unanswered calls", "E-mail", "Text message", "Exceptions"])
async def test_an_operator_reads_all_of_it_and_changes_nothing(section):
    async with notice_settings(section, door=SettingsDoor(operator=LENA)) as story:
        assert "You can read this; supervisors may change it." in story.text()
        await story.press("tab", "space", "x", "f8", "ctrl+s")
        assert story.door.commands == []


async def test_all_mistakes_of_a_form_are_said_together():
    async with notice_settings("Send e-mail") as story:
        await story.retype("sender", "nobody")
        await story.retype("seconds", "0")
        await story.retype("port", "many")
        await story.press("ctrl+s")
        assert story.field("port").wrong == "It must be a whole number."
        assert "“nobody” is none" in story.field("sender").wrong
        assert story.field("seconds").wrong == "At least 1."
        assert story.door.commands == []
        await story.retype("port", "99999")
        await story.press("ctrl+s")
        assert story.field("port").wrong == "At most 65535."
        assert "“nobody” is none" in story.field("sender").wrong


async def test_a_saved_password_shows_as_many_dots_as_any_other():
    async with notice_settings("Send e-mail", size=(80, 24)) as story:
        await story.retype("password", "abcdefghijklmnop")
        await story.press("ctrl+s")
        assert story.door.settings.mail_server.password.get_secret_value() == "abcdefghijklmnop"
        await story.go_to("password")
        (line,) = [line for line in story.lines() if "•••" in line]
        assert line.count("•") == 8
        assert "kept; type another" in line
        assert story.editor.changes == 0


# -- everybody sees it at once ------------------------------------------------------------------


async def test_what_somebody_else_saves_is_seen_and_what_is_typed_here_stays():
    async with notice_settings("Exceptions") as story:
        await story.retype("seconds", "9")
        await story.other("exceptions", **Exceptions(seconds=5, hidden=True).model_dump())
        assert story.field("hidden").raw == (0,)
        assert story.field("seconds").raw == "9"
        assert "Somebody else made this: 5" in story.text()
        await story.press("ctrl+s", "m")
        assert story.door.settings.exceptions == Exceptions(seconds=9, hidden=True)


async def test_what_somebody_else_saves_for_a_company_is_seen_in_its_form():
    async with notice_settings("Exceptions") as story:
        await story.scope("lind")
        await story.other("exceptions", LIND, seconds=7, hidden=True)
        assert story.field("seconds").raw == "7"
        assert "of its own: Not below (seconds) and Not" in story.text()
        await story.other("exceptions", **Exceptions(seconds=5, grace_seconds=33).model_dump())
        assert "The site has: 5" in story.text()
        assert "33 " in next(line for line in story.lines() if "Wait first (seconds)" in line)


async def test_a_form_that_waits_behind_another_scope_hears_of_it_too():
    async with notice_settings("Exceptions") as story:
        await story.retype("seconds", "9")
        await story.scope("lind")
        await story.other("exceptions", **Exceptions(hidden=True).model_dump())
        await story.scope("the site")
        assert story.field("hidden").raw == (0,)
        assert story.field("seconds").raw == "9"


# -- scopes -------------------------------------------------------------------------------------


async def test_a_company_begins_with_all_as_for_the_site():
    door = SettingsDoor(Live(exceptions=Exceptions(seconds=4)))
    async with notice_settings("Exceptions", door=door) as story:
        await story.scope("lind")
        assert "Zahnarzt Dr. Lind   all as for the site" in story.text()
        line = next(line for line in story.lines() if "Not below (seconds)" in line)
        assert " 4 " in line
        assert "as for the site" in line


async def test_a_field_gets_its_own_value_and_only_that_is_saved():
    async with notice_settings("Exceptions") as story:
        await story.scope("lind")
        await story.go_to("seconds")
        await story.press("enter")
        await story.retype("seconds", "12")
        assert "Its own. The site has: 2" in story.text()
        await story.press("ctrl+s")
        assert story.told == ChangeSettings("exceptions", {"seconds": 12}, LIND)
        assert "of its own: Not below (seconds)" in story.text()
        assert story.door.settings.exceptions == Exceptions()


async def test_a_field_is_as_for_the_site_again():
    door = SettingsDoor(with_own(LIND, "exceptions", seconds=12, hidden=True))
    async with notice_settings("Exceptions", door=door) as story:
        await story.scope("lind")
        await story.go_to("seconds")
        await story.press("f8")
        assert "● 1 change not saved" in story.text()
        await story.press("ctrl+s")
        assert story.told == ChangeSettings("exceptions", {"hidden": True}, LIND)


async def test_an_own_value_may_be_the_same_as_the_sites():
    async with notice_settings("Exceptions") as story:
        await story.scope("lind")
        await story.go_to("seconds")
        await story.press("f8", "ctrl+s")
        assert story.told == ChangeSettings("exceptions", {"seconds": 2}, LIND)


async def test_the_list_of_scopes_says_who_has_something_of_their_own():
    door = SettingsDoor(with_own(LIND, "mail", to=[FRONT]))
    async with notice_settings("E-mail", door=door) as story:
        assert "1 company has its own" in story.text()
        await story.press("f4")
        lines = [line.strip("│ ") for line in story.lines()]
        at = next(place for place, line in enumerate(lines) if "● the site" in line)
        assert "Zahnarzt Dr. Lind   own: To" in lines[at + 1]
        assert any("○ Meyer & Söhne" in line for line in lines[at:])


async def test_what_is_not_saved_waits_in_its_scope():
    async with notice_settings("Exceptions") as story:
        await story.scope("lind")
        await story.go_to("seconds")
        await story.press("enter")
        await story.retype("seconds", "12")
        await story.scope("meyer")
        assert "all as for the site" in story.text()
        assert any("Exceptions" in line and "●" in line for line in story.lines())
        await story.scope("lind")
        assert story.field("seconds").raw == "12"
        await story.press("escape", "ctrl+s")
        assert story.told == ChangeSettings("exceptions", {"seconds": 12}, LIND)


async def test_a_mistake_of_a_company_is_said_at_its_field():
    async with notice_settings("Exceptions") as story:
        await story.scope("lind")
        await story.go_to("seconds")
        await story.press("enter")
        await story.retype("seconds", "9999")
        await story.press("ctrl+s")
        assert "At most 600." in story.text()
        assert story.door.commands == []


# -- the dry run --------------------------------------------------------------------------------


def with_calls(count=12, **more):
    return SettingsDoor(calls=unanswered(count), **more)


async def test_the_dry_run_follows_what_is_typed():
    async with notice_settings("Exceptions", door=with_calls()) as story:
        await story.sees("Of the last 12 unanswered calls 10 would be told (now: 10)")
        await story.retype("seconds", "7")
        await story.sees("Of the last 12 unanswered calls 5 would be told (now: 10)")
        await story.retype("seconds", "many")
        await story.until(lambda: "would be told" not in story.text())
        await story.retype("seconds", "99")
        await story.sees("unanswered calls 0 would be told (now: 10)")


async def test_the_dry_run_knows_what_is_in_force_after_saving():
    async with notice_settings("Exceptions", door=with_calls()) as story:
        await story.retype("seconds", "7")
        await story.sees("calls 5 would be told (now: 10)")
        await story.press("ctrl+s")
        await story.sees("calls 5 would be told (now: 5)")


async def test_the_dry_run_knows_what_another_console_has_saved():
    async with notice_settings("E-mail", door=with_calls()) as story:
        await story.sees("(now: 10)")
        await story.other("exceptions", **Exceptions(seconds=9).model_dump())
        await story.sees("(now: 3)")
        await story.press("f5")
        assert "now:   not mailed: rang 8 s (limit 9 s)" in story.text()


async def test_the_dry_run_is_asked_with_what_is_not_saved_of_a_company():
    async with notice_settings("Exceptions", door=with_calls()) as story:
        await story.scope("lind")
        await story.go_to("seconds")
        await story.press("enter")
        await story.retype("seconds", "3")
        await story.sees("9 would be told")
        asked = [one for one in story.door.asked if type(one).__name__ == "DryRun"][-1]
        assert (asked.section, asked.values, asked.company_id) == (
            "exceptions",
            {"seconds": 3},
            LIND,
        )


async def test_f5_shows_which_calls_and_why():
    async with notice_settings("Exceptions", door=with_calls()) as story:
        await story.retype("seconds", "4")
        await story.sees("8 would be told")
        await story.press("f5")
        assert isinstance(story.app.screen, DryRunScreen)
        assert "●– 12:35 Kanzlei Berg" in story.words()
        assert "would: not mailed: rang 2 s (limit 4 s)" in story.text()
        assert "now:   mailed to front@desk.example" in story.text()
        await story.press("escape")
        assert story.field("seconds").raw == "4"


async def test_without_calls_there_is_nothing_to_show():
    async with notice_settings("Exceptions") as story:
        await story.sees("There is no unanswered call yet")
        await story.press("f5")
        assert not isinstance(story.app.screen, DryRunScreen)


async def test_a_section_that_tells_nobody_has_no_dry_run():
    async with notice_settings("Send e-mail", door=with_calls()) as story:
        assert "would be told" not in story.text()
