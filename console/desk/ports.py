"""What the desk needs of the rooms above it, and what it offers them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, overload

if TYPE_CHECKING:
    # Only spoken about here: making them all would hold up the first frame.
    from datetime import datetime

    from console.calls.call import Call
    from console.desk.changes import Change, Written
    from console.desk.commands import Answer, Command
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


class StoreFailed(Exception):
    """The database can't be written or read; the sentence says which, why, and what to do."""


class Store(Queries, Protocol):
    """The database."""

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        """Make all changes in one transaction, durable on return; one Written for each.

        Raises StoreFailed, and then nothing of the batch has happened.
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


class DirectoryTables(Protocol):
    """The stored companies, contacts and history by number; numbers as in calls (E.164)."""

    async def company_of(self, called: str | None, queue: str | None) -> Company | None:
        """The company a called number or queue belongs to; an exact number beats a prefix."""
        ...

    async def contact_of(self, number: str) -> Contact | None:
        """The contact with exactly this number."""
        ...

    async def last_calls(self, number: str, before: str, limit: int) -> tuple[LastCall, ...]:
        """The latest ended calls from a number or to it, newest first, without `before`."""
        ...


class Lookup(Protocol):
    """Who is called, and who calls."""

    async def identify(self, call: Call) -> Identity:
        """All that is known of both ends; an empty Identity if nothing is."""
        ...


class Door(Queries, Protocol):
    """One session's way to the desk: it stamps who asks, so nobody speaks for somebody else."""

    @property
    def operator(self) -> Operator:
        """Who sits at this door."""
        ...

    @property
    def snapshot(self) -> Snapshot:
        """The latest picture."""
        ...

    async def do(self, command: Command) -> Answer:
        """Done after it is stored, or Refused."""
        ...

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` on the loop after each new snapshot; returns what ends that."""
        ...
