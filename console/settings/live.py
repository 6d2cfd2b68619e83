"""What supervisors change inside the console, live for everyone; stored section by section.

No key is both here and in the configuration file (site.py).
"""

from contextlib import suppress
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, SecretStr, ValidationError, field_serializer

from console.calls.words import Direction
from console.settings.as_stored import AS_STORED
from console.settings.notices import PER_COMPANY, Exceptions, Mail, TextMessages, Unanswered
from console.settings.refused import must, of_company, place
from console.settings.secrets import CHANGED as CHANGED
from console.settings.secrets import KEPT as KEPT
from console.settings.secrets import with_kept
from console.settings.sending import MailServer, Providers
from console.settings.words import Words

# What stands in the called panel unless somebody wants something else. Greeting, pronunciation and
# opening state have places of their own there.
DEFAULT_TEMPLATE = """\
{{ called.name }}
{% for fact in called.facts %}
· {{ fact }}
{% endfor %}
"""


class Hotline(BaseModel, frozen=True, extra="forbid"):
    """What is displayed of called companies."""

    display_called: bool = Field(
        True,
        title="Display called contact",
        description="Off: the called panel shows the called number only.",
    )
    template: str = Field(
        DEFAULT_TEMPLATE,
        max_length=10_000,
        title="Template",
        description="What is displayed of the called company; the first line in large letters.",
    )


class Occasion(StrEnum):
    """When an action is carried out."""

    INCOMING = "incoming"
    ANSWERED = "answered"
    ENDED = "ended"
    OUTGOING = "outgoing"
    UNANSWERED = "unanswered"


class OpenContact(BaseModel, frozen=True, extra="forbid"):
    """Show the caller's contact by itself."""

    kind: Literal["contact"] = "contact"


class OpenUrl(BaseModel, frozen=True, extra="forbid"):
    """A link to press; on a local terminal it opens in the browser."""

    kind: Literal["url"] = "url"
    url: str = Field(
        max_length=2000,
        title="Address",
        description="A template; what is filled in is escaped for an address.",
        examples=["https://crm.example/search?q={{ caller.number }}"],
    )


class RunProgram(BaseModel, frozen=True, extra="forbid"):
    """Run a program that the configuration file allows, on the console's machine."""

    kind: Literal["program"] = "program"
    program: str = Field(title="Program", description="One of those in the configuration file.")
    arguments: tuple[str, ...] = Field(
        (), max_length=50, title="Arguments", description="One a line, each a template; no shell."
    )


class PostWebhook(BaseModel, frozen=True, extra="forbid"):
    """Post the call as JSON, signed."""

    kind: Literal["webhook"] = "webhook"
    url: str = Field(pattern=r"^https?://", max_length=2000, title="Address", description="")
    secret: SecretStr = Field(
        SecretStr(""),
        title="Secret",
        description="Signs the body (HMAC-SHA256 in X-Hotline-Signature).",
    )

    @field_serializer("secret", when_used="json")
    def _stored(self, secret: SecretStr) -> str:
        return secret.get_secret_value()


Deed = Annotated[OpenContact | OpenUrl | RunProgram | PostWebhook, Field(discriminator="kind")]


class Action(BaseModel, frozen=True, extra="forbid"):
    """Something the console does by itself; empty filters let every call through."""

    id: str = Field(min_length=1, max_length=40)
    name: str = Field(min_length=1, max_length=60, title="Name", description="")
    enabled: bool = Field(True, title="On", description="Off: kept, but not carried out.")
    on: tuple[Occasion, ...] = Field((Occasion.INCOMING,), title="When", description="")
    deed: Deed = Field(title="What", description="")
    companies: tuple[str, ...] = Field((), title="Companies", description="Empty: all.")
    directions: tuple[Direction, ...] = Field((), title="Directions", description="Empty: all.")
    caller: Literal["any", "known", "unknown"] = Field("any", title="Caller", description="")


class Actions(BaseModel, frozen=True, extra="forbid"):
    """Everything the console does by itself."""

    actions: tuple[Action, ...] = Field((), max_length=100)


class Override(BaseModel, frozen=True, extra="forbid"):
    """What a company has otherwise than the site in one section: only the fields that differ."""

    company_id: int
    section: str
    values: dict[str, Any]


class Overrides(BaseModel, frozen=True, extra="forbid"):
    """Everything that companies have otherwise."""

    overrides: tuple[Override, ...] = Field((), max_length=10_000)


class Live(BaseModel, frozen=True, extra="forbid"):
    """All live settings; a section's name is its field's."""

    hotline: Hotline = Field(Hotline(), title="Hotline services")
    actions: Actions = Field(Actions(), title="Actions")
    unanswered: Unanswered = Field(Unanswered(), title="Unanswered calls")
    mail: Mail = Field(Mail(), title="E-mail")
    text_messages: TextMessages = Field(TextMessages(), title="Text message")
    exceptions: Exceptions = Field(Exceptions(), title="Exceptions")
    mail_server: MailServer = Field(MailServer(), title="Send e-mail")
    providers: Providers = Field(Providers(), title="Send text message")
    words: Words = Field(Words(), title="Wording")
    overrides: Overrides = Field(Overrides(), title="What companies have otherwise")


def title_of(section: str) -> str:
    """What people call a section."""
    return Live.model_fields[section].title or section.replace("_", " ").capitalize()


def overridden(live: Live, company_id: int | None) -> dict[str, dict[str, Any]]:
    """What a company has otherwise: values by field by section."""
    if company_id is None:
        return {}
    return {
        each.section: each.values
        for each in live.overrides.overrides
        if each.company_id == company_id
    }


def for_company(live: Live, company_id: int | None) -> Live:
    """The settings that hold for a company's calls; what can't be read is as for the site."""
    for section, values in overridden(live, company_id).items():
        if section in PER_COMPANY:
            with suppress(ValidationError):
                live = changed(live, section, stored(live, section) | values)
    return live


def override(live: Live, company_id: int, section: str, values: dict[str, Any]) -> Overrides:
    """The overrides with one company's section replaced, removed if it has no values.

    Raises KeyError for a section that companies can't have otherwise, or pydantic's
    ValidationError, for values that the section does not take.
    """
    kept = normal_override(live, section, values)
    others = tuple(
        each
        for each in live.overrides.overrides
        if (each.company_id, each.section) != (company_id, section)
    )
    if not kept:
        return Overrides(overrides=others)
    return Overrides(
        overrides=(*others, Override(company_id=company_id, section=section, values=kept))
    )


def normal_override(live: Live, section: str, values: dict[str, Any]) -> dict[str, Any]:
    """What a company is to have otherwise, as the section's declaration understands it.

    Raises as `override`.
    """
    if section not in PER_COMPANY:
        raise KeyError(section)
    merged = normal(section, stored(live, section) | values)
    return {name: merged[name] for name in values}


def normal(section: str, values: dict[str, Any]) -> dict[str, Any]:
    """A section's values as JSON, as its declaration understands them; KEPT stays KEPT.

    Raises KeyError or pydantic's ValidationError.
    """
    return _kind(section).model_validate(values).model_dump(mode="json")


def changed(live: Live, section: str, values: dict[str, Any]) -> Live:
    """The settings with one section replaced; a secret that is KEPT is as it was.

    What `normal` refuses because of a later rule is let through. Raises KeyError or
    pydantic's ValidationError.
    """
    kind = _kind(section)
    kept = with_kept(values, stored(live, section))
    return live.model_copy(update={section: kind.model_validate(kept, context=AS_STORED)})


def stored(live: Live, section: str) -> dict[str, Any]:
    """One section as JSON values, secrets included; raises KeyError."""
    if section not in Live.model_fields:
        raise KeyError(section)
    value: BaseModel = getattr(live, section)
    return value.model_dump(mode="json")


def refusal(
    section: str, error: ValidationError, values: Any, company_id: int | None = None
) -> str:
    """What is wrong with a section's values, in a sentence: which field, and what it must be.

    It has COMPANY for the name of a company whose values they are.
    """
    first, kind = error.errors(include_url=False, include_input=False)[0], _kind(section)
    where = ", ".join((f"{title_of(section)}{of_company(company_id)}", *place(first, kind, values)))
    return f"{where}: {must(first, kind)}."


def _kind(section: str) -> type[BaseModel]:
    kind = Live.model_fields[section].annotation
    assert isinstance(kind, type)
    assert issubclass(kind, BaseModel)
    return kind
