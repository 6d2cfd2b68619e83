"""Commands that change something: through the running desk, or a desk of their own without one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from console.back_door import STOPPED, BackDoor, NobodyThere, knock
from console.cli.failure import INTERRUPTED, Failure
from console.cli.start import taken
from console.clock import SystemClock
from console.config import Config
from console.desk.commands import Command, Done, ImportFiles, Refused
from console.desk.contacts import SyncProgress, SyncReport
from console.desk.desk import Desk
from console.desk.operators import Operator
from console.desk.ports import StoreFailed
from console.one_desk import DatabaseTaken, file_of
from console.wiring import CannotStart, Play, Source, at_work, carry_out

STARTING = 5.0  # seconds a console may take between locking its database and opening its back door
LOOK_EVERY = 0.2
GIVING_UP = 10.0  # seconds a desk may take to say what became of what is no longer wanted


# Shows how far the readings of sources are that the desk has under way.
Watch = Callable[[tuple[SyncProgress, ...]], None]


def tell(
    config: Config, guest: Operator, commands: Iterable[Command], watch: Watch | None = None
) -> Done:
    """Have commands carried out, one after the other; their counts and reports together.

    Raises Failure at the first that is refused, or that Ctrl+C stops: those before it are done.
    """
    return asyncio.run(_tell(config, guest, commands, watch))


async def _tell(
    config: Config, guest: Operator, commands: Iterable[Command], watch: Watch | None
) -> Done:
    file = file_of(config.database)
    try:
        door = await knock(file) if file else None
    except NobodyThere:
        door = None
    if door is None:
        try:
            return await _alone(config, guest, commands, watch)
        except DatabaseTaken as held:
            door = await _wait_for(file, held)
    try:
        async with _watching(watch, partial(_syncs_at, file)):
            return await _through(door, guest, commands)
    finally:
        door.close()


async def _wait_for(file: Path | None, held: DatabaseTaken) -> BackDoor:
    async def try_again() -> BackDoor:
        while True:
            await asyncio.sleep(0.1)
            try:
                return await knock(held.database)
            except NobodyThere:
                continue

    try:
        async with asyncio.timeout(STARTING):
            return await try_again()
    except TimeoutError:
        raise taken(held) from None


async def _through(door: BackDoor, guest: Operator, commands: Iterable[Command]) -> Done:
    done = Done()
    for command in commands:
        try:
            answer = await door.do(guest.login, command)
        except NobodyThere:
            raise Failure(
                "the running console ended before it answered; nothing says whether this was done. "
                "Give the command again."
            ) from None
        except asyncio.CancelledError:
            raise await _given_up(door) from None
        if isinstance(answer, Refused):
            raise Failure(answer.why)
        done = _together(done, answer)
    return done


async def _given_up(door: BackDoor) -> Failure:
    """What to say of the command that Ctrl+C came into."""
    try:
        async with asyncio.timeout(GIVING_UP):
            answer = await door.give_up()
    except (NobodyThere, TimeoutError):
        return Failure("stopped; the running console did not say what became of it", INTERRUPTED)
    if isinstance(answer, Refused):
        return Failure(answer.why, INTERRUPTED)
    return Failure(f"it was too late to stop it: {answer.text}", INTERRUPTED)


async def _alone(
    config: Config, guest: Operator, commands: Iterable[Command], watch: Watch | None
) -> Done:
    async def deaf(desk: Desk) -> None:
        await asyncio.Event().wait()

    # The PBX is named though nobody listens to it: calls that live are not over for that.
    sources = tuple(Source(feed.name, deaf) for feed in config.feeds)
    play = Play(
        config.site,
        config.database,
        sources,
        SystemClock(),
        guest,
        folder=config.folder,
        automatic=False,
    )
    done, refused, stopped = Done(), "", False
    try:
        async with at_work(play) as home:

            async def syncs() -> tuple[SyncProgress, ...]:
                return home.desk.snapshot.syncs

            async with _watching(watch, syncs):
                for command in commands:
                    try:
                        answer = await carry_out(home, guest, command)
                    except asyncio.CancelledError:
                        if not isinstance(command, ImportFiles):
                            raise
                        stopped = True
                        break
                    if isinstance(answer, Refused):
                        refused = answer.why
                        break
                    done = _together(done, answer)
    except (CannotStart, StoreFailed) as failed:
        raise Failure(str(failed)) from None
    if stopped:
        raise Failure(STOPPED.why, INTERRUPTED)
    if refused:
        raise Failure(refused)
    return done


def _together(one: Done, other: Done) -> Done:
    report = other.report
    if one.report is not None and report is not None:
        before = one.report
        report = SyncReport(
            read=before.read + report.read,
            added=before.added + report.added,
            changed=before.changed + report.changed,
            removed=before.removed + report.removed,
            left_out=before.left_out + report.left_out,
            skipped=before.skipped + report.skipped,
        )
    return Done(other.text, one.count + other.count, report=report or one.report)


# -- progress ----------------------------------------------------------------------------------


@asynccontextmanager
async def _watching(
    watch: Watch | None, syncs: Callable[[], Awaitable[tuple[SyncProgress, ...]]]
) -> AsyncIterator[None]:
    """Show what the desk reads while the block runs; with nobody to watch, only run it."""
    if watch is None:
        yield
        return

    async def show() -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            watch(await syncs())

    looking = asyncio.ensure_future(show())
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        watch(())


async def _syncs_at(file: Path | None) -> tuple[SyncProgress, ...]:
    """What the running desk reads; the door that waits for its answer can't be asked meanwhile."""
    if file is None:
        return ()
    try:
        door = await knock(file)
        try:
            return (await door.snapshot()).syncs
        finally:
            door.close()
    except NobodyThere:
        return ()
