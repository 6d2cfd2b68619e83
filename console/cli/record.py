"""`hotline record FILE`: what the PBX says, written down; needs no console and changes nothing."""

import asyncio
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TextIO

from console.calls.events import CallEvent, FeedLost
from console.cli.failure import Failure
from console.cli.start import configured
from console.clock import SystemClock
from console.config import Config
from console.feeds.link import Dialect, Link
from console.feeds.masking import Mask
from console.feeds.recording import BACK, LOST, Frame
from console.feeds.tap import Tap
from console.settings.site import Feed, Site
from console.wiring import dialect


def record(given: Namespace) -> int:
    """Record until Ctrl+C or SIGTERM; says where and how much."""
    config = configured(given)
    feed = _chosen(config, given.feed)
    with _new(given.file) as file:
        recorder = Recorder(feed, config.site, file, Mask() if given.mask else None)
        try:
            asyncio.run(recorder.run())
        except OSError as failed:
            raise Failure(f"{given.file} can't be written: {failed.strerror}") from None
    seconds = int(recorder.seconds)
    print(
        f"{given.file}: {recorder.frames} lines, {given.file.stat().st_size // 1000} kB, "
        f"{seconds // 60}:{seconds % 60:02} min",
        file=sys.stderr,
    )
    return 0


class Recorder:
    """One connection of its own, that only asks; lost and back are noted."""

    def __init__(self, feed: Feed, site: Site, file: TextIO, mask: Mask | None) -> None:
        self._feed = feed
        self._site = site
        self._file = file
        self._mask = mask
        self._clock = SystemClock()
        self._began = self._clock.now()
        self._connected = self._lost = False
        self.frames = 0

    @property
    def seconds(self) -> float:
        """How long it has been recording."""
        return (self._clock.now() - self._began).total_seconds()

    async def run(self) -> None:
        """Record until the system says that it is enough."""
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(one, ended.set)
        feed = self._feed
        print(f"recording {feed.name} ({feed.host}:{feed.port}); Ctrl+C ends", file=sys.stderr)
        async with asyncio.TaskGroup() as tasks:
            link = Link(feed, self._tapped, self._hear, self._clock)
            recording = tasks.create_task(link.run())
            await ended.wait()
            recording.cancel()
        self._note("the recording ended")

    def _tapped(self) -> Dialect:
        return Tap(dialect(self._feed, self._site), self._write, self._clock.now)

    def _write(self, frame: Frame) -> None:
        if self._lost:
            self._lost = False
            self._note(BACK)
        self._connected = True
        self._put(frame)

    def _hear(self, events: Sequence[CallEvent], at: datetime) -> None:
        for event in events:
            if isinstance(event, FeedLost):
                print(f"{self._feed.name}: {event.why}; trying again", file=sys.stderr)
                if self._connected:
                    self._connected, self._lost = False, True
                    self._note(f"{LOST}: {event.why}")

    def _note(self, text: str) -> None:
        self._put(Frame(self._clock.now(), "note", text=text))

    def _put(self, frame: Frame) -> None:
        for one in self._mask.frames([frame]) if self._mask else (frame,):
            self._file.write(one.line())
            self.frames += 1
        # Whatever ends this process, what was heard before is in the file.
        self._file.flush()


def _chosen(config: Config, name: str | None) -> Feed:
    for feed in config.feeds:
        if name is None or feed.name == name:
            return feed
    if not config.feeds:
        raise Failure("no PBX is configured; make a file with: hotline init")
    known = ", ".join(feed.name for feed in config.feeds)
    raise Failure(f'no PBX is called "{name}"; configured are: {known}', code=2)


def _new(file: Path) -> TextIO:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Failure(f"{file} is there already; give another name") from None
    except OSError as failed:
        raise Failure(f"{file} can't be written: {failed.strerror}") from None
    return os.fdopen(handle, "w", encoding="utf-8")
