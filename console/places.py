"""Where the configuration, the database and its desk are; imports next to nothing.

`hotline` on a running desk shows its first frame within a blink, so this is `os.path` and no more.
"""

import os
import sys

APP = "hotline"
PREFIX = "HOTLINE_"
LONGEST_PATH = 100  # bytes; systems allow 104 or 108 in a socket's address

# The XDG Base Directory Specification, as platformdirs reads it.
_XDG = {
    "user_config": ("XDG_CONFIG_HOME", "~/.config"),
    "user_data": ("XDG_DATA_HOME", "~/.local/share"),
    "site_config": ("XDG_CONFIG_DIRS", "/etc/xdg"),
}


def folder(kind: str) -> str:
    """What platformdirs says: the folder of "user_config", "user_data" or "site_config"."""
    if sys.platform != "linux" or "ANDROID_ROOT" in os.environ:
        import platformdirs

        return str(getattr(platformdirs, f"{kind}_dir")(APP))
    # To import platformdirs takes as long as all the rest until the first frame.
    variable, usual = _XDG[kind]
    said = os.environ.get(variable, "").strip()
    if kind == "site_config":
        said = next((one.strip() for one in said.split(os.pathsep) if one.strip()), "")
    return os.path.join(said or os.path.expanduser(usual), APP)


def usual_file() -> str:
    """Where the configuration is written, and looked for first."""
    return os.path.join(folder("user_config"), "config.toml")


def find() -> str | None:
    """The configuration file in use: HOTLINE_CONFIG, else the user's, else the system's."""
    if named := os.environ.get("HOTLINE_CONFIG"):
        return named
    places = (usual_file(), os.path.join(folder("site_config"), "config.toml"))
    return next((place for place in places if os.path.exists(place)), None)


def below(name: str, folder: str) -> str:
    """The absolute path of a name that may be relative to a folder, or begin with ~."""
    # As pathlib joins them: "..", which may follow a link, stays.
    return os.path.join(os.getcwd(), folder, os.path.expanduser(name))


def database_url(database: str, beside: str) -> str:
    """The SQLAlchemy URL of a file name or URL; a relative name is below the folder `beside`."""
    if "://" in database:
        return database
    usual = os.path.join(folder("user_data"), "hotline.db")
    return f"sqlite+aiosqlite:///{below(database, beside) if database else usual}"


def file_of(url: str) -> str | None:
    """The file of an SQLite URL, None for a database that is no file."""
    scheme, _, path = url.partition(":///")
    if not scheme.startswith("sqlite") or path in ("", ":memory:"):
        return None
    return path.partition("?")[0]


def configured_database(config: str | None) -> str | None:
    """The database's file by a configuration file (None: the usual places) and the environment.

    None where it is no file, and where the configuration can't be read: whoever reads all of it
    has a sentence for that.
    """
    file = config or find()
    # Variables may be written in any case, as pydantic-settings takes them.
    said = [value for name, value in os.environ.items() if name.upper() == f"{PREFIX}DATABASE"]
    database: object = said[0] if said else ""
    if file and not said:
        import tomllib

        try:
            with open(file, encoding="utf-8-sig") as text:
                database = tomllib.loads(text.read()).get("database", "")
        except (OSError, ValueError):
            return None
    elif config and not os.path.exists(config):
        return None
    beside = os.path.dirname(os.path.join(os.getcwd(), file)) if file else os.getcwd()
    return file_of(database_url(database, beside)) if isinstance(database, str) else None


def socket_of(database: str) -> str:
    """The Unix socket on which a database's desk listens."""
    parts = os.path.join(os.getcwd(), database).split("/")
    # As pathlib writes it: whoever is told another way of writing it must find the same.
    near = f"/{'/'.join(part for part in parts if part not in ('', '.'))}.sock"
    if len(os.fsencode(near)) <= LONGEST_PATH:
        return near
    import hashlib

    # Not a runtime folder: a command given by cron has other variables than the console.
    name = hashlib.sha256(os.fsencode(near)).hexdigest()[:16]
    return os.path.join(os.path.expanduser("~"), f".hotline-{name}.sock")
