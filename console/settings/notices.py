"""What is told of unanswered calls, to whom and when not; how a call is processed by itself.

The groups stand as supervisors see them. Those in PER_COMPANY may be another for a company.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
)

from console.calls.processing import LaterCall as LaterCall
from console.settings.as_stored import is_stored

MOST_RECIPIENTS = 50
_ADDRESS = re.compile(r"[^\s@<>,;:\\\"()\[\]\x00-\x20\x7f]+@[^\s@<>,;:\\\"()\[\]\x00-\x20\x7f]+")
# Extensions, emergency numbers and beginnings of numbers are shorter; no mobile number is as it is
# dialled from afar, whatever the country.
_FEWEST_DIGITS = 7
_LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, without its brackets


def mail_address(text: str) -> str:
    """The address (RFC 5321, without quoted local parts); raises ValueError with a sentence."""
    local, _, domain = text.rpartition("@")
    wrong = (
        not _ADDRESS.fullmatch(text)
        or not text.isprintable()
        or len(text) > _LONGEST_ADDRESS
        or len(local.encode()) > 64
        or ".." in text
        or any(not label or label[0] == "-" or label[-1] == "-" for label in domain.split("."))
        or local[0] == "."
        or local[-1] == "."
    )
    if wrong:
        raise ValueError(f"an e-mail address; “{text[:60]}” is none")
    return text


def _addresses(texts: tuple[str, ...]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for text in texts:
        if text.strip():
            # No server in use tells Front@ from front@: somebody would be told twice.
            kept.setdefault(text.strip().casefold(), mail_address(text.strip()))
    return tuple(kept.values())


def _phones(texts: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    kept = dict.fromkeys(text.strip() for text in texts if text.strip())
    for text in kept:
        if not re.fullmatch(r"\+?[\d\s()/.-]{3,40}", text, re.ASCII) or not any(
            sign.isdigit() for sign in text
        ):
            raise ValueError(f"a telephone number; “{text[:60]}” is none")
        if sum(map(str.isdigit, text)) < _FEWEST_DIGITS and not is_stored(info):
            raise ValueError(f"a mobile number, all of it; “{text}” is too short for one")
    return tuple(kept)


def _several(texts: Any) -> Any:
    # As mail programs write several, which is where people copy them from.
    if not isinstance(texts, list | tuple):
        return texts
    return tuple(
        part
        for text in texts
        for part in (re.split("[,;]", text) if isinstance(text, str) else [text])
    )


Addresses = Annotated[tuple[str, ...], AfterValidator(_addresses), BeforeValidator(_several)]
Phones = Annotated[tuple[str, ...], AfterValidator(_phones), BeforeValidator(_several)]


class Unanswered(BaseModel, frozen=True, extra="forbid"):
    """When a later call processes them."""

    automatic: bool = Field(
        True,
        title="Mark as processed automatically",
        description="When a call was made to the same contact later. It can be undone.",
    )
    calls: tuple[LaterCall, ...] = Field(
        (LaterCall.OUTGOING_ANSWERED,), title="Which calls count", description=""
    )
    same: Literal["contact", "number"] = Field(
        "contact",
        title="Same caller means",
        description="Contact: also from another of the contact's numbers.",
    )
    days: int = Field(
        7, ge=1, le=365, title="Within (days)", description="An older unanswered call stays open."
    )


class Mail(BaseModel, frozen=True, extra="forbid"):
    """Unanswered calls by e-mail."""

    send: bool = Field(
        False,
        title="Send notifications",
        description="Of unanswered calls, by the server in Send e-mail.",
    )
    to: Addresses = Field(
        (),
        max_length=MOST_RECIPIENTS,
        title="To",
        description="E-mail addresses, one a line.",
        examples=["front@desk.example"],
    )
    caller_as_sender: Literal["no", "reply-to", "from", "as the caller"] = Field(
        "reply-to",
        title="Caller as the sender",
        description="reply-to: an answer goes to the caller; always safe. from: the caller's "
        "address stands in From, which strangers' servers refuse (DMARC): for your own relay "
        "only. as the caller: From and envelope too, so that absence notes and bounces go to the "
        "caller: for your own relay only.",
    )
    attach_contact: bool = Field(
        True,
        title="Attach the caller's contact",
        description="As a vCard, where the caller is known.",
    )
    link: Literal["tel:", "callto:", "phone:", "sip:", "dial:", "none", "own"] = Field(
        "tel:",
        title="Telephone links begin with",
        description="What a click on a number opens. none: numbers are no links.",
    )
    own_link: str = Field(
        "",
        validate_default=True,
        max_length=40,
        pattern=r"^([A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9/?=&%+._~-]*)?$",
        title="Own beginning",
        description="For “own”: a scheme, and what follows it.",
        examples=["crm://call?number="],
    )

    @field_validator("own_link")
    @classmethod
    def _own_link(cls, own_link: str, info: ValidationInfo) -> str:
        # Of the field and not of the whole, so that a form says it there.
        if info.data.get("link") == "own" and not own_link and not is_stored(info):
            raise ValueError("filled in: “own” needs its own beginning, such as crm://call?number=")
        return own_link


class TextMessages(BaseModel, frozen=True, extra="forbid"):
    """Unanswered calls by text message."""

    send: bool = Field(
        False,
        title="Send notifications",
        description="Of unanswered calls, through the provider below.",
    )
    provider: str = Field(
        "",
        max_length=60,
        title="Provider",
        description="Its name in Send text message; empty: the first one there.",
    )
    to: Phones = Field(
        (),
        max_length=MOST_RECIPIENTS,
        title="To",
        description="Mobile numbers, one a line.",
        examples=["+49 171 1234567"],
    )
    caller_as_sender: bool = Field(
        False,
        title="Caller's number as the sender",
        description="Most providers refuse it: then it is sent from your own, and the caller's "
        "number stands first in the text.",
    )


class Exceptions(BaseModel, frozen=True, extra="forbid"):
    """What is not told of, and when the rest is."""

    internal: bool = Field(True, title="Not internal calls", description="")
    hidden: bool = Field(False, title="Not hidden numbers", description="")
    unknown: bool = Field(
        False, title="Not unknown callers", description="Nobody's contact has the number."
    )
    seconds: int = Field(
        2,
        ge=0,
        le=600,
        title="Not below (seconds)",
        description="Neither rang nor waited so long; 0: all are told of.",
    )
    hours: Literal["always", "only while closed", "only while open"] = Field(
        "always",
        title="Opening hours",
        description="Of the called company; one without hours is told of always.",
    )
    never: tuple[str, ...] = Field(
        (),
        max_length=500,
        title="Never tell of",
        description="Numbers, beginnings of numbers (030 1234*), or names of contacts, families or "
        "firms, one a line.",
        examples=["+49 30 1234567"],
    )
    always: tuple[str, ...] = Field(
        (),
        max_length=500,
        title="Always tell of",
        description="Written alike; whatever stands above, but for the limit below.",
    )
    most_per_hour: int = Field(
        3,
        ge=0,
        le=1000,
        title="Most per caller and hour",
        description="So many notices to each recipient; 0: no limit.",
    )
    at_console: bool = Field(
        False,
        title="Not while somebody is at the console",
        description="Whoever is there sees the call.",
    )
    at_console_minutes: int = Field(
        10,
        ge=1,
        le=720,
        title="After a key (minutes)",
        description="So long after the last key at any console somebody counts as there.",
    )
    grace_seconds: int = Field(
        60,
        ge=0,
        le=3600,
        title="Wait first (seconds)",
        description="Answered, called back or processed meanwhile: nobody is told.",
    )
    fold_minutes: int = Field(
        10,
        ge=0,
        le=240,
        title="Fold repeats (minutes)",
        description="Further calls of the same caller wait so long after a notice, and become one; "
        "0: each its own.",
    )


# Sections of the live settings that a company may have otherwise.
PER_COMPANY = ("mail", "text_messages", "exceptions", "words")
