"""E-mails through a real Exim into mailboxes, read there as a mail program reads them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import vobject

from console.notices.letter import Ending, Letter, Result
from console.notices.mail_channel import MailChannel
from console.settings.phone_links import phone_link
from tests.notices.letters import NOW, given, letter, settings

from .exim import DEFERRED, PASSWORD, REFUSED, USER, Exim

pytestmark = pytest.mark.servers


@pytest.fixture
async def channel() -> AsyncIterator[MailChannel]:
    made = MailChannel(given, pause_seconds=0)
    yield made
    await made.close()


def to_exim(
    exim: Exim,
    recipient: str = "front@desk.example",
    mail: dict[str, Any] | None = None,
    server: dict[str, Any] | None = None,
    **changed: Any,
) -> Letter:
    usual = {
        "host": "localhost",
        "port": exim.port,
        "security": "STARTTLS",
        "ca": str(exim.certificates.authority),
        "user": USER,
        "password": PASSWORD,
    }
    return letter(settings(mail=mail, server=usual | (server or {})), recipient, **changed)


async def sent(channel: MailChannel, exim: Exim, *places: Any, **changed: Any) -> Result:
    return await channel.send(to_exim(exim, *places, **changed))


def test_exim_listens_on_loopback_only(exim: Exim) -> None:
    assert {address for _, address, _ in exim.listens()} == {"127.0.0.1"}
    assert {port for *_, port in exim.listens()} == {exim.port, exim.tls_port}


async def test_a_letter_with_everything(channel: MailChannel, exim: Exim) -> None:
    live = settings(mail={"link": "own", "own_link": "crm://call?number="})
    link = phone_link(live.mail, "+49301110")
    html = f'<p>Anna Müster</p><p><a href="{link}">+49 30 1110</a></p>\n'
    result = await sent(channel, exim, html=html)
    assert result.ending is Ending.SENT
    assert result.why.startswith("mailed to front@desk.example (250 OK id=")
    [mail] = exim.mails(1)
    assert mail["Return-path"] == "<calls@desk.example>"
    assert mail["Envelope-to"] == "front@desk.example"
    [author] = mail["From"].addresses
    assert (author.display_name, author.addr_spec) == ("Anna Müster (caller)", "calls@desk.example")
    assert [each.addr_spec for each in mail["Reply-To"].addresses] == ["anna@caller.example"]
    assert mail["Subject"] == "1 missed call for Müller GmbH: Anna Müster"
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"] == "<n.1.abc@desk.example>"
    assert mail["References"].startswith("<thread.")
    assert mail["Auto-Submitted"] == "auto-generated"
    # Encrypted and logged in.
    assert "with esmtpsa" in mail["Received"]
    assert "TLS1.3" in mail["Received"]
    plain, rich = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert rich is not None
    assert plain.get_content() == letter().text
    assert rich.get_content() == html
    assert 'href="crm://call?number=%2B49301110"' in rich.get_content()
    [card] = mail.iter_attachments()
    assert card.get_content_type() == "text/vcard"
    assert card.get_content_charset() == "utf-8"
    assert card.get_filename() == "Anna Müster.vcf"
    assert vobject.readOne(card.get_content()).fn.value == "Anna Müster"


@pytest.mark.parametrize(
    ("mode", "author", "bounces", "automatic"),
    [
        ("no", "calls@desk.example", "calls@desk.example", True),
        ("from", "anna@caller.example", "calls@desk.example", True),
        ("as the caller", "anna@caller.example", "anna@caller.example", False),
    ],
)
async def test_whose_the_mail_is(
    channel: MailChannel, exim: Exim, mode: str, author: str, bounces: str, automatic: bool
) -> None:
    await sent(channel, exim, mail={"caller_as_sender": mode})
    [mail] = exim.mails(1)
    assert [each.addr_spec for each in mail["From"].addresses] == [author]
    assert mail["Return-path"] == f"<{bounces}>"
    assert ("Auto-Submitted" in mail) is automatic
    if mode != "no":
        assert mail["Sender"].address.addr_spec == "calls@desk.example"


@pytest.mark.parametrize("security", ["TLS", "STARTTLS", "none"])
async def test_every_kind_of_security(channel: MailChannel, exim: Exim, security: str) -> None:
    server: dict[str, Any] = {"security": security}
    if security == "TLS":
        server["port"] = exim.tls_port
    if security == "none":
        # Exim offers no login in plain text.
        refused = await sent(channel, exim, server=server)
        assert "offers no login that we know, perhaps only with TLS" in refused.why
        server["user"] = ""
    assert (await sent(channel, exim, server=server)).ending is Ending.SENT
    [mail] = exim.mails(1)
    assert ("TLS" in mail["Received"]) is (security != "none")


async def test_letters_beyond_ascii(channel: MailChannel, exim: Exim) -> None:
    to = "fränt@bücher.example"
    assert (await sent(channel, exim, to)).ending is Ending.SENT
    [mail] = exim.mails(1)
    assert mail["Envelope-to"] == "fränt@xn--bcher-kva.example"
    assert [each.addr_spec for each in mail["To"].addresses] == ["fränt@xn--bcher-kva.example"]
    # Exim says so by a protocol name of its own.
    assert "with utf8esmtpsa" in mail["Received"]


async def test_what_exim_refuses_and_defers(channel: MailChannel, exim: Exim) -> None:
    refused = await sent(channel, exim, f"{REFUSED}@desk.example")
    deferred = await sent(channel, exim, f"{DEFERRED}@desk.example")
    foreign = await sent(channel, exim, "a@desk.test")
    password = await sent(channel, exim, server={"password": "wr0ng-pass"})
    assert refused.ending is Ending.REFUSED
    assert "RCPT TO: 550 no such user here" in refused.why
    assert deferred.ending is Ending.LATER
    assert "RCPT TO: 451 " in deferred.why
    assert foreign.ending is Ending.REFUSED
    assert "relay not permitted" in foreign.why
    assert password.ending is Ending.LATER
    assert "535 Incorrect authentication data" in password.why
    assert "wr0ng" not in password.why
    # The connection served all the same.
    assert (await sent(channel, exim)).ending is Ending.SENT
    exim.mails(1)


async def test_thirty_at_once_arrive_once_each_and_at_once(
    channel: MailChannel, exim: Exim
) -> None:
    """More than ten on one connection would wait for Exim's next queue run."""
    notice = letter().notice
    letters = [
        to_exim(exim, notice=replace(notice, message_id=f"<n{n}@desk.example>")) for n in range(30)
    ]
    results = await asyncio.gather(*map(channel.send, letters))
    assert {each.ending for each in results} == {Ending.SENT}
    ids = sorted(mail["Message-ID"] for mail in exim.mails(30))
    assert ids == sorted(f"<n{n}@desk.example>" for n in range(30))


async def test_no_header_is_injected(channel: MailChannel, exim: Exim) -> None:
    evil = "x\r\nBcc: evil@desk.example\r\n\r\nbody"
    await sent(channel, exim, name=evil, subject=evil, thread=evil)
    [mail] = exim.mails(1)
    assert "Bcc" not in mail
    assert mail["Subject"] == "x Bcc: evil@desk.example body"
