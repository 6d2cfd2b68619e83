"""`hotline doctor`: one line for each thing that must be right, and what to do where it isn't."""

import asyncio
import os
import shutil
import sqlite3
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from console.cli.doctor_directory import directory
from console.cli.doctor_notices import notices
from console.cli.doctor_ssh import ssh
from console.cli.finding import Finding, Mark
from console.cli.start import guest, reading
from console.clock import utc_now
from console.config import Config, ConfigError, load, usual_file
from console.desk.operators import Operator
from console.desk.ports import StoreFailed
from console.feeds.login import WRITE_CLASSES, LoginFailed, Rights, try_login
from console.one_desk import file_of, holder
from console.settings.site import Feed, Site
from console.wiring import stranger

LEAST_SIZE = (80, 24)
LITTLE_SPACE = 200_000_000
# Whoever has these may read every secret of the PBX, or run programs on it.
TOO_MUCH = {"GetConfig": "config or system", "Command": "command", "UpdateConfig": "config"}


def doctor(given: Namespace) -> int:
    """Print all findings; 1 if something is broken."""
    broken = False
    # Where the terminal can't print the signs, the findings matter more than the signs.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    for finding in _all(given):
        print(finding.line(), flush=True)
        broken = broken or finding.mark is Mark.BROKEN
    return 1 if broken else 0


def _all(given: Namespace) -> Iterator[Finding]:
    try:
        config = load(given.config)
    except ConfigError as wrong:
        yield Finding(Mark.BROKEN, "Configuration", str(wrong))
        yield from terminal()
        return
    yield from configuration(config)
    yield site(config.site)
    for feed in config.feeds:
        yield from pbx(feed)
    yield from database(config, guest(given))
    yield from directory(config, guest(given))
    yield from notices(config)
    yield from ssh(config)
    yield from log_file(config.log_file)
    yield from terminal()


def configuration(config: Config) -> Iterator[Finding]:
    """The file, its rights, misspelt variables, and whether there is a PBX."""
    file = config.file
    yield Finding(Mark.WELL, "Configuration", str(file or "none, everything as usual"))
    for name in config.unknown_variables:
        yield Finding(
            Mark.LOOK,
            "Environment",
            f"{name} is set, but nothing reads it",
            "Is it misspelt? Names are HOTLINE_DATABASE, HOTLINE_SITE_..., HOTLINE_FEED_..., "
            "HOTLINE_SSH_..., HOTLINE_LOG_...",
        )
    if file and file.stat().st_mode & 0o077 and _holds_secret(file):
        yield Finding(
            Mark.LOOK,
            "Configuration",
            "others on this machine can read the secret in it",
            f"chmod 600 {file}",
        )
    if not config.feeds:
        yield Finding(
            Mark.BROKEN,
            "PBX",
            "none is configured",
            f"Start hotline and fill in the form, or edit {file or usual_file()} (hotline init).",
        )


def site(site: Site) -> Finding:
    """What nothing else would tell: a wrong zone or area makes every time and number wrong."""
    area = f"area code {site.area_code}" if site.area_code else "no area code"
    now = f"{utc_now().astimezone(site.zone):%H:%M}"
    return Finding(
        Mark.WELL,
        "Site",
        f"{site.name}: it is {now} there ({site.time_zone}); numbers as in {site.region}, {area}",
    )


def _holds_secret(file: Path) -> bool:
    import tomllib

    feeds = tomllib.loads(file.read_text("utf-8-sig")).get("feeds", [])
    said = [str(feed.get("secret", "env:")) for feed in feeds]
    return any(not secret.startswith(("env:", "file:")) for secret in said)


def pbx(feed: Feed) -> Iterator[Finding]:
    """The login, the rights, and what of the dialplan the settings name."""
    try:
        rights = asyncio.run(try_login(feed))
    except LoginFailed as failed:
        yield Finding(Mark.BROKEN, feed.name, str(failed))
        return
    asterisk = f"Asterisk {rights.version}" if rights.version else "whose version it doesn't tell"
    yield Finding(Mark.WELL, feed.name, f"logged in as {feed.user}, {asterisk}")
    yield from _rights(feed, rights)
    yield from _contexts(feed, rights)
    yield _presentation(feed, rights)


def _rights(feed: Feed, rights: Rights) -> Iterator[Finding]:
    lacking = {WRITE_CLASSES[name] for name in WRITE_CLASSES if name not in rights.commands}
    for name, why in rights.refused.items():
        lacking.add(WRITE_CLASSES[name])
        yield Finding(Mark.BROKEN, feed.name, f"{name} was refused: {why}")
    if lacking:
        yield Finding(
            Mark.BROKEN,
            feed.name,
            f"the rights {', '.join(sorted(lacking))} are missing",
            f"manager.conf [{feed.user}]: write = call,originate,reporting",
        )
    else:
        yield Finding(Mark.WELL, feed.name, "tells what lives after a lost connection")
    if feed.originate_channel and "Originate" not in rights.commands:
        yield Finding(
            Mark.BROKEN,
            feed.name,
            "does not let us call, though originate_channel says how",
            f"manager.conf [{feed.user}]: write = call,originate,reporting",
        )
    if rights.events:
        yield Finding(Mark.WELL, feed.name, "events arrive")
    else:
        yield Finding(
            Mark.BROKEN,
            feed.name,
            "no event came after the login",
            f"manager.conf [{feed.user}]: read = call,agent,cdr,user,system",
        )
    for name, kind in TOO_MUCH.items():
        if name in rights.commands:
            yield Finding(
                Mark.LOOK,
                feed.name,
                f"{feed.user} may give {name}, which the console never needs",
                f"manager.conf [{feed.user}]: take {kind} out of write",
            )


def _contexts(feed: Feed, rights: Rights) -> Iterator[Finding]:
    calling = (feed.originate_context,) if feed.originate_context else ()
    named = tuple(dict.fromkeys((*feed.trunk_contexts, *feed.internal_contexts, *calling)))
    if not (feed.trunk_contexts or feed.trunk_channels):
        yield Finding(
            Mark.LOOK,
            feed.name,
            "nothing says which calls come from outside",
            "Set trunk_contexts, or trunk_channels; until then all but the phones' are inbound.",
        )
    for context in named:
        if rights.dialplan and context not in rights.dialplan:
            known = ", ".join(sorted(one for one in rights.dialplan if one[:2] != "__")[:12])
            yield Finding(
                Mark.BROKEN,
                feed.name,
                f"there is no context {context} in the dialplan",
                f"Correct the contexts in the configuration; there are: {known}",
            )
    if rights.dialplan and named and all(one in rights.dialplan for one in named):
        yield Finding(Mark.WELL, feed.name, f"the dialplan has {', '.join(named)}")


def _presentation(feed: Feed, rights: Rights) -> Finding:
    do = "manager.conf [general]: channelvars = DID,CALLERID(dnid),CALLERID(num-pres)"
    match rights.presentation:
        case True:
            return Finding(Mark.WELL, feed.name, "tells when a caller wants to be hidden")
        case False:
            return Finding(
                Mark.BROKEN, feed.name, "does not tell when a caller wants to be hidden", do
            )
    return Finding(
        Mark.LOOK,
        feed.name,
        "no call lives: whether hidden callers are told can't be seen",
        f"Make sure of {do}; or look again during a call.",
    )


def database(config: Config, guest: Operator) -> Iterator[Finding]:
    """Whether it is there, of this version, writable, and who sits at it."""
    file = file_of(config.database)
    if file is None:
        yield Finding(Mark.LOOK, "Database", "is not a file; it was not looked at")
        return
    folder = next((one for one in file.parents if one.exists()), file.parent)
    if not os.access(folder, os.W_OK) or (file.exists() and not os.access(file, os.W_OK)):
        yield Finding(
            Mark.BROKEN,
            "Database",
            f"{file} can't be written",
            f"Let this user write to {file.parent}, or set database.",
        )
        return
    if (space := shutil.disk_usage(folder).free) < LITTLE_SPACE:
        yield Finding(Mark.LOOK, "Database", f"only {space // 1_000_000} MB are left on the disk")
    if not file.exists():
        yield Finding(Mark.WELL, "Database", f"{file} will be made by the first start")
        return
    try:
        yield asyncio.run(_stored(config, file))
        yield from asyncio.run(_seat(config, guest))
    except Exception as failed:
        yield Finding(Mark.BROKEN, "Database", str(failed))


async def _stored(config: Config, file: Path) -> Finding:
    from console.store.opening import database_version

    version = await asyncio.to_thread(database_version, file)
    async with reading(config) as store:
        opened = await store.open_count()
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as sql:
            mode = sql.execute("PRAGMA journal_mode").fetchone()[0]
    except sqlite3.Error as failed:
        raise StoreFailed(f"{file}: {failed}") from None
    if mode != "wal":
        return Finding(
            Mark.LOOK, "Database", f"{file}: journal {mode}", "Start hotline once; it sets WAL."
        )
    running = f", in use by process {pid}" if (pid := holder(file)) else ""
    return Finding(
        Mark.WELL, "Database", f"{file}, version {version}, WAL, {opened} open calls{running}"
    )


async def _seat(config: Config, guest: Operator) -> list[Finding]:
    async with reading(config) as store:
        known = await store.operators()
    if not known or guest.login in [operator.login for operator in known]:
        return []
    return [Finding(Mark.LOOK, "Operator", stranger(guest.login, known))]


def log_file(file: Path) -> Iterator[Finding]:
    """Whether what goes wrong is written down."""
    folder = next((one for one in file.parents if one.exists()), file.parent)
    if os.access(file if file.exists() else folder, os.W_OK):
        yield Finding(Mark.WELL, "Log", str(file))
    else:
        yield Finding(Mark.LOOK, "Log", f"{file} can't be written", "Set [log] file.")


def terminal() -> Iterator[Finding]:
    """Size, colours and letters of the terminal this runs in."""
    if not sys.stdout.isatty():
        yield Finding(Mark.LOOK, "Terminal", "this is none; run it where the console will run")
        return
    width, height = shutil.get_terminal_size()
    small = width < LEAST_SIZE[0] or height < LEAST_SIZE[1]
    yield Finding(
        Mark.BROKEN if small else Mark.WELL,
        "Terminal",
        f"{width} by {height}",
        f"It needs {LEAST_SIZE[0]} by {LEAST_SIZE[1]}; 120 by 36 is better." if small else "",
    )
    colours = _colours()
    yield Finding(
        Mark.BROKEN if not colours else Mark.WELL,
        "Terminal",
        f"{colours or 'no colours'} (TERM={os.environ.get('TERM', '')})",
        "" if colours else "Set TERM to what the terminal is, such as xterm-256color.",
    )
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    utf8 = encoding == "utf8"
    yield Finding(
        Mark.WELL if utf8 else Mark.BROKEN,
        "Terminal",
        "UTF-8" if utf8 else f"letters are {encoding or 'unknown'}",
        "" if utf8 else "Set LANG to a UTF-8 locale, such as C.UTF-8.",
    )


def _colours() -> str:
    term = os.environ.get("TERM", "")
    if os.environ.get("NO_COLOR"):
        return "no colours are wanted (NO_COLOR), words and signs say the same"
    if os.environ.get("COLORTERM") in ("truecolor", "24bit"):
        return "16 million colours"
    if "256" in term:
        return "256 colours"
    return "" if term in ("", "dumb", "unknown") else "16 colours"
