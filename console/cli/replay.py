"""`hotline replay FILE...`: recordings played through the same dialect, board and desk."""

import json
import os
import shutil
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

from pydantic import SecretStr

from console import places
from console.calls.events import CallEvent, FeedBack, FeedLost, Roster, Suspicious
from console.cli.failure import Failure
from console.cli.screen import finish, show
from console.cli.start import configured, guest
from console.clock import ReplayClock
from console.config import Config
from console.desk.export import as_json
from console.desk.queries import Filter
from console.feeds.masking import Mask
from console.feeds.recording import Frame, RecordingError, events, read
from console.settings.site import Feed
from console.wiring import Play, Source, at_work, dialect, timeline

# After the last recorded byte time goes on for so long: what is settled a moment later still is.
AFTERWARDS = timedelta(seconds=90)
# A recording may begin while calls are on: so long ago they may have begun.
BEGUN_BEFORE = timedelta(days=1)
Moment = tuple[datetime, list[CallEvent]]


def replay(given: Namespace) -> int:
    """Play recordings on the screen, print their calls, or write them anew."""
    config = configured(given)
    frames = _frames(given.files)
    if given.mask:
        frames = Mask().frames(frames)
    try:
        if given.save:
            return _save(frames, given.save)
        first = next(frames, None)
        if first is None:
            raise Failure("there is nothing in the recording")
        return _play(given, config, chain([first], frames), first.at)
    except RecordingError as wrong:
        raise Failure(str(wrong)) from None


def _play(given: Namespace, config: Config, frames: Iterable[Frame], start: datetime) -> int:
    feed = _feed(config, given)
    speed = given.speed if given.speed is not None else 0.0 if given.json else 1.0
    clock = ReplayClock(start, speed)

    played: set[str] = set()

    def moments() -> Iterator[Moment]:
        at = start
        heard = events(frames, lambda: dialect(feed, config.site, listening_only=True), feed.name)
        for at, some in heard:
            played.update(_calls_in(some))
            yield at, some
        yield at + AFTERWARDS, []

    source = timeline(feed.name, moments, clock)
    with _database(given.database) as database:
        given.no_screen = False
        if given.json:
            play = Play(config.site, database, (), clock, guest(given), automatic=False)
            return finish(_print(play, source, start, played))
        play = Play(config.site, database, (source,), clock, guest(given), automatic=False)
        return show(given, play)


async def _print(play: Play, source: Source, start: datetime, played: set[str]) -> None:
    async with at_work(play) as home:
        await source.listen(home.desk)
        await home.desk.quiet()
        async for record in home.store.calls_for_export(Filter(since=start - BEGUN_BEFORE)):
            if record.call.id in played:
                print(json.dumps(as_json(record, play.clock.now()), ensure_ascii=False))


def _calls_in(said: Iterable[CallEvent]) -> Iterator[str]:
    """The calls that events are about."""
    for event in said:
        match event:
            case Roster(calls=told):
                yield from (one.call for one in told)
            case FeedLost() | FeedBack() | Suspicious():
                pass
            case _:
                yield event.call


def _frames(files: Iterable[Path]) -> Iterator[Frame]:
    """All files in the order they were recorded; raises RecordingError, and Failure for no file.

    Between two files the PBX was not heard.
    """
    last: Frame | None = None
    for file in sorted(files, key=_begins):
        if last is not None:
            yield Frame(last.at, "note", text="lost: the next recording begins")
        try:
            with file.open(encoding="utf-8", errors="replace") as lines:
                for last in read(lines, str(file)):
                    yield last
        except OSError as failed:
            raise Failure(f"{file} can't be read: {failed.strerror}") from None


def _begins(file: Path) -> datetime:
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            first = next(iter(read(lines, str(file))), None)
    except OSError as failed:
        raise Failure(f"{file} can't be read: {failed.strerror}") from None
    return first.at if first else datetime.max.replace(tzinfo=UTC)


def _feed(config: Config, given: Namespace) -> Feed:
    """How calls from outside are told from others: as configured, or as the arguments say."""
    feed = (
        config.feeds[0]
        if config.feeds
        else Feed(host="recording", user="recording", secret=SecretStr(""))
    )
    said = {"trunk_contexts": given.trunk_contexts, "internal_contexts": given.phone_contexts}
    lists = {
        name: tuple(part.strip() for part in text.split(",") if part.strip())
        for name, text in said.items()
        if text is not None
    }
    return feed.model_copy(update=lists)


@contextmanager
def _database(named: str | None) -> Iterator[str]:
    named = named or os.environ.get("HOTLINE_DATABASE")
    if named:
        yield places.database_url(named, os.getcwd())
        return
    folder = Path(tempfile.mkdtemp(prefix="hotline-replay-"))
    try:
        yield places.database_url(str(folder / "replay.db"), str(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _save(frames: Iterable[Frame], file: Path) -> int:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.writelines(frame.line() for frame in frames)
    except FileExistsError:
        raise Failure(f"{file} is there already; give another name") from None
    except OSError as failed:
        raise Failure(f"{file} can't be written: {failed.strerror}") from None
    print(f"{file}: {file.stat().st_size // 1000} kB", file=sys.stderr)
    return 0
