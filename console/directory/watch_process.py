"""The process that watches folders and files: paths by id in, ids of what has changed out.

A process of its own, because setting up a watch of a folder with 100,000 files stops a whole
process for half a second (watchfiles keeps Python's lock meanwhile). Folders are watched by the
system where it can; that a folder itself goes, comes back or is another one now, and what happens
to single files, is seen by looking now and then.
"""

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath

from console.directory.contact_files import VCARDS
from console.directory.own_process import end_with_starter

# Milliseconds.
STEP = 100
DEBOUNCE = 400
# How often folders are looked through where the system can't watch them.
POLL = 5000

_ADDED, _DELETED = 1, 3  # as watchfiles' Change has them


def watched(
    paths: Mapping[int, str],
    look: float,
    pause: Callable[[float], object],
    polling: Callable[[str], None],
) -> Iterator[set[int]]:
    """Yield the ids whose files may have changed, first all of them, once they are watched.

    Every `look` seconds it is looked whether folders and single files are still the same.
    `polling` is told why, where the system can't watch folders so that they are looked through.
    """
    seen: dict[int, tuple[int, ...] | None] = {}
    folders: dict[int, tuple[str, object]] = {}
    poll = False
    while True:
        before, folders = folders, _folders(paths)
        # Between two watches nobody looked.
        missed = {id for id in paths if folders.get(id) != before.get(id)}
        try:
            really = sorted({path for path, _ in folders.values()})
            for changes in _changes(really, look, poll, pause):
                now = {id: _state(path) for id, path in paths.items()}
                touched = {id for id in paths if id not in seen or now[id] != seen[id]} | missed
                for id, (path, _) in folders.items():
                    if any(matters(path, *change) for change in changes):
                        touched.add(id)
                seen, missed = now, set()
                if touched:
                    yield touched
                if _folders(paths) != folders:
                    break
        except (OSError, RuntimeError) as failed:
            if not poll and not isinstance(failed, FileNotFoundError):
                poll = True
                polling(str(failed))
            folders = {}
            pause(look)


def matters(folder: str, change: int, path: str) -> bool:
    """Whether a change at a path can mean other contacts in a folder."""
    inside = PurePath(os.path.relpath(path, folder))
    if any(part.startswith(".") for part in inside.parts):
        return False
    # A folder that comes or goes does so with one change, whatever is in it.
    return inside.suffix.lower() in VCARDS or change in (_ADDED, _DELETED)


def _changes(
    folders: list[str], look: float, poll: bool, pause: Callable[[float], object]
) -> Iterator[set[tuple[int, str]]]:
    """Changes in the folders, none where nothing has happened for `look` seconds."""
    if not folders:
        while True:
            pause(look)
            yield set()
    from watchfiles import watch

    for changes in watch(
        *folders,
        watch_filter=None,
        debounce=DEBOUNCE,
        step=STEP,
        rust_timeout=int(look * 1000),
        yield_on_timeout=True,
        force_polling=poll or None,
        poll_delay_ms=POLL,
        ignore_permission_denied=True,
    ):
        yield {(int(change), path) for change, path in changes}


def _state(path: str) -> tuple[int, ...] | None:
    """Another one when there is another folder or file at the path; None if there is nothing."""
    try:
        info = os.stat(path)
    except OSError:
        return None
    if os.path.isdir(path):
        return info.st_dev, info.st_ino
    return info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns


def _folders(paths: Mapping[int, str]) -> dict[int, tuple[str, object]]:
    """The folders among the paths: where each really is, and which it is."""
    return {
        # Of two links to one folder the system tells changes of the first.
        id: (os.path.realpath(path), _state(path))
        for id, path in paths.items()
        if os.path.isdir(path)
    }


def main() -> None:
    """Tell what has changed, a JSON list of ids a line, until whoever started us ends."""
    asked = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=end_with_starter, daemon=True).start()

    def tell(what: object) -> None:
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()

    for touched in watched(dict(asked["paths"]), asked["look"], threading.Event().wait, tell):
        tell(sorted(touched))


if __name__ == "__main__":
    main()
