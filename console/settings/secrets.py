"""Where secrets are in settings as JSON values, and what stands for them where they must not be."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

# What every secret field of the live settings and of contact sources is called.
SECRET_FIELDS = frozenset({"password", "secret"})
# Fields that hold several by name. Which header is a login only its server knows: all are secret.
SECRET_TABLES = frozenset({"headers"})

# Stands for a secret that stays what it is, wherever its value must not be: in exports, history.
KEPT = "(unchanged)"
# Stands in history for one that became another; in what is to be stored it is as KEPT.
CHANGED = "(changed)"

# The names of what it is in ("providers", "Twilio", "secret"), the secret, and the one before.
Secret = Callable[[tuple[str, ...], str, str], str]


def each_secret(values: Any, change: Secret, former: Any = None) -> Any:
    """The values with each secret as `change` gives it; what stood there in `former` is told too.

    Items of a list are the same if their ids are, or their names, or else their places.
    """
    return _each(values, former, change, ())


def _each(values: Any, former: Any, change: Secret, place: tuple[str, ...]) -> Any:
    if isinstance(values, dict):
        before = former if isinstance(former, dict) else {}
        return {
            name: change((*place, name), value, _text(before.get(name)))
            if name in SECRET_FIELDS and isinstance(value, str)
            else _table(value, before.get(name), change, place)
            if name in SECRET_TABLES and isinstance(value, dict)
            else _each(value, before.get(name), change, (*place, name))
            for name, value in values.items()
        }
    if isinstance(values, list | tuple):
        # A list is in a field of its name; its items say more than that.
        before_each = paired(values, former if isinstance(former, list | tuple) else ())
        return [
            _each(value, was, change, (*place[:-1], _name(value, number)))
            for number, (value, was) in enumerate(zip(values, before_each, strict=True), 1)
        ]
    return values


def _table(
    values: dict[str, Any], former: Any, change: Secret, place: tuple[str, ...]
) -> dict[str, Any]:
    before = former if isinstance(former, dict) else {}
    return {
        name: change((*place, f"header {name}"), value, _text(before.get(name)))
        if isinstance(value, str)
        else value
        for name, value in values.items()
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _name(item: Any, number: int) -> str:
    named = item.get("name") or item.get("id") if isinstance(item, dict) else None
    return str(named or number)


def _identity(item: Any) -> Any:
    return (item.get("id") or item.get("name")) if isinstance(item, dict) else None


def paired(items: Sequence[Any], former: Sequence[Any]) -> Iterator[Any]:
    """What each item of a list was before, None if it is new."""
    known = {_identity(item): item for item in former if _identity(item) is not None}
    taken = {_identity(item) for item in items} & known.keys()
    for place, item in enumerate(items):
        if _identity(item) in taken:
            yield known[_identity(item)]
        elif place < len(former) and _identity(former[place]) not in taken:
            yield former[place]
        else:
            yield None


def without_secrets(values: Any) -> Any:
    """The values with KEPT for each secret, and nothing where there is none."""
    return each_secret(values, lambda _, secret, __: KEPT if secret else "")


def kept_in_vain(values: Any, former: Any) -> list[str]:
    """Which secrets are to stay though there is none, as "S7.secret"."""
    found = []

    def look(place: tuple[str, ...], secret: str, was: str) -> str:
        if secret in (KEPT, CHANGED) and not was:
            found.append(".".join(place))
        return secret

    each_secret(values, look, former)
    return found


def with_kept(values: Any, former: Any) -> Any:
    """The values with the former secrets where they are to stay."""
    return each_secret(
        values, lambda _, secret, was: was if secret in (KEPT, CHANGED) else secret, former
    )


def without_new_secrets(values: Any, former: Any) -> Any:
    """The values without secrets, but with the word which of them are others than before."""

    def shown(_: tuple[str, ...], secret: str, was: str) -> str:
        if not secret:
            return ""
        return KEPT if secret == was else CHANGED

    return each_secret(values, shown, former)
