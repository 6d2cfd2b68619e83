"""`hotline backup` and `hotline restore`."""

import asyncio
import os
from argparse import Namespace

from console.cli.failure import Failure
from console.cli.start import configured, taken
from console.config import SEALING_KEY, Config
from console.desk.ports import StoreFailed
from console.one_desk import DatabaseTaken, file_of, lock


def backup(given: Namespace) -> int:
    """Copy the database, also while it is in use."""
    from console.store.backup import backup as copy

    config = configured(given)
    try:
        asyncio.run(copy(config.database, given.file))
    except StoreFailed as failed:
        raise Failure(str(failed)) from None
    print(f"{given.file}: {given.file.stat().st_size // 1000} kB")
    _say_where_the_key_is(config)
    return 0


def _say_where_the_key_is(config: Config) -> None:
    from console.store.sealing import key_file

    file = file_of(config.database)
    if os.environ.get(SEALING_KEY):
        where = f"the variable {SEALING_KEY}"
    elif file is not None and key_file(file).exists():
        where = str(key_file(file))
    else:
        return
    print(f"The key of its secrets is not in it: keep {where} too, in another place.")


def restore(given: Namespace) -> int:
    """Put a backup in the database's place; not while somebody works on it."""
    from console.store.backup import restore as put_back

    config = configured(given)
    file = file_of(config.database)
    if file is None:
        raise Failure("only a database in a file can be restored")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with lock(file):
            kept = asyncio.run(put_back(given.file, config.database))
    except DatabaseTaken as held:
        raise taken(held) from None
    except StoreFailed as failed:
        raise Failure(str(failed)) from None
    except OSError as failed:
        raise Failure(f"{file} can't be restored: {failed.strerror}") from None
    print(f"{file} is restored" + (f"; what it was before is in {kept}" if kept else ""))
    return 0
