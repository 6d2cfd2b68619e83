"""seven.io's SMS API."""

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
from console.settings.sending import Provider

# https://docs.seven.io/en/rest-api/endpoints/sms: codes in the body, whatever the status.
_CODES = {
    "100": (Verdict.ACCEPTED, "accepted"),
    "101": (Verdict.REFUSED, "not sent to the recipient"),
    "201": (Verdict.SENDER, "sender invalid"),
    "202": (Verdict.REFUSED, "recipient invalid"),
    "300": (Verdict.SETTINGS, "no user or password"),
    "301": (Verdict.REFUSED, "recipient missing"),
    "305": (Verdict.REFUSED, "text invalid"),
    "306": (Verdict.SENDER, "sender not allowed"),
    "401": (Verdict.REFUSED, "text too long"),
    "402": (Verdict.LATER, "the same message was sent a moment ago"),
    "403": (Verdict.LATER, "daily limit of this recipient reached"),
    "500": (Verdict.SETTINGS, "too little credit"),
    "600": (Verdict.LATER, "not passed on"),
    "700": (Verdict.UNKNOWN, "unknown error"),
    "801": (Verdict.REFUSED, "logo file missing"),
    "802": (Verdict.REFUSED, "logo file invalid"),
    "900": (Verdict.SETTINGS, "API key wrong"),
    "901": (Verdict.SETTINGS, "signature wrong"),
    "902": (Verdict.SETTINGS, "API key may not send"),
    "903": (Verdict.SETTINGS, "our address is not allowed"),
}


def request(provider: Provider, secret: str, message: Message) -> Request:
    """POST a form, the key in a header; without a sender the account's own is used."""
    demand(provider, Secret=secret)
    form = {"to": message.to, "text": message.text}
    if message.sender:
        # At most 16 digits, and no plus.
        form["from"] = digits(message.sender)
    return Request(
        "POST",
        f"{base(provider, SEVEN_IO.url)}/api/sms",
        {
            "X-Api-Key": secret,
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        },
        urlencode(form).encode("ascii"),
    )


def judge(_provider: Provider, answer: Answer) -> Judgement:
    """The code is in JSON (`success`), or stands alone: errors do not always heed Accept."""
    value = answer.json()
    code = text_of(value, "success") or text_of(value, "code") or text_of(value)
    if code not in _CODES:
        return by_status(answer, said(answer.status, answer.words()))
    verdict, meaning = _CODES[code]
    own = text_of(value, "messages", 0, "error_text") or text_of(value, "message")
    if verdict is Verdict.ACCEPTED:
        own = text_of(value, "messages", 0, "id")
    return Judgement(verdict, said(answer.status, f"code {code},", own or meaning))


SEVEN_IO = Dialect("https://gateway.seven.io", request, judge)
