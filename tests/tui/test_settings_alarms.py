"""Stories about sections that somebody must see to: marked before anybody opens them."""

from notice_settings import notice_settings
from settings_door import SettingsDoor

from console.desk.contacts import Previewed, PreviewText
from console.desk.notices import LostSecrets, PreviewNotice
from console.settings.live import Hotline, Live
from console.settings.notices import TextMessages
from console.settings.sending import Provider, Providers
from console.settings.words import Words

SEVEN = Providers(providers=(Provider(name="Seven", kind="seven.io"),))


def marked(story):
    return {line[:21].strip(" ▌▲●│") for line in story.lines() if "▲" in line[:21]}


async def test_what_is_broken_is_marked_from_the_start():
    door = SettingsDoor(Live(words=Words(subject="{% fro %}"), hotline=Hotline(template="{% x %}")))
    door.answers[PreviewText] = Previewed(broken="Encountered unknown tag 'x'.", line=1)
    async with notice_settings("Exceptions", door=door) as story:
        await story.until(lambda: marked(story) == {"Hotline services", "Wording"})
        # Whoever mends it, wherever.
        await story.other("words", **Words().model_dump())
        await story.until(lambda: marked(story) == {"Hotline services"})


async def test_secrets_that_are_lost_are_marked_from_the_start_and_while_their_section_is_open():
    door = SettingsDoor(Live(providers=SEVEN))
    door.answers[LostSecrets] = ("mail_server.password", "providers.Seven.secret")
    async with notice_settings("Exceptions", door=door) as story:
        both = {"Send e-mail", "Send text message"}
        await story.until(lambda: marked(story) == both)
        await story.press("escape", "down", "down")
        await story.until(lambda: marked(story) == both)
        # Entered again at another console, while another section is seen.
        door.answers[LostSecrets] = ("providers.Seven.secret",)
        await story.other("mail_server", host="mx.example")
        await story.until(lambda: marked(story) == {"Send text message"})


async def test_a_provider_that_is_named_and_not_there_is_marked():
    door = SettingsDoor(Live(providers=SEVEN, text_messages=TextMessages(provider="Twilio")))
    async with notice_settings("Exceptions", door=door) as story:
        await story.until(lambda: marked(story) == {"Send text message"})


async def test_of_the_usual_words_nothing_is_asked():
    async with notice_settings("Exceptions") as story:
        asked = {type(query) for query in story.door.asked}
        assert not asked & {PreviewNotice, PreviewText}
