"""sipgate's REST API v2: the sender is the number of the extension, and no other."""

import json
from base64 import b64encode

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
    said,
)
from console.settings.sending import Provider

_FIRST_EXTENSION = "s0"
_MEANINGS = {
    400: "the request was not understood",
    401: "token id or token wrong",
    402: "too little credit",
    403: "this extension may not send, or the token may not use it",
}


def request(provider: Provider, secret: str, message: Message) -> Request:
    """POST JSON; the user is "token-ABCDEF" or "token-ABCDEF s1" with another extension."""
    token, _, extension = provider.user.partition(" ")
    demand(provider, User=token, Secret=secret)
    login = b64encode(f"{token}:{secret}".encode()).decode("ascii")
    body = {
        "smsId": extension.strip() or _FIRST_EXTENSION,
        "recipient": message.to,
        "message": message.text,
    }
    return Request(
        "POST",
        f"{base(provider, SIPGATE.url)}/v2/sessions/sms",
        {
            "Authorization": f"Basic {login}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        },
        json.dumps(body).encode("ascii"),
    )


def judge(_provider: Provider, answer: Answer) -> Judgement:
    """204 and nothing else is accepted; errors often have an empty body."""
    if answer.status == 204 or (answer.status == 200 and not answer.body.strip()):
        return Judgement(Verdict.ACCEPTED, said(answer.status))
    words = answer.words() or _MEANINGS.get(answer.status, "")
    return by_status(answer, said(answer.status, words))


SIPGATE = Dialect("https://api.sipgate.com", request, judge, sends_from=False)
