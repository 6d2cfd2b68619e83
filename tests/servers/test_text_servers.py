"""Text messages through a real Kannel to a fake SMSC, end to end."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from console.notices.letter import Ending, Result
from console.notices.text_channel import TextChannel
from tests.notices.letters import given, letter, settings

from .kannel import DENIED, PASSWORD, USER, Kannel

pytestmark = pytest.mark.servers
TO = "+491711234567"


@pytest.fixture
async def channel() -> AsyncIterator[TextChannel]:
    made = TextChannel(given)
    yield made
    await made.close()


async def sent(
    channel: TextChannel,
    kannel: Kannel,
    text: str,
    to: str = TO,
    caller_as_sender: bool = False,
    **changed: Any,
) -> Result:
    usual = {
        "kind": "Kannel",
        "url": f"http://127.0.0.1:{kannel.port}",
        "user": USER,
        "secret": PASSWORD,
        "sender": "+49 30 111000",
    }
    live = settings(text={"caller_as_sender": caller_as_sender}, provider=usual | changed)
    return await channel.send(letter(live, to, sms=text))


def got(kannel: Kannel, seen: str, count: int = 1) -> list[tuple[str, str, str, str]]:
    """Messages that the SMSC got since then: sender, recipient, kind, text."""
    give_up = time.monotonic() + 10
    pattern = re.compile(r"Got message \d+: <(\S+) (\S+) (text|ucs-2|udh \S+ data) (.*)>")
    while len(found := pattern.findall(kannel.got()[len(seen) :])) < count:
        assert time.monotonic() < give_up, kannel.got()[-1000:]
        time.sleep(0.02)
    return found


def test_kannel_listens_on_loopback_only(kannel: Kannel) -> None:
    listens = kannel.listens()
    assert {address for _, address, _ in listens} == {"127.0.0.1"}
    assert kannel.port in {port for *_, port in listens}


async def test_umlauts_are_one_message_of_the_usual_alphabet(
    channel: TextChannel, kannel: Kannel
) -> None:
    seen = kannel.got()
    text = "1 Anruf für Müller & Söhne [A] 5 €: +49 30 1110?"
    result = await sent(channel, kannel, text)
    assert result.ending is Ending.SENT
    assert "accepted by “the provider” (202 0: Accepted for delivery)" in result.why
    assert got(kannel, seen) == [("+4930111000", TO, "text", text)]


async def test_emoji_arrive_whole(channel: TextChannel, kannel: Kannel) -> None:
    seen = kannel.got()
    assert (await sent(channel, kannel, "Anruf 😀 ж")).ending is Ending.SENT
    [(_, _, kind, octets)] = got(kannel, seen)
    assert kind == "ucs-2"
    assert unquote_to_bytes(octets.replace("+", " ")).decode("utf-16-be") == "Anruf 😀 ж"


async def test_a_long_text_is_as_many_parts_as_we_counted(
    channel: TextChannel, kannel: Kannel
) -> None:
    from console.notices.text_parts import parts

    seen = kannel.got()
    text = "ab cd " * 60
    assert parts(text.strip()).count == 3
    await sent(channel, kannel, text)
    messages = got(kannel, seen, 3)
    joined = "".join(octets.replace("+", " ") for *_, octets in messages)
    assert joined == text.strip()
    await asyncio.sleep(0.1)
    assert len(got(kannel, seen, 3)) == 3


async def test_the_sender(channel: TextChannel, kannel: Kannel) -> None:
    seen = kannel.got()
    await sent(channel, kannel, "one", sender="Desk")
    await sent(channel, kannel, "two", caller_as_sender=True)
    await sent(channel, kannel, "three", caller_as_sender=True, foreign="operator decides")
    # Without a sender of its own, and none allowed: it says so.
    without = await sent(channel, kannel, "four", sender="")
    assert [(sender, text) for sender, _, _, text in got(kannel, seen, 3)] == [
        ("Desk", "one"),
        ("+4930111000", "+49301110: two"),
        ("+49301110", "three"),
    ]
    assert without.ending is Ending.REFUSED
    assert "400 Sender missing and no global set, rejected; correct Sender" in without.why


async def test_what_kannel_refuses(channel: TextChannel, kannel: Kannel) -> None:
    wrong = await sent(channel, kannel, "x", secret="wr0ng-pass")
    denied = await sent(channel, kannel, "x", to=f"{DENIED}1234")
    assert wrong.ending is Ending.LATER
    assert "403 Authorization failed for sendsms: correct User and Secret" in wrong.why
    assert denied.ending is Ending.REFUSED
    assert "400 " in denied.why
    assert "wr0ng" not in wrong.why


async def test_the_password_is_in_no_access_log(channel: TextChannel, kannel: Kannel) -> None:
    await sent(channel, kannel, "x")
    assert PASSWORD not in (kannel.folder / "access").read_text(errors="replace")
