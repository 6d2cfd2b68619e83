"""What a person may ask the desk to do, and what comes back. Commands are imperative."""

from dataclasses import dataclass

from console.calls.words import Role
from console.people.values import Company, Contact


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
    """Add or change companies, found by name."""

    companies: tuple[Company, ...]


@dataclass(frozen=True, slots=True)
class ImportContacts:
    """Add or change contacts, found by uid, else by name and company."""

    contacts: tuple[Contact, ...]
    source: str


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


Command = (
    MarkProcessed
    | MarkCallerProcessed
    | Reopen
    | Take
    | Release
    | WriteNote
    | Undo
    | ImportCompanies
    | ImportContacts
    | Forget
    | ChangeOperator
)


@dataclass(frozen=True, slots=True)
class Done:
    """It is stored. `text` says what was done, for a person; `count` how many rows it touched."""

    text: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not done, and nothing changed; `why` is a sentence for a person."""

    why: str


Answer = Done | Refused
