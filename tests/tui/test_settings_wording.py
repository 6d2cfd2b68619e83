"""Stories about the words of notices: tried on a call, counted, each company its own."""

from notice_settings import notice_settings
from settings_door import SettingsDoor, previewed, unanswered
from settings_story import LENA
from textual.widgets import Static

from console.desk.commands import ChangeSettings
from console.desk.notices import PreviewNotice
from console.desk.queries import CallPage, Page
from console.settings.words import DEFAULT_SMS, Words

LIND = 2


def shown(story, key):
    return str(story.field(key).query_one(".template--shown", Static).render())


def counted(story):
    return str(story.field("sms").query_one(".template--counted", Static).render())


async def test_the_preview_follows_each_template():
    async with notice_settings("Wording") as story:
        await story.retype("subject", "Call of {{ caller.name }}")
        await story.until(lambda: shown(story, "subject") == "Call of Anna Muster")
        await story.retype("html", "<b>{{ caller.name }}</b>")
        await story.until(lambda: shown(story, "html") == "<b>Anna Muster</b>")


async def test_all_four_are_one_question():
    asked = []

    def preview(query):
        asked.append(query)
        return previewed(query)

    door = SettingsDoor()
    door.answers[PreviewNotice] = preview
    async with notice_settings("Wording", door=door) as story:
        await story.until(lambda: counted(story) != "")
        assert len(asked) == 1
        assert set(asked[0].values) == {"subject", "text", "html", "sms"}


async def test_an_error_names_line_and_reason_and_what_was_made_before_goes():
    async with notice_settings("Wording") as story:
        await story.retype("subject", "Call of {{ caller.name }}")
        await story.until(lambda: shown(story, "subject") == "Call of Anna Muster")
        await story.retype("subject", "Call\n{% fro x %}")
        await story.sees("Line 2: Encountered unknown tag 'fro'.")
        assert shown(story, "subject") == "It is broken and makes nothing."


def marked(story):
    return "▲" in next(line for line in story.lines() if "Wording" in line[:21])[:21]


async def test_broken_words_are_saved_with_a_warning_and_their_section_is_marked():
    async with notice_settings("Wording") as story:
        await story.retype("html", "<p>\n{% fro x %}")
        await story.press("ctrl+s")
        await story.until(lambda: bool(story.toasts()))
        assert story.toasts() == [
            "Saved, but HTML is broken, line 2: Encountered unknown tag 'fro'."
        ]
        assert marked(story)
        await story.other("words", **Words().model_dump())
        await story.until(lambda: not marked(story))


async def test_a_companys_broken_words_are_said_and_marked_too():
    async with notice_settings("Wording") as story:
        await story.other("words", LIND, sms="{% fro %}")
        await story.until(lambda: marked(story))
        await story.retype("subject", "fine")
        await story.press("ctrl+s")
        await story.until(lambda: story.toasts() == ["saved"])
        assert marked(story)
        await story.scope("lind")
        await story.retype("sms", "{% fro x %}")
        await story.press("ctrl+s")
        await story.until(lambda: "Saved, but Text message is broken" in story.toasts()[-1])


async def test_parts_of_the_message_are_counted_and_why_it_is_dearer():
    async with notice_settings("Wording") as story:
        await story.retype("sms", "x" * 150)
        await story.until(lambda: counted(story) == "1 part, 10 characters left, GSM 03.38")
        await story.retype("sms", "ł" * 75)
        await story.until(
            lambda: counted(story) == "2 parts, 65 characters left, UCS-2 because of “ł”"
        )


async def test_all_are_tried_with_the_same_call():
    door = SettingsDoor()
    door.answers[CallPage] = Page(tuple(unanswered(3)))
    async with notice_settings("Wording", door=door) as story:
        await story.retype("subject", "{{ caller.name }}")
        await story.retype("sms", "{{ caller.name }}")
        await story.go_to("subject")
        await story.press("tab", "enter")
        await story.type("kanzlei")
        await story.press("enter")
        await story.until(lambda: shown(story, "subject") == "c0000002")
        await story.until(lambda: shown(story, "sms") == "c0000002")


async def test_the_default_words_come_back():
    async with notice_settings("Wording") as story:
        await story.retype("sms", "Call!")
        await story.press("ctrl+s")
        assert story.door.settings.words == Words(sms="Call!")
        await story.press("f3", "ctrl+s")
        assert story.door.settings.words == Words()


async def test_a_company_has_its_own_words_for_one_of_them():
    async with notice_settings("Wording") as story:
        await story.scope("lind")
        await story.go_to("sms")
        await story.press("x")
        assert story.field("sms").raw == DEFAULT_SMS
        await story.press("f8")
        await story.retype("sms", "Praxis: {{ caller.name }}")
        await story.until(lambda: shown(story, "sms") == "Praxis: Anna Muster")
        await story.press("ctrl+s")
        own = {"sms": "Praxis: {{ caller.name }}"}
        assert story.told == ChangeSettings("words", own, LIND)
        asked = [one for one in story.door.asked if isinstance(one, PreviewNotice)]
        assert asked[-1].company_id == LIND


async def test_f2_lists_the_fields():
    async with notice_settings("Wording") as story:
        await story.retype("subject", "")
        await story.press("f2")
        await story.type("caller.number")
        await story.press("enter")
        assert story.field("subject").raw == "{{ caller.number }}"


async def test_an_operator_reads_the_words():
    async with notice_settings("Wording", door=SettingsDoor(operator=LENA)) as story:
        assert "You can read this; supervisors may change it." in story.text()
        await story.press("tab", "x", "f3", "f8", "ctrl+s")
        assert story.door.commands == []
