"""Who changed which settings, without secrets; what a company has otherwise; all or nothing."""

import sqlite3
from contextlib import closing

import pytest
from store_samples import NOON

from console.desk.changes import (
    ForgetNumber,
    PutCompany,
    PutSections,
    PutSettings,
    RemoveCompany,
)
from console.desk.notices import SettingsHistory
from console.people.values import Company
from console.settings.live import CHANGED, KEPT, Live, for_company, overridden, stored

MAIL = stored(Live(), "mail")
SERVER = stored(Live(), "mail_server")
BY = ("eva", NOON)


async def put(store, section: str, values: dict, **more):
    (written,) = await store.write([PutSettings(section, values, *BY, **more)])
    return written


async def history(store, **more):
    return await store.ask(SettingsHistory(**more))


def lines(store) -> list[str]:
    with closing(sqlite3.connect(store.path)) as sql:
        rows = sql.execute("SELECT new FROM audit WHERE what = 'settings' ORDER BY id")
        return [new for (new,) in rows]


@pytest.fixture
async def meyer(store) -> int:
    (written,) = await store.write([PutCompany(Company("Meyer & Söhne"), *BY)])
    return written.id


async def test_a_change_is_kept_with_what_was_before(store):
    assert await store.settings_version() == 0
    await put(store, "mail", MAIL | {"send": True}, origin="local")
    await put(store, "mail", MAIL | {"to": ["a@x.example"]}, origin="192.0.2.7")
    await put(store, "words", {"subject": "x"})
    last, second, first = await history(store)
    assert (first.section, first.version, first.by, first.at, first.origin) == (
        *("mail", 1, "eva", NOON, "local"),
    )
    assert (first.old, first.new) == (MAIL, MAIL | {"send": True})
    assert (second.version, second.origin, second.old) == (2, "192.0.2.7", first.new)
    assert last.section == "words"
    assert await history(store, section="mail") == (second, first)
    assert await history(store, before=last.id, limit=1) == (second,)
    assert lines(store)[:2] == ["mail: send", "mail: send, to"]
    assert await store.settings_version() == last.id


async def test_what_changes_nothing_is_no_change(store):
    assert (await put(store, "mail", MAIL)).count == 1
    assert await history(store) == ()
    assert lines(store) == []


async def test_history_tells_that_a_secret_changed_and_not_what_it_was(store):
    for password in ("", "hunter2", KEPT, "hunter3", ""):
        await put(store, "mail_server", SERVER | {"password": password, "host": f"h{password}"})
    told = [(one.old["password"], one.new["password"]) for one in await history(store)][::-1]
    assert told == [("", ""), ("", CHANGED), (KEPT, KEPT), (KEPT, CHANGED), (KEPT, "")]
    assert lines(store)[1] == "mail_server: host, password"


async def test_a_secret_that_is_kept_stays_also_when_its_provider_moves_or_is_renamed(store):
    def provider(name: str, secret: str) -> dict:
        return {"name": name, "kind": "Twilio", "secret": secret}

    async def secrets(*providers: dict) -> dict[str, str]:
        await put(store, "providers", {"providers": list(providers)})
        found = (await store.settings()).providers.providers
        return {each.name: each.secret.get_secret_value() for each in found}

    await secrets(provider("A", "a"), provider("B", "b"))
    assert await secrets(provider("B", KEPT), provider("A", KEPT)) == {"B": "b", "A": "a"}
    assert await secrets(provider("B2", KEPT), provider("A", KEPT)) == {"B2": "b", "A": "a"}
    # A new one in front has none to keep.
    found = await secrets(provider("New", KEPT), provider("B2", KEPT), provider("A", CHANGED))
    assert found == {"New": "", "B2": "b", "A": "a"}


async def test_an_undo_sees_that_only_the_secret_was_changed_since(store):
    mine = await put(store, "mail_server", SERVER | {"host": "a", "password": "one"})
    theirs = await put(store, "mail_server", SERVER | {"host": "a", "password": "two"})
    back = {"values": mine.settings, "expects": mine.settings_now}
    assert (await put(store, "mail_server", **back)).count == 0
    back = {"values": theirs.settings, "expects": theirs.settings_now}
    assert (await put(store, "mail_server", **back)).count == 1
    assert (await store.settings()).mail_server.password.get_secret_value() == "one"


async def test_a_company_has_settings_of_its_own(store, meyer):
    mine = {"to": ["meyer@x.example"]}
    written = await put(store, "mail", mine, company_id=meyer)
    assert (written.settings, written.settings_now) == ({}, mine)
    await put(store, "exceptions", {"seconds": 9}, company_id=meyer)
    live = await store.settings()
    assert overridden(live, meyer) == {"mail": mine, "exceptions": {"seconds": 9}}
    assert for_company(live, meyer).mail.to == ("meyer@x.example",)
    _, change = await history(store)
    assert (change.section, change.company_id, change.old, change.new) == ("mail", meyer, {}, mine)
    assert lines(store)[0] == "mail of Meyer & Söhne: to"
    assert (await put(store, "mail", {}, company_id=meyer, expects={})).count == 0
    assert (await put(store, "mail", {}, company_id=meyer, expects=mine)).count == 1
    assert overridden(await store.settings(), meyer) == {"exceptions": {"seconds": 9}}


async def test_a_company_that_is_gone_has_none(store, meyer):
    await put(store, "mail", {"send": True}, company_id=meyer)
    await store.write([RemoveCompany(meyer, *BY)])
    assert (await store.settings()).overrides.overrides == ()
    change, _ = await history(store)
    assert (change.company_id, change.old, change.new) == (meyer, {"send": True}, {})
    assert "not there" in (await put(store, "mail", {"send": True}, company_id=meyer)).refused
    refused = await put(store, "mail_server", {"host": "x"}, company_id=meyer)
    assert "same for all" in refused.refused


async def test_several_sections_are_changed_or_none(store, meyer):
    good = PutSettings("mail", MAIL | {"send": True}, *BY)
    companys = PutSettings("mail", {"send": False}, *BY, company_id=meyer)
    for bad in (
        PutSettings("weather", {}, *BY),
        PutSettings("words", {}, *BY, expects={"subject": "other"}),
        PutSettings("mail", {"send": False}, *BY, company_id=99),
    ):
        (written,) = await store.write([PutSections((good, companys, bad), *BY, "local")])
        assert written.count == 0
        assert await store.settings() == Live()
        assert (await history(store), lines(store)) == ((), [])
    (written,) = await store.write([PutSections((good, companys), *BY, "local")])
    assert [part.count for part in written.parts] == [1, 1]
    assert {each.origin for each in await history(store)} == {"local"}


async def test_a_forgotten_number_is_in_no_history_however_it_was_typed(store):
    never = ["+49 170 1234567", "0170/1234567", "Anna Muster", "+49 170 1234568"]
    before = stored(Live(), "exceptions")
    await put(store, "exceptions", before | {"never": never})
    await put(store, "exceptions", before | {"always": ["0049 170 1234567"]})
    await put(store, "words", {"sms": "call +491701234567"})
    await store.write([ForgetNumber("+491701234567", *BY)])
    words, second, first = await history(store)
    assert first.new["never"] == second.old["never"] == ["Anna Muster", "+49 170 1234568"]
    assert second.new["always"] == []
    assert words.new == {"sms": "call ..."}
