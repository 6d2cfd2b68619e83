"""What the process must know to start: the site, its PBX, the database, the log.

One declaration loads, checks, explains and comments: the configuration file, its errors, `hotline
init` and the first-run form all read the fields below. What operators change by forms later lives
in the database, and no key is in both.
"""

import re
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator

from console.calls.time_zones import zone_name

if TYPE_CHECKING:
    from console.calls.numbers import NumberPlan

AMI_PORT = 5038
AMI_TLS_PORT = 5039
SSH_PORT = 8022
_PHONE = re.compile(r"[A-Za-z0-9]+/[\w.@:/+-]*\{extension\}[\w.@:/+-]*", re.ASCII)
_CONTEXT = re.compile(r"[\w.+-]{1,80}", re.ASCII)


def _time_zone(name: str) -> str:
    if not (known := zone_name(name)):
        raise ValueError("an IANA time zone such as Europe/Berlin")
    return known


def _region(code: str) -> str:
    code = code.upper()
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise ValueError("a country in two letters, such as DE, AT or GB")
    return code


def _digits(text: str) -> str:
    if text and not (text.isascii() and text.isdigit()):
        raise ValueError('digits only, such as "30"')
    return text


def _phone(channel: str) -> str:
    # Asterisk's technology and what follows it. Local channels have two ends, of which neither is
    # a phone: whose call it is could not be told.
    if channel and not (_PHONE.fullmatch(channel) and not channel.startswith("Local/")):
        raise ValueError('a phone\'s channel, such as "PJSIP/{extension}"; not Local/')
    return channel


def _context(name: str) -> str:
    if name and not _CONTEXT.fullmatch(name):
        raise ValueError("the name of a dialplan context, such as from-internal")
    return name


Digits = Annotated[str, AfterValidator(_digits)]


class Site(BaseModel, frozen=True, extra="forbid"):
    """The front desk: its name, where it is, and how its numbers are written."""

    name: str = Field(
        "Front desk", max_length=60, title="Name", description="Stands in the header."
    )
    time_zone: Annotated[str, AfterValidator(_time_zone)] = Field(
        "UTC",
        title="Time zone",
        description="IANA name; lists and days are in this zone.",
        examples=["Europe/Berlin"],
    )
    region: Annotated[str, AfterValidator(_region)] = Field(
        "DE",
        title="Region",
        description="The country whose numbers are written without a country code.",
        examples=["DE"],
    )
    area_code: Digits = Field(
        "",
        title="Area code",
        description="Yours, without the leading zero; for numbers dialled without one.",
        examples=["30"],
    )
    outside_prefix: Digits = Field(
        "",
        title="Outside prefix",
        description="What a phone dials before a number outside; taken away from numbers.",
        examples=["0"],
    )
    keep_calls_days: int = Field(
        365,
        ge=0,
        le=36500,
        title="Keep calls (days)",
        description="Older calls and their notes are deleted; 0 keeps them for ever.",
    )
    bell: bool = Field(True, title="Bell", description="Ring the terminal's bell with a call.")
    window_title: bool = Field(
        True, title="Window title", description="Show ringing calls in the window's title."
    )

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone for lists and days."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def plan(self) -> "NumberPlan":
        """How this site writes numbers."""
        # phonenumbers takes a tenth of a second, which `hotline --version` need not pay.
        from console.calls.numbers import NumberPlan

        return NumberPlan(self.region, self.area_code, self.outside_prefix)


class Feed(BaseModel, frozen=True, extra="forbid"):
    """One PBX that is listened to."""

    name: str = Field(
        "Asterisk",
        min_length=1,
        max_length=40,
        title="Name",
        description="Stands beside the lamp, and in every call of this PBX.",
    )
    kind: Literal["asterisk"] = Field("asterisk", title="Kind", description="What PBX it is.")
    host: str = Field(
        min_length=1,
        title="Host",
        description="Name or address of the Asterisk.",
        examples=["pbx.example.org"],
    )
    port: int = Field(
        AMI_PORT,
        ge=1,
        le=65535,
        title="Port",
        description="Of its manager interface; 5038, with TLS 5039 unless given.",
    )
    tls: bool = Field(False, title="TLS", description="Speak TLS, and check the certificate.")
    tls_ca: str = Field(
        "",
        title="TLS authority",
        description="File of the authority that signed the certificate; empty: the system's.",
        examples=["/etc/hotline/ca.pem"],
    )
    user: str = Field(
        min_length=1,
        title="User",
        description="The [section] in Asterisk's manager.conf.",
        examples=["hotline"],
    )
    secret: SecretStr = Field(
        title="Secret",
        description="Its secret, or env:NAME, or file:PATH to read it from there.",
        examples=["env:HOTLINE_AMI_SECRET"],
    )
    trunk_contexts: tuple[str, ...] = Field(
        (),
        title="Trunk contexts",
        description="Dialplan contexts in which calls from outside arrive.",
        examples=[["from-trunk"]],
    )
    internal_contexts: tuple[str, ...] = Field(
        (),
        title="Phone contexts",
        description="Dialplan contexts in which your own phones dial.",
        examples=[["from-internal"]],
    )
    trunk_channels: tuple[str, ...] = Field(
        (),
        title="Trunk channels",
        description="Or: what channel names of trunks begin with.",
        examples=[["PJSIP/trunk-"]],
    )
    internal_channels: tuple[str, ...] = Field(
        (),
        title="Phone channels",
        description="Or: what channel names of phones begin with.",
        examples=[["PJSIP/1"]],
    )
    originate_channel: Annotated[str, AfterValidator(_phone)] = Field(
        "",
        title="Phone to ring",
        description="How a phone is rung that is to call a number; empty: none can be called.",
        examples=["PJSIP/{extension}"],
    )
    originate_context: Annotated[str, AfterValidator(_context)] = Field(
        "",
        title="Context to call in",
        description="Where the number is then dialled; empty: the first of internal_contexts.",
    )

    @model_validator(mode="before")
    @classmethod
    def _port_of_tls(cls, given: object) -> object:
        if isinstance(given, dict) and given.get("tls") and "port" not in given:
            return {**given, "port": AMI_TLS_PORT}
        return given


class Program(BaseModel, frozen=True, extra="forbid"):
    """A program that actions may run; what is not listed here never runs."""

    name: str = Field(
        min_length=1,
        max_length=40,
        title="Name",
        description="What the form Actions offers.",
        examples=["crm"],
    )
    path: str = Field(
        min_length=1,
        title="Path",
        description="The program itself, started without a shell.",
        examples=["/usr/local/bin/crm-open"],
    )
    seconds: int = Field(
        10, ge=1, le=600, title="Seconds", description="After these it is ended, with its children."
    )


class Ssh(BaseModel, frozen=True, extra="forbid"):
    """How operators come in from elsewhere, with `hotline serve`."""

    host: str = Field(
        "",
        title="Address",
        description="Of this machine, to listen on; empty: all its addresses.",
        examples=["127.0.0.1"],
    )
    port: int = Field(
        SSH_PORT, ge=0, le=65535, title="Port", description="Operators connect to it."
    )
    host_keys: str = Field(
        "",
        title="Host keys",
        description="Folder of what the server proves itself with; empty: the usual place.",
        examples=["/var/lib/hotline/ssh"],
    )
    old_clients: bool = Field(
        False,
        title="Old clients",
        description="Have an RSA host key too, for clients without ed25519.",
    )
    only_post_quantum: bool = Field(
        False,
        title="Only post-quantum",
        description="Turn away clients without a post-quantum key exchange.",
    )
    passwords: bool = Field(
        False, title="Passwords", description="Let operators in by password too, not only by key."
    )
    banner: str = Field(
        "", max_length=2000, title="Banner", description="Shown to everybody before the log-in."
    )
    login_seconds: int = Field(
        30,
        ge=5,
        le=600,
        title="Time to log in",
        description="Seconds until a stranger is sent away.",
    )
    strangers: int = Field(
        50, ge=1, le=10_000, title="Strangers", description="Connections without a log-in, at once."
    )
    strangers_of_one: int = Field(
        10, ge=1, le=10_000, title="Strangers of one", description="The same, from one address."
    )
    alive_seconds: int = Field(
        15, ge=1, le=3600, title="Alive", description="After three such silences a client is gone."
    )
    lock_minutes: int = Field(
        15,
        ge=0,
        le=1440,
        title="Lock after (minutes)",
        description="Without a key a console shows nothing until its operator is proved; 0: never.",
    )
    end_minutes: int = Field(
        0,
        ge=0,
        le=10_080,
        title="End after (minutes)",
        description="Without a key a session ends; 0: never.",
    )
    sessions_per_user: int = Field(
        4, ge=1, le=100, title="Sessions", description="How many one operator may have at once."
    )


class Log(BaseModel, frozen=True, extra="forbid"):
    """Where the console writes what it did; never to the screen."""

    file: str = Field(
        "",
        title="File",
        description="Empty: the usual place of this system.",
        examples=["/var/log/hotline.log"],
    )
    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", title="Level", description="The least that is written."
    )
    megabytes: int = Field(
        5, ge=1, le=1000, title="Size", description="A new file is begun at this size (MB)."
    )
    keep: int = Field(3, ge=0, le=100, title="Keep", description="How many old files are kept.")


class Startup(BaseModel, frozen=True, extra="forbid"):
    """All that the configuration file may say."""

    database: str = Field(
        "",
        title="Database",
        description="A file, or a URL; empty: the usual place of this system.",
        examples=["/var/lib/hotline/hotline.db"],
    )
    site: Site = Field(Site(), title="Site", description="The front desk.")
    feeds: tuple[Feed, ...] = Field((), title="PBX", description="The PBX to listen to.")
    programs: tuple[Program, ...] = Field(
        (), title="Programs", description="What actions may run on this machine."
    )
    ssh: Ssh = Field(Ssh(), title="SSH", description="Operators who come in from elsewhere.")
    log: Log = Field(Log(), title="Log", description="What is written down, and where.")

    @model_validator(mode="after")
    def _have_own_names(self) -> "Startup":
        names = [feed.name for feed in self.feeds]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(
                f"feeds need different names: {', '.join(sorted(twice))} is there twice"
            )
        names = [program.name for program in self.programs]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(
                f"programs need different names: {', '.join(sorted(twice))} is there twice"
            )
        return self
