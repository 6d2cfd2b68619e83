"""Settings are changed at the desk: for the site, for a company, several at once; and back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from console.calls.words import Role
from console.desk.commands import (
    ChangeSettings,
    Done,
    ImportSettings,
    Refused,
    SaveCompany,
    Undo,
)
from console.desk.notices import SettingsHistory
from console.desk.operators import Operator
from console.desk.settings_orders import restore_values
from console.people.values import Company
from console.settings.live import CHANGED, KEPT, Live, changed, for_company, overridden, stored
from console.settings.named_providers import unnamed_provider
from tests.desk.front import Front, front

OWN_LINK = "{}, Own beginning: must be filled in: “own” needs its own beginning, such as crm://call?number=."
NOTHING_CHANGED = "nothing changed: the settings were so already"
BOSS = Operator("boss", "Boss", Role.SUPERVISOR)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Front]:
    async with front(tmp_path / "desk.db") as one:
        yield one


@pytest.fixture
async def meyer(desk: Front) -> int:
    done = await desk.eva.do(SaveCompany(Company("Meyer & Söhne")))
    assert isinstance(done, Done)
    assert done.id is not None
    return done.id


def live(desk: Front) -> Live:
    return desk.eva.snapshot.settings


async def change(
    desk: Front, section: str, values: dict[str, Any], company: int | None = None
) -> None:
    answer = await desk.eva.do(ChangeSettings(section, values, company))
    assert answer == Done("settings saved", 1)


async def test_a_company_has_its_own_until_it_is_undone(desk: Front, meyer: int) -> None:
    await change(desk, "mail", {"send": True})
    await change(desk, "mail", {"to": ["meyer@x.example"]}, meyer)
    mine = for_company(live(desk), meyer).mail
    assert (mine.send, mine.to, live(desk).mail.to) == (True, ("meyer@x.example",), ())
    await desk.eva.do(Undo())
    assert overridden(live(desk), meyer) == {}
    await desk.eva.do(Undo())
    assert live(desk) == Live()


def test_a_number_that_is_too_short_is_not_held_against_what_is_stored() -> None:
    short = changed(Live(), "text_messages", {"to": ["0171"]})
    assert short.text_messages.to == ("0171",)


async def test_with_the_company_goes_what_it_had_otherwise(desk: Front) -> None:
    # The boss adds it, and takes that back after Eva has set it up.
    boss = desk.desk.door(BOSS)
    done = await boss.do(SaveCompany(Company("Meyer")))
    assert isinstance(done, Done)
    await change(desk, "mail", {"send": True}, done.id)
    assert len(live(desk).overrides.overrides) == 1
    assert isinstance(await boss.do(Undo()), Done)
    assert live(desk) == Live()


@pytest.mark.parametrize(
    ("section", "values", "company", "why"),
    [
        ("weather", {}, None, "There are no settings called weather."),
        ("weather", {}, 1, "There are no settings called weather."),
        ("mail_server", {}, 1, "Send e-mail is the same for all companies."),
        ("mail", {"to": ["x"]}, None, "E-mail, To: must be an e-mail address; “x” is none."),
        (
            "mail",
            {"to": ["x"]},
            1,
            "E-mail of company 1, To: must be an e-mail address; “x” is none.",
        ),
        (
            "text_messages",
            {"to": ["+49 171 5550000", "0171"]},
            None,
            "Text message, To: must be a mobile number, all of it; “0171” is too short for one.",
        ),
        ("mail", {"sent": True}, None, "E-mail, sent: there is no such setting."),
        ("mail_server", {"port": 0}, None, "Send e-mail, Port: must be at least 1."),
        (
            "actions",
            {"actions": [{"id": "a", "name": "Ping", "deed": {"kind": "webhook", "url": "x"}}]},
            None,
            "Actions, Ping, What, Address: must begin with http:// or https://.",
        ),
        (
            "exceptions",
            {"never": ["a", 7]},
            None,
            "Exceptions, Never tell of, number 2: must be a text.",
        ),
        ("mail", {"link": "own"}, None, OWN_LINK.format("E-mail")),
        ("mail", {"link": "own"}, 1, OWN_LINK.format("E-mail of company 1")),
        ("mail", {"send": True}, 77, "This company is not there any more."),
    ],
)
async def test_what_makes_no_sense_is_refused_with_field_and_reason(
    desk: Front, section: str, values: dict[str, Any], company: int | None, why: str
) -> None:
    assert await desk.eva.do(ChangeSettings(section, values, company)) == Refused(why)


HTTP = {"name": "S7", "kind": "HTTP", "url": "https://s7.example/"}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (
            {"success": "["},
            "HTTP: accepted if: must be path = value, such as status = ok, or a regular",
        ),
        ({"success": "a\0*"}, "HTTP: accepted if: must be path = value"),
        ({"headers": {"X Y": "1"}}, "HTTP: headers: must be name: value, the name of letters"),
        ({"headers": {"": "1"}}, "HTTP: headers: must be name: value, the name of letters"),
        ({"headers": {"X": "a\r\nY: b"}}, "HTTP: headers: must be name: value without control"),
        ({"kind": "Twilio", "sender": "Hotline Meyer"}, "Sender: must be a number, or at most 11"),
        ({"kind": "Vonage", "sender": "Müller"}, "Sender: must be a number, or at most 11"),
        ({"kind": "seven.io", "sender": "a_b"}, "Sender: must be a number, or at most 11"),
    ],
)
async def test_a_provider_that_could_not_send_is_refused(
    desk: Front, values: dict[str, Any], why: str
) -> None:
    answer = await desk.eva.do(ChangeSettings("providers", {"providers": [HTTP | values]}))
    assert isinstance(answer, Refused)
    assert answer.why.startswith(f"Send text message, S7, {why}")
    # One that is stored already is not lost for it, nor are the others.
    kept = changed(Live(), "providers", {"providers": [HTTP | values]})
    assert kept.providers.providers[0].name == "S7"


@pytest.mark.parametrize(
    "values",
    [
        {"success": "^OK [0-9]+$"},
        {"success": "a[0].b = ["},
        {"success": " "},
        {"headers": {"X-Key": "k {secret}\t"}},
        {"sender": "Anything & more than 11"},
        {"kind": "Twilio", "sender": "MG" + "0" * 32},
        {"kind": "Vonage", "sender": "+49 (30) 111-000/12"},
        {"kind": "seven.io", "sender": "Hotline 247"},
    ],
)
async def test_a_provider_that_can_send_is_stored(desk: Front, values: dict[str, Any]) -> None:
    await change(desk, "providers", {"providers": [HTTP | values]})


async def test_a_provider_that_is_named_is_there(desk: Front, meyer: int) -> None:
    s7, spare = HTTP, HTTP | {"name": "Spare"}
    named = {"provider": "S7"}
    none = await desk.eva.do(ChangeSettings("text_messages", named))
    assert none == Refused("Text message, Provider: no provider is called S7; there is none yet.")
    # Together they make sense.
    both = {"providers": {"providers": [s7, spare]}, "text_messages": named}
    for order in (both, dict(reversed(both.items()))):
        assert isinstance(await desk.eva.do(ImportSettings(order)), Done)
    assert await desk.eva.do(ChangeSettings("text_messages", {"provider": "S8"}, meyer)) == Refused(
        "Text message of Meyer & Söhne, Provider: no provider is called S8; there are S7, Spare."
    )
    used = Refused("S7 is used by Text message; choose another there first.")
    for without in ([], [spare], [s7 | {"name": "S8"}, spare]):
        assert await desk.eva.do(ChangeSettings("providers", {"providers": without})) == used
    await change(desk, "providers", {"providers": [spare, s7 | {"sender": "Desk"}]})
    await change(desk, "text_messages", {"provider": "Spare"}, meyer)
    answer = await desk.eva.do(ChangeSettings("providers", {"providers": [s7]}))
    assert answer == Refused(
        "Spare is used by Text message of Meyer & Söhne; choose another there first."
    )
    moved = ImportSettings({"providers": {"providers": [spare]}, "text_messages": {"provider": ""}})
    assert isinstance(await desk.eva.do(moved), Done)


async def test_what_text_messages_name_is_there_after_undo_and_restore(
    desk: Front, meyer: int
) -> None:
    boss = desk.desk.door(BOSS)
    s7, spare = {"providers": [HTTP]}, {"providers": [HTTP, HTTP | {"name": "Spare"}]}
    await change(desk, "providers", s7)
    added = ChangeSettings("providers", spare)
    assert isinstance(await boss.do(added), Done)
    await change(desk, "text_messages", {"provider": "Spare"}, meyer)
    used = Refused("Spare is used by Text message of Meyer & Söhne; choose another there first.")
    assert await boss.do(Undo()) == used
    without = restore_values((await desk.eva.ask(SettingsHistory("providers")))[0], live(desk))
    assert await desk.eva.do(ChangeSettings("providers", without)) == used
    assert await desk.eva.do(ImportSettings({"providers": s7})) == used
    # What was refused can be undone once nothing needs it; what named it then can't come back.
    await change(desk, "text_messages", {}, meyer)
    assert isinstance(await boss.do(Undo()), Done)
    assert [one.name for one in live(desk).providers.providers] == ["S7"]
    assert await desk.eva.do(Undo()) == Refused(
        "Text message of Meyer & Söhne, Provider: no provider is called Spare; there are S7."
    )


async def test_undo_looks_at_what_is_being_stored(desk: Front) -> None:
    boss = desk.desk.door(BOSS)
    assert isinstance(await boss.do(ChangeSettings("providers", {"providers": [HTTP]})), Done)
    named, undone = await asyncio.gather(
        desk.eva.do(ChangeSettings("text_messages", {"provider": "S7"})), boss.do(Undo())
    )
    assert isinstance(named, Done)
    assert undone == Refused("S7 is used by Text message; choose another there first.")


async def test_an_address_stands_once_whatever_the_case_of_its_letters(desk: Front) -> None:
    await change(desk, "mail", {"to": ["Front@Desk.example", "b@x.example", "front@desk.EXAMPLE"]})
    assert live(desk).mail.to == ("Front@Desk.example", "b@x.example")


def test_a_name_that_had_no_provider_before_blocks_nothing_else() -> None:
    before = changed(Live(), "text_messages", {"provider": "Gone"})
    after = changed(before, "providers", {"providers": [HTTP]})
    assert unnamed_provider(before, after) is None
    assert unnamed_provider(after, changed(after, "text_messages", {"provider": "S7"})) is None


async def test_changes_at_the_same_moment_are_made_one_after_the_other(desk: Front) -> None:
    server = stored(Live(), "mail_server")
    answers = await asyncio.gather(
        desk.eva.do(ImportSettings({"mail_server": {"password": "hunter2"}})),
        desk.eva.do(ChangeSettings("mail_server", server | {"host": "a", "password": KEPT})),
        desk.eva.do(ImportSettings({"mail_server": {"user": "us"}})),
        desk.eva.do(ImportSettings({"mail": {"send": True}})),
        desk.eva.do(ImportSettings({"mail": {"to": ["a@x.example"]}})),
    )
    assert all(isinstance(answer, Done) for answer in answers)
    found = live(desk).mail_server
    assert (found.host, found.user) == ("a", "us")
    assert found.password.get_secret_value() == "hunter2"
    assert (live(desk).mail.send, live(desk).mail.to) == (True, ("a@x.example",))


@pytest.mark.parametrize("password", [KEPT, "hunter2"])
@pytest.mark.parametrize("change_of", [{"host": "evil.example"}, {"security": "none"}])
async def test_a_password_is_told_to_no_other_server_and_not_in_clear(
    desk: Front, change_of: dict[str, str], password: str
) -> None:
    server = stored(Live(), "mail_server") | {"host": "mail.desk.example"}
    await change(desk, "mail_server", server | {"password": "hunter2"})
    wanted = server | change_of | {"password": password}
    answer = await desk.eva.do(ChangeSettings("mail_server", wanted))
    why = (
        "The password of the mail server was entered for another server: enter it anew, or leave "
        "it empty."
    )
    assert answer == Refused(why)
    assert await desk.eva.do(ImportSettings({"mail_server": change_of})) == Refused(why)
    await change(desk, "mail_server", server | {"port": 465, "password": KEPT})
    await change(desk, "mail_server", wanted | {"password": "hunter3"})
    assert isinstance(await desk.eva.do(Undo()), Done)
    assert live(desk).mail_server.password.get_secret_value() == "hunter2"


async def test_a_providers_secret_is_told_to_no_other_address(desk: Front) -> None:
    provider = {"name": "Seven", "kind": "seven.io", "url": "", "secret": "hunter2"}
    await change(desk, "providers", {"providers": [provider]})
    moved = {"providers": [provider | {"url": "https://evil.example", "secret": KEPT}]}
    answer = await desk.eva.do(ChangeSettings("providers", moved))
    assert answer == Refused(
        "The secret of Seven was entered for another server: enter it anew, or leave it empty."
    )
    renamed = {"providers": [provider | {"sender": "Desk", "secret": KEPT}]}
    await change(desk, "providers", renamed)
    assert live(desk).providers.providers[0].secret.get_secret_value() == "hunter2"


@pytest.mark.parametrize("key", [KEPT, "hunter2"])
async def test_a_providers_headers_are_told_to_no_other_address(desk: Front, key: str) -> None:
    former = HTTP | {"headers": {"X-Key": "hunter2", "Accept": ""}}
    await change(desk, "providers", {"providers": [former]})
    told = (await desk.eva.ask(SettingsHistory()))[0].new["providers"][0]["headers"]
    assert told == {"X-Key": CHANGED, "Accept": ""}
    moved = former | {"url": "https://evil.example", "headers": {"X-Key": key}}
    why = Refused(
        "The header X-Key of S7 was entered for another server: enter it anew, or leave it empty."
    )
    assert await desk.eva.do(ChangeSettings("providers", {"providers": [moved]})) == why
    # Neither by another name, nor in two steps.
    renamed = moved | {"name": "Mine"}
    answer = await desk.eva.do(ChangeSettings("providers", {"providers": [renamed]}))
    assert answer == Refused(why.why.replace("S7", "Mine"))
    dormant = moved | {"kind": "Kannel"}
    await change(desk, "providers", {"providers": [dormant]})
    assert await desk.eva.do(ChangeSettings("providers", {"providers": [moved]})) == why
    await change(desk, "providers", {"providers": [moved | {"headers": {"X-Key": "other"}}]})
    assert live(desk).providers.providers[0].plain_headers == {"X-Key": "other"}


async def test_a_secret_goes_nowhere_under_another_name(desk: Front) -> None:
    provider = {"name": "Seven", "kind": "seven.io", "url": "", "secret": "hunter2"}
    await change(desk, "providers", {"providers": [provider]})
    for secret in (KEPT, "hunter2"):
        moved = provider | {"name": "Mine", "url": "https://evil.example", "secret": secret}
        answer = await desk.eva.do(ChangeSettings("providers", {"providers": [moved]}))
        assert isinstance(answer, Refused)
        assert answer.why.startswith("The secret of Mine was entered for another server")
    await change(desk, "providers", {"providers": [provider | {"name": "7", "secret": KEPT}]})
    assert live(desk).providers.providers[0].secret.get_secret_value() == "hunter2"


async def test_several_sections_are_imported_or_none_and_undone_together(
    desk: Front, meyer: int
) -> None:
    await change(desk, "mail", {"to": ["meyer@x.example"], "send": True}, meyer)
    wanted = ImportSettings(
        {"mail": {"send": True}, "exceptions": {"seconds": 5}},
        {meyer: {"mail": {"to": None, "link": "sip:"}}},
    )
    bad = ImportSettings({**wanted.sections, "words": {"subject": 7}}, wanted.companies)
    before = live(desk)
    refused = await desk.eva.do(bad)
    assert isinstance(refused, Refused)
    assert refused.why.startswith("Wording, Subject: must be a text")
    assert live(desk) == before
    assert await desk.eva.do(wanted) == Done("3 sections of the settings saved", 3)
    assert (live(desk).mail.send, live(desk).exceptions.seconds) == (True, 5)
    assert overridden(live(desk), meyer) == {"mail": {"send": True, "link": "sip:"}}
    undone = await desk.eva.do(Undo())
    assert isinstance(undone, Done)
    assert undone.text == "undone: E-mail, Exceptions"
    assert live(desk) == before


async def test_of_many_sections_it_is_said_how_many_are_undone(desk: Front) -> None:
    values = {"seconds": 5}, {"days": 3}, {"send": True}, {"subject": "x"}
    names = ("exceptions", "unanswered", "mail", "words")
    await desk.eva.do(ImportSettings(dict(zip(names, values, strict=True))))
    undone = await desk.eva.do(Undo())
    assert isinstance(undone, Done)
    assert undone.text == "undone: 4 sections of the settings"


async def test_what_a_company_imports_fits_what_the_site_imports(desk: Front, meyer: int) -> None:
    own = ImportSettings({"mail": {"own_link": "crm:"}}, {meyer: {"mail": {"link": "own"}}})
    assert isinstance(await desk.eva.do(own), Done)
    bad = ImportSettings({"mail": {"own_link": ""}}, {meyer: {"mail": {"link": "own"}}})
    assert await desk.eva.do(bad) == Refused(OWN_LINK.format("E-mail of Meyer & Söhne"))


async def test_history_says_from_where_and_who_may_not_is_refused(desk: Front) -> None:
    far = desk.desk.door(BOSS, "192.0.2.7")
    assert isinstance(await far.do(ChangeSettings("mail", {"send": True})), Done)
    assert isinstance(await far.do(Undo()), Done)
    assert isinstance(await desk.lena.do(ChangeSettings("mail", {"send": True})), Refused)
    assert isinstance(await desk.lena.do(ImportSettings({"mail": {"send": True}})), Refused)
    await change(desk, "mail", {"send": True})
    told = [(one.by, one.origin) for one in await desk.eva.ask(SettingsHistory())]
    assert told == [("Eva", "local"), ("Boss", "192.0.2.7"), ("Boss", "192.0.2.7")]


async def test_a_former_state_is_restored_with_the_secrets_of_today(desk: Front) -> None:
    await change(desk, "mail_server", {"host": "a", "password": "hunter2"})
    await change(desk, "mail_server", {"host": "a", "port": 25, "password": "hunter3"})
    latest, first = await desk.eva.ask(SettingsHistory())
    await change(desk, "mail_server", restore_values(latest, live(desk)))
    server = live(desk).mail_server
    assert (server.host, server.port) == ("a", 587)
    assert server.password.get_secret_value() == "hunter3"
    # For another server it is none, though.
    await change(desk, "mail_server", {"host": "b", "password": "hunter4"})
    await change(desk, "mail_server", restore_values(latest, live(desk)))
    assert live(desk).mail_server.host == "a"
    assert live(desk).mail_server.password.get_secret_value() == ""
    # Then there was none.
    await change(desk, "mail_server", restore_values(first, live(desk)))
    assert live(desk).mail_server == Live().mail_server


async def test_secrets_that_were_to_stay_and_are_not_there_are_named(desk: Front) -> None:
    s7 = HTTP | {"secret": "hunter2"}
    again = "; enter these secrets again: providers.S7.secret"
    await change(desk, "providers", {"providers": [s7]})
    await change(desk, "providers", {"providers": []})
    gone, _ = await desk.eva.ask(SettingsHistory())
    former = restore_values(gone, live(desk))
    answer = await desk.eva.do(ChangeSettings("providers", former))
    assert answer == Done(f"settings saved{again}", 1)
    await change(desk, "providers", {"providers": [s7]})
    kept = {"providers": {"providers": [HTTP | {"secret": KEPT}]}}
    assert await desk.eva.do(ImportSettings(kept)) == Done(NOTHING_CHANGED)
    lost = {"mail_server": {"password": KEPT}, "mail": {"send": True}}
    assert await desk.eva.do(ImportSettings(lost)) == Done(
        "1 section of the settings saved; enter these secrets again: mail_server.password", 1
    )


async def test_what_a_company_had_is_restored(desk: Front, meyer: int) -> None:
    await change(desk, "mail", {"send": True}, meyer)
    await change(desk, "mail", {}, meyer)
    latest, _ = await desk.eva.ask(SettingsHistory())
    await change(desk, latest.section, restore_values(latest, live(desk)), latest.company_id)
    assert overridden(live(desk), meyer) == {"mail": {"send": True}}


def test_kept_is_the_secret_that_is_there() -> None:
    now = changed(Live(), "mail_server", {"password": "hunter2"})
    again = changed(now, "mail_server", {"host": "x", "password": KEPT})
    assert again.mail_server.password.get_secret_value() == "hunter2"
    assert changed(Live(), "mail_server", {"password": KEPT}).mail_server == Live().mail_server


async def test_several_in_one_line_are_as_many_recipients(desk: Front) -> None:
    await change(desk, "mail", {"to": ["a@x.example, b@x.example; c@x.example;", "d@x.example"]})
    assert live(desk).mail.to == tuple(f"{one}@x.example" for one in "abcd")
    await change(desk, "text_messages", {"to": ["+49 171 5550000; 0171 5550001"]})
    assert live(desk).text_messages.to == ("+49 171 5550000", "0171 5550001")
    many = ",".join(f"{n}@x.example" for n in range(51))
    assert await desk.eva.do(ChangeSettings("mail", {"to": [many]})) == Refused(
        "E-mail, To: must have at most 50 entries."
    )
