"""What the desk asks the store to change. One batch of changes is one transaction.

`by` and `at` of a change become its audit line, written in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final, Literal

from console.calls.processing import LaterCall
from console.calls.words import Role
from console.desk.accounts import Block, PublicKey
from console.desk.contacts import ActionFailure
from console.desk.operators import Operator
from console.desk.records import CallRecord, Note, Processed, Taken
from console.people.skipped import Skipped
from console.people.values import Company, Contact
from console.settings.sources import ContactSource


class Expecting(Enum):
    """What a change expects to find: with ANY, whatever is there."""

    ANY = "any"


# An undo gives the state that it takes back instead: if somebody has changed it since, nothing is
# written (count 0).
ANY: Final = Expecting.ANY
_Any = Literal[Expecting.ANY]


@dataclass(frozen=True, slots=True)
class SaveCall:
    """Insert or replace what the PBX and the directory say of a call.

    What people did (processed, taken, notes) is not touched: other changes own it.
    """

    record: CallRecord


@dataclass(frozen=True, slots=True)
class MergeCall:
    """`call` was no call of its own: its notes move to `into`, its row goes."""

    call: str
    into: str


@dataclass(frozen=True, slots=True)
class SetProcessed:
    """Mark calls processed, or open with None. Answered and live calls are left as they are."""

    calls: tuple[str, ...]
    processed: Processed | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SetCallerProcessed:
    """Mark every open call of this call's caller; of a hidden caller only the call itself."""

    call: str
    processed: Processed
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PutBackProcessed:
    """Give each call its former processed state, if it is still as `now_is` says (undo)."""

    former: tuple[tuple[str, Processed | None], ...]
    now_is: Processed | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProcessByCall:
    """A call has ended, which may have dealt with earlier unanswered ones: mark those.

    It is stored before, in the same batch. `contact`: also calls from other numbers of the contact
    at its other end, if that is sure; `days` is how old they are at most. By is whoever called or
    answered.
    """

    call: str
    kinds: tuple[LaterCall, ...]
    contact: bool
    days: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SetTaken:
    """Somebody is on a call, or nobody with None."""

    call: str
    taken: Taken | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AddNote:
    """Write a note on a call."""

    call: str
    note: Note


@dataclass(frozen=True, slots=True)
class RemoveNote:
    """Take a note back (undo): exactly this one."""

    call: str
    note: Note
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OpenGap:
    """A feed fell silent. A gap of the feed that is still open stays as it is."""

    feed: str
    since: datetime
    why: str


@dataclass(frozen=True, slots=True)
class CloseGap:
    """The feed's open gap ended."""

    feed: str
    until: datetime


@dataclass(frozen=True, slots=True)
class PutCompanies:
    """Add or change companies, found by name (without regard to case).

    One that claims a number of another company is left out, and named in Written.skipped.
    """

    companies: Sequence[Company]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PutCompany:
    """Add a company (without id), or change the one with this id, name included.

    Refused if its name or one of its numbers is another's. Written.company is the former state.
    """

    company: Company
    by: str
    at: datetime
    expects: Company | _Any | None = ANY


@dataclass(frozen=True, slots=True)
class RemoveCompany:
    """Delete a company that was added by mistake (undo of adding it)."""

    id: int
    by: str
    at: datetime
    expects: Company | _Any | None = ANY


@dataclass(frozen=True, slots=True)
class PutContact:
    """Add or change an own contact; with another source's id and key, correct that one by it.

    Written.contact is the former own state (None: it was added).
    With `viewer`, a login, contacts of others' sources are as if they were not there; one of the
    viewer's own source is not corrected, which would show it to everybody: refused.
    `expects`: the own contact that is there.
    """

    contact: Contact
    by: str
    at: datetime
    viewer: str = ""
    expects: Contact | _Any | None = ANY


@dataclass(frozen=True, slots=True)
class PutContacts:
    """Add or change a few contacts of an imported source of this name, by their keys.

    Many come by a staging file instead (ports.ContactTables.take_in).
    """

    contacts: Sequence[Contact]
    source: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DropContact:
    """Delete an own contact; Written.contact is what it was.

    With `viewer`, a login, contacts of others' sources are as if they were not there.
    """

    id: int
    by: str
    at: datetime
    viewer: str = ""
    expects: Contact | _Any | None = ANY


@dataclass(frozen=True, slots=True)
class SetChoice:
    """Remember who a number is (Contact.ref; empty: forget); Written.ref is the former choice.

    `expects`: the choice that is there (empty or None: there is none).
    """

    number: str
    company_id: int | None
    ref: str
    by: str
    at: datetime
    expects: str | _Any | None = ANY


@dataclass(frozen=True, slots=True)
class PutSource:
    """Add a source (without id) or change it; its contacts stay.

    Refused if its owner has another source of this name. `login` is who asks: another's own source
    is as if it were not there, whatever the role. With `only_of`, a login, it must be that one's.
    """

    source: ContactSource
    by: str
    at: datetime
    only_of: str = ""
    login: str = ""


@dataclass(frozen=True, slots=True)
class DropSource:
    """Forget a source; its contacts are gone at once, and swept away little by little.

    `login` and `only_of` as in PutSource. OWN is never forgotten. `left`: also one of somebody who
    is no operator any more.
    """

    id: int
    by: str
    at: datetime
    only_of: str = ""
    login: str = ""
    left: bool = False


@dataclass(frozen=True, slots=True)
class PutSettings:
    """Replace a section of the live settings; Written.settings is the former one.

    With a company, `values` are what that has otherwise (live.overrides), none for nothing; so
    are `expects` and Written.settings. A secret that is live.KEPT stays what it is.
    `expects`: the section that is there (None: as in a new database). `origin` is where the one
    who did it sits ("local", an address).
    """

    section: str
    values: dict[str, Any]
    by: str
    at: datetime
    expects: dict[str, Any] | _Any | None = ANY
    origin: str = ""
    company_id: int | None = None


@dataclass(frozen=True, slots=True)
class PutSections:
    """Replace several sections, all or none; Written.parts says of each what PutSettings would."""

    sections: tuple[PutSettings, ...]
    by: str
    at: datetime
    origin: str = ""


@dataclass(frozen=True, slots=True)
class OweNotice:
    """An unanswered call has ended: at `due_at` it is decided who is told. Once for each call."""

    call: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class RetryNotices:
    """Queue failed or uncertain notices again, at once; others are left as they are."""

    ids: tuple[int, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AddActionFailure:
    """An action failed; only the latest few hundred are kept."""

    failure: ActionFailure


@dataclass(frozen=True, slots=True)
class PutOperator:
    """Add or change a person at the console."""

    operator: Operator
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SetExtensions:
    """Other phones ring at a person's desk."""

    login: str
    extensions: tuple[str, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SetDisabled:
    """A person can't come in any more, or can again; the last admin always can."""

    login: str
    disabled: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DropOperator:
    """Forget a person with keys and password; the last admin stays."""

    login: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PutPassword:
    """A person's password as an argon2 hash; "" for none."""

    login: str
    hashed: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PutKey:
    """Add a public key of a person's."""

    login: str
    key: PublicKey
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DropKey:
    """Forget a public key of a person's."""

    login: str
    fingerprint: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PutBlock:
    """A log-in from an address failed; `block` is what is known of it."""

    block: Block


@dataclass(frozen=True, slots=True)
class DropBlock:
    """Forget the failed log-ins of an address."""

    address: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AddLine:
    """Only a line for the audit: something was refused, said or ended."""

    what: str
    new: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeepPlace:
    """Where a person is in the console, to be brought back there; None forgets it."""

    login: str
    place: dict[str, Any] | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """A change by somebody who is not at this machine: `origin` is the address and the key."""

    change: "Change"
    origin: str


@dataclass(frozen=True, slots=True)
class ForgetNumber:
    """Delete ended calls of a number with notes and audit lines, and its choices; contacts stay."""

    number: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DropOldCalls:
    """Delete the oldest ended calls that started before a time, at most `limit` in one batch.

    When Written.count is `limit` there are more: asked again later, so that calls in between are
    stored without delay.
    """

    before: datetime
    limit: int = 2_000


Change = (
    SaveCall
    | MergeCall
    | SetProcessed
    | SetCallerProcessed
    | PutBackProcessed
    | ProcessByCall
    | SetTaken
    | AddNote
    | RemoveNote
    | OpenGap
    | CloseGap
    | PutCompanies
    | PutCompany
    | RemoveCompany
    | PutContact
    | PutContacts
    | DropContact
    | SetChoice
    | PutSource
    | DropSource
    | PutSettings
    | PutSections
    | OweNotice
    | RetryNotices
    | AddActionFailure
    | PutOperator
    | SetExtensions
    | SetDisabled
    | DropOperator
    | PutPassword
    | PutKey
    | DropKey
    | PutBlock
    | DropBlock
    | AddLine
    | KeepPlace
    | Sent
    | ForgetNumber
    | DropOldCalls
)


def unsent(change: Change) -> Change:
    """The change itself, wherever it came from."""
    return change.change if isinstance(change, Sent) else change


SETTINGS_CHANGES = (PutSettings, PutSections)

# After these, sessions of a person may have other rights, or end.
OPERATOR_CHANGES = (PutOperator, SetExtensions, SetDisabled, DropOperator)

# After these, who is on the screen may be somebody else.
DIRECTORY_CHANGES = (
    PutCompanies,
    PutCompany,
    RemoveCompany,
    PutContact,
    PutContacts,
    DropContact,
    SetChoice,
    PutSource,
    DropSource,
    PutSettings,
    PutSections,
)


@dataclass(frozen=True, slots=True)
class Written:
    """What one change did.

    `count`: rows it touched (0: no such call, or nothing to change). `processed`: for the
    processed changes, each touched call with its former state. `taken`: the former state, for
    SetTaken. `role`: the former role, for PutOperator. `refused`: why nothing was changed, a
    sentence. `id`: the row that was added or changed. `skipped`: what was left out of many, of
    which so many are new (`added`) or other than they were (`changed`).
    `company`, `contact`, `ref`, `settings`: the former state, as each change says. `settings_now`:
    the state that was written; in both, secrets are as they are stored. `parts`: for PutSections.
    `requeued`: notices that failed for want of what was set now, and are sent again.
    """

    count: int = 0
    processed: tuple[tuple[str, Processed | None], ...] = ()
    taken: Taken | None = None
    role: Role | None = None
    refused: str = ""
    id: int | None = None
    skipped: tuple[Skipped, ...] = ()
    added: int = 0
    changed: int = 0
    company: Company | None = None
    contact: Contact | None = None
    ref: str = ""
    settings: dict[str, Any] | None = None
    settings_now: dict[str, Any] | None = None
    parts: tuple["Written", ...] = ()
    requeued: int = 0
