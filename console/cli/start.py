"""What most commands begin with: the configuration, the log, who asks, the stored calls."""

import getpass
import logging
import os
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from console.cli.failure import Failure
from console.desk.operators import Operator
from console.desk.ports import StoreFailed
from console.one_desk import DatabaseTaken, file_of

if TYPE_CHECKING:
    from pathlib import Path

    from console.config import Config
    from console.desk.snapshot import Snapshot
    from console.settings.site import Site
    from console.store.database import SqlStore

log = logging.getLogger(__name__)


def configured(given: Namespace) -> "Config":
    """The configuration, with the log opened; raises Failure."""
    from console.config import ConfigError, load
    from console.logs import write_to

    try:
        config = load(given.config)
    except ConfigError as wrong:
        raise Failure(str(wrong)) from None
    secrets = [feed.secret.get_secret_value() for feed in config.feeds]
    write_to(config.log_file, config.log, secrets)
    for name in config.unknown_variables:
        log.warning("%s is set, but nothing reads it", name)
    return config


def guest(given: Namespace) -> Operator:
    """Who asks, as far as the system knows."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    login = given.guest or user
    name = login
    if login == user:
        with suppress(ImportError, KeyError):
            import pwd

            name = pwd.getpwuid(os.getuid()).pw_gecos.split(",")[0].strip() or login
    return Operator(login, name)


@asynccontextmanager
async def reading(config: "Config") -> AsyncIterator["SqlStore"]:
    """The stored calls, to be read only; raises Failure."""
    from console.store.database import open_store

    try:
        store = await open_store(config.database, read_only=True)
        try:
            yield store
        finally:
            await store.close()
    except StoreFailed as failed:
        raise Failure(str(failed)) from None


async def seen_at(database: "Path") -> "Snapshot | None":
    """How the desk that runs on a database sees things; None where none runs."""
    from console.back_door import NobodyThere, knock

    try:
        door = await knock(database)
    except NobodyThere:
        return None
    try:
        return await door.snapshot()
    except NobodyThere:
        return None
    finally:
        door.close()


async def site_of(config: "Config") -> "Site":
    """The site, in the time zone of the desk that runs on the database: it may be a demo's."""
    file = file_of(config.database)
    seen = await seen_at(file) if file else None
    if not (seen and seen.zone):
        return config.site
    return config.site.model_copy(update={"time_zone": seen.zone})


def taken(held: DatabaseTaken) -> Failure:
    """A console runs already: which, and what to do."""
    who = f"process {held.pid}" if held.pid else "another process"
    end = f" or end it: kill {held.pid}" if held.pid else ""
    return Failure(
        f"a console already runs on {held.database} ({who}). Use that one{end}, "
        "or give another database."
    )
