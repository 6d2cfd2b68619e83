"""`hotline notices`, and what the doctor and a backup say of them and of the key."""

import asyncio
import json
from datetime import timedelta

import pytest

from console.cli import start
from console.desk.changes import OweNotice, PutSettings, SaveCall, SetProcessed
from console.desk.notice import Channel, Notice, NoticeState
from console.desk.records import Processed
from console.desk.snapshot import Snapshot
from console.notices.deciding import SUMMED_UP, TOGETHER
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


@pytest.fixture
def in_tokyo(home, monkeypatch):
    """A console runs on the database, and it is in another zone than the configuration's."""

    async def seen_at(database):
        assert database == home / "hotline.db"
        return Snapshot(1, 1, NOON, "demo", zone="Asia/Tokyo")

    monkeypatch.setattr(start, "seen_at", seen_at)


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


@pytest.fixture
def waiting(home):
    """Three calls of which it is to be decided who is told; one of them is dealt with."""

    async def work():
        store = await open_store(f"sqlite:///{home / 'hotline.db'}")
        ended = NOON + timedelta(seconds=5)
        for number, id in enumerate(("w1", "w2", "w3")):
            due = ended + timedelta(seconds=60 + number)
            await store.write([SaveCall(call(id, ended_at=ended)), OweNotice(id, due)])
        done = Processed("Eva", NOON)
        await store.write([SetProcessed(("w3",), done, "Eva", NOON)])
        await store.close()

    asyncio.run(work())


def test_what_is_not_decided_yet_is_listed_first_where_somebody_may_be_told(
    hotline, told, waiting, stored_in, in_tokyo
):
    assert len(hotline("notices").out.splitlines()) == 5
    stored_in(PutSettings("mail", {"send": True, "to": ["a@x.example"]}, "eva", NOON))
    lines = hotline("notices").out.splitlines()
    assert len(lines) == 7
    assert lines[1].split()[:4] == ["-", "2026-03-02", "21:01:05", "waits"]
    assert "will be decided (60 s after the call ended): mailed to a@x.example" in lines[1]
    first, second, decided = objects(hotline("notices", "--limit", "3", "--json"))
    assert [list(one) for one in (first, second, decided)] == [KEYS] * 3
    assert [one["call"] for one in (first, second, decided)] == ["w2", "w1", "c2"]
    assert {**second, "why": ""} == {
        **dict.fromkeys(KEYS),
        "call": "w1",
        "state": "waits",
        "why": "",
        "at": "2026-03-02T12:00:05.000Z",
        "next_at": "2026-03-02T12:01:05.000Z",
        "tries": 0,
    }
    assert [one["call"] for one in objects(hotline("notices", "--call", "w1", "--json"))] == ["w1"]
    assert {one["state"] for one in objects(hotline("notices", "--failed", "--json"))} == {
        "failed",
        "uncertain",
    }


def test_calls_with_failed_notices_are_found(hotline, told):
    assert [one["id"] for one in objects(hotline("calls", "--failed-notices", "--json"))] == ["c1"]
    hotline("notices", "retry", "--all")
    assert hotline("calls", "--failed-notices", "--json").out == ""


def test_times_are_in_the_zone_of_the_console_that_runs(hotline, told, in_tokyo):
    assert "2026-03-02 21:00:00" in hotline("notices").out
    assert "2026-03-02 21:00:00" in hotline("calls", "--since", "2026-03-02 20:59").out
    assert hotline("calls", "--since", "2026-03-02 21:01").out == ""


@pytest.mark.parametrize(
    ("state", "minutes", "why", "words"),
    [
        (S.SENT, 14, SUMMED_UP, "in the summary of 12:14 to a@x.example (notice 1)"),
        (S.SENT, 14, TOGETHER, "in the one of 12:14 to a@x.example (notice 1)"),
        (S.SENT, 900, SUMMED_UP, "in the summary of 2026-03-03 03:00 to a@x.example (notice 1)"),
        (S.QUEUED, 14, SUMMED_UP, "in a summary to a@x.example that waits (notice 1)"),
        (S.UNCERTAIN, 14, SUMMED_UP, "in a summary to a@x.example of which it is not known"),
    ],
)
def test_a_folded_notice_says_in_which_one_it_is_told(hotline, home, state, minutes, why, words):
    async def work():
        store = await open_store(f"sqlite:///{home / 'hotline.db'}")
        at = NOON + timedelta(minutes=minutes)
        for id in ("c1", "c2"):
            await store.write([SaveCall(call(id)), OweNotice(id, NOON)])
        mail, to = Channel.MAIL, "a@x.example"
        (head,) = await store.decide("c1", [Notice("c1", mail, to, state, "250 ok", at)])
        folded = Notice("c2", mail, to, S.FOLDED, why, NOON, told_by=head.id)
        await store.decide("c2", [folded])
        await store.close()

    asyncio.run(work())
    assert words in hotline("notices").out.splitlines()[0]
    (one, _) = objects(hotline("notices", "--json"))
    assert list(one) == KEYS
    assert (one["told_by"], one["why"]) == (1, why)


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
    hotline("users", "add", "otto")
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
