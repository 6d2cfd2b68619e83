"""The desk: the one writer. Events and commands come in one at a time; a Snapshot goes out.

What rings is shown at once. What only we know (an ended call, a mark, a note) is stored first:
an ended call shows its outcome, and a command is Done, after the commit that holds it.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from console.calls import events as ev
from console.calls.board import Board, Heard
from console.calls.call import Call
from console.calls.processing import kinds_of
from console.calls.text import clean
from console.calls.words import Direction, Phase
from console.desk import changes as ch
from console.desk import rights
from console.desk.commands import (
    SETTINGS_COMMANDS,
    Answer,
    ChangeSettings,
    Command,
    Done,
    EndSession,
    ImportFiles,
    ImportSettings,
    KeepPlace,
    Refused,
    SaveSource,
    TellAll,
    Undo,
)
from console.desk.contacts import (
    ActionFailure,
    Companies,
    LeftSources,
    Sources,
    SyncProgress,
    Tried,
    TrySource,
)
from console.desk.door import LOCAL, DeskDoor
from console.desk.feed_lamps import FeedLamps
from console.desk.notices import SendingTried, TrySending
from console.desk.operators import Operator
from console.desk.order import Order, Undoable
from console.desk.orders import order_for
from console.desk.ports import Clock, Forbidden, Lookup, Reflexes, Store, StoreFailed
from console.desk.queries import CallDetails
from console.desk.records import MAYBE, CallRecord, Identity, Offer
from console.desk.settings_orders import why_not_undone
from console.desk.snapshot import Counts, Said, Snapshot
from console.settings.live import Live, Occasion, for_company
from console.settings.refused import COMPANY

log = logging.getLogger(__name__)

ENDED_SHOWN = timedelta(seconds=10)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# News of live calls may wait this long for company in one commit; people never wait for it.
LINGER = 0.05
UNDO_DEPTH = 10
MOVES_SHOWN = 0.5  # seconds until colleagues see that somebody looks at something else
LONGEST_MESSAGE = 500
# With more live calls than this a mark does not refresh everybody's history at once.
REFRESHED_AT_ONCE = 50
MOST_OFFERS = 10
NOT_STORABLE = "The database can't keep this: a text or a number in it is none that it knows."

# Notices have changed.
_NOTICE_CHANGES = (
    *(ch.RetryNotices, ch.MergeCall, ch.ForgetNumber, ch.DropOldCalls),
    *ch.SETTINGS_CHANGES,
)
_ORDER = {phase: place for place, phase in enumerate(Phase)}


@dataclass(frozen=True, slots=True)
class _Heard:
    events: Sequence[ev.CallEvent]
    at: datetime


@dataclass(frozen=True, slots=True)
class _Asked:
    command: Command
    operator: Operator
    origin: str
    answer: asyncio.Future[Answer]


@dataclass(frozen=True, slots=True)
class _Identified:
    """An answer of the directory's; `turn` says to which asking."""

    call: str
    turn: int
    identity: Identity | None  # None: there is no more to come


@dataclass(frozen=True, slots=True)
class _Offered:
    call: str
    offer: Offer


@dataclass(frozen=True, slots=True)
class _Syncing:
    source_id: int
    progress: SyncProgress | None


@dataclass(frozen=True, slots=True)
class _DirectoryChanged:
    pass


@dataclass(frozen=True, slots=True)
class _Ordered:
    """An order that waits for its commit."""

    order: Order
    command: Command
    operator: Operator
    origin: str
    answer: asyncio.Future[Answer]


@dataclass(frozen=True, slots=True)
class _Stored:
    """A commit has happened."""

    saved: tuple[CallRecord, ...]
    orders: tuple[tuple[_Ordered, ch.Written], ...]
    refreshed: tuple[CallRecord, ...]
    open: int
    undelivered: int
    noticed: bool
    settings: tuple[Live, int] | None  # with their version
    operators: dict[str, Operator | None]  # who was changed; None can't come in any more
    silent: bool  # nothing that a screen shows: only where somebody is in the console


_News = _Heard | _Asked | _Identified | _Offered | _Syncing | _DirectoryChanged | _Stored


class Desk:
    """Owns the board, the records of live calls and the snapshot."""

    def __init__(
        self,
        store: Store,
        lookup: Lookup,
        clock: Clock,
        site: str,
        keep_calls_days: int = 365,
        feeds: tuple[str, ...] = (),
        reflexes: Reflexes | None = None,
        owes: bool = False,
        zone: str = "",
    ) -> None:
        """`feeds` are the names of the feeds that will speak; calls of others are closed.

        `owes`: of calls that end unanswered it is stored that somebody is to be told. `zone` is the
        site's (IANA), for who looks at the snapshot from outside.
        """
        self._store = store
        self._lookup = lookup
        self._clock = clock
        self._keep = timedelta(days=keep_calls_days) if keep_calls_days else None
        self._feeds = feeds
        self._reflexes = reflexes
        self._owes = owes
        self._settings = Live()
        self._settings_version = 0
        self._settings_under_way = 0
        self._settings_waiting: deque[_Asked] = deque()
        self._directory = 0
        self._syncs: dict[int, SyncProgress] = {}
        self._entrusted: dict[type, Callable[[Any, Operator], Awaitable[Any]]] = {}
        self._board = Board()
        self._records: dict[str, CallRecord] = {}
        self._unsaved: dict[str, CallRecord] = {}
        self._settling: set[str] = set()
        self._unknown: dict[str, int] = {}
        self._turn = 0
        self._happened: dict[str, set[Occasion]] = {}
        self._ended: dict[str, datetime] = {}
        self._changes: list[ch.Change] = []
        self._orders: list[_Ordered] = []
        self._undo: defaultdict[str, deque[tuple[Command, Undoable]]] = defaultdict(
            lambda: deque(maxlen=UNDO_DEPTH)
        )
        self._inbox: asyncio.Queue[_News] = asyncio.Queue()
        self._to_write = asyncio.Event()
        self._hurry = asyncio.Event()
        self._poke = asyncio.Event()
        self._writing = False
        self._watchers: dict[object, Callable[[], None]] = {}
        self._doors: list[DeskDoor] = []
        self._sessions = 0
        self._moves: asyncio.TimerHandle | None = None
        self._said: Said | None = None
        self._followers: dict[type, Callable[[Any], None]] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._failed = ""
        self._dropped_at: datetime | None = None
        now = clock.now()
        self._asleep_until = now
        self._lamps = FeedLamps(feeds, now)
        self._open = 0
        self._undelivered = 0
        self._noticed = False
        self._last_key: datetime | None = None
        self._stored = 0
        self.snapshot = Snapshot(0, 0, now, site, feeds=self._lamps.all(), zone=zone)

    # -- what the rooms above call ----------------------------------------------------------

    async def start(self) -> None:
        """Load what was live when the desk stopped; raises StoreFailed."""
        now = self._clock.now()
        live = await self._store.live_calls()
        last = await self._store.last_heard()
        self._open = await self._store.open_count()
        self._undelivered = await self._store.undelivered()
        self._settings = await self._store.settings()
        self._settings_version = await self._store.settings_version()
        for record in live:
            self._records[record.call.id] = record
            # What they set off was set off before.
            self._happened[record.call.id] = set(_occasions(record))
        self._board = self._board.resume(tuple(record.call for record in live))
        if last is not None:
            self._changes += [
                ch.OpenGap(feed, min(last, now), "the console was not running")
                for feed in self._feeds
            ]
        for feed in {record.call.feed for record in live} - set(self._feeds):
            self._hear(ev.Roster(feed, ()), now)
        self._tick(now)
        self._publish(now)

    async def run(self) -> None:
        """Work until cancelled; raises StoreFailed when the database can't be written."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                for call in list(self._unknown):
                    self._look_up(call)
                tasks.create_task(self._write_forever(), name="desk writer")
                tasks.create_task(self._wake_forever(), name="desk clock")
                await self._work_forever()
        except* StoreFailed as failed:
            self._failed = str(failed.exceptions[0])
            raise StoreFailed(self._failed) from failed
        finally:
            self._tasks = None
            self._refuse_all(self._failed or "The console is closing; this was not stored.")

    async def stop(self) -> None:
        """Store what is left after `run` was cancelled, and that nobody listens from now on."""
        now = self._clock.now()
        self._changes += [ch.OpenGap(feed, now, "the console was closed") for feed in self._feeds]
        await self._commit()

    def hear(self, events: Sequence[ev.CallEvent], at: datetime) -> None:
        """Take what a feed said at a time (UTC); never blocks."""
        self._inbox.put_nowait(_Heard(events, at))

    async def do(
        self, command: Command, operator: Operator, origin: str = LOCAL, *, sent: bool = False
    ) -> Answer:
        """Carry a command out for somebody; Done comes after the commit.

        Whose origin is not LOCAL sits elsewhere, is not the user of this machine, and may name none
        of its files, unless what is in them was `sent` along.
        """
        if self._failed:
            return Refused(self._failed)
        if origin != LOCAL and not sent:
            try:
                if await self._names_new_file(command, operator):
                    return Refused(self._refused(rights.NO_FILES, operator, command, origin))
            except StoreFailed as failure:
                return Refused(str(failure))
        if handler := self._entrusted.get(type(command)):
            if why := self._why_not(operator, command, origin):
                return Refused(why)
            if isinstance(command, ImportFiles):
                # Whoever carries it out gives the desk a command in its turn.
                command = replace(command, origin=origin)
            answered: Answer | Command = await handler(command, operator)
            if isinstance(answered, Done | Refused):
                return answered
            command = answered
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._inbox.put_nowait(_Asked(command, operator, origin, answer))
        return await self._with_name(await answer)

    async def _with_name(self, answer: Answer) -> Answer:
        """The answer with the name of the company that it is about."""
        if not isinstance(answer, Refused) or answer.company_id is None:
            return answer
        name = f"company {answer.company_id}"
        with suppress(StoreFailed):
            companies = await self._store.ask(Companies(archived=True))
            name = next((one.name for one in companies if one.id == answer.company_id), name)
        return Refused(answer.why.replace(COMPANY, name))

    async def ask(self, query: Any, operator: Operator, origin: str = LOCAL) -> Any:
        """The answer to a query; an operator who may not try a source or a server is told so."""
        if isinstance(query, LeftSources) and rights.why_not(operator, query):
            return ()
        if isinstance(query, TrySource | TrySending):
            why = rights.why_not(operator, query, origin == LOCAL)
            if why is None and origin != LOCAL and await self._names_new_file(query, operator):
                why = rights.NO_FILES
            if why is not None:
                asks_source = isinstance(query, TrySource)
                return Tried(False, why) if asks_source else SendingTried(False, why)
        if handler := self._entrusted.get(type(query)):
            return await handler(query, operator)
        if isinstance(query, rights.GUARDED) and (why := rights.why_not(operator, query)):
            raise Forbidden(why)
        return await self._store.ask(query)

    def follow(self, kind: type, stored: Callable[[Any], None]) -> None:
        """Call `stored` with each command of a kind that has been carried out."""
        self._followers[kind] = stored

    def entrust(self, kind: type, handler: Callable[[Any, Operator], Awaitable[Any]]) -> None:
        """Let somebody else answer a kind of command or query; rights are checked before.

        The answer to a command may be another, which is then carried out in its place.
        """
        self._entrusted[kind] = handler

    def offer(self, call: str, offer: Offer) -> None:
        """Hold something out to whoever sees a call, while it lives; never blocks."""
        self._inbox.put_nowait(_Offered(call, offer))

    def syncing(self, source_id: int, progress: SyncProgress | None) -> None:
        """Show how far the reading of a source is, None when it has ended; never blocks."""
        self._inbox.put_nowait(_Syncing(source_id, progress))

    def directory_changed(self) -> None:
        """Contacts have changed: screens look again, and who rings is looked up anew."""
        self._inbox.put_nowait(_DirectoryChanged())

    def notices_changed(self) -> None:
        """Notices were decided or sent: screens look again; never blocks."""
        self._noticed = True
        self._to_write.set()

    @property
    def settings_version(self) -> int:
        """Which settings are in force: it grows with every change of them."""
        return self._settings_version

    @property
    def last_key(self) -> datetime | None:
        """When a key was last pressed at any console, None if none was since the desk began."""
        return self._last_key

    def keyed(self) -> datetime:
        """Somebody pressed a key at a console; when that was."""
        self._last_key = self._clock.now()
        return self._last_key

    def moved(self) -> None:
        """Somebody looks at something else: others see it soon, many at once."""
        if self._moves is None:
            self._moves = asyncio.get_running_loop().call_later(MOVES_SHOWN, self._show_moves)

    def _show_moves(self) -> None:
        self._moves = None
        self._publish(self._clock.now())

    def note(self, change: ch.PutBlock | ch.AddLine, origin: str = LOCAL) -> None:
        """Store something about the desk itself; never blocks."""
        self._changes.append(_sent(change, origin))
        self._to_write.set()

    def action_failed(self, failure: ActionFailure) -> None:
        """Store why an action failed; never blocks."""
        self._changes.append(ch.AddActionFailure(failure))
        self._to_write.set()

    def door(self, operator: Operator, origin: str = LOCAL) -> DeskDoor:
        """A session's way in; close it when the session ends."""
        log.info("%s is at the desk (%s)", operator.login, origin)
        self._sessions += 1
        door = DeskDoor(self, operator, origin, self._sessions, self._clock.now())
        self._doors.append(door)
        self._publish(self._clock.now())
        return door

    async def quiet(self) -> None:
        """Return when everything heard so far is shown and stored, and every caller looked up."""
        while (
            not self._inbox.empty()
            or self._unsaved
            or self._changes
            or self._orders
            or self._settings_waiting
            or self._noticed
            or self._writing
            or self._unknown
        ):
            self._hurry.set()
            await asyncio.sleep(0.002)

    # -- the loop ---------------------------------------------------------------------------

    async def _work_forever(self) -> None:
        while True:
            item = await self._inbox.get()
            visible = False
            while True:
                visible |= self._is_news(item)
                self._take(item)
                if self._inbox.empty():
                    break
                item = self._inbox.get_nowait()
            if not visible:
                continue
            self._publish(self._clock.now())
            # Whoever was told of the news gets to draw it before more is taken in.
            await asyncio.sleep(0)

    def _is_news(self, item: _News) -> bool:
        """Whether it changes the picture at once; that a list may have grown can wait.

        Every live call is stored several times while it rings, and every hand that rests keeps its
        place; each picture costs every session a repaint in which the next call would have to wait.
        """
        if isinstance(item, _Asked):
            return not isinstance(item.command, KeepPlace)
        if not isinstance(item, _Stored):
            return True
        return bool(
            _seen(item.orders)
            or item.refreshed
            or item.settings is not None
            or item.operators
            or item.open != self._open
            or item.noticed
            or any(record.call.settled for record in item.saved)
        )

    def _take(self, item: _News) -> None:
        match item:
            case _Heard(events, at):
                for event in events:
                    self._until(at)
                    self._hear(event, at)
                if not events:
                    self._until(at)
            case _Asked():
                self._order(item)
            case _Identified():
                self._identified(item)
            case _Offered(call, offer):
                self._hold_out(call, offer)
            case _Syncing(source_id, progress):
                self._syncs.pop(source_id, None)
                if progress is not None:
                    self._syncs[source_id] = progress
            case _DirectoryChanged():
                self._directory += 1
                self._look_up_live()
            case _Stored():
                self._confirm(item)

    def _until(self, at: datetime) -> None:
        """Let the board do what was due before a time, at the time it was due."""
        while (due := self._board.wake_at) is not None and due <= at:
            self._apply(self._board.tick(due), due)

    def _hear(self, event: ev.CallEvent, at: datetime) -> None:
        self._changes += self._lamps.hear(event, at)
        if self._changes:
            self._to_write.set()
        try:
            heard = self._board.hear(event, at)
        except Exception:
            # One event that the board can't take must not silence the rest of the day.
            log.exception("the board could not take %r", event)
            return
        self._apply(heard, at)

    def _apply(self, heard: Heard, at: datetime) -> None:
        self._board = heard.board
        for gone, into in heard.absorbed:
            self._records.pop(gone, None)
            self._unsaved.pop(gone, None)
            self._unknown.pop(gone, None)
            self._happened.pop(gone, None)
            self._changes.append(ch.MergeCall(gone, into))
        for call in heard.changed:
            record = self._records.get(call.id)
            if record is None:
                record = CallRecord(call)
                self._look_up(call.id, call)
            elif _ends(record.call) != _ends(call):
                # What was known of the old number must not stay: the caller may turn out hidden.
                record = CallRecord(
                    call, processed=record.processed, taken=record.taken, notes=record.notes
                )
                self._look_up(call.id, call)
            else:
                joined = call.queue != record.call.queue and record.company_id is None
                record = replace(record, call=call)
                if joined:
                    # A queue may belong to a company whose number nobody dialled.
                    self._look_up(call.id, call)
            self._keep_record(record)
            if call.settled:
                self._settling.add(call.id)
                self._hurry.set()
            self._reflect(record)
        if heard.changed or heard.absorbed:
            self._to_write.set()
        if (wake := heard.wake_at) is not None and wake < self._asleep_until:
            self._poke.set()

    def _keep_record(self, record: CallRecord) -> None:
        self._records[record.call.id] = record
        self._unsaved[record.call.id] = record
        self._to_write.set()

    # -- names ------------------------------------------------------------------------------

    def _look_up(self, id: str, call: Call | None = None) -> None:
        """Ask who it is; what was asked before of this call is no longer listened to."""
        if call is None:
            record = self._records.get(id)
            if record is None:
                self._unknown.pop(id, None)
                return
            call = record.call
        self._turn += 1
        self._unknown[id] = self._turn
        if self._tasks is not None:
            self._tasks.create_task(self._identify(call, self._turn), name=f"look up {id}")

    async def _identify(self, call: Call, turn: int) -> None:
        try:
            async for identity in self._lookup.identify(call, self._settings):
                self._inbox.put_nowait(_Identified(call.id, turn, identity))
        except Exception:
            # The numbers stay on the screen; a broken directory must not cost the call.
            log.exception("looking up call %s failed", call.id)
        self._inbox.put_nowait(_Identified(call.id, turn, None))

    def _identified(self, answer: _Identified) -> None:
        record = self._records.get(answer.call)
        if record is None:
            self._unknown.pop(answer.call, None)
        elif self._unknown.get(answer.call) != answer.turn:
            # Meanwhile the PBX or the directory said otherwise; another look-up is under way.
            return
        elif answer.identity is not None:
            self._name(record, answer.identity)
        else:
            del self._unknown[answer.call]
            # It happened, even if nobody could say who it is.
            self._happened.setdefault(answer.call, set())
            self._reflect(record)

    def _name(self, record: CallRecord, identity: Identity) -> None:
        company, former = identity.company, record.identity
        if not identity.called_text and former.company == company:
            # The text comes with a later answer; what was there need not flicker.
            identity = replace(
                identity, called_text=former.called_text, broken=identity.broken or former.broken
            )
        named = replace(
            record,
            identity=identity,
            company_id=company.id if company else record.company_id,
            company_name=company.name if company else record.company_name,
            company_colour=company.colour if company else record.company_colour,
            caller_name=_certain_name(identity) or record.caller_name,
        )
        if _stored_names(named) != _stored_names(record):
            self._keep_record(named)
        else:
            self._records[record.call.id] = named
        if not identity.provisional:
            # Who acts on a company or a known caller must not decide on half an answer.
            self._happened.setdefault(record.call.id, set())
            self._reflect(named)

    def _look_up_live(self) -> None:
        if len(self._records) <= REFRESHED_AT_ONCE:
            for record in self._live():
                self._look_up(record.call.id, record.call)

    def _reflect(self, record: CallRecord) -> None:
        """Tell the reflexes what happened to a call, once it is known who calls."""
        told = self._happened.get(record.call.id)
        if told is None or self._reflexes is None:
            return
        for occasion in _occasions(record):
            ended = occasion in (Occasion.ENDED, Occasion.UNANSWERED)
            if occasion in told or (ended and record.call.id not in self._ended):
                continue
            told.add(occasion)
            try:
                self._reflexes.happened(occasion, record, self._settings)
            except Exception:
                log.exception("nobody could be told that a call was %s", occasion)

    def _hold_out(self, call: str, offer: Offer) -> None:
        record = self._records.get(call)
        if record is not None and offer not in record.offers:
            self._records[call] = replace(record, offers=(*record.offers, offer)[-MOST_OFFERS:])

    # -- commands ---------------------------------------------------------------------------

    def _order(self, asked: _Asked) -> None:
        command, operator, answer, origin = (
            asked.command,
            asked.operator,
            asked.answer,
            asked.origin,
        )
        if why := self._why_not(operator, command, origin):
            _tell(answer, Refused(why))
            return
        if isinstance(command, (*SETTINGS_COMMANDS, Undo)) and self._settings_under_way:
            # What they become depends on what they are after those before.
            self._settings_waiting.append(asked)
            return
        now = self._clock.now()
        if isinstance(command, TellAll | EndSession):
            _tell(answer, self._to_people(command, operator, origin, now))
            return
        if isinstance(command, Undo):
            if not self._undo[operator.login]:
                _tell(answer, Refused("There is nothing of yours to undo."))
                return
            done, undoable = self._undo[operator.login][-1]
            if why := self._why_not(operator, done, origin):
                # What somebody was allowed once, and is no longer, stays as it is.
                _tell(answer, Refused(why))
                return
            order = undoable.order(operator, now)
            if isinstance(order.change, ch.SETTINGS_CHANGES) and (
                unfit := why_not_undone(order.change, self._settings)
            ):
                # It can be undone once that has been seen to.
                _tell(answer, unfit)
                return
            self._undo[operator.login].pop()
        else:
            try:
                found = order_for(command, operator, now, self._settings)
            except ValueError:
                found = Refused("This console can't do that.")
            if isinstance(found, Refused):
                _tell(answer, found)
                return
            order = found
        if isinstance(order.change, ch.SETTINGS_CHANGES):
            order = replace(order, change=replace(order.change, origin=origin))
            self._settings_under_way += 1
        self._orders.append(_Ordered(order, command, operator, origin, answer))
        self._hurry.set()
        self._to_write.set()

    def _to_people(
        self, command: TellAll | EndSession, operator: Operator, origin: str, now: datetime
    ) -> Answer:
        """What a supervisor does to those who are at a console."""
        by = operator.name or operator.login
        if isinstance(command, TellAll):
            text = clean(command.text, LONGEST_MESSAGE)
            if not text:
                return Refused("The message is empty.")
            self._said = Said(self._said.number + 1 if self._said else 1, by, now, text)
            self.note(ch.AddLine("told all", text, by, now), origin)
            count = len(self._doors)
            return Done("1 console shows it" if count == 1 else f"{count} consoles show it", count)
        for door in tuple(self._doors):
            if door.present.session == command.session:
                self.note(ch.AddLine("session ended", door.operator.login, by, now), origin)
                door.end(f"{by} has ended this session.")
                return Done(f"the session of {door.operator.login} ends", 1)
        return Refused("This session has ended already.")

    def _why_not(self, operator: Operator, command: Command, origin: str) -> str | None:
        why = rights.why_not(operator, command, origin == LOCAL)
        return self._refused(why, operator, command, origin) if why else None

    def _refused(self, why: str, operator: Operator, command: Command, origin: str) -> str:
        """Write down that somebody was refused something; the sentence that says why."""
        name = type(command).__name__
        log.warning("%s (%s) was refused %s", operator.login, origin, name)
        by, now = operator.name or operator.login, self._clock.now()
        self.note(ch.AddLine("refused", f"{operator.login} {name}", by, now), origin)
        return why

    async def _names_new_file(
        self, asked: Command | TrySource | TrySending, operator: Operator
    ) -> bool:
        """Whether it names a file of this machine, and another than was named there before."""
        match asked:
            case ImportFiles():
                return True
            case SaveSource(source) | TrySource(source) if named := rights.files_named(source):
                states = await self._store.ask(Sources(viewer=operator.login))
                known = (one.source for one in states if one.source.id == source.id)
                before = next((rights.files_named(one) for one in known), {})
                return not named.items() <= before.items()
            case ChangeSettings("mail_server", values) | TrySending("mail_server", values):
                return self._is_new_authority(values)
            case ImportSettings(sections):
                return self._is_new_authority(sections.get("mail_server", {}))
            case _:
                return False

    def _is_new_authority(self, mail_server: Mapping[str, Any]) -> bool:
        return mail_server.get("ca", "") not in ("", self._settings.mail_server.ca)

    # -- the commit -------------------------------------------------------------------------

    async def _write_forever(self) -> None:
        while True:
            await self._to_write.wait()
            try:
                async with asyncio.timeout(LINGER):
                    await self._hurry.wait()
            except TimeoutError:
                pass
            await self._commit()

    async def _commit(self) -> None:
        self._to_write.clear()
        self._hurry.clear()
        saved, self._unsaved = tuple(self._unsaved.values()), {}
        changes, self._changes = self._changes, []
        orders, self._orders = self._orders, []
        noticed, self._noticed = self._noticed, False
        if not (saved or changes or orders or noticed):
            return
        self._writing = True
        try:
            batch: list[ch.Change] = [ch.SaveCall(record) for record in saved]
            batch += self._owed_for(saved)
            batch += self._dealt_with(saved)
            batch += changes
            batch += [ordered.order.change for ordered in orders]
            origins = [LOCAL] * (len(batch) - len(orders)) + [one.origin for one in orders]
            written = await self._written(
                [_sent(change, origin) for change, origin in zip(batch, origins, strict=True)]
            )
            # Old calls go a few at a time, so that nobody waits for a year of them.
            again = (
                one for one, done in zip(batch, written, strict=True) if _unfinished(one, done)
            )
            if more := list(again):
                self._changes += more
                self._to_write.set()
            results = tuple(zip(orders, written[len(batch) - len(orders) :], strict=True))
            refreshed = await self._refreshed(results, written)
            opened = await self._count_open()
            undelivered = self._undelivered
            if noticed or any(isinstance(change, _NOTICE_CHANGES) for change in batch):
                undelivered = await self._count_undelivered()
            settings = await self._changed_settings(batch)
            operators = await self._changed_operators(batch)
            silent = not (saved or changes or noticed or _seen(results))
            self._inbox.put_nowait(
                _Stored(
                    *(saved, results, refreshed, opened, undelivered, noticed, settings),
                    operators,
                    silent,
                )
            )
        except BaseException:
            for ordered in orders:
                _tell(ordered.answer, Refused("The database refused it."))
            raise
        finally:
            self._writing = False

    def _owed_for(self, saved: Iterable[CallRecord]) -> Iterator[ch.OweNotice]:
        """What is owed of calls that have ended unanswered, with the settings in force.

        Also when such a call is stored again, which has no effect but the first time: only then it
        may be known that it was to a company of whose calls somebody is told.
        """
        if not self._owes:
            return
        for record in saved:
            if not (record.call.settled and record.unanswered):
                continue
            live = for_company(self._settings, record.company_id)
            if live.mail.send or live.text_messages.send:
                ended = record.call.ended_at or self._clock.now()
                grace = timedelta(seconds=live.exceptions.grace_seconds)
                yield ch.OweNotice(record.call.id, ended + grace)

    def _dealt_with(self, saved: Iterable[CallRecord]) -> Iterator[ch.ProcessByCall]:
        """What calls that end now may have dealt with, with the settings in force."""
        wanted = self._settings.unanswered
        if not wanted.automatic:
            return
        for record in saved:
            kinds = kinds_of(record.call) & set(wanted.calls)
            if record.call.id in self._settling and kinds:
                yield ch.ProcessByCall(
                    record.call.id,
                    wanted.calls,
                    wanted.same == "contact",
                    wanted.days,
                    self._clock.now(),
                )

    async def _written(self, batch: Sequence[ch.Change]) -> list[ch.Written]:
        """What a batch did. One change that can't be stored at all costs none of the others."""
        if not batch:
            return []
        try:
            return await self._store.write(batch)
        except StoreFailed:
            raise
        except Exception:
            log.exception("a batch of %d changes could not be stored", len(batch))
        written = [ch.Written(refused=NOT_STORABLE)] * len(batch)
        for places in _inseparable(batch):
            some = [batch[place] for place in places]
            try:
                for place, done in zip(places, await self._store.write(some), strict=True):
                    written[place] = done
            except StoreFailed:
                raise
            except Exception as failed:
                name = type(ch.unsent(some[0])).__name__
                log.warning("%s can't be stored: %s", name, type(failed).__name__)
        return written

    async def _refreshed(
        self,
        results: Iterable[tuple[_Ordered, ch.Written]],
        written: Iterable[ch.Written],
    ) -> tuple[CallRecord, ...]:
        """What the store now says of the calls on the screen that orders and calls touched."""
        touched = {id for one in written for id, _ in one.processed}
        for ordered, _ in results:
            touched |= set(ordered.order.calls)
        found = []
        for id in touched & self._records.keys():
            with _reading("what was stored of a call"):
                if details := await self._store.ask(CallDetails(id)):
                    found.append(details.record)
        return tuple(found)

    async def _changed_settings(self, batch: Iterable[ch.Change]) -> tuple[Live, int] | None:
        # With a company goes what it had otherwise.
        if any(isinstance(change, (*ch.SETTINGS_CHANGES, ch.RemoveCompany)) for change in batch):
            with _reading("the settings"):
                return await self._store.settings(), await self._store.settings_version()
        return None

    async def _changed_operators(self, batch: Iterable[ch.Change]) -> dict[str, Operator | None]:
        logins = {
            change.operator.login if isinstance(change, ch.PutOperator) else change.login
            for change in batch
            if isinstance(change, ch.OPERATOR_CHANGES)
        }
        changed = {}
        for login in logins:
            with _reading("an operator"):
                changed[login] = await self._store.operator(login)
        return changed

    async def _count_undelivered(self) -> int:
        with _reading("the notices"):
            return await self._store.undelivered()
        return self._undelivered

    async def _count_open(self) -> int:
        with _reading("the open calls"):
            return await self._store.open_count()
        return self._open

    def _confirm(self, stored: _Stored) -> None:
        now = self._clock.now()
        # Every hand that rests a second keeps its place: no list asks again for that.
        self._stored += not stored.silent
        self._open = stored.open
        self._undelivered = stored.undelivered
        for record in stored.saved:
            if record.call.settled and record.call.id in self._settling:
                self._settling.discard(record.call.id)
                self._ended[record.call.id] = now
                self._reflect(self._records.get(record.call.id, record))
                self._look_up_again(record.call)
        for fresh in stored.refreshed:
            if mine := self._records.get(fresh.call.id):
                self._records[fresh.call.id] = replace(
                    mine,
                    processed=fresh.processed,
                    taken=fresh.taken,
                    notes=fresh.notes,
                    notices=fresh.notices,
                    due_at=fresh.due_at,
                )
        for ordered, written in stored.orders:
            answer, undoable = ordered.order.finish(written)
            if undoable is not None:
                self._undo[ordered.operator.login].append((ordered.command, undoable))
            _tell(ordered.answer, answer)
            follower = self._followers.get(type(ordered.command))
            if follower is not None and isinstance(answer, Done):
                follower(ordered.command)
        self._let_in(stored.operators)
        if stored.settings is not None:
            self._settings, self._settings_version = stored.settings
        for ordered, _ in stored.orders:
            self._settings_under_way -= isinstance(ordered.order.change, ch.SETTINGS_CHANGES)
        while self._settings_waiting and not self._settings_under_way:
            self._order(self._settings_waiting.popleft())
        if any(isinstance(one.order.change, ch.DIRECTORY_CHANGES) for one, _ in stored.orders):
            self._directory += 1
        if _seen(stored.orders):
            self._look_up_live()

    def _let_in(self, operators: dict[str, Operator | None]) -> None:
        """Sessions of changed operators have their new rights at once, or end."""
        for door in tuple(self._doors):
            if door.operator.login in operators:
                operator = operators[door.operator.login]
                if operator is None:
                    door.end("You can't come in here any more; ask whoever manages the users.")
                else:
                    door.becomes(operator)

    def _look_up_again(self, ended: Call) -> None:
        """A call that just ended is now history of the other calls of the same caller."""
        number = ended.caller.number
        if number is None:
            return
        for record in self._live():
            if record.call.caller.number == number and record.call.id != ended.id:
                self._look_up(record.call.id, record.call)

    def _refuse_all(self, why: str) -> None:
        waiting = [ordered.answer for ordered in self._orders]
        self._orders = []
        waiting += [asked.answer for asked in self._settings_waiting]
        self._settings_waiting.clear()
        kept: list[_News] = []
        while not self._inbox.empty():
            item = self._inbox.get_nowait()
            if isinstance(item, _Asked):
                waiting.append(item.answer)
            else:
                kept.append(item)
        # What was heard before the end is still stored by `stop`.
        for item in kept:
            self._take(item)
        for answer in waiting:
            _tell(answer, Refused(why))

    # -- time -------------------------------------------------------------------------------

    async def _wake_forever(self) -> None:
        while True:
            self._asleep_until = self._next_wake(self._clock.now())
            alarm = asyncio.ensure_future(self._clock.sleep_until(self._asleep_until))
            poked = asyncio.ensure_future(self._poke.wait())
            try:
                await asyncio.wait((alarm, poked), return_when=asyncio.FIRST_COMPLETED)
            finally:
                alarm.cancel()
                poked.cancel()
            self._poke.clear()
            now = self._clock.now()
            self._until(now)
            self._tick(now)
            self._publish(now)

    def _next_wake(self, now: datetime) -> datetime:
        busy = self._records or self._ended or self._lamps.restless
        tick = now + SECOND if busy else now.replace(second=0, microsecond=0) + MINUTE
        wake = self._board.wake_at
        return tick if wake is None else min(tick, max(wake, now))

    def _tick(self, now: datetime) -> None:
        self._lamps.tick(now)
        for id, at in list(self._ended.items()):
            if at + ENDED_SHOWN <= now and id not in self._unknown:
                del self._ended[id]
                self._records.pop(id, None)
                self._happened.pop(id, None)
        if self._keep and (self._dropped_at is None or self._dropped_at + DAY <= now):
            self._dropped_at = now
            self._changes.append(ch.DropOldCalls(now - self._keep))
            self._to_write.set()

    # -- the picture ------------------------------------------------------------------------

    def _live(self) -> list[CallRecord]:
        """Records of calls that are not shown as ended yet, in display order."""
        live = []
        for record in self._records.values():
            if record.call.id in self._settling:
                # Its outcome is not stored yet, so it is not told yet.
                live.append(replace(record, call=replace(record.call, outcome=None)))
            elif not record.call.settled:
                live.append(record)
        live.sort(key=lambda record: (_ORDER[record.call.phase], record.call.started_at))
        return live

    def _publish(self, now: datetime) -> None:
        live = self._live()
        phases = [record.call.phase for record in live]
        ended = [self._records[id] for id in reversed(self._ended) if id in self._records]
        self.snapshot = Snapshot(
            revision=self.snapshot.revision + 1,
            stored=self._stored,
            now=now,
            site=self.snapshot.site,
            zone=self.snapshot.zone,
            live=tuple(live),
            ended=tuple(ended),
            feeds=self._lamps.all(),
            counts=Counts(
                ringing=phases.count(Phase.RINGING),
                waiting=phases.count(Phase.WAITING),
                talking=phases.count(Phase.TALKING),
                parked=phases.count(Phase.PARKED),
                open=self._open,
                undelivered=self._undelivered,
            ),
            present=tuple(door.present for door in self._doors),
            directory=self._directory,
            syncs=tuple(self._syncs.values()),
            settings=self._settings,
            said=self._said,
        )
        for changed in tuple(self._watchers.values()):
            changed()

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` after each snapshot until the returned function is called."""
        key = object()
        self._watchers[key] = changed

        def stop() -> None:
            self._watchers.pop(key, None)

        return stop

    def leave(self, door: DeskDoor) -> None:
        """A session has ended."""
        if door in self._doors:
            self._doors.remove(door)
            log.info("%s has left (%s)", door.operator.login, door.present.origin)
            self._publish(self._clock.now())


def _seen(orders: Iterable[tuple[_Ordered, ch.Written]]) -> bool:
    """Whether any of them changed what a screen shows."""
    return any(not isinstance(ordered.command, KeepPlace) for ordered, _ in orders)


def _sent(change: ch.Change, origin: str) -> ch.Change:
    """The change, with where its author sits, if that is not here."""
    return change if origin == LOCAL else ch.Sent(change, origin)


def _tell(waiting: asyncio.Future[Answer], answer: Answer) -> None:
    """Answer, unless whoever asked has gone."""
    if not waiting.done():
        waiting.set_result(answer)


@contextmanager
def _reading(what: str) -> Iterator[None]:
    """What was written stays written, though it can't be read just now."""
    try:
        yield
    except StoreFailed:
        log.exception("reading %s failed", what)


def _ends(call: Call) -> tuple[object, ...]:
    """Both ends of a call, as far as names depend on them."""
    return call.caller, call.called


def _certain_name(identity: Identity) -> str:
    """The name as it is stored: a list of tomorrow must not be surer than the call was."""
    return f"{MAYBE}{identity.name}" if identity.maybe and identity.name else identity.name


def _stored_names(record: CallRecord) -> tuple[object, ...]:
    """What the directory said of a call that is stored with it."""
    return record.company_id, record.company_name, record.company_colour, record.caller_name


def _occasions(record: CallRecord) -> Iterator[Occasion]:
    """All that has happened to a call, as far as somebody might act on it."""
    call = record.call
    outgoing = call.direction is Direction.OUTBOUND
    yield Occasion.OUTGOING if outgoing else Occasion.INCOMING
    if call.answered_at is not None:
        yield Occasion.ANSWERED
    if call.settled:
        yield Occasion.ENDED
        if record.unanswered:
            yield Occasion.UNANSWERED


def _inseparable(batch: Sequence[ch.Change]) -> Iterator[list[int]]:
    """The places of changes that are made one by one; a call goes with what is owed of it."""
    owed = {
        change.call: place for place, change in enumerate(batch) if isinstance(change, ch.OweNotice)
    }
    for place, change in enumerate(batch):
        if isinstance(change, ch.SaveCall) and change.record.call.id in owed:
            yield [place, owed[change.record.call.id]]
        elif not isinstance(change, ch.OweNotice):
            yield [place]


def _unfinished(change: ch.Change, written: ch.Written) -> bool:
    return isinstance(change, ch.DropOldCalls) and written.count >= change.limit
