"""What the first-run screen may do: log in to the Asterisk, and write the configuration."""

from pathlib import Path

from pydantic import SecretStr, ValidationError

from console.cli.private_file import write_private
from console.config import Config, allowed, find, usual_file
from console.feeds.login import LoginFailed, Rights, try_login
from console.settings.commented import commented, pbx
from console.settings.site import Feed
from console.tui.screens.connect_form import Attempt
from console.tui.screens.first_run import FirstRunApp


async def first_run(config: Config, named: Path | None) -> str | None:
    """What was chosen: "demo", "connected" or None."""
    file = named or find() or usual_file()

    async def attempt(filled: Attempt) -> str:
        return await connect(filled, file, config)

    return await FirstRunApp(attempt).run_async()


async def connect(filled: Attempt, file: Path, config: Config) -> str:
    """Log in as the form says and write the file; "" or why not, in a sentence."""
    given: dict[str, object] = {
        "host": filled.host,
        "tls": filled.tls,
        "user": filled.user,
        "secret": SecretStr(filled.secret),
        "trunk_contexts": _list(filled.trunk_contexts),
        "internal_contexts": _list(filled.phone_contexts),
    }
    if filled.port:
        given["port"] = int(filled.port)
    try:
        feed = Feed.model_validate(given)
    except ValidationError as wrong:
        error = wrong.errors()[0]
        field = Feed.model_fields[str(error["loc"][0])]
        return f"{field.title} must be {allowed(error, field)}."
    if why := _taken(file):
        return why
    try:
        rights = await try_login(feed)
    except LoginFailed as failed:
        return str(failed)
    if why := _unknown_context(feed, rights):
        return why
    return _write_down(file, given, config)


def _taken(file: Path) -> str:
    if file.exists() and _has_feeds(file):
        return f"{file} has a PBX already; edit it, or name another file with --config."
    return ""


def _write_down(file: Path, feed: dict[str, object], config: Config) -> str:
    if file.exists():
        try:
            # Somebody wrote this by hand: what is there stays as it is.
            return write_private(file, f"{file.read_text('utf-8').rstrip()}\n\n{pbx(feed)}")
        except (OSError, UnicodeDecodeError):
            return f"{file} can't be read; name another file with --config."
    site = {"name": config.site.name, "time_zone": config.site.time_zone}
    return write_private(file, commented(site=site, feed=feed))


def _unknown_context(feed: Feed, rights: Rights) -> str:
    """A context that the dialplan doesn't have would silently make every call something else."""
    if not rights.dialplan:
        return ""
    for context in (*feed.trunk_contexts, *feed.internal_contexts):
        if context not in rights.dialplan:
            known = ", ".join(sorted(one for one in rights.dialplan if one[:2] != "__")[:12])
            return f"The login works, but there is no context {context} in the dialplan: {known}."
    return ""


def _has_feeds(file: Path) -> bool:
    from console.config import ConfigError, load

    try:
        return bool(load(file).feeds)
    except ConfigError:
        return True


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
