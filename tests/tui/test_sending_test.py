"""Stories about a test e-mail and a test message, sent with what the form says."""

import asyncio

import pytest
from notice_settings import notice_settings
from settings_door import SettingsDoor
from settings_story import LENA
from textual.widgets import Input

from console.desk.notices import SendingTried, TrySending
from console.settings.live import Live
from console.settings.sending import MailServer, Provider, Providers
from console.tui.screens.settings.screen import SettingsScreen
from console.tui.screens.settings.sending_test import SendingTest

SERVER = MailServer(host="mail.desk.example", sender="calls@desk.example", password="very secret")
SEVEN = Provider(name="Seven", kind="seven.io", secret="very secret", sender="Hotline")


def a_door(answer=None):
    door = SettingsDoor(Live(mail_server=SERVER, providers=Providers(providers=(SEVEN,))))
    if answer is not None:
        door.answers[TrySending] = answer
    return door


def tried(story):
    return [one for one in story.door.asked if isinstance(one, TrySending)]


async def test_a_test_is_sent_with_what_is_not_saved_and_the_server_speaks_for_itself():
    said = ("220 mail.desk.example ESMTP", "535 5.7.8 Authentication failed [bold]")
    async with notice_settings(
        "Send e-mail", door=a_door(SendingTried(False, "No.", said))
    ) as story:
        await story.retype("port", "465")
        await story.press("ctrl+t")
        assert story.app.screen.query_one(Input).value == "calls@desk.example"
        await story.press("enter")
        (query,) = tried(story)
        assert (query.section, query.to) == ("mail_server", "calls@desk.example")
        assert query.values["port"] == 465
        assert query.values["password"] == "very secret"
        assert all(line in story.text() for line in said)
        words = story.words()
        assert words.index(" No. ") < words.index(said[0]) < words.index("535 5.7.8")
        assert "very secret" not in story.text()
        await story.press("escape")
        assert isinstance(story.app.screen, SettingsScreen)
        assert story.door.commands == []


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_last_line_of_a_long_talk_is_seen_and_so_is_how_it_went(size):
    said = (*(f"250-line {number}" for number in range(60)), "554 5.7.1 Rejected")
    door = a_door(SendingTried(False, "No.", said))
    async with notice_settings("Send e-mail", door=door, size=size) as story:
        await story.press("ctrl+t", "enter")
        await story.sees("554 5.7.1 Rejected")
        assert " No. " in story.words()


async def test_what_is_no_address_is_refused_before_anything_is_sent():
    async with notice_settings("Send e-mail", door=a_door()) as story:
        await story.press("ctrl+t")
        story.app.screen.query_one(Input).clear()
        await story.type("nonsense")
        await story.press("enter")
        assert "It must be an e-mail address; “nonsense” is none." in story.words()
        assert tried(story) == []


@pytest.mark.parametrize(
    ("section", "keys", "what"),
    [("Send e-mail", (), "an address"), ("Send text message", ("enter",), "a number")],
)
async def test_nobody_to_send_to_is_asked_for_as_what_is_typed(section, keys, what):
    async with notice_settings(section, door=a_door()) as story:
        await story.press(*keys, "ctrl+t")
        story.app.screen.query_one(Input).clear()
        await story.press("enter")
        assert f"To whom? Type {what}." in story.words()
        assert tried(story) == []


async def test_the_next_test_goes_to_the_same_address():
    async with notice_settings("Send e-mail", door=a_door()) as story:
        await story.press("ctrl+t")
        story.app.screen.query_one(Input).clear()
        await story.type("eva@desk.example")
        await story.press("enter")
        assert "250 2.0.0 Ok: queued as 4F1" in story.text()
        await story.press("escape", "ctrl+t")
        assert story.app.screen.query_one(Input).value == "eva@desk.example"


async def test_a_test_that_hangs_is_cancelled():
    begun, ended = asyncio.Event(), asyncio.Event()

    class Hanging(SettingsDoor):
        async def ask(self, query):
            if not isinstance(query, TrySending):
                return await super().ask(query)
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

    door = Hanging(Live(mail_server=SERVER))
    async with notice_settings("Send e-mail", door=door) as story:
        await story.press("ctrl+t")
        await story.pilot.press("enter")
        await begun.wait()
        await story.pilot.pause()
        assert "Sends …   Esc cancels" in story.text()
        await story.pilot.press("escape")
        await ended.wait()
        await story.settle()
        assert isinstance(story.app.screen, SendingTest)
        assert "Cancelled. Whether it was sent is not known." in story.text()
        await story.press("escape")
        assert isinstance(story.app.screen, SettingsScreen)


async def test_what_makes_no_sense_is_not_tried():
    async with notice_settings("Send e-mail") as story:
        await story.press("ctrl+t")
        assert story.field("host").wrong == "This is needed."
        await story.retype("host", "mail.desk.example")
        await story.retype("port", "99999")
        await story.press("ctrl+t")
        assert "At most 65535." in story.text()
        assert tried(story) == []


async def test_an_operator_sends_no_test():
    door = SettingsDoor(Live(mail_server=SERVER), LENA)
    async with notice_settings("Send e-mail", "ctrl+t", door=door) as story:
        assert isinstance(story.app.screen, SettingsScreen)
        assert "very secret" not in story.text()


async def test_a_provider_is_tried_before_it_is_saved():
    async with notice_settings("Send text message", "a", door=a_door()) as story:
        await story.go_to("kind")
        await story.press("right", "right")
        await story.retype("secret", "abc")
        await story.press("ctrl+t")
        await story.type("nobody")
        await story.press("enter")
        assert "“nobody” is none" in story.words()
        story.app.screen.query_one(Input).clear()
        await story.type("+491712345678")
        await story.press("enter")
        (query,) = tried(story)
        assert (query.section, query.to) == ("providers", "+491712345678")
        assert (query.values["kind"], query.values["secret"]) == ("seven.io", "abc")
        assert "It was sent." in story.text()
