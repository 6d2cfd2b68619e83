"""Kannel's smsbox (1.4): the door to SMPP connections and modems of one's own."""

import re
from urllib.parse import quote

from console.notices.providers.exchange import (
    Answer,
    Dialect,
    Judgement,
    Message,
    Misconfigured,
    Request,
    Verdict,
    base,
    by_status,
    demand,
    said,
)
from console.notices.text_parts import GSM, alphabet_of
from console.settings.sending import Provider

# It has no codes of its own for most refusals, only sentences.
_SENDER = re.compile(r"sender missing|no global set", re.IGNORECASE)
_ACCEPTED = re.compile(r"(0|3|4): ")


def request(provider: Provider, secret: str, message: Message) -> Request:
    """POST the text, all else in headers: in a GET the password would stand in its access log.

    The client chooses the coding: with 0 an emoji is accepted and arrives as question marks.
    """
    demand(provider, User=provider.user, Secret=secret)
    headers = {
        "X-Kannel-Username": provider.user,
        "X-Kannel-Password": secret,
        "X-Kannel-To": message.to,
        "X-Kannel-Coding": "0" if alphabet_of(message.text) == GSM else "2",
        "Content-Type": "text/plain; charset=UTF-8",
    }
    if message.sender:
        headers["X-Kannel-From"] = message.sender
    url = base(provider, KANNEL.url)
    if "?" in url or "#" in url:
        raise Misconfigured(f"the address of “{provider.name}” must end before its question mark")
    # Most enter only host and port.
    if re.fullmatch(r"https?://[^/]+", url):
        url += "/cgi-bin/sendsms"
    return Request("POST", quote(url, safe=":/[]%@"), headers, message.text.encode("utf-8"))


def judge(_provider: Provider, answer: Answer) -> Judgement:
    """202 is accepted: at once (0), for later (3) or queued (4); never more than that."""
    words = said(answer.status, answer.words())
    if answer.status in (200, 202) and _ACCEPTED.match(answer.body.strip()):
        return Judgement(Verdict.ACCEPTED, words)
    if answer.status == 400 and _SENDER.search(answer.body):
        return Judgement(Verdict.SENDER, words)
    return by_status(answer, words)


KANNEL = Dialect("", request, judge)
