"""A real test mail or text message, with settings that may not be stored yet."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from console.calls.text import clean
from console.desk.notice import Channel, Notice, NoticeState
from console.desk.notices import SendingTried, TrySending
from console.notices.letter import Letter
from console.notices.mail_message import NoRecipient, NoSender, mail_message
from console.notices.providers.exchange import Message, Verdict
from console.notices.providers.kinds import KINDS
from console.notices.smtp_connection import SmtpConnection
from console.notices.smtp_failures import failure
from console.notices.smtp_trust import Trust
from console.notices.text_channel import sendable_number
from console.notices.text_posts import TextPosts
from console.settings.as_stored import AS_STORED
from console.settings.live import KEPT, Live, stored
from console.settings.moved_secrets import moved_secret
from console.settings.notices import Mail
from console.settings.secrets import with_kept
from console.settings.sending import MailServer, Provider

SUBJECT = "Test of the hotline console"
TEXT = "This is a test of the hotline console: it can send to you."

_ANOTHER = "the provider is another one now: enter its secret anew to try it"

_Section = TypeVar("_Section", bound=BaseModel)


class _NotTried(Exception):
    """Why nothing was sent; a sentence."""


async def try_sending(
    query: TrySending,
    live: Live,
    secret: Callable[[str], str],
    now: datetime,
    normal: Callable[[str], str | None] = sendable_number,
) -> SendingTried:
    """Send a test; nothing is raised but cancellation.

    `live` are the settings in force, of which a secret that is KEPT is taken: only for the server
    to which it belongs, for a secret that nobody can read must not be sent to another one. `secret`
    resolves `env:` and `file:`, or raises ValueError. `now` is in the site's time zone. `normal`
    makes a number E.164, None if it is none.
    """
    try:
        if query.section == "mail_server":
            return await _try_mail(_mail_server(query.values, live), query.to, live, secret, now)
        if query.section == "providers":
            return await _try_text(_provider(query.values, live), query.to, secret, now, normal)
    except _NotTried as why:
        return SendingTried(ok=False, words=str(why))
    return SendingTried(ok=False, words=f"nothing can be sent with “{clean(query.section, 40)}”")


async def _try_mail(
    server: MailServer, to: str, live: Live, secret: Callable[[str], str], now: datetime
) -> SendingTried:
    if not server.host:
        raise _NotTried("enter the Server first")
    said: list[str] = []
    connection = SmtpConnection(server, said.append)
    try:
        async with asyncio.timeout(server.seconds):
            await connection.open(secret, Trust())
            mail = mail_message(
                _letter(to.strip(), live.model_copy(update={"mail_server": server}), now),
                server_has_utf8=connection.offers("smtputf8"),
            )
            taken = await connection.send(mail)
    except (NoSender, NoRecipient) as problem:
        return SendingTried(ok=False, words=f"not sent: {problem}", said=tuple(said))
    except Exception as error:
        return SendingTried(ok=False, words=failure(error, connection).why, said=tuple(said))
    finally:
        connection.close()
    words = f"{clean(server.host, 100)} took the test to {mail.recipient} ({taken})"
    return SendingTried(ok=True, words=words, said=tuple(said))


async def _try_text(
    provider: Provider,
    to: str,
    secret: Callable[[str], str],
    now: datetime,
    normal: Callable[[str], str | None],
) -> SendingTried:
    number = normal(to) or ""
    if not number.startswith("+"):
        raise _NotTried(f"“{clean(to, 40)}” is no number with its country")
    posts = TextPosts(secret)
    try:
        message = Message(number, sendable_number(provider.sender), f"{TEXT} {now:%H:%M}")
        posted = await posts.post(provider, message, now)
    finally:
        await posts.close()
    if posted.verdict is Verdict.ACCEPTED:
        said = (posted.said,) if posted.said else ()
        return SendingTried(ok=True, words=f"“{provider.name}” accepted the test", said=said)
    what = {
        Verdict.UNKNOWN: "it is not known whether the test was sent",
        Verdict.SENDER: f"“{provider.name}” refused the Sender",
    }.get(posted.verdict, f"“{provider.name}” did not accept the test")
    # All that was said is in the sentence.
    return SendingTried(ok=False, words=f"{what}: {posted.said}")


def _letter(to: str, live: Live, now: datetime) -> Letter:
    """The test as a letter; each is a mail of its own."""
    what = sha256(f"{to}\0{now.isoformat()}".encode("utf-8", "replace")).hexdigest()[:24]
    sender = live.mail_server.sender
    notice = Notice(
        call="",
        channel=Channel.MAIL,
        recipient=to,
        state=NoticeState.SENDING,
        why="",
        at=now,
        message_id=f"<test.{what}@{sender.rpartition('@')[2]}>",
    )
    return Letter(
        notice,
        subject=SUBJECT,
        text=f"{TEXT}\n\n{now:%Y-%m-%d %H:%M %z}\n",
        html="",
        sms="",
        caller=None,
        number="",
        name="",
        email="",
        settings=live.model_copy(update={"mail": Mail(caller_as_sender="no")}),
        now=now,
        thread="",
    )


def _mail_server(values: dict[str, Any], live: Live) -> MailServer:
    wanted, former = _json(_valid(MailServer, values)), stored(live, "mail_server")
    # A form sends the password that it keeps; it must not go elsewhere for that.
    if moved_secret("mail_server", wanted, former):
        raise _NotTried("the server is another one now: enter its password anew to try it")
    return MailServer.model_validate(with_kept(wanted, former), context=AS_STORED)


def _provider(values: dict[str, Any], live: Live) -> Provider:
    provider = _valid(Provider, values)
    kept = (provider.secret.get_secret_value(), *provider.plain_headers.values())
    if KEPT in kept:
        provider = _with_kept(provider, live)
    if moved_secret("providers", {"providers": [_json(provider)]}, stored(live, "providers")):
        raise _NotTried(_ANOTHER)
    return provider


def _with_kept(provider: Provider, live: Live) -> Provider:
    same = [one for one in live.providers.providers if _place(one) == _place(provider)]
    named = [one for one in same if one.name == provider.name]
    # A provider that is being renamed is the only one of its place.
    if mine := named or (same if len(same) == 1 else []):
        kept = with_kept(_json(provider), _json(mine[0]))
        return Provider.model_validate(kept, context=AS_STORED)
    raise _NotTried(_ANOTHER)


def _place(provider: Provider) -> tuple[str, str, str]:
    """To whom a provider's secret is sent."""
    try:
        parts = urlsplit(provider.url or KINDS[provider.kind].url)
    except ValueError:
        return provider.kind, "", provider.url
    return provider.kind, parts.scheme, parts.netloc


def _json(section: BaseModel) -> dict[str, Any]:
    return section.model_dump(mode="json")


def _valid(kind: type[_Section], values: dict[str, Any]) -> _Section:
    """The values as a section; without the input in the sentence, which may be a secret."""
    try:
        return kind.model_validate(values)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        field = kind.model_fields.get(name)
        title = field.title if field and field.title else clean(name, 40)
        raise _NotTried(
            f"{title}: {clean(first['msg'], 200).removeprefix('Value error, ')}"
        ) from None
