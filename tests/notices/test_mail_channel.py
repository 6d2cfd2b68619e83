"""E-mails to SMTP servers that behave well, badly, and worse."""

from __future__ import annotations

import asyncio
import email
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from email import policy
from pathlib import Path
from typing import Any

import pytest

from console.calls.text import clean
from console.notices.letter import Ending, Result
from console.notices.mail_channel import MailChannel
from tests.notices.letters import given, letter, settings
from tests.servers.certificates import Certificates, make
from tests.servers.smtp_server import (
    DROP,
    HANG,
    PASSWORD,
    USER,
    Behaviour,
    Server,
    smtp_server,
)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make(Path(tmp_path_factory.mktemp("tls")))


@pytest.fixture
async def channel() -> AsyncIterator[MailChannel]:
    made = MailChannel(given, pause_seconds=0)
    yield made
    await made.close()


async def sent(
    channel: MailChannel,
    server: Server,
    tls: Certificates | None = None,
    mail: dict[str, Any] | None = None,
    recipient: str = "front@desk.example",
    letter_with: dict[str, Any] | None = None,
    **changed: Any,
) -> Result:
    usual: dict[str, Any] = {"host": "127.0.0.1", "port": server.port, "seconds": 1}
    if tls is not None:
        usual |= {"security": "STARTTLS", "ca": str(tls.authority)}
    live = settings(mail=mail, server=usual | changed)
    return await channel.send(letter(live, recipient, **letter_with or {}))


async def test_a_mail_arrives(channel: MailChannel) -> None:
    async with smtp_server() as server:
        result = await sent(channel, server)
    assert result == Result(Ending.SENT, "mailed to front@desk.example (250 2.0.0 taken)")
    [envelope] = server.seen.mails
    assert (envelope.mail_from, envelope.rcpt_tos) == ("calls@desk.example", ["front@desk.example"])
    message = email.message_from_bytes(envelope.original_content, policy=policy.default)
    assert message["To"] == "front@desk.example"


async def test_lines_that_begin_with_a_dot_arrive_whole(channel: MailChannel) -> None:
    text = ".\n..\n.x\n\n.\nend\n"
    async with smtp_server() as server:
        await sent(channel, server, letter_with={"text": text, "html": "", "caller": None})
    [envelope] = server.seen.mails
    message = email.message_from_bytes(envelope.original_content, policy=policy.default)
    assert message.get_content().replace("\r\n", "\n") == text


async def test_one_connection_serves_ten_mails(channel: MailChannel) -> None:
    async with smtp_server() as server:
        for _ in range(25):
            assert (await sent(channel, server)).ending is Ending.SENT
        assert server.seen.connections == 3
        assert server.seen.commands.count("EHLO") == 3
        await asyncio.sleep(0.05)
        assert server.seen.commands.count("QUIT") == 2


async def test_an_idle_connection_is_closed() -> None:
    channel = MailChannel(given, idle_seconds=0.05)
    async with smtp_server() as server:
        await sent(channel, server)
        await asyncio.sleep(0.2)
        assert server.seen.commands[-1] == "QUIT"
        await sent(channel, server)
        assert server.seen.connections == 2
        await channel.close()
        await asyncio.sleep(0.05)
        assert server.seen.commands[-1] == "QUIT"


async def test_other_settings_are_another_connection(channel: MailChannel) -> None:
    async with smtp_server() as one, smtp_server() as other:
        await sent(channel, one)
        await sent(channel, other)
        await sent(channel, other, seconds=2)
    assert (one.seen.connections, other.seen.connections) == (1, 2)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("what", [DROP, "421 4.3.2 shutting down"])
async def test_a_connection_left_by_the_server_costs_no_try(
    channel: MailChannel, step: str, what: str
) -> None:
    async with smtp_server(Behaviour(from_mail=1, then={step: what})) as server:
        assert (await sent(channel, server)).ending is Ending.SENT
        assert (await sent(channel, server)).ending is Ending.SENT
    assert server.seen.connections == 2
    assert len(server.seen.mails) == 2


async def test_a_refused_mail_does_not_cost_the_connection(channel: MailChannel) -> None:
    async with smtp_server(Behaviour({"RCPT": "550 5.1.1 unknown user"})) as server:
        refused = await sent(channel, server)
        server.behaviour = Behaviour()
        assert (await sent(channel, server)).ending is Ending.SENT
    assert refused == Result(
        Ending.REFUSED, "127.0.0.1 refused it (RCPT TO: 550 5.1.1 unknown user)"
    )
    assert server.seen.connections == 1
    assert "RSET" in server.seen.commands


STEPS = ["greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "body"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("what", [HANG, DROP, "421 4.3.2 later", "451 4.3.0 later", "550 5.7.1 no"])
async def test_every_trouble_at_every_step(
    channel: MailChannel, tls: Certificates, step: str, what: str
) -> None:
    async with smtp_server(Behaviour({step: what}), tls) as server:
        result = await sent(channel, server, tls, user=USER, password=PASSWORD)
        # Nothing of it is left for the next one.
        server.behaviour = Behaviour()
        assert (await sent(channel, server, tls, user=USER, password=PASSWORD)).ending is (
            Ending.SENT
        )
    expected = Ending.LATER
    if what in (HANG, DROP) and step == "body":
        expected = Ending.UNKNOWN
    if what.startswith("550") and step in ("MAIL", "RCPT", "DATA", "body"):
        expected = Ending.REFUSED
    assert result.ending is expected
    assert "127.0.0.1" in result.why
    if what == HANG:
        assert "did not answer" in result.why
        assert "within 1 s" in result.why
    elif what == DROP:
        assert "closed the connection" in result.why or "can't be reached" in result.why
    else:
        assert what in result.why
    assert PASSWORD not in result.why


async def test_starttls_is_demanded_not_tried(channel: MailChannel, tls: Certificates) -> None:
    async with smtp_server() as server:
        result = await sent(channel, server, tls, user=USER, password=PASSWORD)
    assert result.ending is Ending.LATER
    assert "offers no STARTTLS, and nothing is sent in plain text" in result.why
    assert server.seen.commands == ["EHLO"]


@pytest.mark.parametrize("implicit", [False, True])
async def test_tls_with_an_authority_of_one_s_own(
    channel: MailChannel, tls: Certificates, implicit: bool
) -> None:
    security = "TLS" if implicit else "STARTTLS"
    async with smtp_server(tls=tls, implicit=implicit) as server:
        login = {"user": USER, "password": PASSWORD}
        assert (await sent(channel, server, tls, security=security, **login)).ending is Ending.SENT
        assert (
            await sent(channel, server, tls, host="localhost", **login | {"security": security})
        ).ending is Ending.SENT
    assert server.seen.commands.count("AUTH") == 2


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize(
    ("wrong", "ca", "words"),
    [
        ({}, "", "was signed by nobody whom this machine trusts"),
        ({}, "stranger", "enter the file of its authority as “TLS authority” in Send e-mail"),
        ({"self_signed": True}, "authority", "if it is your own, enter the file"),
        ({"expired": True}, "authority", "has expired"),
        ({"name": "other.example"}, "authority", "is another server's"),
    ],
)
async def test_certificates_that_are_wrong(
    channel: MailChannel, tmp_path: Path, implicit: bool, wrong: Any, ca: str, words: str
) -> None:
    tls = make(tmp_path, **wrong)
    given_ca = str(getattr(tls, ca)) if ca else ""
    async with smtp_server(tls=tls, implicit=implicit) as server:
        security = "TLS" if implicit else "STARTTLS"
        result = await sent(channel, server, tls, security=security, ca=given_ca)
    assert result.ending is Ending.LATER
    assert words in result.why
    assert "MAIL" not in server.seen.commands


async def test_a_corrected_authority_is_read_anew(
    channel: MailChannel, tls: Certificates, tmp_path: Path
) -> None:
    file = tmp_path / "ca.pem"
    async with smtp_server(tls=tls) as server:
        missing = await sent(channel, server, tls, ca=str(file))
        file.write_text("rubbish")
        rubbish = await sent(channel, server, tls, ca=str(file))
        file.write_bytes(tls.stranger.read_bytes())
        strange = await sent(channel, server, tls, ca=str(file))
        file.write_bytes(tls.authority.read_bytes())
        assert (await sent(channel, server, tls, ca=str(file))).ending is Ending.SENT
    for result in (missing, rubbish):
        assert result.ending is Ending.LATER
        assert f"the file of the TLS authority, {file}, can't be read" in result.why
    assert "TLS authority" in strange.why


async def test_a_wrong_password_is_tried_once_and_never_shown(
    channel: MailChannel, tls: Certificates
) -> None:
    async with smtp_server(tls=tls) as server:
        result = await sent(channel, server, tls, user=USER, password="wr0ng-pass")
    assert server.seen.commands.count("AUTH") == 1
    assert result.ending is Ending.LATER
    assert "refused the login of desk (535" in result.why
    assert "correct User and Password in Send e-mail" in result.why
    assert "wr0ng" not in result.why


async def test_a_server_that_repeats_the_password_is_not_repeated(
    channel: MailChannel, tls: Certificates
) -> None:
    async with smtp_server(Behaviour({"MAIL": "550 do you know wr0ng-pass?"}), tls) as server:
        result = await sent(channel, server, tls, user="", password="wr0ng-pass")
        assert "wr0ng" in result.why  # that was not sent
        server.behaviour = Behaviour({"AUTH": f"535 AHMzY3JldA== {PASSWORD} is wrong"})
        result = await sent(channel, server, tls, user=USER, password=PASSWORD)
    assert "*** is wrong" in result.why


async def test_a_server_without_logins(channel: MailChannel, tls: Certificates) -> None:
    async with smtp_server(Behaviour(without=frozenset({"AUTH"})), tls) as server:
        result = await sent(channel, server, tls, user=USER, password=PASSWORD)
    assert result.ending is Ending.LATER
    assert "offers no login that we know: see Security in Send e-mail" in result.why


async def test_a_demanded_login_is_for_the_settings(channel: MailChannel) -> None:
    async with smtp_server(Behaviour({"MAIL": "530 5.7.0 Authentication required"})) as server:
        result = await sent(channel, server)
    assert result.ending is Ending.LATER
    assert "demands a login (MAIL FROM: 530 5.7.0 Authentication required)" in result.why


async def test_letters_beyond_ascii_before_the_at(channel: MailChannel) -> None:
    async with smtp_server() as server:
        result = await sent(channel, server, recipient="fränt@bücher.example")
        assert result.ending is Ending.SENT
        assert server.seen.mails[0].rcpt_tos == ["fränt@xn--bcher-kva.example"]
        assert server.seen.mails[0].smtp_utf8
    async with smtp_server(Behaviour(without=frozenset({"SMTPUTF8"}))) as server:
        refused = await sent(channel, server, recipient="fränt@bücher.example")
        caller = await sent(channel, server, letter_with={"email": "änna@x.example"})
        plain = await sent(channel, server, recipient="front@bücher.example")
    assert refused.ending is Ending.REFUSED
    assert "can't take addresses with letters beyond ASCII before their @" in refused.why
    assert caller.ending is Ending.SENT
    assert "(no SMTPUTF8): sent from our own" in caller.why
    assert plain.ending is Ending.SENT
    assert server.seen.connections == 1


async def test_the_envelope_is_the_caller_s_only_as_the_caller(channel: MailChannel) -> None:
    async with smtp_server() as server:
        for mode in ("no", "reply-to", "from", "as the caller"):
            await sent(channel, server, mail={"caller_as_sender": mode})
    own, caller = "calls@desk.example", "anna@caller.example"
    assert [each.mail_from for each in server.seen.mails] == [own, own, own, caller]


async def test_settings_that_are_not_there_lose_nothing(channel: MailChannel) -> None:
    no_host = await channel.send(letter(settings(server={"host": ""})))
    assert no_host.ending is Ending.LATER
    assert "enter it in Send e-mail" in no_host.why
    async with smtp_server() as server:
        no_sender = await sent(channel, server, sender="")
        nobody = await sent(
            channel, server, letter_with={"notice": replace(letter().notice, recipient="x@y\r\nz")}
        )
        assert (await sent(channel, server)).ending is Ending.SENT
    assert no_sender.ending is Ending.LATER
    assert "enter yours in Send e-mail" in no_sender.why
    assert nobody.ending is Ending.REFUSED
    assert server.seen.connections == 2  # another sender, another connection


async def test_a_secret_that_is_not_there_is_said() -> None:
    def nothing(_text: str) -> str:
        raise ValueError("HOTLINE_SECRET_X is not set in the environment")

    channel = MailChannel(nothing)
    async with smtp_server() as server:
        result = await sent(channel, server, user="x")
        assert server.seen.connections == 0
    assert result == Result(Ending.LATER, "HOTLINE_SECRET_X is not set in the environment")


async def test_who_can_t_be_reached(channel: MailChannel) -> None:
    async with smtp_server() as server:
        pass
    closed = await sent(channel, server)
    assert closed.ending is Ending.LATER
    assert f"refuses connections on port {server.port}" in closed.why
    unknown = await sent(channel, server, host="nowhere.invalid", seconds=20)
    assert unknown.ending is Ending.LATER
    assert "the name nowhere.invalid can't be found" in unknown.why
    odd = await sent(channel, server, host="a..b", seconds=20)
    assert odd.ending is Ending.LATER


async def test_the_wrong_kind_of_port(channel: MailChannel, tls: Certificates) -> None:
    async with smtp_server(tls=tls) as plain_first:
        result = await sent(channel, plain_first, tls, security="TLS")
    assert result.ending is Ending.LATER
    assert "on this port it begins without, choose STARTTLS" in result.why
    async with smtp_server(tls=tls, implicit=True) as tls_first:
        result = await sent(channel, tls_first, tls)
    assert result.ending is Ending.LATER


async def test_what_is_no_smtp(channel: MailChannel) -> None:
    async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    serving = await asyncio.start_server(web, "127.0.0.1", 0)
    async with serving:
        server = type("Where", (), {"port": server_port(serving)})
        result = await sent(channel, server)  # type: ignore[arg-type]
    assert result.ending is Ending.LATER
    assert "answers what is no SMTP (Malformed SMTP response line: HTTP/1.1 400" in result.why


def server_port(serving: asyncio.Server) -> int:
    return int(serving.sockets[0].getsockname()[1])


RUBBISH = [
    b"",
    b"\r\n",
    b"\0\xff\xfe\x1b[2J" * 50 + b"\r\n",
    b"2",
    b"250",
    b"999 what\r\n",
    b"-12 what\r\n",
    b"000 \r\n",
    b"150 wait\r\n",
    b"350 more\r\n",
    b"250-and so on\r\n" * 100,
    b"250 " + b"x" * 3_000_000,
    b"550 " + "\u202e\x1b]0;x\x07\u0301".encode() * 20 + b"\r\n",
]


@pytest.mark.parametrize("at", range(7))
@pytest.mark.parametrize("rubbish", RUBBISH, ids=range(len(RUBBISH)))
async def test_rubbish_at_every_step_is_a_sentence(
    channel: MailChannel, rubbish: bytes, at: int
) -> None:
    usual = [b"220 hi", b"250 SIZE", b"250 ok", b"250 ok", b"354 go", b"250 taken", b"250 ok"]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        in_data = False
        for number, reply in enumerate(usual):
            if number:
                line = await reader.readline()
                while in_data and line not in (b".\r\n", b""):
                    line = await reader.readline()
            writer.write(rubbish if number == at else reply + b"\r\n")
            in_data = reply.startswith(b"354")
        await reader.read()
        writer.close()

    serving = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with serving:
        live = settings(server={"host": "127.0.0.1", "port": server_port(serving)})
        # Shorter than a form would allow.
        soon = live.mail_server.model_copy(update={"seconds": 0.2})
        result = await channel.send(letter(live.model_copy(update={"mail_server": soon})))
        await channel.close()
    if at < 5:
        assert result.ending in (Ending.LATER, Ending.REFUSED)
    elif at == 5:
        assert result.ending is not Ending.SENT
    assert clean(result.why, 1000) == result.why


async def test_a_cancelled_mail_leaves_nothing_behind(channel: MailChannel) -> None:
    async with smtp_server(Behaviour({"DATA": HANG})) as server:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await sent(channel, server)
        server.behaviour = Behaviour()
        assert (await sent(channel, server)).ending is Ending.SENT
    assert server.seen.connections == 2


async def test_a_server_that_hangs_is_left_alone_for_a_while() -> None:
    channel = MailChannel(given, pause_seconds=0.5)
    async with smtp_server(Behaviour({"greeting": HANG})) as server:
        results = await asyncio.gather(*(sent(channel, server) for _ in range(20)))
        assert {each.ending for each in results} == {Ending.LATER}
        assert len({each.why for each in results}) == 1
        assert all(0 < each.after <= 0.5 for each in results[1:])
        assert server.seen.connections == 1
        # Other settings are another matter, and so is later.
        await sent(channel, server, sender_name="Other")
        assert server.seen.connections == 2
        server.behaviour = Behaviour()
        await asyncio.sleep(0.5)
        assert (await sent(channel, server)).ending is Ending.SENT
    await channel.close()


async def test_a_refused_login_is_not_repeated_for_each_letter(tls: Certificates) -> None:
    channel = MailChannel(given, pause_seconds=0.1)
    async with smtp_server(tls=tls) as server:
        wrong = {"user": USER, "password": "wr0ng"}
        results = [await sent(channel, server, tls, **wrong) for _ in range(10)]
        assert server.seen.commands.count("AUTH") == 1
        assert all("correct User and Password" in each.why for each in results)
        assert (await sent(channel, server, tls, user=USER, password=PASSWORD)).ending is (
            Ending.SENT
        )
    await channel.close()


async def test_many_at_once_wait_for_their_turn(channel: MailChannel) -> None:
    async with smtp_server() as server:
        results = await asyncio.gather(*(sent(channel, server) for _ in range(30)))
    assert {each.ending for each in results} == {Ending.SENT}
    assert server.seen.connections == 3


@pytest.mark.parametrize(
    ("machine", "name"),
    [("desk.site.example", "desk.site.example"), ("desk", "[127.0.0.1]"), ("a b.c", "[127.0.0.1]")],
)
async def test_our_name_is_a_full_one_or_an_address(
    channel: MailChannel, monkeypatch: pytest.MonkeyPatch, machine: str, name: str
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: machine)
    async with smtp_server() as server:
        await sent(channel, server)
    assert server.seen.names == [name]
