"""A real server receives posts, and checks them as a receiver would."""

import hashlib
import hmac
import json
import socket
import time
from dataclasses import replace

import pytest

from console.actions.webhooks import WAITS
from console.desk.export import as_json
from console.desk.records import Identity
from console.people.values import Contact
from console.settings.live import Occasion, PostWebhook
from tests.actions.conftest import AT, RECORD, Receiver, Room, action, until


def post(receiver: Receiver, secret: str = "the key") -> PostWebhook:
    return PostWebhook.model_validate({"url": receiver.url, "secret": secret})


def accepted(headers: dict[str, str], body: bytes, now: float) -> bool:
    """As somebody's own server would check it, after the words of webhooks.py."""
    signed = headers["X-Hotline-Timestamp"].encode() + b"." + body
    right = "sha256=" + hmac.new(b"the key", signed, hashlib.sha256).hexdigest()
    fresh = abs(now - int(headers["X-Hotline-Timestamp"])) < 300
    return fresh and hmac.compare_digest(right, headers.get("X-Hotline-Signature", ""))


async def test_a_call_is_posted_as_scripts_see_it(room: Room, receiver: Receiver) -> None:
    room.happened(action(post(receiver), name="CRM"))
    await room.idle()
    ((path, headers, body),) = receiver.got
    assert path == "/hook?token=hush"
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {
        "action": "CRM",
        "occasion": "incoming",
        "at": "2026-11-24T13:05:00.000+00:00",
        "call": as_json(RECORD, AT),
    }
    assert room.failures == []


async def test_a_receiver_can_tell_that_it_is_ours_and_new(room: Room, receiver: Receiver) -> None:
    room.happened(action(post(receiver)))
    await room.idle()
    _, headers, body = receiver.got[0]
    now = AT.timestamp()
    assert accepted(headers, body, now)
    assert not accepted(headers, body.replace(b"Hans", b"Hons"), now)
    assert not accepted(headers, body, now + 3600)
    # Replayed with a new time the signature is wrong.
    later = {**headers, "X-Hotline-Timestamp": str(int(now) + 3600)}
    assert not accepted(later, body, now + 3600)


async def test_a_secret_may_be_elsewhere(room: Room, receiver: Receiver) -> None:
    room.happened(action(post(receiver, "env:KEY")))
    await room.idle()
    _, headers, body = receiver.got[0]
    assert accepted(headers, body, AT.timestamp())


async def test_a_secret_that_is_not_there_is_told_and_nothing_posted(
    room: Room, receiver: Receiver
) -> None:
    room.happened(action(post(receiver, "env:NONE")))
    assert "from the variable NONE, which is not set" in await room.why()
    assert receiver.got == []


async def test_without_a_secret_there_is_no_signature(room: Room, receiver: Receiver) -> None:
    room.happened(action(post(receiver, "")))
    await room.idle()
    assert "X-Hotline-Signature" not in receiver.got[0][1]


@pytest.mark.parametrize("status", [500, 502, 503, 429])
async def test_a_server_in_trouble_is_tried_again_with_the_same_key(
    room: Room, receiver: Receiver, status: int
) -> None:
    receiver.answers = [status, status]
    room.happened(action(post(receiver)))
    await room.idle()
    assert len(receiver.got) == 3
    assert room.failures == []
    assert len({headers["Idempotency-Key"] for _, headers, _ in receiver.got}) == 1
    assert len({body for _, _, body in receiver.got}) == 1


async def test_the_key_is_another_for_another_action_call_or_occasion(
    room: Room, receiver: Receiver
) -> None:
    both = (Occasion.INCOMING, Occasion.ENDED)
    first, second = (action(post(receiver), id=id, on=both) for id in ("a1", "a2"))
    other = replace(RECORD, call=replace(RECORD.call, id="c-2"))
    for _ in range(2):
        room.happened(first, second)
        room.happened(first, occasion=Occasion.ENDED)
        room.happened(first, record=other)
    await room.idle()
    assert len(receiver.got) == 8
    assert len({headers["Idempotency-Key"] for _, headers, _ in receiver.got}) == 4


async def test_of_a_page_that_a_server_answers_its_words_are_told(
    room: Room, receiver: Receiver
) -> None:
    receiver.answers = [404]
    receiver.said = (
        b'<!DOCTYPE HTML>\n<html lang="en"><head><meta charset="utf-8"><title>Not found</title>'
        b"<style>b { color: red }</style></head><body><!-- x --><h1>No such</h1>&lt;hook&gt; here"
        b'<script>run("</b>")</script><p'
    )
    room.happened(action(post(receiver)))
    why = await room.why()
    assert why.startswith("127.0.0.1 answered 404 (Not found No such <hook> here).")


async def test_a_server_that_stays_in_trouble_is_given_up_and_told(
    room: Room, receiver: Receiver
) -> None:
    receiver.answers, receiver.said = [500] * 9, b"database\x1b[31m is gone"
    room.happened(action(post(receiver)))
    assert await room.why() == (
        "127.0.0.1 answered 500 (database[31m is gone). Tried 4 times; see whether that server is "
        "well."
    )
    assert len(receiver.got) == 4


@pytest.mark.parametrize("status", [400, 401, 404, 410, 301, 307, 308])
async def test_what_a_server_refuses_is_not_tried_again(
    room: Room, receiver: Receiver, status: int
) -> None:
    receiver.answers, receiver.headers = [status], {"Location": "/elsewhere"}
    room.happened(action(post(receiver)))
    why = await room.why()
    assert why.startswith(f"127.0.0.1 answered {status} (said).")
    assert "hush" not in why
    assert len(receiver.got) == 1


async def test_a_server_that_hangs_is_given_up_at_its_time(room: Room, receiver: Receiver) -> None:
    receiver.gate.clear()
    began = time.monotonic()
    room.happened(action(post(receiver)))
    why = await room.why()
    assert why.startswith("127.0.0.1 did not answer within 0.5 s. Tried 4 times")
    assert 2.0 <= time.monotonic() - began < 5
    assert len(receiver.got) == 4


async def test_a_server_that_is_not_there_is_told(room: Room, receiver: Receiver) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        room.happened(action(PostWebhook(url=url)))
        why = await room.why()
    assert why.startswith("127.0.0.1 can't be reached: ")
    assert "Tried 4 times" in why


@pytest.mark.parametrize(
    "url", ["http://", "https://:x/", "http://a:99999/", "http://[x/", "http://a b/"]
)
async def test_an_address_that_is_none_is_told_at_once(
    room: Room, receiver: Receiver, url: str
) -> None:
    room.happened(action(PostWebhook(url=url)))
    assert (await room.why()).startswith("The address of the webhook is wrong: ")


async def test_a_giant_answer_is_not_read(room: Room, receiver: Receiver) -> None:
    receiver.answers, receiver.said = [400], b"x" * 50_000_000
    room.happened(action(post(receiver)))
    assert len(await room.why()) < 300


async def test_a_hostile_name_is_a_value_in_json(room: Room, receiver: Receiver) -> None:
    name = '"},\n\x00\ud800{{ 7*7 }}'
    record = replace(RECORD, caller_name=name, identity=Identity(contact=Contact(name)))
    room.happened(action(post(receiver)), record=record)
    await room.idle()
    _, headers, body = receiver.got[0]
    assert json.loads(body)["call"]["caller"]["name"] == name
    assert accepted(headers, body, AT.timestamp())


async def test_a_slow_webhook_holds_up_no_other(room: Room, receiver: Receiver) -> None:
    receiver.gate.clear()
    quick = Receiver()
    try:
        slow = action(post(receiver), id="slow")
        for _ in range(20):
            room.happened(slow)
        room.happened(action(post(quick), id="quick"))
        await until(lambda: quick.got)
        assert len(receiver.got) <= 8
    finally:
        quick.close()


def test_a_server_gets_half_a_minute_to_come_back() -> None:
    assert len(WAITS) == 3
    assert sum(WAITS) > 30
