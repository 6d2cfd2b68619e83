"""`hotline notices`, and what the doctor and a backup say of them and of the key."""

import asyncio
import json
from datetime import timedelta

import pytest

from console.desk.changes import OweNotice, PutSettings, SaveCall
from console.desk.notice import Channel, Notice, NoticeState
from console.store.database import open_store
from console.store.sealing import key_file
from tests.store.store_samples import NOON, call

S = NoticeState
KEYS = ["id", "call", "channel", "recipient", "state", "why", "at", "next_at", "tries", "told_by"]


@pytest.fixture
def told(home):
    """A call of which four were told, or not."""

    async def work():
        store = await open_store(f"sqlite:///{home / 'hotline.db'}")
        await store.write([SaveCall(call("c1")), OweNotice("c1", NOON)])
        kept = await store.decide(
            "c1",
            [
                Notice("c1", Channel.MAIL, "a@x.example", S.SENT, "mailed", NOON),
                Notice("c1", Channel.MAIL, "b@x.example", S.FAILED, "550 no \x1b[31muser", NOON),
                Notice("c1", Channel.TEXT, "+49171", S.UNCERTAIN, "no answer", NOON),
                Notice("c1", Channel.MAIL, "", S.SKIPPED, "rang 1.4 s (limit 2 s)", NOON),
            ],
        )
        await store.write([SaveCall(call("c2", 1)), OweNotice("c2", NOON)])
        await store.decide("c2", [Notice("c2", Channel.MAIL, "", S.SKIPPED, "internal", NOON)])
        await store.close()
        return [notice.id for notice in kept]

    return asyncio.run(work())


def objects(said):
    return [json.loads(line) for line in said.out.splitlines()]


def test_notices_are_told_newest_first_with_their_reasons(hotline, told):
    lines = hotline("notices").out.splitlines()
    assert len(lines) == 5
    assert "internal" in lines[0]
    assert "failed     mail  b@x.example" in lines[3]
    assert "\x1b" not in lines[3]
    assert [one["why"] for one in objects(hotline("notices", "--limit", "1", "--json"))] == [
        "internal"
    ]
    assert len(objects(hotline("notices", "--call", "c1", "--json"))) == 4
    uncertain, failed = objects(hotline("notices", "--failed", "--json"))
    assert list(failed) == KEYS
    assert (failed["id"], failed["state"], failed["next_at"]) == (told[1], "failed", None)
    assert (failed["at"], uncertain["channel"]) == ("2026-03-02T12:00:00.000Z", "text")


def test_what_failed_is_queued_again(hotline, told):
    assert hotline("notices", "retry", told[1]).out == "1 notice queued again\n"
    assert "nothing here" in hotline("notices", "retry", told[1], code=1).err
    assert hotline("notices", "retry", "--all").out == "1 notice queued again\n"
    assert hotline("notices", "retry", "--all").out == "nothing failed\n"
    assert {one["state"] for one in objects(hotline("notices", "--call", "c1", "--json"))} == {
        *("sent", "queued", "skipped"),
    }
    hotline("notices", "retry", code=2)
    hotline("notices", "retry", "--all", "7", code=2)


def test_the_doctor_counts_what_failed(hotline, told):
    assert "▲ Notices        2 notices failed" in hotline("doctor", code=1).out
    assert json.loads(hotline("status", "--json").out)["counts"]["undelivered"] == 2
    hotline("notices", "retry", "--all")
    assert "✓ Notices        none failed" in hotline("doctor", code=1).out


def test_a_backup_says_where_its_key_is_and_the_doctor_what_is_lost(
    hotline, home, stored_in, monkeypatch
):
    key = key_file(home / "hotline.db")
    hotline("operators", "add", "otto")
    assert "key" not in hotline("backup", home / "copy.db").out
    stored_in(PutSettings("mail_server", {"password": "hunter2"}, "eva", NOON + timedelta(1)))
    assert f"keep {key} too" in hotline("backup", home / "copy.db").out
    assert f"✓ Secrets        sealed with the key in {key}" in hotline("doctor", code=1).out
    assert b"hunter2" not in (home / "copy.db").read_bytes()
    key.chmod(0o644)
    assert f"chmod 600 {key}" in hotline("doctor", code=1).out
    key.unlink()
    hotline("restore", home / "copy.db")
    assert "✗ Secrets        mail_server.password was stored" in hotline("doctor", code=1).out
    hotline("settings", "set", "mail_server.password=another")
    assert "✗ Secrets" not in hotline("doctor", code=1).out
    monkeypatch.setenv("HOTLINE_SECRET_KEY", "rubbish")
    assert "must be 32 bytes in base64" in hotline("doctor", code=1).out


def test_a_copy_from_before_an_update_may_have_readable_secrets(hotline, stored_in, home):
    stored_in()
    copy = home / "hotline.db.before-0004"
    assert "before an update" not in hotline("doctor", code=1).out
    copy.touch()
    said = hotline("doctor", code=1).out
    assert f"▲ Secrets        {copy} was made before an update" in said
    assert f"  → If all is well since: rm {copy}\n" in said
