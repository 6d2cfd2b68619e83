"""What a change of the settings was, in words; and what takes it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, SecretStr

from console.desk.commands import ChangeSettings
from console.desk.notices import SettingsChange
from console.settings.live import KEPT, Live, stored

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
    "overrides": "Companies' own",
}
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Differs:
    """One field that became another: its name for people, and both values."""

    label: str
    old: str
    new: str


def title(section: str) -> str:
    """What a section is called; one that is no more, as it was stored."""
    return TITLES.get(section, section)


def differences(change: SettingsChange, companies: Mapping[int, str]) -> tuple[Differs, ...]:
    """What the change changed, field by field, in the order of the form."""
    if change.section == "overrides":
        return _overrides(change, companies)
    model = _model(change.section)
    names = list(model.model_fields) if model else []
    names += [name for name in (*change.old, *change.new) if name not in names]
    found: list[Differs] = []
    for name in dict.fromkeys(names):
        old, new = change.old.get(name), change.new.get(name)
        if old == new:
            continue
        label = _label(model, name)
        if _are_things(old) and _are_things(new) and (old or new):
            found += _things(old or [], new or [])
        else:
            found.append(Differs(label, said(old), said(new)))
    return tuple(found)


def said(value: Any) -> str:
    """A stored value for people."""
    match value:
        case None | "" | [] | {}:
            return NOTHING
        case True:
            return "yes"
        case False:
            return "no"
        case list():
            return ", ".join(said(one) for one in value)
        case dict():
            return ", ".join(f"{key}: {said(one)}" for key, one in value.items())
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
                found.append(Differs(label, said(was.get(field)), said(now.get(field))))
    if not found and list(before) != list(after):
        found.append(
            Differs("Order", ", ".join(map(str, before)), ", ".join(map(str, after))),
        )
    return found


def _overrides(change: SettingsChange, companies: Mapping[int, str]) -> tuple[Differs, ...]:
    def by_field(values: Mapping[str, Any]) -> dict[tuple[int, str, str], Any]:
        return {
            (one["company_id"], one["section"], name): value
            for one in values.get("overrides") or ()
            for name, value in one["values"].items()
        }

    before, after = by_field(change.old), by_field(change.new)
    found = []
    for key in dict.fromkeys([*before, *after]):
        if key in before and key in after and before[key] == after[key]:
            continue
        id, section, name = key
        firm = companies.get(id) or f"company {id}"
        label = f"{firm}, {title(section)}, {_label(_model(section), name)}"
        site = "as for the site"
        old = said(before[key]) if key in before else site
        new = said(after[key]) if key in after else site
        found.append(Differs(label, old, new))
    return tuple(found)


def restoring(change: SettingsChange, now: Live) -> ChangeSettings:
    """What makes the section as it was before this change; secrets stay as they are now.

    Before the first change of a section it was as in a new database.
    """
    base = stored(now if change.old else Live(), change.section)
    model = _model(change.section)
    values = base | change.old
    return ChangeSettings(change.section, _keeping(model, values) if model else values)


def _keeping(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """These values with KEPT for each secret that the declaration has, however deep."""
    kept = dict(values)
    for name, value in values.items():
        field = model.model_fields.get(name)
        if field is None:
            continue
        if field.annotation is SecretStr:
            kept[name] = KEPT
            continue
        kinds = _models_in(field.annotation)
        if isinstance(value, dict) and kinds:
            kept[name] = _keeping(_fitting(kinds, value), value)
        elif isinstance(value, list) and kinds:
            kept[name] = [
                _keeping(_fitting(kinds, one), one) if isinstance(one, dict) else one
                for one in value
            ]
    return kept


def _models_in(kind: Any) -> list[type[BaseModel]]:
    """The declarations in a type such as tuple[Provider, ...], or a union of them."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [model for part in get_args(kind) for model in _models_in(part)]


def _fitting(kinds: list[type[BaseModel]], value: Mapping[str, Any]) -> type[BaseModel]:
    """Of several the one whose `kind` it is."""
    for model in kinds:
        field = model.model_fields.get("kind")
        if field is not None and field.default == value.get("kind"):
            return model
    return kinds[0]
