"""The process that reads one contact source into a staging file: a Job in, what it Told out.

A process of its own, because a million cards would stop the loop, and a hostile file the console.
It is nice to everybody else, and does not outlive who started it.
"""

import contextlib
import importlib
import os
import sqlite3
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from console.directory.card_blocks import Block, FileEnd
from console.directory.card_helper import contacts_of
from console.directory.card_helpers import read_blocks
from console.directory.contact_files import Changing
from console.directory.heartbeat import heart
from console.directory.job import Ended, Failed, Job, Progress, Told, told_line
from console.directory.own_process import end_with_starter, spare_circles
from console.directory.reading import CannotRead, Gone, Mark
from console.directory.staging_file import StagingFile
from console.people.skipped import OUTSIDE, Skipped
from console.people.values import Contact
from console.people.vcard import NO_CARD
from console.settings.sources import CsvFile, Options

# Grows when the same source would be read into something else than before.
FORMAT = 1
# Seconds between two lines of progress.
EVERY = 0.2
# What is shown of a try.
SAMPLE = 20
# A reader that takes more than this is fed something hostile. Bytes.
MEMORY = 2 * 1024**3

_READERS = {
    "vcards": "vcards_reader",
    "csv": "csv_reader",
    "imported": "imported_reader",
    "ldap": "ldap_reader",
    "carddav": "carddav_reader",
}
# Kinds of which the whole is read from files.
_FILES = frozenset({"vcards", "csv", "imported"})
Tell = Callable[[Told], None]


def carry_out(job: Job, tell: Tell) -> Ended | Failed:
    """Read what the job names into its staging file."""
    try:
        options = TypeAdapter[Options](Options).validate_python(job.options)
    except ValidationError as wrong:
        return Failed(f"The source's settings are not right: {wrong.errors()[0]['msg']}.")
    staging: StagingFile | None = None
    try:
        staging = StagingFile(Path(job.staging))
        return _read(job, options, staging, tell)
    except CannotRead as refused:
        return Failed(str(refused))
    except Changing:
        return Ended(changing=True)
    except sqlite3.Error as failed:
        return Failed(
            f"The contacts can't be put into {job.staging}: {failed}. Is its disk full, or "
            "may the console's user not write there?",
            traceback.format_exc(),
        )
    except MemoryError:
        return Failed(f"Reading takes more than {MEMORY // 1024**2} MB of memory.")
    except Exception as broken:
        return Failed(
            f"Reading it failed ({type(broken).__name__}), and that is a mistake of this console. "
            "Please report it, with what the log says.",
            traceback.format_exc(),
        )
    finally:
        if staging is not None:
            staging.close()


def _read(job: Job, options: Options, staging: StagingFile, tell: Tell) -> Ended:
    version = _version(job)
    known, _, token = job.token.partition(":")
    token = token if known == version else ""
    mark = Mark()
    sample: list[Contact] = []
    skipped: list[Skipped] = []
    first: Skipped | None = None
    told_at = time.monotonic()

    def progress() -> None:
        nonlocal told_at
        if (now := time.monotonic()) - told_at >= EVERY:
            told_at = now
            tell(Progress(staging.read, mark.total))

    heart.told = progress
    for one in _reading(job, options, token):
        match one:
            case tuple():
                staging.put(one)
            case Contact():
                staging.add(one)
                if job.limit is not None and len(sample) < SAMPLE:
                    sample.append(replace(one, extra=()))
            case Skipped():
                staging.skip(one)
                first = first or one
                if job.limit is not None and len(skipped) < SAMPLE:
                    skipped.append(one)
            case Gone(key):
                staging.gone(key)
            case Mark():
                mark = one
        if job.limit is not None and staging.read + staging.left_out >= job.limit:
            break
        progress()
    nothing = not (staging.read or staging.left_out or staging.gone_count)
    unchanged = nothing and mark.mode == "delta" and mark.token == token
    if options.kind in _FILES and not unchanged and not staging.contacts:
        # Emptied by mistake, or half written: what was there before is better than nothing.
        raise CannotRead(_no_contact(first))
    staging.finish(mark.mode, f"{version}:{mark.token}")
    columns, guessed = _columns(options) if job.limit is not None else ((), ())
    return Ended(
        read=staging.read,
        left_out=staging.left_out,
        unchanged=unchanged,
        sample=tuple(sample),
        skipped=tuple(skipped),
        columns=columns,
        guessed=guessed,
    )


def _reading(job: Job, options: Options, token: str) -> Iterator[Any]:
    """What the reader yields, its blocks of vCards read: for a try one by one, else as rows."""
    stream = _from_reader(job, options, token)
    if job.limit is None:
        yield from _told_once(read_blocks(stream, job.plan))
        return
    for one in stream:
        match one:
            case Block():
                yield from contacts_of(one, job.plan)
            case FileEnd():
                pass
            case _:
                yield one


def _told_once(stream: Iterator[Any]) -> Iterator[Any]:
    """The same with one reason for a file of which nothing is taken.

    Of one without any card: not what stands outside of cards. Of one whose cards are of no use:
    why, not that there are none.
    """
    outside: list[Skipped] = []
    useless = ""
    for one in stream:
        match one:
            case Mark():
                pass
            case Skipped(reason=reason) if reason == OUTSIDE:
                outside.append(one)
                continue
            case Skipped(file=file, reason=reason) if reason == NO_CARD and file != useless:
                outside.clear()
            case Skipped(file=file, reason=reason):
                yield from outside
                outside.clear()
                useless = file
                if reason == NO_CARD:
                    continue
            case _:
                yield from outside
                outside.clear()
        yield one
    yield from outside


def _from_reader(job: Job, options: Options, token: str) -> Iterator[Any]:
    reader = importlib.import_module(f"console.directory.{_READERS[options.kind]}")
    given = job.paths if options.kind == "imported" else options
    try:
        yield from reader.read(given, job.plan, token)
    except Changing:
        if not job.insist:
            raise


def _no_contact(skipped: Skipped | None) -> str:
    if skipped is None:
        return "There is no contact in it."
    return f"There is no contact in it. {skipped.file}, line {skipped.line}: {skipped.reason}"


def _columns(options: Options) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The columns of a table, and (column, field) of those that tell by their names."""
    if not isinstance(options, CsvFile):
        return (), ()
    from console.directory import csv_reader

    return csv_reader.columns(options)


def _version(job: Job) -> str:
    """Another one where the same files would become other contacts: no token holds then."""
    return blake2b(f"{FORMAT} {job.plan}".encode(), digest_size=6).hexdigest()


# -- the process ---------------------------------------------------------------------------------


def main() -> None:
    """Do the job on standard input; end when whoever gave it does."""
    line = sys.stdin.buffer.readline()
    threading.Thread(target=end_with_starter, daemon=True).start()
    with contextlib.suppress(OSError):
        os.nice(10)
    _limit_memory()
    spare_circles()
    out = sys.stdout.buffer

    def tell(told: Told) -> None:
        out.write(told_line(told))
        out.flush()

    tell(carry_out(Job.of(line), tell))
    # Not by way of the interpreter's end, for which the thread would have to stop waiting.
    os._exit(0)


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
