"""What supervisors change inside the console, live for everyone; stored section by section.

No key is both here and in the configuration file (site.py).
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, SecretStr, field_serializer

from console.calls.words import Direction

# What stands in the called panel unless somebody wants something else. Greeting, pronunciation and
# opening state have places of their own there.
DEFAULT_TEMPLATE = """\
{{ called.name }}
{% for fact in called.facts %}
· {{ fact }}
{% endfor %}
"""


class Hotline(BaseModel, frozen=True, extra="forbid"):
    """Called companies: whether and what is displayed of them."""

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


class Live(BaseModel, frozen=True, extra="forbid"):
    """All live settings; a section's name is its field's."""

    hotline: Hotline = Hotline()
    actions: Actions = Actions()


def changed(live: Live, section: str, values: dict[str, Any]) -> Live:
    """The settings with one section replaced; raises KeyError or pydantic's ValidationError."""
    kind = Live.model_fields[section].annotation
    assert isinstance(kind, type)
    assert issubclass(kind, BaseModel)
    return live.model_copy(update={section: kind.model_validate(values)})


def stored(live: Live, section: str) -> dict[str, Any]:
    """One section as JSON values, secrets included; raises KeyError."""
    if section not in Live.model_fields:
        raise KeyError(section)
    value: BaseModel = getattr(live, section)
    return value.model_dump(mode="json")
