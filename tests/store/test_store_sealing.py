"""Secrets are stored sealed, and a database without its key loses nothing but them."""

import base64
import json
import logging
import os
import sqlite3
import stat
from contextlib import closing
from typing import get_args, get_origin

import pytest
from pydantic import BaseModel, SecretStr
from store_samples import NOON, call, save

from console.desk.changes import PutSettings, PutSource
from console.desk.contacts import Sources
from console.desk.notices import SettingsHistory
from console.desk.ports import StoreFailed
from console.settings.live import KEPT, Live, stored
from console.settings.secrets import SECRET_FIELDS, SECRET_TABLES
from console.settings.sources import CardDav, ContactSource, Ldap
from console.store.database import open_store
from console.store.opening import migrate
from console.store.sealing import VARIABLE, key_file

SECRETS = ("hunter2-mail", "hunter2-sms", "hunter2-head", "hunter2-hook", "hunter2-ldap")
HEADERS = {"X-Api-Key": SECRETS[2]}
SECTIONS = {
    "mail_server": {"host": "mx.example", "user": "us", "password": SECRETS[0]},
    "providers": {
        "providers": [
            {
                "name": "T",
                "kind": "HTTP",
                "url": "https://sms.example",
                "secret": SECRETS[1],
                "headers": HEADERS,
            }
        ]
    },
    "actions": {
        "actions": [
            {
                "id": "a",
                "name": "Tell",
                "deed": {"kind": "webhook", "url": "https://x.example", "secret": SECRETS[3]},
            }
        ]
    },
}
STAFF = ContactSource(name="Staff", options=Ldap(url="ldaps://x", base="dc=x", password=SECRETS[4]))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "hotline.db"


@pytest.fixture(autouse=True)
def no_key(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)


async def fill(path) -> None:
    store = await open_store(str(path))
    await store.write(
        [
            *(PutSettings(name, values, "eva", NOON) for name, values in SECTIONS.items()),
            PutSource(STAFF, "eva", NOON),
        ]
    )
    await store.close()


async def secrets(path) -> list[str]:
    store = await open_store(str(path))
    live = await store.settings()
    staff = (await store.ask(Sources()))[1]
    await store.close()
    found = (
        live.mail_server.password,
        live.providers.providers[0].secret,
        live.providers.providers[0].headers["X-Api-Key"],
        live.actions.actions[0].deed.secret,
        staff.source.options.password,
    )
    return [secret.get_secret_value() for secret in found]


def files(path) -> bytes:
    """The database and its journal, in one."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def secret_fields(kind, found: set[str]) -> set[str]:
    for part in get_args(kind):
        secret_fields(part, found)
    if isinstance(kind, type) and not get_origin(kind) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if SecretStr in (field.annotation, *get_args(field.annotation)):
                found.add(name)
            secret_fields(field.annotation, found)
    return found


def test_every_secret_field_is_known_by_its_name():
    found = secret_fields(Live, set()) | secret_fields(ContactSource, set())
    assert found == SECRET_FIELDS | SECRET_TABLES


async def test_secrets_come_back_and_are_nowhere_as_they_are(path, caplog):
    caplog.set_level(logging.DEBUG)
    await fill(path)
    assert await secrets(path) == list(SECRETS)
    everything = files(path) + caplog.text.encode()
    assert not [secret for secret in SECRETS if secret.encode() in everything]
    assert stat.S_IMODE(key_file(path).stat().st_mode) == 0o600


async def test_without_secrets_no_key_is_made(path):
    store = await open_store(str(path))
    references = [
        PutSettings("mail_server", {"password": "env:HOTLINE_SECRET_MAIL"}, "eva", NOON),
        PutSettings("hotline", {"template": "x"}, "eva", NOON),
    ]
    await store.write(references)
    assert (await store.settings()).mail_server.password.get_secret_value().startswith("env:")
    await store.close()
    assert not key_file(path).exists()


async def test_what_was_stored_as_it_is_is_sealed_at_the_first_start(path):
    migrate(path, "0002")
    with closing(sqlite3.connect(path)) as sql:
        for section, values in SECTIONS.items():
            row = (section, json.dumps(values), "eva", 0, 1)
            sql.execute("INSERT INTO settings VALUES (?, ?, ?, ?, ?)", row)
        options = json.dumps(
            {"kind": "ldap", "url": "ldaps://x", "base": "b", "password": SECRETS[4]}
        )
        sql.execute(
            "INSERT INTO sources VALUES (2, 'Staff', 'staff', 'ldap', ?, 7, 1, 1, 0, '', 0, 0, "
            "NULL, '{}', '', NULL, 'token')",
            (options,),
        )
        sql.commit()
    assert await secrets(path) == list(SECRETS)
    (copy,) = path.parent.glob("*.before-*")
    copy.unlink()
    assert not [secret for secret in SECRETS if secret.encode() in files(path)]
    store = await open_store(str(path))
    assert (await store.sources())[1].token == "token"
    await store.close()


async def test_headers_that_the_history_told_are_left_out_at_the_next_start(path):
    store = await open_store(str(path))
    section, again = SECTIONS["providers"], {"providers": [{"name": "T", "kind": "HTTP"}]}
    for values in (section, again, section):
        await store.write([PutSettings("providers", values, "eva", NOON)])
    before = await store.ask(SettingsHistory())
    await store.close()
    with closing(sqlite3.connect(path)) as sql:
        # As they were stored before headers were secrets.
        for table, column in (("settings", "value"), ("settings_history", "old, new")):
            for name in column.split(", "):
                sql.execute(
                    f"UPDATE {table} SET {name} = json_set({name}, "
                    "'$.providers[0].headers.\"X-Api-Key\"', ?) WHERE section = 'providers' "
                    f"AND json_extract({name}, '$.providers[0].headers.\"X-Api-Key\"') <> ''",
                    (SECRETS[2],),
                )
        sql.commit()
    assert SECRETS[2].encode() in files(path)
    store = await open_store(str(path))
    provider = (await store.settings()).providers.providers[0]
    assert provider.plain_headers == HEADERS
    assert await store.ask(SettingsHistory()) == before
    await store.close()
    assert SECRETS[2].encode() not in files(path)


async def test_a_backup_without_its_key_loses_the_secrets_only_and_says_which(path, caplog):
    await fill(path)
    store = await open_store(str(path))
    await save(store, call("c1"))
    await store.close()
    key_file(path).unlink()
    assert await secrets(path) == [""] * 5
    assert caplog.text.count("mail_server.password") == 1
    store = await open_store(str(path))
    live = await store.settings()
    assert (live.mail_server.host, live.mail_server.user) == ("mx.example", "us")
    assert await store.lost_secrets() == (
        *("mail_server.password", "providers.T.secret", "providers.T.header X-Api-Key"),
        *("actions.Tell.deed.secret", "sources.Staff.password"),
    )
    staff = (await store.sources())[1]
    assert "Enter it again" in staff.error
    # Whatever else is changed leaves them as they are: the key may come back.
    kept = {**SECTIONS["mail_server"], "host": "other.example", "password": KEPT}
    await store.write([PutSettings("mail_server", kept, "eva", NOON)])
    assert len(await store.lost_secrets()) == 5
    await store.write([PutSettings("mail_server", SECTIONS["mail_server"], "eva", NOON)])
    again = staff.source.model_copy(update={"options": STAFF.options})
    await store.write([PutSource(again, "eva", NOON)])
    lost = await store.lost_secrets()
    assert not [name for name in lost if name.startswith(("mail_server", "sources"))]
    assert (await store.sources())[1].error == ""
    await store.close()
    assert await secrets(path) == [SECRETS[0], "", "", "", SECRETS[4]]


async def test_changing_something_else_without_the_key_leaves_the_secrets_as_they_are(path):
    await fill(path)
    key = key_file(path).rename(path.with_name("elsewhere.key"))
    store = await open_store(str(path))
    before, lost = await store.settings(), await store.lost_secrets()
    for section in SECTIONS:
        # As a form or a script has them, which read nothing where a secret was.
        values = stored(before, section)
        values |= {"seconds": 20} if section == "mail_server" else {}
        await store.write([PutSettings(section, values, "eva", NOON)])
    staff = (await store.sources())[1].source
    options = staff.options.model_copy(update={"base": "dc=y"})
    await store.write([PutSource(staff.model_copy(update={"options": options}), "eva", NOON)])
    assert len(await store.lost_secrets()) == len(lost) == 5
    await store.close()
    key.rename(key_file(path))
    assert await secrets(path) == list(SECRETS)


@pytest.mark.parametrize(
    ("section", "elsewhere"),
    [
        ("mail_server", {"host": "evil.example"}),
        ("mail_server", {"security": "none"}),
        ("providers", {"url": "https://evil.example"}),
    ],
)
async def test_a_secret_that_nobody_can_read_stays_for_no_other_server(path, section, elsewhere):
    await fill(path)
    key = key_file(path).rename(path.with_name("elsewhere.key"))
    store = await open_store(str(path))
    values = stored(await store.settings(), section)
    (values["providers"][0] if section == "providers" else values).update(elsewhere)
    await store.write([PutSettings(section, values, "eva", NOON)])
    await store.close()
    key.rename(key_file(path))
    password, *of_provider = (await secrets(path))[:3]
    assert (of_provider if section == "providers" else [password]) in ([""], ["", ""])


async def test_a_key_of_the_environment_comes_first_and_the_older_still_opens(path, monkeypatch):
    await fill(path)
    old = key_file(path).read_text().strip()
    new = base64.b64encode(os.urandom(32)).decode()
    monkeypatch.setenv(VARIABLE, new)
    assert await secrets(path) == list(SECRETS)
    store = await open_store(str(path))
    await store.write([PutSettings("mail_server", {"password": "another"}, "eva", NOON)])
    await store.close()
    key_file(path).unlink()
    assert await secrets(path) == ["another", *[""] * 4]
    monkeypatch.setenv(VARIABLE, f"{new},{old}")
    assert await secrets(path) == ["another", *SECRETS[1:]]


async def test_a_key_that_others_can_read_is_refused(path):
    await fill(path)
    key_file(path).chmod(0o640)
    with pytest.raises(StoreFailed, match="chmod 600"):
        await secrets(path)
    key_file(path).chmod(0o600)
    key_file(path).write_text("no key\n")
    with pytest.raises(StoreFailed, match="openssl rand"):
        await secrets(path)


async def test_a_key_that_can_not_be_made_stores_nothing(path):
    store = await open_store(str(path))
    key_file(path).with_name(f"{path.name}.key.part").mkdir()
    with pytest.raises(StoreFailed, match="can't be made"):
        await store.write([PutSettings("mail_server", SECTIONS["mail_server"], "eva", NOON)])
    assert (await store.settings()).mail_server.host == ""
    await store.close()


async def test_a_password_that_looks_sealed_is_a_password(path):
    store = await open_store(str(path))
    await store.write([PutSettings("mail_server", {"password": "sealed:no"}, "eva", NOON)])
    assert (await store.settings()).mail_server.password.get_secret_value() == "sealed:no"
    await store.close()
    assert b"sealed:no" not in files(path)


@pytest.mark.parametrize("password", ["hunter2", KEPT])
@pytest.mark.parametrize(
    ("former", "change"),
    [
        (Ldap(url="ldaps://ldap.example", base="dc=x"), {"url": "ldaps://evil.example"}),
        (Ldap(url="ldap://ldap.example", base="dc=x"), {"start_tls": False}),
        (CardDav(url="https://dav.example/eva"), {"url": "https://dav.example/mallory"}),
    ],
)
async def test_a_sources_password_is_told_to_no_other_server(path, former, change, password):
    def source(**values) -> ContactSource:
        options = type(former).model_validate(former.model_dump() | values)
        return ContactSource(id=2, name="Staff", options=options)

    store = await open_store(str(path))
    first = source(password="hunter2").model_copy(update={"id": None})
    await store.write([PutSource(first, "eva", NOON)])
    before = await store.sources()
    moved = PutSource(source(password=password, **change), "eva", NOON)
    (written,) = await store.write([moved])
    assert written.refused == (
        "The password of Staff was entered for another server: enter it anew, or leave it empty."
    )
    assert await store.sources() == before
    for anew in ("", "other", "env:HOTLINE_SECRET_X"):
        (written,) = await store.write([PutSource(source(password=anew, **change), "eva", NOON)])
        assert written.count == 1
    await store.close()


async def test_a_source_keeps_its_password_and_its_place(path):
    store = await open_store(str(path))
    dav = CardDav(url="https://dav.example", user="eva", password="hunter2")
    source = ContactSource(name="Dav", options=dav)
    (written,) = await store.write([PutSource(source, "eva", NOON)])
    stored = source.model_copy(update={"id": written.id})

    async def token() -> str:
        return (await store.sources())[1].token

    def set_token() -> None:
        with closing(sqlite3.connect(path)) as sql:
            sql.execute("UPDATE sources SET token = 't1' WHERE id = 2")
            sql.commit()

    set_token()
    kept = dav.model_copy(update={"password": SecretStr(KEPT)})
    for same in (dav, kept):
        await store.write([PutSource(stored.model_copy(update={"options": same}), "eva", NOON)])
        assert (await store.sources())[1].source == stored
        assert await token() == "t1"
    other = dav.model_copy(update={"password": SecretStr("other")})
    await store.write([PutSource(stored.model_copy(update={"options": other}), "eva", NOON)])
    assert await token() == ""
    await store.close()
