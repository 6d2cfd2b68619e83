"""What a person may ask the desk to do, and what comes back. Commands are imperative."""

from dataclasses import dataclass, field
from typing import Any

from console.calls.words import Role
from console.desk.accounts import PublicKey
from console.desk.contacts import SyncReport
from console.people.values import Company, Contact
from console.settings.sources import ContactSource


@dataclass(frozen=True, slots=True)
class MarkProcessed:
    """These unanswered calls are dealt with."""

    calls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarkCallerProcessed:
    """Every open call of this call's caller is dealt with."""

    call: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """These calls are not dealt with after all."""

    calls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Take:
    """I am on this call: nobody else needs to call back."""

    call: str


@dataclass(frozen=True, slots=True)
class Release:
    """I am no longer on this call."""

    call: str


@dataclass(frozen=True, slots=True)
class WriteNote:
    """Write a note on a call, live or ended."""

    call: str
    text: str


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back my last change."""


@dataclass(frozen=True, slots=True)
class ImportCompanies:
    """Add or change companies, found by name; one whose number is another's is left out."""

    companies: tuple[Company, ...]


@dataclass(frozen=True, slots=True)
class SaveCompany:
    """Add a company (without id) or change it, put it away (archived) or back."""

    company: Company


@dataclass(frozen=True, slots=True)
class SaveContact:
    """Add an own contact, or change it; another source's contact is corrected by an own one."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class RemoveContact:
    """Delete an own contact; what it corrected comes back."""

    id: int


@dataclass(frozen=True, slots=True)
class ChooseContact:
    """This is who that number is (for calls to a company, or for all); an empty ref forgets it."""

    number: str
    ref: str
    company_id: int | None = None


@dataclass(frozen=True, slots=True)
class SaveSource:
    """Add a contact source (without id) or change it."""

    source: ContactSource


@dataclass(frozen=True, slots=True)
class RemoveSource:
    """Forget a source with its contacts."""

    id: int


@dataclass(frozen=True, slots=True)
class SyncSource:
    """Read a source now; Done comes when that has begun."""

    id: int


@dataclass(frozen=True, slots=True)
class StopSync:
    """Stop reading a source; what was there before stays."""

    id: int


@dataclass(frozen=True, slots=True)
class ImportFiles:
    """Read vCards, tables and folders once into a source of this name; Done has the report.

    With an owner, a login, it is that operator's own source. `origin` is said by the desk.
    """

    paths: tuple[str, ...]
    source: str
    owner: str = ""
    origin: str = "local"


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """Replace a section of the live settings (live.py).

    With a company: `values` are the fields that are otherwise for its calls, none for none. A
    secret that is KEPT stays what it is.
    """

    section: str
    values: dict[str, Any]
    company_id: int | None = None


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """Change fields of several sections, all or none; fields that are not named stay.

    `companies`: fields by section by a company's id; None makes one as for the site.
    """

    sections: dict[str, dict[str, Any]]
    companies: dict[int, dict[str, dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RetryNotices:
    """Send failed or uncertain notices again, by their ids."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CallNumber:
    """Ring my phone, and when I answer, call this number (a key)."""

    number: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete the calls and notes of a number (E.164)."""

    number: str


@dataclass(frozen=True, slots=True)
class ChangeOperator:
    """Add or change a person at the console."""

    login: str
    name: str
    role: Role
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetExtensions:
    """Other phones ring at a person's desk."""

    login: str
    extensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DisableOperator:
    """A person can't come in any more, and is sent out at once; or can again."""

    login: str
    disabled: bool = True


@dataclass(frozen=True, slots=True)
class RemoveOperator:
    """Forget a person, with keys and password."""

    login: str


@dataclass(frozen=True, slots=True)
class SetPassword:
    """Give a person a password, or none with ""."""

    login: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AddKey:
    """Let a person in with a public key, given as its line of text."""

    login: str
    text: str


@dataclass(frozen=True, slots=True)
class StorePassword:
    """What SetPassword becomes: an argon2 hash."""

    login: str
    hashed: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoreKey:
    """What AddKey becomes: a key that was read."""

    login: str
    key: PublicKey


@dataclass(frozen=True, slots=True)
class RemoveKey:
    """A public key lets nobody in any more; by its fingerprint."""

    login: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class LiftBlock:
    """Let an address try to log in again."""

    address: str


@dataclass(frozen=True, slots=True)
class EndSession:
    """Send somebody out, by the number of the session."""

    session: int


@dataclass(frozen=True, slots=True)
class TellAll:
    """Show a message to everybody who is at a console."""

    text: str


@dataclass(frozen=True, slots=True)
class KeepPlace:
    """Where I am in the console, to be brought back there; None forgets it."""

    place: dict[str, Any] | None


Command = (
    MarkProcessed
    | MarkCallerProcessed
    | Reopen
    | Take
    | Release
    | WriteNote
    | Undo
    | ImportCompanies
    | SaveCompany
    | SaveContact
    | RemoveContact
    | ChooseContact
    | SaveSource
    | RemoveSource
    | SyncSource
    | StopSync
    | ImportFiles
    | ChangeSettings
    | ImportSettings
    | RetryNotices
    | CallNumber
    | Forget
    | ChangeOperator
    | SetExtensions
    | DisableOperator
    | RemoveOperator
    | SetPassword
    | AddKey
    | StorePassword
    | StoreKey
    | RemoveKey
    | LiftBlock
    | EndSession
    | TellAll
    | KeepPlace
)

SETTINGS_COMMANDS = (ChangeSettings, ImportSettings)


@dataclass(frozen=True, slots=True)
class Done:
    """It is stored. `text` says what was done, for a person; `count` how many rows it touched.

    `id` is the row that was saved, where there is one; `report` what an import brought.
    """

    text: str = ""
    count: int = 0
    id: int | None = None
    report: SyncReport | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not done, and nothing changed; `why` is a sentence for a person.

    Whoever writes it may know a company by its id only: with `company_id`, COMPANY stands for its
    name, and the desk puts that in.
    """

    why: str
    company_id: int | None = None


Answer = Done | Refused
