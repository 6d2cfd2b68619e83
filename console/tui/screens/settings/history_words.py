"""What a change of the settings was, in words; and what takes it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from console.desk.commands import ChangeSettings
from console.desk.notices import SettingsChange
from console.desk.settings_orders import restore_values
from console.settings.live import Live

# What each section is called among the settings, in their order there.
TITLES = {
    "hotline": "Hotline services",
    "unanswered": "Unanswered calls",
    "mail": "E-mail",
    "text_messages": "Text message",
    "exceptions": "Exceptions",
    "mail_server": "Send e-mail",
    "providers": "Send text message",
    "words": "Wording",
    "actions": "Actions",
}
NOTHING = "nothing"
EMPTY = "empty"
AS_THE_SITE = "as for the site"


@dataclass(frozen=True, slots=True)
class Differs:
    """One field that became another: its name for people, and both values."""

    label: str
    old: str
    new: str


def title(section: str) -> str:
    """What a section is called; one that is no more, as it was stored."""
    return TITLES.get(section, section)


def whose(change: SettingsChange, companies: Mapping[int, str]) -> str:
    """The company whose own values were changed; empty for the site's."""
    if change.company_id is None:
        return ""
    return companies.get(change.company_id) or f"company {change.company_id}, which is gone"


def differences(change: SettingsChange) -> tuple[Differs, ...]:
    """What the change changed, field by field, in the order of the form."""
    model = _model(change.section)
    names = list(model.model_fields) if model else []
    names += [name for name in (*change.old, *change.new) if name not in names]
    found: list[Differs] = []
    for name in dict.fromkeys(names):
        old, new = change.old.get(name), change.new.get(name)
        if old == new and (name in change.old) == (name in change.new):
            continue
        if change.company_id is not None:
            old, new = change.old.get(name, AS_THE_SITE), change.new.get(name, AS_THE_SITE)
        label = _label(model, name)
        if _are_things(old) and _are_things(new) and (old or new):
            found += _things(old or [], new or [])
        elif isinstance(old, dict) and isinstance(new, dict):
            found += _entries(label, old, new)
        else:
            found.append(Differs(label, said(old), said(new)))
    return tuple(found)


def said(value: Any) -> str:
    """A stored value for people."""
    match value:
        case None | "" | []:
            return NOTHING
        case True:
            return "yes"
        case False:
            return "no"
        case list():
            return ", ".join(said(one) for one in value)
        case dict():
            return ", ".join(f"{key}: {said(one)}" for key, one in value.items()) or NOTHING
        case _:
            return str(value)


def _model(section: str) -> type[BaseModel] | None:
    field = Live.model_fields.get(section)
    kind = field.annotation if field else None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _label(model: type[BaseModel] | None, name: str) -> str:
    field = model.model_fields.get(name) if model else None
    return (field.title if field else None) or name.replace("_", " ")


def _are_things(value: Any) -> bool:
    """Whether it is a list of what has a name: providers, actions."""
    if value is None:
        return True
    return isinstance(value, list) and all(
        isinstance(one, dict) and ("id" in one or "name" in one) for one in value
    )


def _things(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[Differs]:
    def by_name(things: list[dict[str, Any]]) -> dict[Any, dict[str, Any]]:
        return {one.get("id") or one.get("name"): one for one in things}

    before, after = by_name(old), by_name(new)
    found = []
    for key in dict.fromkeys([*before, *after]):
        was, now = before.get(key), after.get(key)
        name = str((now or was or {}).get("name") or key)
        if was is None or now is None:
            there = "there"
            found.append(
                Differs(name, there if was else NOTHING, there if now else NOTHING),
            )
            continue
        for field in dict.fromkeys([*was, *now]):
            if was.get(field) != now.get(field):
                label = f"{name}, {field.replace('_', ' ')}"
                a, b = was.get(field), now.get(field)
                if isinstance(a, dict) and isinstance(b, dict):
                    found += _entries(label, a, b)
                else:
                    found.append(Differs(label, said(a), said(b)))
    if not found and list(before) != list(after):
        found.append(
            Differs("Order", ", ".join(map(str, before)), ", ".join(map(str, after))),
        )
    return found


def _entries(label: str, old: dict[str, Any], new: dict[str, Any]) -> list[Differs]:
    """What became of the lines of a field like the headers: one that is empty is there, too."""

    def entry(entries: dict[str, Any], key: str) -> str:
        if key not in entries:
            return NOTHING
        return EMPTY if entries[key] == "" else said(entries[key])

    return [
        Differs(f"{label}, {key}", entry(old, key), entry(new, key))
        for key in dict.fromkeys([*old, *new])
        if entry(old, key) != entry(new, key)
    ]


def restoring(change: SettingsChange, now: Live) -> ChangeSettings:
    """What makes the section as it was before this change; secrets stay as they are now."""
    return ChangeSettings(change.section, restore_values(change, now), change.company_id)
