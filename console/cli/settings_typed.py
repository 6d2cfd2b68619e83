"""A setting's value as it is typed on a command line."""

import json
import sys
from collections.abc import Iterable
from typing import Any, get_origin

from console.cli.failure import Failure
from console.settings.live import Live
from console.settings.secrets import CHANGED, KEPT, each_secret

STDIN = "-"
NOTHING = "null"


def typed(section: str, field: str, text: str) -> Any:
    """What somebody means by a text: a list by commas, JSON by its brackets, else the text.

    "-" is read from standard input: what is typed is in the shell's history, and seen by others.
    """
    if text == STDIN:
        text = sys.stdin.readline().rstrip("\r\n")
    elif text == NOTHING:
        return None
    kind = Live.model_fields[section].annotation.model_fields[field].annotation  # type: ignore[union-attr]
    several = get_origin(kind) in (tuple, dict)
    if several and text.startswith(("[", "{")):
        try:
            return json.loads(text)
        except ValueError as wrong:
            raise Failure(f"{section}.{field} is no JSON: {wrong}", code=2) from None
    if get_origin(kind) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def secrets_seen(values: Iterable[str]) -> list[str]:
    """A sentence for each SECTION.FIELD=VALUE that has a secret itself, not where it is kept."""
    return [
        f"the secret in {name} now stands in the shell's history; {name}={STDIN} reads it from "
        "standard input"
        for name, _, text in (each.partition("=") for each in values)
        if text != STDIN and _has_secret(name, text)
    ]


def _has_secret(name: str, text: str) -> bool:
    section, _, field = name.partition(".")
    found = []

    def look(_place: tuple[str, ...], secret: str, _former: str) -> str:
        if secret not in ("", KEPT, CHANGED) and not secret.startswith(("env:", "file:")):
            found.append(secret)
        return secret

    each_secret({field: typed(section, field, text)}, look)
    return bool(found)
