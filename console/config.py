"""The configuration file and the environment become one checked value, or one sentence.

The environment beats the file. Secrets may be `env:NAME` or `file:PATH` and are read here.
"""

import contextlib
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from console import places
from console.logs import usual_log
from console.places import PREFIX
from console.settings.site import Feed, Log, Program, Site, Ssh, Startup

SECRET_PREFIX = "HOTLINE_SECRET_"
SEALING_KEY = "HOTLINE_SECRET_KEY"  # as in store/sealing.py
# Not misspelt settings: the first is read by the command line, the next by the tests, and the rest
# is what a program that an action runs is told; it may itself call hotline.
OTHER_VARIABLES = {
    *("HOTLINE_CONFIG", "HOTLINE_ASTERISK_ROOT", "HOTLINE_DEBIAN_MIRROR"),
    *("HOTLINE_ACTION", "HOTLINE_OCCASION", "HOTLINE_CALL", "HOTLINE_DIRECTION"),
    *("HOTLINE_CALLER_NUMBER", "HOTLINE_CALLER_NAME", "HOTLINE_CALLER_COMPANY"),
    *("HOTLINE_CALLED_NUMBER", "HOTLINE_COMPANY", "HOTLINE_QUEUE", "HOTLINE_ANSWERED_BY"),
    *("HOTLINE_STARTED_AT", "HOTLINE_OUTCOME"),
}
TABLES: dict[str, type[BaseModel]] = {
    "site": Site,
    "feeds": Feed,
    "feed": Feed,
    "programs": Program,
    "ssh": Ssh,
    "log": Log,
}

Values = dict[str, Any]
Location = tuple[int | str, ...]


class ConfigError(Exception):
    """The configuration is wrong; the text is a sentence that says where and what is allowed."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the process starts with; `file` is None when no file was found."""

    site: Site
    feeds: tuple[Feed, ...]
    database: str  # an SQLAlchemy URL
    log: Log
    log_file: Path
    file: Path | None = None
    unknown_variables: tuple[str, ...] = ()
    programs: tuple[Program, ...] = ()
    ssh: Ssh = field(default_factory=Ssh)

    @property
    def folder(self) -> Path:
        """What relative names in the file are below."""
        return self.file.absolute().parent if self.file else Path.cwd()

    @property
    def host_keys(self) -> Path:
        """The folder of what the server proves itself with."""
        usual = Path(places.folder("user_data")) / "ssh"
        return _place(self.ssh.host_keys, self.folder) if self.ssh.host_keys else usual


class Environment(BaseSettings):
    """What HOTLINE_* variables say, unchecked; `feed` is about the first of the feeds."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="_", env_nested_max_split=1
    )
    database: Any = None
    site: Values = {}
    feed: Values = {}
    ssh: Values = {}
    log: Values = {}


def usual_file() -> Path:
    """Where the configuration is written, and looked for first."""
    return Path(places.usual_file())


def find() -> Path | None:
    """The configuration file in use: HOTLINE_CONFIG, else the user's, else the system's."""
    found = places.find()
    return Path(found) if found else None


def load(file: Path | None = None) -> Config:
    """The configuration from `file` (None: the usual places) and the environment.

    Raises ConfigError.
    """
    file = file or find()
    values = _read(file) if file else {}
    said = Environment().model_dump(exclude_unset=True)
    try:
        startup = Startup.model_validate(_merged(values, said))
    except ValidationError as refused:
        raise ConfigError(_sentence(refused.errors()[0], file, said)) from None
    folder = file.absolute().parent if file else Path.cwd()
    log = startup.log
    return Config(
        site=startup.site,
        feeds=tuple(_complete(feed, folder) for feed in startup.feeds),
        database=places.database_url(startup.database, str(folder)),
        log=log,
        log_file=_place(log.file, folder) if log.file else usual_log(),
        file=file,
        unknown_variables=tuple(_unknown_variables()),
        programs=tuple(
            program.model_copy(update={"path": str(_place(program.path, folder))})
            for program in startup.programs
        ),
        ssh=startup.ssh,
    )


def secret_of(text: str, folder: Path) -> str:
    """What a secret stands for: itself, a variable's value (env:), a file's first line (file:).

    Raises ConfigError.
    """
    kind, _, name = text.partition(":")
    if kind == "env":
        if name not in os.environ:
            raise ConfigError(f"the secret is to come from the variable {name}, which is not set")
        return os.environ[name]
    if kind == "file":
        try:
            lines = _place(name, folder).read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as failed:
            why = failed.strerror if isinstance(failed, OSError) else "it is not UTF-8 text"
            raise ConfigError(
                f"the secret is to come from the file {name}, which can't be read: {why}"
            ) from None
        return lines[0] if lines else ""
    return text


def live_secret(text: str, folder: Path) -> str:
    """What a secret in the live settings stands for; raises ConfigError.

    A supervisor writes it, who is not the user of this machine: a variable or a file of any name
    would be sent to a server of the supervisor's choice. So variables begin with HOTLINE_SECRET_,
    and files are in the folder `secrets` beside the configuration file.
    """
    kind, _, name = text.partition(":")
    if kind == "env" and name == SEALING_KEY:
        raise ConfigError(
            f"a secret must not be {name}: that is the key of all secrets that are stored"
        )
    if kind == "env" and not name.startswith(SECRET_PREFIX):
        raise ConfigError(
            f"a variable with a secret must begin with {SECRET_PREFIX}; {name} does not"
        )
    if kind == "file":
        secrets = (folder / "secrets").resolve()
        file = (secrets / name).resolve()
        if not file.is_relative_to(secrets):
            raise ConfigError(f"a file with a secret must be in {secrets}; {name} is not")
        text = f"file:{file}"
    return secret_of(text, folder)


def _place(name: str, folder: Path) -> Path:
    return (folder / Path(name).expanduser()).absolute()


def _complete(feed: Feed, folder: Path) -> Feed:
    """The feed with what it names: its secret, and the authority's file below `folder`."""
    try:
        secret = secret_of(feed.secret.get_secret_value(), folder)
    except ConfigError as failed:
        raise ConfigError(f"{feed.name}: {failed}.") from None
    authority = str(_place(feed.tls_ca, folder)) if feed.tls_ca else ""
    return feed.model_copy(update={"secret": SecretStr(secret), "tls_ca": authority})


def _read(file: Path) -> Values:
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(
            f"{file} is not there; name another file with --config, or make one: hotline init"
        ) from None
    except OSError as failed:
        raise ConfigError(f"{file} can't be read: {failed.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file} is not UTF-8 text; save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as broken:
        raise ConfigError(f"{file} is not TOML: {broken}.") from None


def _merged(values: Values, said: Values) -> Values:
    """The file's values with the environment's over them, and the machine's time zone."""
    merged = dict(values)
    if "database" in said:
        merged["database"] = said["database"]
    for table in ("site", "ssh", "log"):
        if isinstance(merged.get(table, {}), dict):
            merged[table] = merged.get(table, {}) | said.get(table, {})
    if "feed" in said:
        feeds = merged.get("feeds", [])
        first = feeds[0] if isinstance(feeds, list) and feeds and isinstance(feeds[0], dict) else {}
        lists = {
            name: [part.strip() for part in text.split(",") if part.strip()]
            for name, text in said["feed"].items()
            if name in Feed.model_fields and get_origin(Feed.model_fields[name].annotation) is tuple
        }
        rest = feeds[1:] if isinstance(feeds, list) else []
        merged["feeds"] = [first | said["feed"] | lists, *rest]
    if isinstance(merged["site"], dict):
        merged["site"] = {"time_zone": _zone_of_this_machine()} | merged["site"]
    return merged


def _zone_of_this_machine() -> str:
    """The IANA name of the machine's time zone, "UTC" where it can't be told."""
    named = os.environ.get("TZ", "").lstrip(":")
    for name in (named, os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]):
        with contextlib.suppress(ValueError, KeyError, OSError):
            return ZoneInfo(name).key
    return "UTC"


def _unknown_variables() -> Iterator[str]:
    for name in os.environ:
        if name.startswith(SECRET_PREFIX):
            continue
        if name.startswith(PREFIX) and name not in OTHER_VARIABLES:
            head, _, tail = name.removeprefix(PREFIX).lower().partition("_")
            if not (
                (head == "database" and not tail)
                or (head in TABLES and head not in ("feeds", "programs"))
            ):
                yield name


# -- one sentence for what is wrong ------------------------------------------------------------


def _sentence(error: ErrorDetails, file: Path | None, said: Values) -> str:
    where, key, variable = _whereabouts(error["loc"], file, said)
    if error["type"] == "extra_forbidden":
        return f"{where}{key} is not a key.{_advice(error['loc'])}"
    field = _field(error["loc"])
    if error["type"] == "missing":
        example = field.examples[0] if field and field.examples else "..."
        reason = field.description if field else ""
        return f'{where}{key} is missing ({reason}), such as {error["loc"][-1]} = "{example}".'
    if not error["loc"]:
        return f"{where}{error['ctx']['error']}."
    shown = "not right (it isn't shown here)" if _is_secret(field) else _shown(error["input"])
    close = ""
    if error["loc"][-1] == "time_zone":
        close = _did_you_mean(str(error["input"]), sorted(available_timezones()))
    said_by = variable or f"{where}{key}"
    return f"{said_by} is {shown}; it must be {allowed(error, field)}.{close}"


def _whereabouts(loc: Location, file: Path | None, said: Values) -> tuple[str, str, str]:
    """(the file with a colon, the key as people write it, the variable it came from or "")."""
    where = f"{file}: " if file else ""
    match loc:
        case ("feeds" | "programs", int(index), *rest):
            key = f"[[{loc[0]}]] no. {index + 1}" + (f" {rest[0]}" if rest else "")
            told = said.get("feed", {}) if loc[0] == "feeds" else {}
            from_variable = index == 0 and bool(rest) and rest[0] in told
            return where, key, f"{PREFIX}FEED_{rest[0]}".upper() if from_variable else ""
        case (str(table), str(name), *_) if table in TABLES:
            from_variable = name in said.get(table, {})
            return (
                where,
                f"[{table}] {name}",
                (f"{PREFIX}{table}_{name}".upper() if from_variable else ""),
            )
        case (str(name), *_):
            return where, name, f"{PREFIX}{name}".upper() if name in said else ""
    return where, "", ""


def _advice(loc: Location) -> str:
    name = str(loc[-1])
    known = list(_model(loc).model_fields)
    if close := _did_you_mean(name, known):
        return close
    for table in ("site", "ssh", "log"):
        if name in TABLES[table].model_fields:
            return f" It belongs below [{table}]."
    if name in Startup.model_fields:
        return " It belongs at the top of the file, before the first [table]."
    return f" Allowed here: {', '.join(known)}."


def _did_you_mean(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.7)
    return f" Did you mean {close[0]}?" if close else ""


def _model(loc: Location) -> type[BaseModel]:
    return TABLES.get(str(loc[0]), Startup) if len(loc) > 1 else Startup


def _field(loc: Location) -> FieldInfo | None:
    for name in reversed(loc):
        if isinstance(name, str):
            found = _model(loc).model_fields.get(name)
            if found is not None:
                return found
    return None


def _is_secret(field: FieldInfo | None) -> bool:
    return field is not None and field.annotation is SecretStr


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        # It may hold a secret.
        return "a table" if isinstance(value, dict) else "a list"
    text = f'"{value}"' if isinstance(value, str) else str(value).lower()
    return text if len(text) <= 60 else text[:59] + "…"


def allowed(error: ErrorDetails, field: FieldInfo | None) -> str:
    """What a setting may be, in words, after pydantic refused one."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if field is None or error["type"] in ("model_type", "model_attributes_type"):
        return "a table"
    kind = field.annotation
    if get_origin(kind) is Literal:
        return " or ".join(f'"{choice}"' for choice in get_args(kind))
    if kind is bool:
        return "true or false"
    limits = {type(limit).__name__: _bound(limit) for limit in field.metadata}
    if kind is int:
        return f"a whole number from {limits['Ge']} to {limits['Le']}"
    if get_origin(kind) is tuple:
        if get_args(kind)[0] in (Feed, Program):
            table = "feeds" if get_args(kind)[0] is Feed else "programs"
            return f"written with two brackets: [[{table}]]"
        example = f", such as {field.examples[0]}" if field.examples else ""
        return f"a list{example}".replace("'", '"')
    if "MaxLen" in limits:
        return f"a text of at most {limits['MaxLen']} characters"
    return "a text" + (" that isn't empty" if "MinLen" in limits else " in quotes")


def _bound(limit: object) -> object:
    return next((getattr(limit, name) for name in ("ge", "le", "max_length", "min_length")
                 if hasattr(limit, name)), None)  # fmt: skip
