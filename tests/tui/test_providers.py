"""Stories about providers of text messages: listed, ordered, written as a form."""

from notice_settings import notice_settings
from settings_door import SettingsDoor
from settings_story import LENA

from console.desk.notices import LostSecrets
from console.settings.live import Live
from console.settings.notices import TextMessages
from console.settings.sending import Provider, Providers
from console.tui.screens.settings.provider_form import ProviderForm
from console.tui.widgets.form.text import DOTS

SEVEN = Provider(name="Seven", kind="seven.io", secret="very secret", sender="Hotline")
TWILIO = Provider(name="Spare", kind="Twilio", user="AC1", foreign="verified only")


def providers(*which, **more):
    return notice_settings("Send text message", door=a_door(*which, **more))


def a_door(*which, operator=None, named=""):
    live = Live(providers=Providers(providers=which), text_messages=TextMessages(provider=named))
    return SettingsDoor(live, operator) if operator else SettingsDoor(live)


def kept(story):
    return story.door.settings.providers.providers


async def test_the_list_says_how_each_sends_and_which_is_used():
    async with providers() as story:
        assert "No provider of text messages." in story.text()
    async with providers(SEVEN, TWILIO) as story:
        words = story.words()
        assert "1. Seven seven.io used for notices" in words
        assert "Hotline, only from its own sender" in words
        assert "no sender of its own, from callers' numbers that it has verified" in words


async def test_one_that_is_named_and_gone_is_said():
    async with notice_settings("Send text message", door=a_door(SEVEN, named="Gone")) as story:
        assert "▲ Gone is named in Text message, and not here" in story.words()


async def test_a_new_one_is_added_and_then_under_the_cursor():
    async with providers(SEVEN) as story:
        await story.press("a")
        await story.type("Gateway")
        await story.go_to("kind")
        await story.press("left")
        await story.retype("url", "https://sms.example/send")
        await story.retype("headers", "X-Key: {secret}")
        await story.retype("body", '{"to": {to}}')
        await story.press("ctrl+s")
        assert kept(story)[1] == Provider(
            name="Gateway",
            kind="HTTP",
            url="https://sms.example/send",
            headers={"X-Key": "{secret}"},
            body='{"to": {to}}',
        )
        assert story.rows.chosen.provider.name == "Gateway"


async def test_fields_of_http_are_there_for_http_alone():
    async with providers() as story:
        await story.press("a")
        assert "HTTP: body" not in story.text()
        await story.go_to("kind")
        await story.press("left")
        assert "HTTP: body" in story.text()


async def test_mistakes_are_said():
    async with providers(SEVEN) as story:
        await story.press("a", "ctrl+s")
        assert story.field("name").wrong == "This is needed."
        await story.retype("name", "Seven")
        await story.go_to("kind")
        await story.press("left", "left")
        await story.press("ctrl+s")
        assert story.field("name").wrong == "There is another provider of this name."
        assert story.field("url").wrong == "Kannel needs the address of its service."
        await story.retype("url", "sms.example")
        await story.press("tab")
        assert "It must begin with http:// or https://." in story.words()
        assert isinstance(story.app.screen, ProviderForm)
        assert kept(story) == (SEVEN,)


async def test_another_name_leaves_the_secret_where_it_is_and_nobody_sees_it():
    async with providers(SEVEN, TWILIO) as story:
        await story.press("enter")
        assert "very secret" not in story.text()
        await story.retype("name", "Seven.io")
        await story.press("ctrl+s")
        assert kept(story) == (SEVEN.model_copy(update={"name": "Seven.io"}), TWILIO)


async def test_headers_are_dots_and_each_is_kept_until_it_is_typed_anew():
    http = {"name": "Gateway", "kind": "HTTP", "url": "https://sms.example/send"}
    headers = {"X-Key": "very secret", "Accept": "text/plain"}
    gateway = Provider.model_validate(http | {"headers": headers})
    async with providers(gateway) as story:
        await story.press("enter")
        assert "very secret" not in story.text()
        assert story.field("headers").raw == f"X-Key: {DOTS}\nAccept: {DOTS}"
        await story.retype("headers", f"X-Key: {DOTS}x")
        await story.press("ctrl+s")
        assert "Type the whole value of X-Key anew" in story.field("headers").wrong
        await story.retype("headers", f"X-Key: {DOTS}\nAccept: */*")
        await story.press("ctrl+s")
        assert kept(story)[0].plain_headers == {"X-Key": "very secret", "Accept": "*/*"}


async def test_the_first_one_may_become_another():
    async with providers(SEVEN, TWILIO) as story:
        await story.press("minus")
        assert kept(story) == (TWILIO, SEVEN)
        assert story.rows.chosen.provider == SEVEN
        await story.press("plus")
        assert kept(story) == (SEVEN, TWILIO)


async def test_deleting_asks():
    async with notice_settings(
        "Send text message", door=a_door(SEVEN, TWILIO, named="Seven")
    ) as story:
        await story.press("d")
        assert "Text message names it: choose another there first." in story.words()
        await story.press("escape")
        assert len(kept(story)) == 2
        await story.press("d", "y")
        assert kept(story) == (TWILIO,)


async def test_an_operator_reads_only():
    async with providers(SEVEN, operator=LENA) as story:
        await story.press("a", "d", "plus", "enter")
        assert "You can read this; supervisors may change it." in story.text()
        assert "very secret" not in story.text()
        await story.press("ctrl+t", "ctrl+s")
        assert kept(story) == (SEVEN,)


async def test_a_secret_that_can_not_be_read_any_more_is_asked_for():
    door = a_door(SEVEN)
    door.answers[LostSecrets] = ("mail_server.password", "providers.Seven.secret")
    async with notice_settings("Send text message", door=door) as story:
        assert "▲ enter again the secret of Seven" in story.words()
        await story.press("escape", "up", "enter")
        assert "must be entered again: its key is not here." in story.words()
