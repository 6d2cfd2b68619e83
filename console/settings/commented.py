"""The configuration file as text: every key with its reason, what is not given commented out."""

from collections.abc import Iterator, Mapping
from typing import Any

import tomlkit
from pydantic import BaseModel, SecretStr

from console.settings.site import Feed, Log, Program, Site, Ssh, Startup

HEAD = """\
# Hotline Console. Every key may also come from the environment, which then wins:
# database is HOTLINE_DATABASE, [site] name is HOTLINE_SITE_NAME, [log] level is
# HOTLINE_LOG_LEVEL, and host of the first [[feeds]] is HOTLINE_FEED_HOST.
"""

Given = Mapping[str, Any]


def commented(database: str = "", site: Given | None = None, feed: Given | None = None) -> str:
    """A whole configuration file (TOML); without a feed its table is there as a comment."""
    lines = [HEAD, *_key(Startup, "database", {"database": database} if database else {}), ""]
    lines += ["[site]", *_keys(Site, site or {}), ""]
    if feed is None:
        lines += ["# [[feeds]]", *(line if line[:1] == "#" else f"# {line}" for line in _example())]
    else:
        lines += pbx(feed).splitlines()
    lines += ["", "# [[programs]]", *_keys(Program, {})]
    lines += ["", "[ssh]", *_keys(Ssh, {})]
    lines += ["", "[log]", *_keys(Log, {})]
    return "\n".join(lines) + "\n"


def pbx(feed: Given) -> str:
    """The table of one PBX."""
    return "\n".join(["[[feeds]]", *_keys(Feed, feed)]) + "\n"


def _example() -> list[str]:
    given = {
        name: field.examples[0] for name, field in Feed.model_fields.items() if field.examples
    } | {"user": "hotline"}
    for rare in ("trunk_channels", "internal_channels", "tls_ca"):
        del given[rare]
    return list(_keys(Feed, given))


def _keys(model: type[BaseModel], given: Given) -> Iterator[str]:
    for name in model.model_fields:
        yield from _key(model, name, given)


def _key(model: type[BaseModel], name: str, given: Given) -> Iterator[str]:
    field = model.model_fields[name]
    yield f"# {field.description}"
    if name in given:
        yield f"{name} = {_toml(given[name])}"
    else:
        default = field.get_default()
        shown = field.examples and (field.is_required() or not default)
        value = field.examples[0] if field.examples and shown else default
        yield f"# {name} = {_toml(value)}"


def _toml(value: object) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, tuple):
        value = list(value)
    return tomlkit.item(value).as_string()
