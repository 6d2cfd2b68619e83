"""How notices leave the building: the mail server, and providers of text messages."""

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    SecretStr,
    ValidationInfo,
    field_serializer,
    field_validator,
)

from console.settings.accepted_if import accepted_if
from console.settings.as_stored import is_stored
from console.settings.notices import mail_address
from console.settings.senders import http_headers, sender_for

SUBMISSION, IMPLICIT_TLS, PLAIN = 587, 465, 25


def _address_or_none(text: str) -> str:
    return mail_address(text) if text else ""


class MailServer(BaseModel, frozen=True, extra="forbid"):
    """The server that takes our e-mail."""

    host: str = Field(
        "",
        max_length=253,
        pattern=r"^[A-Za-z0-9._:\-\u0080-\uffff]*$",
        title="Server",
        description="Name or address; empty: no e-mail can be sent.",
        examples=["mail.desk.example"],
    )
    port: int = Field(
        SUBMISSION,
        ge=1,
        le=65535,
        title="Port",
        description=f"{SUBMISSION} with STARTTLS, {IMPLICIT_TLS} with TLS, {PLAIN} without.",
    )
    security: Literal["STARTTLS", "TLS", "none"] = Field(
        "STARTTLS",
        title="Security",
        description="STARTTLS is demanded, not tried. none: everything can be read on its way.",
    )
    ca: str = Field(
        "",
        max_length=1000,
        title="TLS authority",
        description="File of the authority that signed the server's certificate; empty: the "
        "system's.",
        examples=["/etc/hotline/ca.pem"],
    )
    user: str = Field("", max_length=200, title="User", description="Empty: no login.")
    password: SecretStr = Field(
        SecretStr(""),
        title="Password",
        description="Itself, or env:HOTLINE_SECRET_..., or file:NAME in the folder secrets.",
    )
    sender: Annotated[str, AfterValidator(_address_or_none)] = Field(
        "",
        title="From address",
        description="Yours, of a domain whose mail this server may send.",
        examples=["calls@desk.example"],
    )
    sender_name: str = Field("Hotline", max_length=80, title="From name", description="")
    seconds: int = Field(
        30, ge=1, le=300, title="Time-out (seconds)", description="For one e-mail as a whole."
    )

    @field_serializer("password", when_used="json")
    def _stored(self, secret: SecretStr) -> str:
        return secret.get_secret_value()


class Provider(BaseModel, frozen=True, extra="forbid"):
    """Who sends text messages for us."""

    name: str = Field(min_length=1, max_length=60, title="Name", description="")
    kind: Literal["Twilio", "Vonage", "seven.io", "sipgate", "Kannel", "HTTP"] = Field(
        title="Kind", description="HTTP: any other, by the fields at the end."
    )
    url: str = Field(
        "",
        max_length=1000,
        pattern=r"^(https?://.+)?$",
        title="Address",
        description="Of its service; empty: the provider's usual one. Kannel and HTTP need it.",
        examples=["https://api.twilio.com"],
    )
    user: str = Field(
        "",
        max_length=200,
        title="User",
        description="Twilio: account SID; Vonage: API key; sipgate: token id (and the "
        "extension that sends after a space); Kannel: user. seven.io needs none.",
    )
    secret: SecretStr = Field(
        SecretStr(""),
        title="Secret",
        description="Token, API key or password: itself, or env:HOTLINE_SECRET_..., or file:NAME "
        "in the folder secrets.",
    )
    sender: str = Field(
        "",
        max_length=40,
        title="Sender",
        description="Your number, or up to 11 letters where the provider allows them.",
        examples=["+49 30 111000"],
    )
    foreign: Literal["never", "verified only", "operator decides"] = Field(
        "never",
        title="Other senders",
        description="Whether the provider sends from a caller's number.",
    )
    method: Literal["GET", "POST", "PUT"] = Field("POST", title="HTTP: method", description="")
    headers: dict[str, SecretStr] = Field(
        {},
        title="HTTP: headers",
        description="name: value, one a line; {secret} is filled in. No stored value is shown "
        "again.",
    )
    body: str = Field(
        "",
        max_length=5000,
        title="HTTP: body",
        description="JSON or a form, with {to} {from} {text} {user} {secret}, each escaped for its "
        "place; so in the address.",
        examples=['{"to": {to}, "text": {text}}'],
    )
    success: str = Field(
        "",
        max_length=200,
        title="HTTP: accepted if",
        description="Besides a status of 200 to 299: a regular expression found in the answer, or "
        "a path and value in JSON such as status = ok.",
    )

    @field_validator("sender")
    @classmethod
    def _sender(cls, sender: str, info: ValidationInfo) -> str:
        return sender if is_stored(info) else sender_for(info.data.get("kind", ""), sender)

    @field_validator("headers")
    @classmethod
    def _headers(cls, headers: dict[str, SecretStr], info: ValidationInfo) -> dict[str, SecretStr]:
        if not is_stored(info):
            http_headers({name: value.get_secret_value() for name, value in headers.items()})
        return headers

    @field_validator("success")
    @classmethod
    def _success(cls, success: str, info: ValidationInfo) -> str:
        return success if is_stored(info) else accepted_if(success)

    @field_serializer("secret", when_used="json")
    def _stored(self, secret: SecretStr) -> str:
        return secret.get_secret_value()

    @field_serializer("headers", when_used="json")
    def _stored_headers(self, headers: dict[str, SecretStr]) -> dict[str, str]:
        return self.plain_headers

    @property
    def plain_headers(self) -> dict[str, str]:
        """The headers with the values themselves."""
        return {name: value.get_secret_value() for name, value in self.headers.items()}


class Providers(BaseModel, frozen=True, extra="forbid"):
    """Who sends text messages for us, several by name."""

    providers: tuple[Provider, ...] = Field((), max_length=20)

    def named(self, name: str) -> Provider | None:
        """The provider of a name, the first for no name; None if there is none."""
        if not name:
            return next(iter(self.providers), None)
        return next((each for each in self.providers if each.name == name), None)
