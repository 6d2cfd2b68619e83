"""A secret goes only to the server that it was entered for.

Who may change settings is not to see the secrets in them; a server of one's own in the place of the
former would be told them.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from console.settings.secrets import CHANGED, KEPT, paired

# They say where a secret is; who may enter them may enter them for any server.
_REFERENCES = ("env:", "file:")
# What holds a secret, the field that it is in, what people call it, and whose it is.
_Place = tuple[dict[str, Any], str, str, str]
SOURCE = "source"


def moved_secret(section: str, values: dict[str, Any], former: dict[str, Any]) -> str:
    """Why a section's values (JSON) can't be stored over the former ones; "" if they can.

    SOURCE: those of a contact source, its name and options.
    """
    for _, _, what, whose in _moved(section, values, former):
        return (
            f"The {what} of {whose} was entered for another server: enter it anew, or leave it "
            "empty."
        )
    return ""


def without_moved(section: str, values: dict[str, Any], former: dict[str, Any]) -> dict[str, Any]:
    """The values without the secrets that would go to another server."""
    values = deepcopy(values)
    for holder, name, _, _ in list(_moved(section, values, former)):
        holder[name] = ""
    return values


def _moved(section: str, values: dict[str, Any], former: dict[str, Any]) -> Iterator[_Place]:
    match section:
        case "mail_server":
            another = bool(former["host"]) and values["host"] != former["host"]
            in_clear = values["security"] == "none" != former["security"]
            if (another or in_clear) and _stays(values["password"], former["password"]):
                yield values, "password", "password", "the mail server"
        case "providers":
            everyone = former["providers"]
            each = zip(values["providers"], paired(values["providers"], everyone), strict=True)
            for provider, was in each:
                yield from _of_provider(provider, was or {}, everyone)
        case _ if section == SOURCE:
            options, was = values["options"], former["options"]
            another = any(options.get(key) != was.get(key) for key in ("kind", "url"))
            in_clear = was.get("start_tls", False) and not options.get("start_tls", True)
            password = options.get("password", "")
            if (another or in_clear) and _stays(password, was.get("password", "")):
                yield options, "password", "password", values["name"]


def _of_provider(
    provider: dict[str, Any], was: dict[str, Any], everyone: list[dict[str, Any]]
) -> Iterator[_Place]:
    """`was` is whose secrets it would keep: of another name perhaps."""
    places = [("secret", "secret")] if provider["secret"] else []
    if provider["kind"] == "HTTP":  # no other has headers
        places += [("headers", name) for name in provider["headers"]]
    for field, name in places:
        holder = provider["headers"] if field == "headers" else provider
        secret = holder[name]
        kept = _secret(was, field, name)
        if secret in (KEPT, CHANGED):
            whose = [was]
        else:
            # A form has the secrets themselves; whose it is then, it says itself.
            kept = secret
            whose = [one for one in everyone if _secret(one, field, name) == secret]
        moved = whose and all(_goes_to(one) != _goes_to(provider) for one in whose)
        if moved and _stays(secret, kept):
            what = f"header {name}" if field == "headers" else "secret"
            yield holder, name, what, provider["name"]


def _secret(provider: dict[str, Any], field: str, name: str) -> str:
    holder = provider.get("headers", {}) if field == "headers" else provider
    found: str = holder.get(name, "")
    return found


def _goes_to(provider: dict[str, Any]) -> tuple[Any, Any]:
    return provider.get("kind"), provider.get("url")


def _stays(secret: str, former: str) -> bool:
    """Whether a secret that somebody else may have entered would be told."""
    if not former or former.startswith(_REFERENCES):
        return False
    return secret in (KEPT, CHANGED, former)
