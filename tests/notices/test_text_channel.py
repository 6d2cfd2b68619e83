"""Text messages to local servers that speak, stammer and hang as providers do."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from email.utils import format_datetime
from itertools import repeat
from typing import Any
from urllib.parse import parse_qs

import pytest

from console.notices.letter import Ending, Result
from console.notices.providers.exchange import Verdict
from console.notices.text_channel import TextChannel
from console.notices.text_posts import patience
from tests.notices.letters import NOW, given, letter, settings
from tests.notices.test_providers import ANSWERS
from tests.servers.scripted_http import Answer, Asked, Server, scripted

TO = "+491711234567"
ACCEPTED = Answer(201, json.dumps({"sid": "SM1", "status": "queued"}).encode())
REFUSED_SENDER = Answer(400, json.dumps({"code": 21606, "message": "not yours"}).encode())


@pytest.fixture
async def channel() -> AsyncIterator[TextChannel]:
    made = TextChannel(given, seconds=1)
    yield made
    await made.close()


def twilio(url: str, **changed: Any) -> dict[str, Any]:
    usual = {"kind": "Twilio", "url": url, "user": "AC1", "secret": "s3cr3t"}
    return usual | {"sender": "+49 30 111000"} | changed


async def sent(
    channel: TextChannel,
    url: str,
    caller_as_sender: bool = False,
    provider: dict[str, Any] | None = None,
    **changed: Any,
) -> Result:
    live = settings(
        text={"caller_as_sender": caller_as_sender}, provider=twilio(url) | (provider or {})
    )
    return await channel.send(letter(live, TO, **changed))


def forms(server: Server) -> list[dict[str, str]]:
    return [{name: value for name, [value] in parse_qs(one.body).items()} for one in server.asked]


def answering(*answers: Answer) -> Callable[[Asked], Answer]:
    waiting = list(answers)
    return lambda _asked: waiting.pop(0)


async def test_accepted(channel: TextChannel) -> None:
    with scripted(answering(ACCEPTED)) as server:
        result = await sent(channel, server.url)
    assert result == Result(
        Ending.SENT, f"sent to {TO}, accepted by “the provider” (201 queued SM1)"
    )
    [form] = forms(server)
    assert form == {"To": TO, "From": "+4930111000", "Body": letter().sms}
    assert server.asked[0].headers["Accept-Encoding"] == "identity"


async def test_a_refused_sender_is_replaced_by_our_own_once(channel: TextChannel) -> None:
    with scripted(answering(REFUSED_SENDER, ACCEPTED)) as server:
        result = await sent(channel, server.url, True, {"foreign": "verified only"})
    first, second = forms(server)
    assert (first["From"], first["Body"]) == ("+49301110", letter().sms)
    assert (second["From"], second["Body"]) == ("+4930111000", f"+49301110: {letter().sms}")
    assert result.ending is Ending.SENT
    assert "refused +49301110 as the sender (400 21606 not yours): sent from +4930111000" in (
        result.why
    )


async def test_the_own_sender_refused_too_is_for_a_person(channel: TextChannel) -> None:
    with scripted(answering(REFUSED_SENDER, REFUSED_SENDER)) as server:
        result = await sent(channel, server.url, True, {"foreign": "operator decides"})
    assert len(server.asked) == 2
    assert result.ending is Ending.REFUSED
    assert "21606" in result.why
    assert "correct Sender" in result.why


async def test_no_caller_s_number_is_the_sender_unless_allowed(channel: TextChannel) -> None:
    with scripted(lambda _asked: ACCEPTED) as server:
        never = await sent(channel, server.url, True)
        await sent(channel, server.url, False, {"foreign": "operator decides"})
        await sent(channel, server.url, True, {"foreign": "operator decides"}, number="")
        await sent(channel, server.url, True, {"foreign": "operator decides"}, number="123")
        await sent(channel, server.url, True, {"foreign": "operator decides"})
    got = forms(server)
    assert [form["From"] for form in got] == ["+4930111000"] * 4 + ["+49301110"]
    assert [form["Body"].partition(": ")[0] for form in got[:4]] == [
        *("+49301110", "1 missed call for Müller GmbH", "1 missed call for Müller GmbH", "123"),
    ]
    assert "the caller's number stands in the text" in never.why


async def test_sipgate_has_no_sender_to_give(channel: TextChannel) -> None:
    with scripted(answering(Answer(204))) as server:
        sipgate = {"kind": "sipgate", "user": "token-A", "foreign": "operator decides"}
        result = await sent(channel, server.url, True, sipgate)
    assert json.loads(server.asked[0].body)["message"].startswith("+49301110: ")
    assert result.ending is Ending.SENT


ENDINGS = {
    Verdict.ACCEPTED: Ending.SENT,
    Verdict.LATER: Ending.LATER,
    Verdict.SETTINGS: Ending.LATER,
    Verdict.REFUSED: Ending.REFUSED,
    Verdict.SENDER: Ending.REFUSED,
    Verdict.UNKNOWN: Ending.UNKNOWN,
}


@pytest.mark.parametrize(("kind", "status", "body", "verdict", "words"), ANSWERS)
async def test_documented_answers_end_to_end(
    channel: TextChannel, kind: str, status: int, body: str, verdict: Verdict, words: str
) -> None:
    with scripted(lambda _asked: Answer(status, body.encode())) as server:
        result = await sent(channel, server.url, provider={"kind": kind, "body": "t={text}"})
    assert result.ending is ENDINGS[verdict]
    assert words in result.why
    [asked] = server.asked
    assert asked.method == "POST"
    assert "s3cr3t" not in asked.path


async def test_retry_after_is_kept(channel: TextChannel) -> None:
    with scripted(answering(Answer(429, b"slow", {"Retry-After": "120"}))) as server:
        result = await sent(channel, server.url)
    assert (result.ending, result.after) == (Ending.LATER, 120.0)
    assert "429 slow" in result.why


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("9" * 50, 3600.0),
        (format_datetime(NOW + timedelta(seconds=90)), 90.0),
        (format_datetime(NOW - timedelta(days=1)), 0.0),
        *((odd, 0.0) for odd in ("", "-5", "soon", "１２", "Tue, 99 Foo", "\x00" * 99)),
    ],
)
def test_patience(header: str, seconds: float) -> None:
    assert patience(header, NOW) == seconds


async def test_ten_megabytes_are_not_read(channel: TextChannel) -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        for piece in repeat(b"x" * 10_000, 1000):
            read += len(piece)
            yield piece

    with scripted(answering(Answer(200, endless()))) as server:
        result = await sent(channel, server.url)
    assert result.ending is Ending.UNKNOWN
    assert len(result.why) < 500
    assert read < 10_000_000


async def test_what_is_compressed_is_not_unfolded(channel: TextChannel) -> None:
    bomb = Answer(200, gzip.compress(b"\0" * 10_000_000), {"Content-Encoding": "gzip"})
    with scripted(answering(bomb)) as server:
        result = await sent(channel, server.url)
    assert result.ending is Ending.UNKNOWN
    assert "compressed" in result.why


async def test_redirects_are_not_followed(channel: TextChannel) -> None:
    with scripted(lambda _asked: ACCEPTED) as other:
        moved = Answer(302, b"", {"Location": f"{other.url}/x"})
        with scripted(answering(moved)) as server:
            result = await sent(channel, server.url)
    assert other.asked == []
    assert result.ending is Ending.LATER
    assert "enter the final address" in result.why


async def test_secrets_that_a_server_repeats_are_not_in_the_reason(channel: TextChannel) -> None:
    def echo(asked: Asked) -> Answer:
        words = f"{asked.path} {asked.headers.get('Authorization')} {asked.body} s3cr%3Dt"
        return Answer(400, json.dumps({"code": 1, "message": words}).encode())

    with scripted(echo) as server:
        result = await sent(channel, server.url, provider={"secret": "s3cr=t"})
        any_http = {"kind": "HTTP", "url": f"{server.url}/?key={{secret}}", "secret": "s3cr=t"}
        second = await sent(channel, server.url, provider=any_http)
    for why in (result.why, second.why):
        assert "***" in why
        assert "s3cr" not in why
        assert "czNjc" not in why  # its beginning in base64
    assert "QUMxOn" not in result.why  # the beginning of user and secret in base64


@contextmanager
def hostile(answer: bytes, wait: float = 0.0) -> Iterator[str]:
    """A server of one connection: reads something, writes this, waits, closes."""
    import threading
    import time

    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with closing(connection):
                connection.recv(65536)
                connection.sendall(answer)
                time.sleep(wait)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(5)


async def test_no_answer_after_the_request_may_have_been_sent(channel: TextChannel) -> None:
    with hostile(b"", wait=1.5) as url:
        hung = await sent(channel, url)
    assert hung.ending is Ending.UNKNOWN
    assert "127.0.0.1 did not answer within 1 s" in hung.why
    for beginning in (b"", b"HTTP/1.1 2", b"\x00\x01\x02\r\n\r\n"):
        with hostile(beginning) as url:
            dropped = await sent(channel, url)
        assert dropped.ending is Ending.UNKNOWN, beginning


async def test_a_status_is_an_answer_even_if_the_rest_never_comes(channel: TextChannel) -> None:
    head = b"HTTP/1.1 %s\r\nContent-Length: 500\r\n\r\n{"
    with hostile(head % b"503 Busy", wait=1.5) as url:
        assert (await sent(channel, url)).ending is Ending.LATER
    with hostile(head % b"201 Created") as url:
        assert (await sent(channel, url)).ending is Ending.UNKNOWN


async def test_who_can_t_be_reached_was_sent_nothing(channel: TextChannel) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        result = await sent(channel, f"http://127.0.0.1:{closed.getsockname()[1]}")
    assert result.ending is Ending.LATER
    assert "127.0.0.1 can't be reached" in result.why


async def test_a_stranger_s_certificate_is_not_trusted(channel: TextChannel, tmp_path: Any) -> None:
    from tests.servers.certificates import make

    with scripted(answering(ACCEPTED), make(tmp_path)) as server:
        result = await sent(channel, server.url)
    assert server.asked == []
    assert result.ending is Ending.LATER
    assert "TLS certificate of 127.0.0.1 is not trusted" in result.why


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"sender": ""}, "has no Sender"),
        ({"user": ""}, "has no User"),
        ({"secret": ""}, "has no Secret"),
        ({"kind": "Kannel", "url": ""}, "has no address"),
        ({"kind": "Kannel", "secret": "a\r\nX-Kannel-From: b"}, "make no request"),
        ({"url": "http://[::1"}, "make no request"),
        ({"url": "http://:0/"}, ""),
        ({"kind": "HTTP", "url": "http://[::1/{to}"}, "make no request"),
        ({"kind": "HTTP", "url": "http://a b/"}, "can't be reached"),
        ({"kind": "HTTP", "url": "http://127.0.0.1:99999/"}, "can't be reached"),
        ({"kind": "HTTP", "url": "http://" + "a" * 300 + ".example/"}, ""),
    ],
)
async def test_settings_that_make_no_request_lose_nothing(
    channel: TextChannel, changed: dict[str, Any], words: str
) -> None:
    result = await sent(channel, "http://127.0.0.1:9", provider=changed)
    assert result.ending is Ending.LATER
    assert words in result.why


async def test_a_secret_that_is_not_there_is_said() -> None:
    def nothing(_text: str) -> str:
        raise ValueError("HOTLINE_SECRET_X is not set in the environment")

    channel = TextChannel(nothing)
    result = await sent(channel, "http://127.0.0.1:9")
    assert result.ending is Ending.LATER
    assert "HOTLINE_SECRET_X is not set" in result.why
    await channel.close()


@pytest.mark.parametrize(
    ("live", "recipient", "changed", "ending", "words"),
    [
        (settings(), TO, {}, Ending.LATER, "there is no provider of text messages"),
        (
            settings(text={"provider": "gone"}, provider={}),
            *(TO, {}, Ending.LATER, "no provider “gone”"),
        ),
        (settings(provider={}), "x\x1b[2J", {}, Ending.REFUSED, "is no number"),
        (settings(provider={}), "0171 1234", {}, Ending.REFUSED, "is no number"),
        (settings(provider={}), TO, {"sms": " \n"}, Ending.REFUSED, "would be empty"),
    ],
)
async def test_letters_that_no_provider_is_asked_about(
    channel: TextChannel, live: Any, recipient: str, changed: Any, ending: Ending, words: str
) -> None:
    result = await channel.send(letter(live, recipient, **changed))
    assert result.ending is ending
    assert words in result.why


async def test_a_giant_text_is_cut(channel: TextChannel) -> None:
    with scripted(answering(ACCEPTED)) as server:
        await sent(channel, server.url, sms="a\x00b\r\nc\x1b" + "x" * 10_000)
    [form] = forms(server)
    assert form["Body"].startswith("ab\ncxxx")
    assert len(form["Body"]) == 9 * 153
    assert form["Body"].endswith("x...")


async def test_cancelled_while_waiting(channel: TextChannel) -> None:
    with hostile(b"", wait=0.5) as url, pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await sent(channel, url)
