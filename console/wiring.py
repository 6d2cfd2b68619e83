"""The only file that knows every part: builds them, introduces them, runs them, ends them.

    feeds --hear--> desk --snapshot--> door --> screen
                     |
           store, directory, syncs, actions, wording, clock

One TaskGroup owns every long task. The first frame is drawn before the database is opened, so
whatever takes long to import is imported by who needs it.
"""

import asyncio
import contextlib
import gc
import importlib
import logging
import secrets
import signal
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Sequence,
)
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.calls.events import CallEvent, FeedLost
from console.calls.words import Role
from console.clock import ReplayClock, SystemClock
from console.desk.commands import Answer, ChangeOperator, Command, Refused
from console.desk.operators import Operator
from console.desk.ports import Clock, StoreFailed
from console.desk.queries import CallDetails
from console.desk.records import CallRecord
from console.desk.snapshot import FeedHealth, Lamp, Snapshot
from console.one_desk import DatabaseTaken, file_of, lock
from console.settings.site import Feed, Program, Site
from console.settings.sources import ContactSource
from console.supervise import supervise
from console.waiting_door import WaitingDoor

if TYPE_CHECKING:
    from console.actions.actions import Actions
    from console.desk.desk import Desk
    from console.directory.lookup import Directory
    from console.directory.syncs import Syncs
    from console.feeds.ami import AmiFeed
    from console.notices.room import Notices
    from console.store.database import SqlStore
    from console.tui.local import LocalConsole
    from console.wording.wording import Wording

log = logging.getLogger(__name__)

SETTLE_EVERY = 60.0
QUIET_EVERY = 20  # moments of a replay without pauses
PAINTED_WITHIN = 2.0  # seconds the database waits for the first frame, should it never come


class CannotStart(Exception):
    """The console can't run; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """Something that is heard: its name, and what listens to it until cancelled."""

    name: str
    listen: Callable[["Desk"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Play:
    """All that differs between a day at the desk, a demo and a replay.

    `operator` is who sits there as far as is known before the database is open. `furnish` is given
    the open database before the desk begins. `programs` are what actions may run, secrets that name
    a file are below `folder`. What is not `automatic` (a replay, a single command) neither reads
    contact sources by itself nor carries out actions.
    """

    site: Site
    database: str
    sources: tuple[Source, ...]
    clock: Clock
    operator: Operator
    furnish: Callable[["SqlStore"], Awaitable[None]] | None = None
    programs: tuple[Program, ...] = ()
    folder: Path = Path()
    automatic: bool = True


@dataclass(frozen=True, slots=True)
class House:
    """A desk that has its database, its directory, and who does things for it."""

    store: "SqlStore"
    desk: "Desk"
    directory: "Directory"
    wording: "Wording"
    syncs: "Syncs"
    actions: "Actions"
    notices: "Notices"


# -- sources -----------------------------------------------------------------------------------


def dialect(feed: Feed, site: Site, *, listening_only: bool = False) -> "AmiFeed":
    """A new dialect for one connection; one that only listens plays a recording."""
    from console.feeds.ami import AmiFeed
    from console.feeds.ami_contexts import AmiContexts

    contexts = AmiContexts(
        trunk=frozenset(feed.trunk_contexts),
        internal=frozenset(feed.internal_contexts),
        trunk_channels=feed.trunk_channels,
        internal_channels=feed.internal_channels,
    )
    token = None if listening_only else lambda: secrets.token_hex(8)
    secret = "" if listening_only else feed.secret.get_secret_value()
    return AmiFeed(feed.name, site.plan, contexts, feed.user, secret, token)


def asterisk(feed: Feed, site: Site, clock: Clock) -> Source:
    """A live PBX."""

    async def listen(desk: "Desk") -> None:
        from console.desk.commands import CallNumber
        from console.feeds.link import Link
        from console.feeds.originate import call_number

        link = Link(feed, lambda: dialect(feed, site), desk.hear, clock)
        if feed.originate_channel:
            desk.entrust(CallNumber, call_number(feed, link, site.plan))
        await link.run()

    return Source(feed.name, listen)


def timeline(
    name: str,
    moments: Callable[[], Iterable[tuple[datetime, list[CallEvent]]]],
    clock: ReplayClock,
) -> Source:
    """A recording or a simulation, whose times drive the clock."""

    async def listen(desk: "Desk") -> None:
        for number, (at, events) in enumerate(moments(), 1):
            await clock.reach(at)
            desk.hear(events, at)
            # Reading a long recording must not keep the screen waiting, nor run ahead of the
            # look-ups and commits.
            await asyncio.sleep(0)
            if not clock.speed and number % QUIET_EVERY == 0:
                await desk.quiet()

    return Source(name, listen)


# -- the house ---------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def house(play: Play) -> AsyncIterator[House]:
    """The desk of a database, started but not running; nobody else can have it meanwhile.

    Raises DatabaseTaken and StoreFailed.
    """
    async with contextlib.AsyncExitStack() as opened:
        if file := file_of(play.database):
            opened.enter_context(_locked(file))
        # Not on the loop: SQLAlchemy takes a quarter of a second to import.
        for name in _HEAVY:
            await asyncio.to_thread(importlib.import_module, name)
        from console.store.database import open_store

        store = await open_store(play.database)
        opened.push_async_callback(store.close)
        if play.furnish:
            await play.furnish(store)
        home = _introduced(play, store, file or store.path)
        opened.push_async_callback(home.wording.close)
        await home.desk.start()
        try:
            yield home
        finally:
            with contextlib.suppress(StoreFailed):
                await home.desk.stop()


# What the house is made of, in the order of their rooms.
_HEAVY = (
    "console.store.database",
    "console.directory.lookup",
    "console.directory.syncs",
    "console.wording.wording",
    "console.actions.actions",
    "console.notices.room",
    "console.notices.mail_channel",
    "console.notices.text_channel",
    "console.notices.trying",
    "console.desk.desk",
)


def _introduced(play: Play, store: "SqlStore", database: Path) -> House:
    """All rooms of a house, each with those it must know."""
    from console.actions.actions import Actions
    from console.config import ConfigError, live_secret
    from console.desk import commands as do
    from console.desk import contacts as ask
    from console.desk.desk import Desk
    from console.directory.lookup import Directory
    from console.directory.syncs import Syncs
    from console.feeds.originate import NOT_SET_UP, refusing
    from console.one_desk import beside
    from console.ssh.account_commands import hash_password, read_key
    from console.wording.wording import Wording

    site = play.site

    def secret(text: str) -> str:
        try:
            return live_secret(text, play.folder)
        except ConfigError as failed:
            raise ValueError(str(failed)) from None

    async def record_of(call: str) -> CallRecord | None:
        live = (each for each in desk.snapshot.live if each.call.id == call)
        if record := next(live, None):
            return record
        details = await store.ask(CallDetails(call))
        return details.record if details else None

    async def put_source(source: ContactSource, operator: Operator, origin: str) -> Answer:
        return await desk.do(do.SaveSource(source), operator, origin)

    async def allowed_programs(_query: ask.AllowedPrograms, _who: Operator) -> tuple[str, ...]:
        return tuple(each.name for each in play.programs)

    wording = Wording()
    directory = Directory(store, site, play.clock, wording, record_of)
    actions = Actions(
        wording,
        site.plan,
        site.zone,
        play.clock,
        offer=lambda call, offer: desk.offer(call, offer),
        failed=lambda failure: desk.action_failed(failure),
        programs={each.name: (each.path, float(each.seconds)) for each in play.programs},
        secret=secret,
    )
    desk = Desk(
        store,
        directory,
        play.clock,
        site.name,
        site.keep_calls_days,
        tuple(source.name for source in play.sources),
        actions if play.automatic else None,
        # Also for one command: the calls that it closes are told of when the console runs again.
        owes=play.automatic or isinstance(play.clock, SystemClock),
        zone=site.time_zone,
    )
    syncs = Syncs(
        store,
        play.clock,
        site.plan,
        beside(database, "reading"),
        secret=secret,
        show=desk.syncing,
        changed=desk.directory_changed,
        put_source=put_source,
    )
    desk.entrust(do.SyncSource, syncs.sync_source)
    desk.entrust(do.StopSync, syncs.stop_sync)
    desk.entrust(do.ImportFiles, syncs.import_files)
    desk.entrust(ask.TrySource, syncs.try_source)
    desk.entrust(ask.PreviewText, directory.preview)
    desk.entrust(ask.AllowedPrograms, allowed_programs)
    desk.entrust(ask.NumberPlaces, directory.places)
    desk.entrust(do.CallNumber, refusing(NOT_SET_UP))
    desk.entrust(do.AddKey, read_key)
    desk.entrust(do.SetPassword, hash_password)
    notices = _notices(play, store, database, desk, wording, record_of, secret)
    return House(store, desk, directory, wording, syncs, actions, notices)


def _notices(
    play: Play,
    store: "SqlStore",
    database: Path,
    desk: "Desk",
    wording: "Wording",
    record_of: Callable[[str], Awaitable[CallRecord | None]],
    secret: Callable[[str], str],
) -> "Notices":
    """The room of notices, and what it answers for the desk."""
    from console.desk.notice import Channel
    from console.desk.notices import DryRun, PreviewNotice, SendingTried, TrySending
    from console.notices.mail_channel import MailChannel
    from console.notices.room import Notices
    from console.notices.text_channel import TextChannel
    from console.notices.trying import try_sending

    site = play.site

    def last_key() -> tuple[str, datetime] | None:
        """Who pressed a key last, where there is just one who can have, and when."""
        at, present = desk.last_key, desk.snapshot.present
        return None if at is None else (present[0].name if len(present) == 1 else "", at)

    async def try_out(query: TrySending, operator: Operator) -> SendingTried:
        now = play.clock.now().astimezone(site.zone)
        return await try_sending(query, desk.snapshot.settings, secret, now, site.plan.normal)

    notices = Notices(
        store,
        wording,
        site.plan,
        site.zone,
        play.clock,
        {Channel.MAIL: MailChannel(secret), Channel.TEXT: TextChannel(secret)},
        # Message-IDs of two installations must not be the same.
        site=f"{site.name} {database}",
        live=lambda: desk.snapshot.settings,
        version=lambda: desk.settings_version,
        record_of=record_of,
        last_key=last_key,
        changed=desk.notices_changed,
    )
    desk.entrust(DryRun, notices.dry_run)
    desk.entrust(PreviewNotice, notices.preview)
    desk.entrust(TrySending, try_out)
    return notices


@contextlib.contextmanager
def _locked(database: Path) -> Iterator[None]:
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        held = lock(database)
        with held:
            yield
    except OSError as failed:
        raise CannotStart(
            f"The database {database} can't be used: {failed.strerror}. Check the folder and its "
            "rights, or give another database."
        ) from None


async def seated(home: House, guest: Operator) -> Operator:
    """Who has this guest's login; in a new database the first one to come becomes the admin.

    The desk must be running. Raises CannotStart for somebody unknown.
    """
    login = guest.login
    if found := await home.store.operator(login):
        return found
    if known := await home.store.operators():
        raise CannotStart(stranger(login, known))
    first = replace(guest, role=Role.ADMIN)
    added = ChangeOperator(login, first.name, first.role, first.extensions)
    answer = await home.desk.do(added, first)
    if isinstance(answer, Refused):
        raise CannotStart(answer.why)
    return first


def stranger(login: str, known: Sequence[Operator]) -> str:
    """What somebody is told who is none of the operators: who is, and who may add them."""
    admin = min(known, key=lambda one: (one.role is not Role.ADMIN, one.login)).login
    return (
        f"{login} is no operator here. Known: {', '.join(one.login for one in known)}. "
        f"Come in as one of them (hotline --as {admin}), or add this one: "
        f"hotline --as {admin} users add {login}"
    )


async def carry_out(home: House, guest: Operator, command: Command) -> Answer:
    """Do a command for somebody who is not at a screen."""
    try:
        operator = await seated(home, guest)
    except CannotStart as unknown:
        return Refused(str(unknown))
    return await home.desk.do(command, operator)


async def _let_in(home: House, login: str) -> Operator | Refused:
    """Who has a login at a desk that runs; Refused says who else there is."""
    found = await home.store.operator(login)
    return found or Refused(stranger(login, await home.store.operators()))


async def work(play: Play, home: House) -> None:
    """Everything but the screen, until cancelled; raises StoreFailed when it can't be stored."""
    from console.attached import Attached
    from console.back_door import keep

    desk = home.desk
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(supervise("The desk", desk.run), name="desk")
        if file := file_of(play.database):
            attached = Attached(desk, play.site, lambda login: _let_in(home, login))

            async def back_door() -> None:
                try:
                    await keep(
                        file,
                        lambda login, command: carry_out(home, Operator(login, login), command),
                        lambda: desk.snapshot,
                        attached.join,
                    )
                finally:
                    await attached.send_away()

            tasks.create_task(supervise("The back door", back_door), name="back door")
        tasks.create_task(supervise("Places by number", home.directory.warm), name="places")
        tasks.create_task(supervise("Templates", home.wording.warm), name="templates")
        tasks.create_task(
            supervise("Contact sources", lambda: home.syncs.run(by_itself=play.automatic)),
            name="contact sources",
        )
        tasks.create_task(_follow_sources(home), name="what sources there are")
        tasks.create_task(
            supervise("What was removed", home.store.keep_swept), name="what was removed"
        )
        if play.automatic:
            tasks.create_task(supervise("Actions", home.actions.run), name="actions")
            tasks.create_task(supervise("Notices", home.notices.run), name="notices")
            tasks.create_task(_follow_commits(home), name="what may be owed")
        for source in play.sources:
            tasks.create_task(_heard(source, desk, play.clock), name=source.name)
        if isinstance(play.clock, SystemClock):
            tasks.create_task(_settle(play.clock, desk), name="clock")


async def _heard(source: Source, desk: "Desk", clock: Clock) -> None:
    def silent(why: str) -> None:
        desk.hear([FeedLost(source.name, why)], clock.now())

    await supervise(source.name, lambda: source.listen(desk), silent)


async def _follow_sources(home: House) -> None:
    """Tell whoever reads contact sources that they may have changed."""
    known = home.desk.snapshot.directory

    def look() -> None:
        nonlocal known
        if home.desk.snapshot.directory != known:
            known = home.desk.snapshot.directory
            home.syncs.sources_changed()

    unwatch = home.desk.watch(look)
    try:
        await asyncio.Event().wait()
    finally:
        unwatch()


async def _follow_commits(home: House) -> None:
    """Tell whoever sends notices that something was stored that may be due."""
    stored = home.desk.snapshot.stored

    def look() -> None:
        nonlocal stored
        if home.desk.snapshot.stored != stored:
            stored = home.desk.snapshot.stored
            home.notices.poke()

    unwatch = home.desk.watch(look)
    try:
        await asyncio.Event().wait()
    finally:
        unwatch()


async def _settle(clock: SystemClock, desk: "Desk") -> None:
    """Let the clock follow a wall clock that was put back, while no call is being timed."""
    while True:
        await asyncio.sleep(SETTLE_EVERY)
        if not desk.snapshot.live:
            clock.settle()


# -- with a screen -----------------------------------------------------------------------------


async def on_screen(play: Play) -> None:
    """The full-screen console until it is quit.

    Raises CannotStart, DatabaseTaken, StoreFailed; the terminal is itself again by then.
    """
    from console.ssh.colours import in_fewer
    from console.tui.local import LocalConsole

    now = play.clock.now()
    lamps = tuple(FeedHealth(source.name, Lamp.CONNECTING, now) for source in play.sources)
    door = WaitingDoor(play.operator, Snapshot(0, 0, now, play.site.name, feeds=lamps))
    site = play.site
    app = LocalConsole(
        door, site, bell=site.bell, window_title=site.window_title, in_fewer=in_fewer
    )
    door.ending(lambda why: app.exit(message=why))
    failures: list[Exception] = []

    async def behind() -> None:
        try:
            await _behind_the_screen(play, door, app)
        except Exception as failure:
            failures.append(_first(failure))
            app.exit()

    async with asyncio.TaskGroup() as tasks:
        worker = tasks.create_task(behind(), name="behind the screen")
        with _until_told(app.exit):
            await app.run_async()
        worker.cancel()
    if failures:
        raise failures[0]
    if app.return_code:
        raise CannotStart(
            "The screen crashed; the log says why. What was shown as ended is stored: start again."
        )


async def _behind_the_screen(play: Play, door: WaitingDoor, app: "LocalConsole") -> None:
    await door.watched.wait()
    painted = asyncio.Event()
    app.call_after_refresh(painted.set)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PAINTED_WITHIN):
            await painted.wait()
    async with house(play) as home, asyncio.TaskGroup() as tasks:
        working = tasks.create_task(work(play, home), name="the house")
        inside = home.desk.door(await seated(home, play.operator))
        watching = door.open(inside)
        if inside.operator != play.operator:
            app.call_later(app.name_operator)
        # What is here now stays: a full collection would stop the picture for a moment.
        gc.freeze()
        try:
            await working
        finally:
            watching()
            inside.close()


# -- without ------------------------------------------------------------------------------------


async def without_screen(play: Play, ready: Callable[[House], None] = lambda home: None) -> None:
    """The desk and its feeds, until SIGTERM, SIGINT or SIGHUP; raises as `on_screen`."""
    told = asyncio.Event()
    try:
        async with house(play) as home, asyncio.TaskGroup() as tasks:
            working = tasks.create_task(work(play, home), name="the house")
            await seated(home, play.operator)
            with _until_told(told.set):
                ready(home)
                await told.wait()
            working.cancel()
    except* Exception as failures:
        raise _first(failures) from None


async def serving(play: Play, beside: Callable[[House], Coroutine[Any, Any, None]]) -> None:
    """The desk and what is done beside it, until told to end; raises as `on_screen`."""
    told = asyncio.Event()
    try:
        async with house(play) as home, asyncio.TaskGroup() as tasks:
            working = tasks.create_task(work(play, home), name="the house")
            await seated(home, play.operator)
            with _until_told(told.set):
                others = tasks.create_task(beside(home), name="beside the desk")
                await told.wait()
            others.cancel()
            # Those who are at a console leave before the desk does.
            await asyncio.wait((others,))
            working.cancel()
    except* Exception as failures:
        raise _first(failures) from None


@contextlib.asynccontextmanager
async def at_work(play: Play) -> AsyncIterator[House]:
    """A desk that runs while the block does, without screen, sources as in `play`."""
    try:
        async with house(play) as home, asyncio.TaskGroup() as tasks:
            working = tasks.create_task(work(play, home), name="the house")
            yield home
            working.cancel()
    except* Exception as failures:
        raise _first(failures) from None


@contextlib.contextmanager
def _until_told(end: Callable[[], object]) -> Iterator[None]:
    """Call `end` when the system asks the process to go."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    for one in signals:
        loop.add_signal_handler(one, end)
    # Ctrl+Z: a desk that stands still hears no calls, and others may be at it.
    signal.signal(signal.SIGTSTP, lambda *_: None)
    try:
        yield
    finally:
        for one in signals:
            loop.remove_signal_handler(one)


def _first(failure: BaseException) -> Exception:
    """The first exception of a group, all of which are logged."""
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    if not isinstance(failure, StoreFailed | CannotStart | DatabaseTaken):
        log.error("the console ends", exc_info=failure)
    return failure if isinstance(failure, Exception) else CannotStart(str(failure))
