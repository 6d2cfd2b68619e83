"""Stories about the history of the settings: who, what, and back again."""

import pytest
from notice_settings import notice_settings
from settings_door import SettingsDoor
from settings_story import LENA

from console.desk.commands import ChangeSettings
from console.desk.notices import SettingsChange, SettingsHistory
from console.settings.live import Live, stored
from console.settings.notices import Exceptions, Mail
from console.settings.sending import MailServer, Provider, Providers
from console.tui.screens.settings.history_words import Differs, differences
from console.tui.screens.settings.screen import SettingsScreen

LIND = 2


def a_door(*changes, operator=None):
    door = SettingsDoor(operator=operator) if operator else SettingsDoor()
    for section, value, *company in changes:
        values = value if isinstance(value, dict) else value.model_dump(mode="json")
        door.change(ChangeSettings(section, values, *company))
    return door


def a_change(section, old, new, company=None):
    return SettingsChange(1, section, 1, "Olga", None, "local", old, new, company)


async def test_it_says_who_when_from_where_and_what():
    door = a_door(("exceptions", Exceptions(seconds=5)), ("mail", {"to": ["a@x.example"]}, LIND))
    async with notice_settings("History", door=door) as story:
        words = story.words()
        assert "12:02 E-mail, Zahnarzt Dr. Lind Olga, 10.0.0.7" in words
        assert "To: as for the site → a@x.example" in words
        assert "12:01 Exceptions Olga, 10.0.0.7" in words
        assert "Not below (seconds): 2 → 5" in words
        assert words.index("E-mail, Zahn") < words.index("Exceptions Olga")


async def test_enter_shows_all_of_it():
    door = a_door(("exceptions", Exceptions(seconds=5, hidden=True, unknown=True)))
    async with notice_settings("History", door=door) as story:
        assert "and 1 field more" in story.text()
        await story.press("enter")
        assert "Not unknown callers" in story.text()
        await story.press("escape")
        assert isinstance(story.app.screen, SettingsScreen)


async def test_the_dialog_says_from_where_it_was_made():
    door = SettingsDoor()
    values = Exceptions(seconds=5).model_dump(mode="json")
    door.change(ChangeSettings("exceptions", values), origin="local")
    door.change(ChangeSettings("exceptions", values | {"seconds": 6}))
    async with notice_settings("History", "enter", door=door) as story:
        assert "Olga, 10.0.0.7" in story.words()
        await story.press("escape", "down", "enter")
        assert "Olga, at this machine" in story.words()


async def test_a_secret_is_never_shown():
    server = MailServer(host="mail.desk.example", password="very secret")
    async with notice_settings("History", door=a_door(("mail_server", server))) as story:
        assert "Password: nothing → (changed)" in story.words()
        await story.press("enter")
        assert "very secret" not in story.text()


async def test_r_makes_it_as_it_was_after_a_question():
    door = a_door(("exceptions", Exceptions(seconds=5)), ("exceptions", Exceptions(seconds=9)))
    async with notice_settings("History", door=door) as story:
        await story.press("down", "r")
        assert "Make “Exceptions” as it was before 12:01?" in story.words()
        assert "1 later change of it will be gone, too." in story.words()
        await story.press("escape")
        assert door.commands == []
        await story.press("r", "y")
        assert door.settings.exceptions == Exceptions()
        assert "Not below (seconds): 9 → 2" in story.text()


async def test_what_a_company_had_otherwise_comes_back():
    door = a_door(
        ("exceptions", {"seconds": 5}, LIND),
        ("exceptions", {"seconds": 9, "hidden": True}, LIND),
    )
    async with notice_settings("History", door=door) as story:
        await story.press("r", "y")
        assert story.told == ChangeSettings("exceptions", {"seconds": 5}, LIND)
        await story.press("down", "down", "r", "y")
        assert story.told == ChangeSettings("exceptions", {}, LIND)
        assert door.settings == Live()


async def test_a_restored_server_keeps_the_password_that_it_has_now():
    door = a_door(
        ("mail_server", MailServer(host="a.example", port=25, password="first")),
        ("mail_server", MailServer(host="a.example", password="second")),
    )
    async with notice_settings("History", door=door) as story:
        await story.press("r", "y")
        assert door.settings.mail_server == MailServer(host="a.example", port=25, password="second")


async def test_restoring_from_the_dialog():
    async with notice_settings("History", door=a_door(("mail", Mail(send=True)))) as story:
        await story.press("enter", "r", "y")
        assert door_of(story) == Mail()


def door_of(story):
    return story.door.settings.mail


async def test_another_change_is_there_at_once_and_the_cursor_stays():
    door = a_door(("exceptions", Exceptions(seconds=5)))
    async with notice_settings("History", door=door) as story:
        await story.other("exceptions", **Exceptions(seconds=6).model_dump())
        assert "Not below (seconds): 5 → 6" in story.text()
        assert story.rows.chosen.change.id == 1


async def test_older_changes_are_read_as_the_cursor_comes_near():
    changes = [("exceptions", Exceptions(seconds=number % 100)) for number in range(120)]
    async with notice_settings("History", door=a_door(*changes)) as story:
        assert len(story.rows.things) == 50
        await story.press("end")
        assert len(story.rows.things) == 100
        await story.press("end")
        await story.press("end")
        assert story.rows.chosen.change.id == 1
        asked = [one for one in story.door.asked if isinstance(one, SettingsHistory)]
        assert [one.before for one in asked] == [None, 71, 21]


async def test_an_operator_restores_nothing():
    door = a_door(("mail", Mail(send=True)), operator=LENA)
    async with notice_settings("History", "r", "y", "enter", "r", door=door) as story:
        assert door.commands == []
        assert door_of(story) == Mail(send=True)


SEVEN = Provider(name="Seven", kind="seven.io", sender="Hotline")


def with_headers(headers):
    return Provider.model_validate(SEVEN.model_dump() | {"headers": headers})


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ((), (SEVEN,), [Differs("Seven", "nothing", "there")]),
        ((SEVEN,), (), [Differs("Seven", "there", "nothing")]),
        (
            (SEVEN,),
            (SEVEN.model_copy(update={"sender": "Desk"}),),
            [Differs("Seven, sender", "Hotline", "Desk")],
        ),
        (
            (with_headers({"X-Key": "1", "X-Kind": "sms", "X-A": ""}),),
            (with_headers({"X-Key": "2", "X-B": ""}),),
            [
                Differs("Seven, headers, X-Key", "1", "2"),
                Differs("Seven, headers, X-Kind", "sms", "nothing"),
                Differs("Seven, headers, X-A", "empty", "nothing"),
                Differs("Seven, headers, X-B", "nothing", "empty"),
            ],
        ),
        (
            (SEVEN, SEVEN.model_copy(update={"name": "B"})),
            (SEVEN.model_copy(update={"name": "B"}), SEVEN),
            [Differs("Order", "Seven, B", "B, Seven")],
        ),
    ],
)
def test_what_became_of_things_in_a_list(old, new, words):
    values = [
        stored(Live(providers=Providers(providers=which)), "providers") for which in (old, new)
    ]
    assert differences(a_change("providers", *values)) == tuple(words)


def test_a_field_that_was_no_list_of_names_before_is_said_whole():
    found = differences(a_change("gone", {"map": None}, {"map": {"a": "1", "b": ""}}))
    assert found == (Differs("map", "nothing", "a: 1, b: nothing"),)


def test_a_section_of_a_former_version_is_shown_as_it_was_stored():
    found = differences(a_change("gone", {"some_field": 1}, {"some_field": ["a", "b"]}))
    assert found == (Differs("some field", "1", "a, b"),)
