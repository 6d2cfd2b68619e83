"""A secret goes only to the server that it was entered for.

Who may change settings is not to see the secrets in them; a server of one's own in the place of the
former would be told them.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from console.settings.secrets import CHANGED, KEPT

# They say where a secret is; who may enter them may enter them for any server.
_REFERENCES = ("env:", "file:")
# What holds a secret, the field that it is in, and whose it is, for people.
_Place = tuple[dict[str, Any], str, str]


def moved_secret(section: str, values: dict[str, Any], former: dict[str, Any]) -> str:
    """Why a section's values (JSON) can't be stored over the former ones; "" if they can."""
    for _, name, whose in _moved(section, values, former):
        return (
            f"The {name} of {whose} was entered for another server: enter it anew, or leave it "
            "empty."
        )
    return ""


def without_moved(section: str, values: dict[str, Any], former: dict[str, Any]) -> dict[str, Any]:
    """The values without the secrets that would go to another server."""
    values = deepcopy(values)
    for holder, name, _ in list(_moved(section, values, former)):
        holder[name] = ""
    return values


def _moved(section: str, values: dict[str, Any], former: dict[str, Any]) -> Iterator[_Place]:
    match section:
        case "mail_server":
            another = bool(former["host"]) and values["host"] != former["host"]
            in_clear = values["security"] == "none" != former["security"]
            if (another or in_clear) and _stays(values["password"], former["password"]):
                yield values, "password", "the mail server"
        case "providers":
            known = {each["name"]: each for each in former["providers"]}
            for provider in values["providers"]:
                was = known.get(provider["name"], provider)
                moved = (provider["kind"], provider["url"]) != (was["kind"], was["url"])
                if moved and _stays(provider["secret"], was["secret"]):
                    yield provider, "secret", provider["name"]


def _stays(secret: str, former: str) -> bool:
    """Whether a secret that somebody else may have entered would be told."""
    if not former or former.startswith(_REFERENCES):
        return False
    return secret in (KEPT, CHANGED, former)
