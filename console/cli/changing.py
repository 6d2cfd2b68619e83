"""Commands that change something: through the running desk, or a desk of their own without one."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from console.back_door import BackDoor, NobodyThere, knock
from console.cli.failure import Failure
from console.cli.start import taken
from console.clock import SystemClock
from console.config import Config
from console.desk.commands import Command, Done, Refused
from console.desk.desk import Desk
from console.desk.operators import Operator
from console.desk.ports import StoreFailed
from console.one_desk import DatabaseTaken, file_of
from console.wiring import CannotStart, Play, Source, at_work, carry_out

STARTING = 5.0  # seconds a console may take between locking its database and opening its back door


def tell(config: Config, guest: Operator, commands: Iterable[Command]) -> Done:
    """Have commands carried out, one after the other; their counts together.

    Raises Failure at the first that is refused: those before it are done.
    """
    return asyncio.run(_tell(config, guest, commands))


async def _tell(config: Config, guest: Operator, commands: Iterable[Command]) -> Done:
    file = file_of(config.database)
    try:
        door = await knock(file) if file else None
    except NobodyThere:
        door = None
    if door is None:
        try:
            return await _alone(config, guest, commands)
        except DatabaseTaken as held:
            door = await _wait_for(file, held)
    try:
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
        return await asyncio.wait_for(try_again(), STARTING)
    except TimeoutError:
        raise taken(held) from None


async def _through(door: BackDoor, guest: Operator, commands: Iterable[Command]) -> Done:
    count, text = 0, ""
    for command in commands:
        try:
            answer = await door.do(guest.login, command)
        except NobodyThere:
            raise Failure(
                "the running console ended before it answered; nothing says whether this was done. "
                "Give the command again."
            ) from None
        if isinstance(answer, Refused):
            raise Failure(answer.why)
        count, text = count + answer.count, answer.text
    return Done(text, count)


async def _alone(config: Config, guest: Operator, commands: Iterable[Command]) -> Done:
    async def deaf(desk: Desk) -> None:
        await asyncio.Event().wait()

    # The PBX is named though nobody listens to it: calls that live are not over for that.
    sources = tuple(Source(feed.name, deaf) for feed in config.feeds)
    play = Play(config.site, config.database, sources, SystemClock(), guest)
    count, text, refused = 0, "", ""
    try:
        async with at_work(play) as home:
            for command in commands:
                answer = await carry_out(home, guest, command)
                if isinstance(answer, Refused):
                    refused = answer.why
                    break
                count, text = count + answer.count, answer.text
    except (CannotStart, StoreFailed) as failed:
        raise Failure(str(failed)) from None
    if refused:
        raise Failure(refused)
    return Done(text, count)
