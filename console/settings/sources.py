"""Where contacts come from: one declaration per kind gives form, check and what is stored.

A source belongs to the site, or to one operator (`owner`, a login) who alone sees it. Secrets are
themselves, or `env:HOTLINE_SECRET_NAME`, or `file:NAME` of the folder `secrets` beside the
configuration file.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, SecretStr

# The source that every database has: what operators add and correct themselves.
OWN = 1


SECRET_WORDS = "Itself, or env:HOTLINE_SECRET_..., or file:NAME in the folder secrets."


class _Kind(BaseModel, frozen=True, extra="forbid"):
    pass


class OwnContacts(_Kind):
    """Contacts added or corrected in the console."""

    kind: Literal["own"] = "own"


class Imported(_Kind):
    """Files read once, by `hotline contacts import`."""

    kind: Literal["imported"] = "imported"


class VcardFolder(_Kind):
    """vCards (.vcf) in a folder and below, or one file; read anew when something changes."""

    kind: Literal["vcards"] = "vcards"
    path: str = Field(
        min_length=1,
        title="Folder or file",
        description="On the machine the console runs on; watched for changes.",
        examples=["/srv/contacts"],
    )


class CsvFile(_Kind):
    """A table as Outlook, Google, Thunderbird or a spreadsheet writes it; watched for changes."""

    kind: Literal["csv"] = "csv"
    path: str = Field(
        min_length=1,
        title="File",
        description="On the machine the console runs on; watched for changes.",
        examples=["/srv/contacts/customers.csv"],
    )
    columns: dict[str, str] = Field(
        {},
        title="Columns",
        description="Which column is what; empty: guessed from their names.",
    )


class Ldap(_Kind):
    """A directory server; read by sync, never asked while it rings."""

    kind: Literal["ldap"] = "ldap"
    url: str = Field(
        pattern=r"^ldaps?://",
        title="Server",
        description="ldap:// or ldaps:// with name and port.",
        examples=["ldap://ldap.example.org"],
    )
    start_tls: bool = Field(
        True, title="StartTLS", description="Encrypt an ldap:// connection before logging in."
    )
    ca_file: str = Field(
        "",
        title="Authority",
        description="File of the authority that signed the certificate; empty: the system's.",
    )
    bind_dn: str = Field(
        "",
        title="Log in as",
        description="Distinguished name; empty: without login.",
        examples=["cn=reader,dc=example,dc=org"],
    )
    password: SecretStr = Field(SecretStr(""), title="Password", description=SECRET_WORDS)
    base: str = Field(
        title="Base", description="Where to search.", examples=["ou=people,dc=example,dc=org"]
    )
    filter: str = Field(
        "(|(telephoneNumber=*)(mobile=*))",
        title="Filter",
        description="Which entries (RFC 4515).",
    )
    page_size: int = Field(
        500,
        ge=1,
        le=10_000,
        title="Entries at a time",
        description="That the server sends in one answer.",
    )
    attributes: dict[str, str] = Field(
        {},
        title="Attributes",
        description=(
            "Field: attribute, or several with commas, where they are not those of inetOrgPerson; "
            "an empty one is not read. Fields: name, family, given, company, department, title, "
            "work, mobile, home, internal, fax, pager, emails, street, place, code, region, "
            "country, note, web, key."
        ),
    )
    every_minutes: int = Field(60, ge=1, le=10_080, title="Read every (minutes)", description="")


class CardDav(_Kind):
    """An address book on a CardDAV server; only what changed is fetched again."""

    kind: Literal["carddav"] = "carddav"
    url: str = Field(
        pattern=r"^https?://",
        title="Address book",
        description="Its address, or the server's: then the first book found is read.",
        examples=["https://dav.example.org/eva/contacts/"],
    )
    user: str = Field("", title="User", description="")
    password: SecretStr = Field(SecretStr(""), title="Password", description=SECRET_WORDS)
    ca_file: str = Field("", title="Authority", description="As for a web server of your own.")
    every_minutes: int = Field(30, ge=1, le=10_080, title="Read every (minutes)", description="")


Options = Annotated[
    OwnContacts | Imported | VcardFolder | CsvFile | Ldap | CardDav, Field(discriminator="kind")
]


class ContactSource(BaseModel, frozen=True, extra="forbid"):
    """One place that contacts come from; `id` is None until it is stored."""

    id: int | None = None
    name: str = Field(min_length=1, max_length=60, title="Name", description="Shown with a match.")
    options: Options = Field(title="Kind", description="What it is, and where.")
    position: int = Field(
        100,
        ge=-1_000_000,
        le=1_000_000,
        title="Order",
        description="Of several matches, the lower order is shown.",
    )
    enabled: bool = Field(True, title="On", description="Off: kept, but neither read nor found.")
    on_ring: bool = Field(
        True, title="Search when a call rings", description="Off: only found by searching."
    )
    for_called: bool = Field(
        False,
        title="Use for called companies",
        description="A called number without a company is looked for here.",
    )
    owner: str = Field("", title="Owner", description="A login; empty: everybody's.")

    @property
    def kind(self) -> str:
        """The kind's word: "own", "vcards", "ldap" ..."""
        return self.options.kind


def stored_options(source: ContactSource) -> dict[str, Any]:
    """The options as JSON values, secrets included."""
    options = source.options
    plain = options.model_dump(mode="json")
    for name in type(options).model_fields:
        value = getattr(options, name)
        if isinstance(value, SecretStr):
            plain[name] = value.get_secret_value()
    return plain


def fingerprint(source: ContactSource) -> str:
    """Equal for two states of a source that read the same; not for showing: it holds secrets."""
    return json.dumps(stored_options(source), sort_keys=True)
