"""`hotline` and `hotline demo`: the console itself."""

import asyncio
import os
import sys
from argparse import Namespace
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from console.cli.attach import wait_and_join
from console.cli.failure import Failure
from console.cli.start import configured, guest, taken
from console.clock import SystemClock, utc_now
from console.desk.ports import StoreFailed
from console.one_desk import DatabaseTaken
from console.wiring import CannotStart, House, Play, asterisk, on_screen, without_screen

if TYPE_CHECKING:
    from console.config import Config


def hotline(given: Namespace) -> int:
    """The console; without a PBX in the configuration it offers a demo and a form."""
    config = configured(given)
    if config.feeds:
        return show(given, day(config, given))
    if given.no_screen:
        raise Failure("no PBX is configured; make a file with: hotline init")
    _need_terminal()
    from console.cli.first_run import first_run

    chosen = asyncio.run(first_run(config, given.config))
    if chosen == "demo":
        given.seed, given.speed = 1, 1.0
        return demo(given)
    if chosen == "connected":
        return show(given, day(configured(given), given))
    return 0


def demo(given: Namespace) -> int:
    """An invented day."""
    from console.demo import demo as begin
    from console.logs import usual_log, write_to
    from console.settings.site import Log

    # What goes wrong must not be drawn over the screen here either.
    write_to(usual_log(), Log())
    with begin(given.seed, given.speed, utc_now()) as play:
        return show(given, play)


def show(given: Namespace, play: Play) -> int:
    """Run it with or without a screen until it is left."""
    if given.no_screen:
        return finish(without_screen(play, _say_ready))
    _need_terminal()
    try:
        asyncio.run(on_screen(play))
    except DatabaseTaken as held:
        # The other one began while this one did.
        return wait_and_join(held, given.guest)
    except (CannotStart, StoreFailed) as failed:
        raise Failure(str(failed)) from None
    return 0


def finish(console: Coroutine[Any, Any, None]) -> int:
    """Run something to its end, its failures as sentences."""
    try:
        asyncio.run(console)
    except DatabaseTaken as held:
        raise taken(held) from None
    except (CannotStart, StoreFailed) as failed:
        raise Failure(str(failed)) from None
    return 0


def day(config: "Config", given: Namespace) -> Play:
    """All that a day at the desk is made of."""
    clock = SystemClock()
    sources = tuple(asterisk(feed, config.site, clock) for feed in config.feeds)
    return Play(
        config.site,
        config.database,
        sources,
        clock,
        guest(given),
        programs=config.programs,
        folder=config.folder,
    )


def _say_ready(home: House) -> None:
    print(f"listening; calls are stored in {home.store.path} until this is ended", file=sys.stderr)


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Failure("this needs a terminal; without one try --no-screen, or hotline calls --json")
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise Failure("the terminal (TERM) is dumb: it can't be drawn on; try --no-screen")
