"""A text message as a request to a provider, and what its answer means."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.calls.text import clean
from console.settings.sending import Provider

# What is read of an answer, in bytes; no provider needs more to say what became of a message.
MOST_READ = 64_000


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: `to` as E.164; `sender` is E.164, letters, or empty for the provider's own."""

    to: str
    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; its address and headers may hold secrets and are never shown."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `body` is its beginning, decoded; header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: str

    def json(self) -> Any:
        """The value of a JSON body; None if it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def words(self) -> str:
        """The beginning of the body for people; of a page (HTML) only that it is one."""
        start = self.body.lstrip()[:15].lower()
        if start.startswith(("<!doctype html", "<html", "<head", "<body")):
            return "a web page"
        return clean(self.body[:1000], 200)


class Verdict(StrEnum):
    """What an answer means for the message."""

    ACCEPTED = "accepted"
    LATER = "later"  # it passes by itself
    SETTINGS = "settings"  # it passes when somebody corrects the settings, or the account
    REFUSED = "refused"
    SENDER = "sender"  # another sender would do
    UNKNOWN = "unknown"  # it may have been sent


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with the provider's code and words."""

    verdict: Verdict
    said: str


class Misconfigured(Exception):
    """The settings of a provider make no request; a sentence that says what to correct."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of provider is talked to.

    `url` is its usual address. `request` raises Misconfigured; `judge` reads whatever comes.
    `sends_from` says whether a sender can be given at all.
    """

    url: str
    request: Callable[[Provider, str, Message], Request]
    judge: Callable[[Provider, Answer], Judgement]
    sends_from: bool = True


def base(provider: Provider, usual: str) -> str:
    """The address of the service, without its last slash; raises Misconfigured."""
    url = (provider.url or usual).rstrip("/")
    if not url:
        raise Misconfigured(f"“{provider.name}” has no address: enter it in Send text message")
    return url


def demand(provider: Provider, **fields: str) -> None:
    """Raise Misconfigured if one of the named fields is empty."""
    for name, value in fields.items():
        if not value:
            raise Misconfigured(f"“{provider.name}” has no {name}: enter it in Send text message")


def by_status(answer: Answer, said: str) -> Judgement:
    """What the status alone says, for answers that have no code of the provider's.

    A gateway that waited in vain (504) has passed the request on, and the same for a success that
    nobody understands: that may have been sent.
    """
    status = answer.status
    if status == 504 or 200 <= status < 300:
        return Judgement(Verdict.UNKNOWN, said)
    if status in (408, 425, 429) or status >= 500:
        return Judgement(Verdict.LATER, said)
    if 300 <= status < 400:
        return Judgement(
            Verdict.SETTINGS, f"{said}; redirects are not followed: enter the final address"
        )
    if status in (401, 402, 403, 404, 405, 407):
        return Judgement(Verdict.SETTINGS, said)
    return Judgement(Verdict.REFUSED, said)


def said(status: int, *words: object) -> str:
    """The provider's own words as one clean line, with its status before them."""
    rest = " ".join(filter(None, (clean(str(word), 300) for word in words if word is not None)))
    return f"{status} {rest}".strip()


def text_of(value: Any, *path: str | int) -> str:
    """A text or number deep in JSON; empty where there is none."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and -1 < step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def digits(number: str) -> str:
    """A number without its plus; a sender's letters stay what they are."""
    return number[1:] if re.fullmatch(r"\+\d+", number) else number
