"""Letters as the outbox would hand them over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from console.desk.notice import Channel, Notice, NoticeState
from console.notices.letter import Letter
from console.people.values import Contact
from console.settings.live import Live
from console.settings.notices import Mail, TextMessages
from console.settings.sending import MailServer, Provider, Providers

NOW = datetime(2026, 11, 24, 10, 2, 3, tzinfo=timezone(timedelta(hours=1)))
ANNA = Contact(
    name="Anna Müster",
    family="Müster",
    given="Anna",
    company="Beispiel & Söhne GmbH",
    numbers=(("+49301110", "work"), ("+491701234567", "mobile")),
    emails=("anna@caller.example",),
)


def given(secret: str) -> str:
    """A secret that is itself."""
    return secret


def settings(
    mail: dict[str, Any] | None = None,
    server: dict[str, Any] | None = None,
    text: dict[str, Any] | None = None,
    provider: dict[str, Any] | None = None,
) -> Live:
    """Settings by which both channels can send, with changes."""
    usual_server = {"host": "127.0.0.1", "security": "none", "sender": "calls@desk.example"}
    providers = ()
    if provider is not None:
        usual = {"name": "the provider", "kind": "Kannel", "user": "u", "secret": "s3cr3t"}
        providers = (Provider.model_validate(usual | provider),)
    return Live(
        mail=Mail.model_validate({"send": True, "to": ("front@desk.example",)} | (mail or {})),
        mail_server=MailServer.model_validate(usual_server | (server or {})),
        text_messages=TextMessages.model_validate({"send": True} | (text or {})),
        providers=Providers(providers=providers),
    )


def letter(
    live: Live | None = None, recipient: str = "front@desk.example", **changed: Any
) -> Letter:
    """A letter about Anna's call, with changes."""
    usual = Letter(
        notice=Notice(
            call="call-1",
            channel=Channel.MAIL if "@" in recipient else Channel.TEXT,
            recipient=recipient,
            state=NoticeState.SENDING,
            why="",
            at=NOW,
            message_id="<n.1.abc@desk.example>",
        ),
        subject="1 missed call for Müller GmbH: Anna Müster",
        text="Anna Müster called Müller GmbH and nobody answered.\n\nNumber:  +49 30 1110\n",
        html='<p>Anna Müster</p>\n<p>Number: <a href="tel:+49301110">+49 30 1110</a></p>\n',
        sms="1 missed call for Müller GmbH: Anna Müster +49 30 1110",
        caller=ANNA,
        number="+49301110",
        name="Anna Müster",
        email="anna@caller.example",
        settings=live or settings(),
        now=NOW,
        thread="front@desk.example +49301110",
    )
    return replace(usual, **changed)
