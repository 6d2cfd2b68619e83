"""Answers every query, each in the way that is quickest for it."""

from typing import Any, overload

import sqlalchemy as sa

from console.desk.accounts import Account, Accounts, Block, Blocks, KeptPlace
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
    Tried,
    TrySource,
    Unowned,
    UnownedNumbers,
    WhoIs,
)
from console.desk.notice import Notice
from console.desk.notices import (
    DryRan,
    DryRun,
    ListDue,
    ListNotices,
    LostSecrets,
    NoticePreviewed,
    Owed,
    PreviewNotice,
    SendingTried,
    SettingsChange,
    SettingsHistory,
    TrySending,
)
from console.desk.ports import StoreFailed
from console.desk.queries import (
    CallDetails,
    CallPage,
    CompanyNames,
    CountCalls,
    Details,
    Filter,
    Gap,
    Gaps,
    Page,
    Query,
    Total,
)
from console.people.values import Company, Contact
from console.store import account_rows, answers, contact_queries, reading
from console.store.anchors import AnchorBook
from console.store.bare_reader import BareReader
from console.store.connections import Connections
from console.store.finding import find_contacts, get_contact
from console.store.known_companies import KnownCompanies
from console.store.sealing import Sealing
from console.store.settings_rows import read_settings
from console.store.source_rows import left_sources, list_sources
from console.store.who_has import who_has


class Asking:
    """The part of the store that answers; every method raises StoreFailed."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._sealing = Sealing(connections.path)
        # Who rings does not wait for who searches.
        self._ringing = BareReader(connections.path, "who rings")
        self._searching = BareReader(connections.path, "who searches")
        self._known = KnownCompanies(connections)
        self._anchors = AnchorBook()

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
    async def ask(self, query: Query) -> Any:
        """The answer to a query; asking is cancelled at once, also in the middle of a search."""
        match query:
            case CallPage():
                return await self._page(query)
            case CountCalls(filter):
                return Total(await self._count(filter))
            case FindContacts():
                return await self._searching.ask(lambda run: find_contacts(run, query))
            case GetContact(id, viewer):
                return await self._searching.ask(lambda run: get_contact(run, id, viewer))
            case WhoIs(number, company_id, viewer):
                return await self._ringing.ask(
                    lambda run: who_has(run, number, company_id, viewer, ringing=False)
                )
            case UnownedNumbers():
                companies = await self._known.all()
                return await self._connections.read(
                    lambda sql: contact_queries.unowned_numbers(sql, query, companies)
                )
            case Sources(viewer):
                return await self._connections.read(
                    lambda sql: list_sources(sql, viewer, self._sealing)
                )
            case Accounts():
                return await self._connections.read(account_rows.list_accounts)
            case Blocks():
                return await self._connections.read(account_rows.list_blocks)
            case KeptPlace(viewer):
                return await self._connections.read(
                    lambda sql: account_rows.kept_place(sql, viewer)
                )
            case LeftSources(viewer):
                return await self._connections.read(lambda sql: left_sources(sql, viewer))
            case LostSecrets():
                return await self._connections.read(self._lost_secrets)
            case (
                TrySource()
                | NumberPlaces()
                | PreviewText()
                | AllowedPrograms()
                | DryRun()
                | PreviewNotice()
                | TrySending()
            ):
                raise StoreFailed(f"The database can't answer {type(query).__name__}.")
            case _:
                return await self._connections.read(lambda sql: answers.answer(sql, query))

    def _lost_secrets(self, sql: sa.Connection) -> tuple[str, ...]:
        read_settings(sql, self._sealing)
        list_sources(sql, None, self._sealing)
        return self._sealing.lost

    async def _page(self, query: CallPage) -> Page:
        if query.at_row is not None and query.at_row > 0:
            return await self._page_at(query, query.at_row)
        rows = await self._connections.read(lambda sql: reading.page(sql, query))
        from_top = query.before is None and (query.after is None or len(rows) < query.limit)
        return Page(rows, 0 if from_top else None)

    async def _page_at(self, query: CallPage, row: int) -> Page:
        anchors = self._anchors.borrow(query.filter)

        def work(sql: sa.Connection) -> Page:
            key, at = anchors.row(sql, row)
            if key is None:
                return Page((), 0)
            return Page(reading.page_from(sql, query.filter, key, query.limit), at)

        try:
            return await self._connections.read(work)
        finally:
            self._anchors.give_back(anchors)

    async def _count(self, filter: Filter) -> int:
        anchors = self._anchors.borrow(filter)
        try:
            return await self._connections.read(anchors.count)
        finally:
            self._anchors.give_back(anchors)
