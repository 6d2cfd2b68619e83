"""What the desk needs of the rooms above it, and what it offers them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, overload

from console.desk.notice import Fault

if TYPE_CHECKING:
    # Only spoken about here: making them all would hold up the first frame.
    from datetime import datetime, timedelta

    from console.calls.call import Call
    from console.desk.accounts import Account, Accounts, Block, Blocks, KeptPlace
    from console.desk.changes import Change, Written
    from console.desk.commands import Answer, Command
    from console.desk.contacts import (
        ActionFailure,
        ActionFailures,
        AllowedPrograms,
        Companies,
        FindContacts,
        Found,
        GetContact,
        LeftSources,
        Match,
        NumberPlace,
        NumberPlaces,
        Previewed,
        PreviewText,
        Sources,
        SourceState,
        SyncReport,
        Tried,
        TrySource,
        Unowned,
        UnownedNumbers,
        WhoIs,
    )
    from console.desk.notice import Channel, Notice, NoticeState
    from console.desk.notices import (
        DryRan,
        DryRun,
        ListDue,
        ListNotices,
        LostSecrets,
        NoticePreviewed,
        Owed,
        PreviewNotice,
        Rush,
        SendingTried,
        SettingsChange,
        SettingsHistory,
        Telling,
        Told,
        TrySending,
    )
    from console.desk.operators import Operator
    from console.desk.queries import (
        CallDetails,
        CallPage,
        CompanyNames,
        CountCalls,
        Details,
        Gap,
        Gaps,
        Page,
        Total,
    )
    from console.desk.records import CallRecord, Identity, LastCall
    from console.desk.snapshot import Snapshot
    from console.people.values import Company, Contact
    from console.settings.live import Live, Occasion


class Clock(Protocol):
    """The time, and a way to wait for it; a replay brings its own."""

    def now(self) -> datetime:
        """Now, in UTC; never goes backwards while calls live."""
        ...

    async def sleep_until(self, when: datetime) -> None:
        """Return when it is `when`."""
        ...


class Queries(Protocol):
    """Answers to questions about what is stored."""

    @overload
    async def ask(self, query: CallPage) -> Page: ...
    @overload
    async def ask(self, query: CountCalls) -> Total: ...
    @overload
    async def ask(self, query: CallDetails) -> Details | None: ...
    @overload
    async def ask(self, query: CompanyNames) -> tuple[str, ...]: ...
    @overload
    async def ask(self, query: Gaps) -> tuple[Gap, ...]: ...
    @overload
    async def ask(self, query: WhoIs) -> tuple[Match, ...]: ...
    @overload
    async def ask(self, query: FindContacts) -> Found: ...
    @overload
    async def ask(self, query: GetContact) -> Contact | None: ...
    @overload
    async def ask(self, query: NumberPlaces) -> tuple[NumberPlace, ...]: ...
    @overload
    async def ask(self, query: Companies) -> tuple[Company, ...]: ...
    @overload
    async def ask(self, query: UnownedNumbers) -> tuple[Unowned, ...]: ...
    @overload
    async def ask(self, query: Sources) -> tuple[SourceState, ...]: ...
    @overload
    async def ask(self, query: LeftSources) -> tuple[SourceState, ...]: ...
    @overload
    async def ask(self, query: TrySource) -> Tried: ...
    @overload
    async def ask(self, query: PreviewText) -> Previewed: ...
    @overload
    async def ask(self, query: AllowedPrograms) -> tuple[str, ...]: ...
    @overload
    async def ask(self, query: ActionFailures) -> tuple[ActionFailure, ...]: ...
    @overload
    async def ask(self, query: ListNotices) -> tuple[Notice, ...]: ...
    @overload
    async def ask(self, query: ListDue) -> tuple[Owed, ...]: ...
    @overload
    async def ask(self, query: DryRun) -> DryRan: ...
    @overload
    async def ask(self, query: PreviewNotice) -> NoticePreviewed: ...
    @overload
    async def ask(self, query: TrySending) -> SendingTried: ...
    @overload
    async def ask(self, query: SettingsHistory) -> tuple[SettingsChange, ...]: ...
    @overload
    async def ask(self, query: LostSecrets) -> tuple[str, ...]: ...
    @overload
    async def ask(self, query: Accounts) -> tuple[Account, ...]: ...
    @overload
    async def ask(self, query: Blocks) -> tuple[Block, ...]: ...
    @overload
    async def ask(self, query: KeptPlace) -> dict[str, Any] | None: ...


class StoreFailed(Exception):
    """The database can't be written or read; the sentence says which, why, and what to do."""


class Forbidden(Exception):
    """Whoever asks may not know; the sentence says who may."""


class NotStorable(ValueError):
    """A change holds a value that the database can't take; nothing of its batch has happened."""


class Store(Queries, Protocol):
    """The database."""

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        """Make all changes in one transaction, durable on return; one Written for each.

        Raises StoreFailed, or NotStorable for a value that no database could take; then nothing
        of the batch has happened.
        """
        ...

    async def live_calls(self) -> tuple[CallRecord, ...]:
        """Calls that were stored while live and never settled (the desk was killed)."""
        ...

    async def open_count(self) -> int:
        """How many calls are unanswered and unprocessed."""
        ...

    async def last_heard(self) -> datetime | None:
        """The latest time that anything was stored, None in a new database."""
        ...

    async def operator(self, login: str) -> Operator | None:
        """Who may come in with this login; None for who is unknown or disabled."""
        ...

    async def settings(self) -> Live:
        """The live settings; a section that can't be read any more is as in a new database."""
        ...

    async def settings_version(self) -> int:
        """Grows with every change of the settings; 0 before the first."""
        ...

    async def undelivered(self) -> int:
        """How many notices a person must see to."""
        ...


class DirectoryTables(Protocol):
    """The stored companies, contacts and history by number; numbers as in calls (E.164)."""

    async def companies(self) -> tuple[Company, ...]:
        """All that are not archived; the same tuple until one changes."""
        ...

    async def who_is(self, number: str, company_id: int | None) -> tuple[Match, ...]:
        """Contacts that have a number, best first, of sources that everybody may see and that are
        searched when a call rings; never any for an empty number.

        Best is who was chosen for the number and company, else for the number; then exact before
        extension before maybe, then the sources' order.
        """
        ...

    async def called_contact(self, number: str) -> Contact | None:
        """The contact of a called number in a source that is used for called companies."""
        ...

    async def last_calls(
        self, numbers: Sequence[str], before: str, limit: int
    ) -> tuple[LastCall, ...]:
        """The latest ended calls from these numbers or to them, newest first, without `before`."""
        ...


class ContactTables(Protocol):
    """Where contact sources are stored, for who reads them."""

    async def sources(self) -> tuple[SourceState, ...]:
        """All sources, everybody's, in order."""
        ...

    async def take_in(
        self,
        source_id: int,
        staging: str,
        at: datetime,
        progress: Callable[[int, int], None],
    ) -> SyncReport:
        """Make a staging file (directory/staging.py) what a source has, all or nothing.

        In small transactions between which calls are stored; `progress` is told how many of how
        many. Cancelled or killed in the middle, the source is what it was. Raises StoreFailed.
        """
        ...

    async def drop_never_filled(self, source_id: int) -> None:
        """Forget a source that an import made, if nothing has come in."""
        ...

    async def sync_failed(self, source_id: int, at: datetime, why: str) -> None:
        """Remember why a source could not be read; its contacts stay."""
        ...


class NoticeTables(Protocol):
    """The outbox: what is owed, decided, and sent. Every method raises StoreFailed.

    Each is one transaction, durable on return.
    """

    async def owed(self, until: datetime, limit: int) -> tuple[Owed, ...]:
        """Calls that are due by then and undecided, the longest due first, with all notes."""
        ...

    async def told(self, caller: str, since: datetime, company_id: int | None) -> tuple[Told, ...]:
        """Notices about a caller (a key) to a company since then, skipped and cancelled left out;
        the newest first."""
        ...

    async def decide(self, call: str, notices: Sequence[Notice]) -> tuple[Notice, ...]:
        """Store what was decided of a call, which is owed no longer; the same with their ids.

        A call of which something was decided already is left as it is, and nothing returned.
        """
        ...

    async def decide_all(
        self, decided: Sequence[tuple[str, Sequence[Notice]]]
    ) -> tuple[tuple[Notice, ...], ...]:
        """The same for several calls, all in one transaction."""
        ...

    async def to_send(self, now: datetime, channel: str, limit: int) -> tuple[Notice, ...]:
        """Queued notices whose time has come, the oldest first."""
        ...

    async def told_with(self, id: int, limit: int) -> tuple[Telling, ...]:
        """A notice and those that were folded into it, with their calls, the oldest call first."""
        ...

    async def rush(self, since: datetime, near: datetime, until: datetime) -> Rush:
        """Notices decided since then, and `near` to now (not the skipped); what is owed until then.

        Of a backlog only as much is counted as tells a storm.
        """
        ...

    async def untried(self, why: str) -> tuple[Notice, ...]:
        """Queued notices with this reason that were never tried, the oldest first."""
        ...

    async def taking_in(
        self, channel: Channel, recipient: str, why: str, since: datetime
    ) -> timedelta | None:
        """How long the last notice to somebody took in calls, for this reason; None if no call was
        folded so since then."""
        ...

    async def bring_forward(self, ids: Sequence[int], at: datetime) -> int:
        """Those of them that are still queued are sent at this time; how many."""
        ...

    async def next_at(self) -> datetime | None:
        """When the next call is due or the next notice to be sent; None if nothing waits."""
        ...

    async def sending(self, ids: Sequence[int], at: datetime) -> tuple[int, ...]:
        """These are about to be sent: SENDING, one try more; those that were still queued."""
        ...

    async def ended(
        self,
        ids: Sequence[int],
        state: NoticeState,
        why: str,
        at: datetime,
        next_at: datetime | None = None,
        fault: Fault = Fault.NONE,
    ) -> None:
        """What became of them."""
        ...

    async def recover(self, at: datetime) -> int:
        """After a crash: e-mails that were SENDING are queued again, text messages UNCERTAIN."""
        ...

    async def undelivered(self) -> int:
        """How many notices a person must see to."""
        ...


class Lookup(Protocol):
    """Who is called, and who calls."""

    def identify(self, call: Call, settings: Live) -> AsyncIterator[Identity]:
        """All that is known of both ends; each answer knows more than the one before.

        The first comes as fast as the tables answer; what the templates make of it follows.
        """
        ...


class Reflexes(Protocol):
    """What the console does by itself when something happens to a call."""

    def happened(self, occasion: Occasion, record: CallRecord, settings: Live) -> None:
        """It has happened (and is stored, if it is an end); never blocks."""
        ...


class Door(Queries, Protocol):
    """One session's way to the desk: it stamps who asks, so nobody speaks for somebody else."""

    @property
    def operator(self) -> Operator:
        """Who sits at this door."""
        ...

    @property
    def local(self) -> bool:
        """Whether that one sits at the desk's machine, whose files are then at hand."""
        ...

    @property
    def snapshot(self) -> Snapshot:
        """The latest picture."""
        ...

    async def do(self, command: Command) -> Answer:
        """Done after it is stored, or Refused."""
        ...

    def keyed(self) -> None:
        """Somebody pressed a key here; costs next to nothing."""
        ...

    def looks_at(self, screen: str, call: str | None) -> None:
        """What is on the screen, for colleagues to see."""
        ...

    def ending(self, end: Callable[[str], None]) -> None:
        """Call `end` with a sentence when this session is to end."""
        ...

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` on the loop after each new snapshot; returns what ends that."""
        ...
