"""Vonage's SMS API (the former Nexmo)."""

from urllib.parse import urlencode

from console.notices.providers.exchange import (
    Answer,
    Dialect,
    Judgement,
    Message,
    Request,
    Verdict,
    base,
    by_status,
    demand,
    digits,
    said,
    text_of,
)
from console.notices.text_parts import UCS2, alphabet_of
from console.settings.sending import Provider

# https://developer.vonage.com/en/messaging/sms/guides/troubleshooting-sms: statuses in the body.
_VERDICTS = {
    "0": Verdict.ACCEPTED,
    "1": Verdict.LATER,  # throttled
    "4": Verdict.SETTINGS,  # invalid credentials
    "5": Verdict.LATER,  # internal error
    "8": Verdict.SETTINGS,  # account barred
    "9": Verdict.SETTINGS,  # no credit
    "10": Verdict.LATER,  # too many connections
    "11": Verdict.SETTINGS,  # account not enabled
    "14": Verdict.SETTINGS,  # signature wrong
    "15": Verdict.SENDER,
    "32": Verdict.SETTINGS,  # signature and secret
}


def request(provider: Provider, secret: str, message: Message) -> Request:
    """POST a form; numbers go without their plus."""
    demand(provider, User=provider.user, Secret=secret, Sender=message.sender)
    form = {
        "api_key": provider.user,
        "api_secret": secret,
        "from": digits(message.sender),
        "to": digits(message.to),
        "text": message.text,
    }
    if alphabet_of(message.text) == UCS2:
        form["type"] = "unicode"
    return Request(
        "POST",
        f"{base(provider, VONAGE.url)}/sms/json",
        {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
        urlencode(form).encode("ascii"),
    )


def judge(_provider: Provider, answer: Answer) -> Judgement:
    """The status is always 200: each part of the message has one of its own in the body."""
    value = answer.json()
    listed = value.get("messages") if isinstance(value, dict) else None
    if answer.status != 200 or not isinstance(listed, list) or not listed:
        return by_status(answer, said(answer.status, answer.words()))
    statuses = [text_of(part, "status") for part in listed]
    refused = next((at for at, status in enumerate(statuses) if status != "0"), None)
    if refused is None:
        return Judgement(Verdict.ACCEPTED, said(200, text_of(listed[0], "message-id")))
    words = said(200, f"status {statuses[refused]}", text_of(listed[refused], "error-text"))
    if "0" in statuses:
        return Judgement(Verdict.UNKNOWN, f"{words} (some parts of the message were accepted)")
    return Judgement(_VERDICTS.get(statuses[refused], Verdict.REFUSED), words)


VONAGE = Dialect("https://rest.nexmo.com", request, judge)
