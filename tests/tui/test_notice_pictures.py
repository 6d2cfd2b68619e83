"""The settings of notices as pictures, at three sizes."""

from dataclasses import replace

import pytest
from notice_settings import notice_settings
from pictures import assert_looks_as_kept
from settings_door import SettingsDoor, unanswered
from textual.widgets import Static

from console.desk.commands import ChangeSettings
from console.desk.notices import SendingTried, TrySending
from console.settings.live import Live
from console.settings.notices import Exceptions, Mail, TextMessages
from console.settings.sending import MailServer, Provider, Providers

PROVIDERS = (
    Provider(name="Seven", kind="seven.io", secret="x", sender="Hotline"),
    Provider(
        name="Gateway in the cellar",
        kind="Kannel",
        url="http://10.0.0.9:13013",
        user="desk",
        secret="x",
        foreign="operator decides",
    ),
)
SERVER = MailServer(
    host="mail.desk.example", user="desk", password="x", sender="calls@desk.example"
)
SAID = (
    "220 mail.desk.example ESMTP Exim 4.96",
    "250-mail.desk.example Hello console [10.0.0.7]",
    "250 STARTTLS",
    "220 TLS go ahead",
    "535 5.7.8 Authentication credentials invalid",
)
MEYER, LIND = 1, 2


def furnished():
    """A little of everything, changed by several people."""
    door = SettingsDoor(Live(), calls=unanswered(50))
    door.answers[TrySending] = SendingTried(
        False, "The server refuses user or password. Are they those of Send e-mail?", SAID
    )

    def put(section, value, who, company=None):
        values = value if isinstance(value, dict) else value.model_dump(mode="json")
        door.change(ChangeSettings(section, values, company), who)

    put("mail_server", SERVER, "Olga Petrowa")
    put("mail", Mail(send=True, to=("front@desk.example", "boss@desk.example")), "Olga Petrowa")
    put("providers", Providers(providers=PROVIDERS), "Sue Berger")
    put("text_messages", TextMessages(send=True, to=("+49 171 2345678",)), "Sue Berger")
    put("exceptions", Exceptions(hours="only while closed", never=("+49 30 111000",)), "Eva")
    put("exceptions", Exceptions(seconds=3, never=("+49 30 111000",)), "Sue Berger")
    put("mail", {"to": ["praxis@lind.example"]}, "Sue Berger", LIND)
    put("exceptions", {"seconds": 8, "hidden": True}, "Olga Petrowa", LIND)
    door.publish(replace(door.snapshot))
    return door


def counted(story):
    return story.field("sms").query_one(".template--counted", Static).render()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_settings_of_notices_look_as_kept(size):
    async with notice_settings("Unanswered calls", door=furnished(), size=size) as story:

        async def look(name):
            story.app.clear_notifications()
            # What is tried and previewed comes when the hand has paused.
            await story.pilot.pause(0.05)
            await story.settle()
            assert_looks_as_kept(story.app, f"settings_{name}_{size[0]}x{size[1]}")

        async def go(name):
            await story.press("escape")
            await story.open(name)

        await look("unanswered")
        await go("E-mail")
        await story.retype("to", "front@desk.example\nboss@@desk.example")
        await story.press("tab")
        await look("mail")
        await story.press("ctrl+r", "t")
        await go("Text message")
        await look("text")
        await go("Exceptions")
        await story.retype("seconds", "20")
        await look("exceptions")
        await story.press("f5")
        await look("which")
        await story.press("escape", "ctrl+r", "t")
        await story.scope("lind")
        await look("company_exceptions")
        await story.press("f4")
        await look("scopes")
        await story.press("escape")
        await go("Send e-mail")
        await look("server")
        await story.press("ctrl+t", "enter")
        await look("sending_test")
        await story.press("escape")
        await go("Send text message")
        await look("providers")
        await story.press("down", "enter")
        await look("provider")
        await story.press("escape")
        await go("Wording")
        # How high the previews are says how far it is to the last one.
        await story.until(lambda: "characters left" in str(counted(story)))
        await story.pilot.pause(0.2)
        await story.settle()
        await story.go_to("sms")
        await look("words")
        await go("History")
        await look("history")
        await story.press("enter")
        await look("change")
