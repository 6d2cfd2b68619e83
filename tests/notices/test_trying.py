"""Send a test: real ones, with values that are not stored yet, and with the server's own words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from console.desk.notices import SendingTried, TrySending
from console.notices.trying import try_sending
from console.settings.live import KEPT, Live
from tests.notices.letters import NOW, given, settings
from tests.servers.certificates import Certificates, make
from tests.servers.scripted_http import Answer, scripted
from tests.servers.smtp_server import HANG, PASSWORD, USER, Behaviour, smtp_server


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make(Path(tmp_path_factory.mktemp("tls")))


async def tried_mail(
    port: int, live: Live | None = None, to: str = "me@desk.example", **changed: Any
) -> SendingTried:
    usual = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "calls@desk.example"}
    query = TrySending("mail_server", usual | {"seconds": 1} | changed, to)
    return await try_sending(query, live or Live(), given, NOW)


def secure(tls: Certificates, **changed: Any) -> dict[str, Any]:
    usual = {"security": "STARTTLS", "ca": str(tls.authority), "user": USER}
    return usual | {"password": PASSWORD} | changed


async def test_a_test_mail_with_everything_that_was_said(tls: Certificates) -> None:
    async with smtp_server(tls=tls) as server:
        tried = await tried_mail(server.port, **secure(tls))
    assert tried.ok
    assert tried.words == "127.0.0.1 took the test to me@desk.example (250 2.0.0 taken)"
    steps = [line.partition(":")[0] for line in tried.said]
    assert list(dict.fromkeys(steps)) == [
        *("connect", "EHLO", "STARTTLS", "AUTH", "MAIL FROM", "RCPT TO", "DATA", "end of data")
    ]
    assert tried.said[0].startswith("connect: 220 mail.test")
    assert "EHLO: 250 mail.test" in tried.said
    assert "STARTTLS: 220 Ready to start TLS" in tried.said
    assert "AUTH: 235 2.7.0 Authentication successful" in tried.said
    assert tried.said[-1] == "end of data: 250 2.0.0 taken"
    assert PASSWORD not in "".join(tried.said)
    assert len(server.seen.mails) == 1


async def test_each_test_is_a_mail_of_its_own() -> None:
    async with smtp_server() as server:
        await tried_mail(server.port)
        later = NOW.replace(second=59)
        values = {"host": "127.0.0.1", "port": server.port, "security": "none", "sender": "a@b.c"}
        await try_sending(TrySending("mail_server", values, "x@y.z"), Live(), given, later)
    first, second = (mail.original_content for mail in server.seen.mails)
    assert b"Message-ID: <test." in first
    assert first.split(b"Message-ID:")[1][:40] != second.split(b"Message-ID:")[1][:40]


async def test_a_wrong_password_with_the_server_s_words(tls: Certificates) -> None:
    async with smtp_server(tls=tls) as server:
        tried = await tried_mail(server.port, **secure(tls, password="wr0ng"))
    assert not tried.ok
    assert "refused the login of desk (535" in tried.words
    assert "wr0ng" not in tried.words + "".join(tried.said)
    assert tried.said[-1].startswith("AUTH: 535 5.7.8")


async def test_a_refusal_and_a_server_that_hangs() -> None:
    async with smtp_server(Behaviour({"RCPT": "550 5.1.1 unknown"})) as server:
        refused = await tried_mail(server.port)
        server.behaviour = Behaviour({"MAIL": HANG})
        hangs = await tried_mail(server.port)
    assert refused.words == "127.0.0.1 refused it (RCPT TO: 550 5.1.1 unknown)"
    assert refused.said[-1] == "RCPT TO: 550 5.1.1 unknown"
    assert hangs.words == "127.0.0.1 did not answer to MAIL FROM within 1 s"
    assert hangs.said[-1].startswith("EHLO: 250")


async def test_the_stored_password_is_taken_for_its_own_server_only(tls: Certificates) -> None:
    async with smtp_server(tls=tls) as server:
        stored = secure(tls) | {"host": "127.0.0.1", "port": server.port}
        live = settings(server=stored)
        kept = secure(tls, password=KEPT)
        assert (await tried_mail(server.port, live, **kept)).ok
        connections = server.seen.connections
        itself = {"password": stored["password"]}  # as a form that nobody typed one into
        for other in ({"host": "localhost"}, {"security": "none"}, itself | {"host": "localhost"}):
            tried = await tried_mail(server.port, live, **kept | other)
            assert tried.words == "the server is another one now: enter its password anew to try it"
        assert server.seen.connections == connections


@pytest.mark.parametrize(
    ("values", "to", "words"),
    [
        ({"host": ""}, "a@b.c", "enter the Server first"),
        ({"port": 0}, "a@b.c", "Port: Input should be greater than or equal to 1"),
        ({"port": "secret"}, "a@b.c", "Port: Input should be a valid integer"),
        ({"nothing": 1}, "a@b.c", "nothing: Extra inputs are not permitted"),
        ({"sender": "x"}, "a@b.c", "From address: an e-mail address"),
    ],
)
async def test_values_that_are_wrong(values: Any, to: str, words: str) -> None:
    tried = await tried_mail(**{"port": 9, "to": to} | values)
    assert not tried.ok
    assert tried.words.startswith(words)


async def test_a_recipient_that_is_none() -> None:
    async with smtp_server() as server:
        tried = await tried_mail(server.port, to="a@b\r\nBcc: c@d.e")
        unknown = await try_sending(TrySending("x", {}, ""), Live(), given, NOW)
    assert tried.words.startswith("not sent: To is an e-mail address")
    assert not unknown.ok


def values(url: str, **changed: Any) -> dict[str, Any]:
    usual = {"name": "mine", "kind": "Twilio", "url": url, "user": "AC1", "secret": "s3cr3t"}
    return usual | {"sender": "+49 30 111000"} | changed


async def tried_text(given_values: dict[str, Any], live: Live | None = None) -> SendingTried:
    query = TrySending("providers", given_values, "+49 171 1234567")
    return await try_sending(query, live or Live(), given, NOW)


async def test_a_test_message() -> None:
    accepted = Answer(201, json.dumps({"sid": "SM1", "status": "queued"}).encode())
    with scripted(lambda _asked: accepted) as server:
        tried = await tried_text(values(server.url))
    assert tried == SendingTried(True, "“mine” accepted the test", ("201 queued SM1",))
    assert "To=%2B491711234567" in server.asked[0].body
    assert "10%3A02" in server.asked[0].body


async def test_a_test_message_that_is_refused() -> None:
    refused = Answer(400, json.dumps({"code": 21606, "message": "s3cr3t"}).encode())
    with scripted(lambda _asked: refused) as server:
        tried = await tried_text(values(server.url))
    # What the provider said is in the sentence, and stands there once.
    assert tried == SendingTried(False, "“mine” refused the Sender: 400 21606 ***")


async def test_the_stored_secret_goes_to_its_own_provider_only() -> None:
    accepted = Answer(201, json.dumps({"sid": "SM1", "status": "queued"}).encode())
    with scripted(lambda _asked: accepted) as server, scripted(lambda _asked: accepted) as other:
        live = settings(provider=values(server.url))
        assert (await tried_text(values(server.url, secret=KEPT), live)).ok
        assert (await tried_text(values(server.url, secret=KEPT, name="renamed"), live)).ok
        for changed in (values(other.url), values(server.url, kind="HTTP")):
            for secret in (KEPT, "s3cr3t"):
                tried = await tried_text(changed | {"secret": secret}, live)
                assert "enter its secret anew" in tried.words
    assert len(server.asked) == 2
    assert other.asked == []


async def test_the_stored_headers_go_to_their_own_provider_only() -> None:
    accepted = Answer(200, b"")
    with scripted(lambda _asked: accepted) as server, scripted(lambda _asked: accepted) as other:
        http = {"kind": "HTTP", "secret": "", "headers": {"X-Key": "hunter2"}}
        live = settings(provider=values(server.url, **http))
        kept = http | {"headers": {"X-Key": KEPT}}
        assert (await tried_text(values(server.url, **kept), live)).ok
        for headers in (http, kept):
            tried = await tried_text(values(other.url, **headers), live)
            assert "enter its secret anew" in tried.words
    assert server.asked[0].headers["X-Key"] == "hunter2"
    assert other.asked == []


async def test_a_number_that_is_none() -> None:
    query = TrySending("providers", values("http://127.0.0.1:9"), "0171 123")
    tried = await try_sending(query, Live(), given, NOW)
    assert tried.words == "“0171 123” is no number with its country"
    tried = await try_sending(query, Live(), given, NOW, lambda _text: "+49171123")
    assert "127.0.0.1 can't be reached" in tried.words
