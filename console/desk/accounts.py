"""How operators prove who they are, and which addresses are kept out for failing to."""

from dataclasses import dataclass
from datetime import datetime

from console.desk.operators import Operator


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key of an operator's: `data` is its kind and its base64, without a comment.

    `fingerprint` is as ssh shows it, SHA256:...; `added_by` and `added_at` are known once stored.
    """

    fingerprint: str
    kind: str
    data: str
    comment: str = ""
    added_by: str = ""
    added_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """An operator, and by what this one may come in from elsewhere; never the password itself."""

    operator: Operator
    disabled: bool = False
    has_password: bool = False
    keys: tuple[PublicKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a log-in is checked against; `password` is an argon2 hash, "" for none."""

    operator: Operator
    disabled: bool
    password: str
    keys: tuple[PublicKey, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """An address whose log-ins failed: how often, when last and as whom; kept out until then."""

    address: str
    failures: int
    at: datetime
    until: datetime | None
    login: str


@dataclass(frozen=True, slots=True)
class Accounts:
    """Ask for all accounts, by login."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """Ask for the addresses whose log-ins failed lately, the latest first."""


@dataclass(frozen=True, slots=True)
class KeptPlace:
    """Ask where I was in the console when I left or my line broke, None if that is long ago."""

    viewer: str = ""
