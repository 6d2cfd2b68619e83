"""Twilio's Messages resource (API 2010-04-01)."""

from base64 import b64encode
from urllib.parse import quote, urlencode

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
    text_of,
)
from console.settings.sending import Provider

# https://www.twilio.com/docs/api/errors: the sender is not, or not yet, allowed for this account,
# country or kind of message.
_SENDER = frozenset({"21212", "21606", "21659", "21660", "21661"})
# Nothing in the message is wrong: its sender's queue is full, too many requests, overloaded.
_LATER = frozenset({"20429", "21611", "14107", "30001"})
# Account and token, its balance, its state.
_SETTINGS = frozenset({"20003", "20005", "20404", "20008", "30002", "21603"})


def request(provider: Provider, secret: str, message: Message) -> Request:
    """POST a form; a sender that is a messaging service (MG...) goes where Twilio wants it."""
    url = base(provider, TWILIO.url)
    demand(provider, User=provider.user, Secret=secret, Sender=message.sender)
    service = message.sender.startswith("MG") and len(message.sender) == 34
    form = {
        "To": message.to,
        "MessagingServiceSid" if service else "From": message.sender,
        "Body": message.text,
    }
    login = b64encode(f"{provider.user}:{secret}".encode()).decode("ascii")
    return Request(
        "POST",
        f"{url}/2010-04-01/Accounts/{quote(provider.user, safe='')}/Messages.json",
        {
            "Authorization": f"Basic {login}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        },
        urlencode(form).encode("ascii"),
    )


def judge(_provider: Provider, answer: Answer) -> Judgement:
    """201 with a message's sid is accepted; errors are JSON with a code of Twilio's own."""
    value = answer.json()
    if 200 <= answer.status < 300:
        # "failed" can be said at once; its code is beside it.
        if code := text_of(value, "error_code"):
            return Judgement(_verdict(code), said(answer.status, code, _words(value)))
        if sid := text_of(value, "sid"):
            return Judgement(Verdict.ACCEPTED, said(answer.status, text_of(value, "status"), sid))
        return by_status(answer, said(answer.status, answer.words()))
    code = text_of(value, "code")
    if not code:
        return by_status(answer, said(answer.status, answer.words()))
    words = said(answer.status, code, _words(value))
    verdict = _verdict(code)
    # A code that is not in the lists leaves it to the status: 4xx for good, 429 and 5xx later.
    return by_status(answer, words) if verdict is Verdict.REFUSED else Judgement(verdict, words)


def _words(value: object) -> str:
    return text_of(value, "message") or text_of(value, "error_message")


def _verdict(code: str) -> Verdict:
    for codes, verdict in (
        (_SENDER, Verdict.SENDER),
        (_LATER, Verdict.LATER),
        (_SETTINGS, Verdict.SETTINGS),
    ):
        if code in codes:
            return verdict
    return Verdict.REFUSED


TWILIO = Dialect("https://api.twilio.com", request, judge)
