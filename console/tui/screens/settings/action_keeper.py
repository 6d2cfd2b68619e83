"""An action as its form knows it: read from the settings in force, checked, stored with them."""

import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, SecretStr

from console.desk.commands import Answer, ChangeSettings
from console.settings.live import (
    Action,
    Actions,
    OpenContact,
    OpenUrl,
    PostWebhook,
    RunProgram,
    stored,
)
from console.tui.screens.settings import addresses
from console.tui.widgets.form.declared import refusals

if TYPE_CHECKING:
    from console.desk.ports import Door

DEEDS: dict[str, type[OpenContact | OpenUrl | RunProgram | PostWebhook]] = {
    "contact": OpenContact,
    "url": OpenUrl,
    "program": RunProgram,
    "webhook": PostWebhook,
}
ADDRESSES = {"url": addresses.template_fault, "webhook": addresses.fault}
PLAIN = ("name", "enabled", "on", "companies", "directions", "caller")
LONGEST_ID = 30


class ActionKeeper:
    """One action, by its id; a new one gets its id from its name."""

    def __init__(self, door: "Door", id: str | None) -> None:
        self._door = door
        self.id = id

    def _all(self) -> tuple[Action, ...]:
        return self._door.snapshot.settings.actions.actions

    async def read(self) -> Mapping[str, Any] | None:
        """The action as it is in force now; of what it does not do, how a new one begins."""
        action = next((one for one in self._all() if one.id == self.id), None)
        if action is None and self.id is not None:
            return None
        if action is None:
            action = Action(id="new", name="new", deed=OpenContact()).model_copy(
                update={"name": ""}
            )
        values: dict[str, Any] = {name: getattr(action, name) for name in PLAIN}
        values["kind"] = action.deed.kind
        for kind, model in DEEDS.items():
            for name, field in model.model_fields.items():
                if name != "kind":
                    mine = kind == action.deed.kind
                    empty = "" if field.is_required() else field.get_default()
                    values[f"{kind}.{name}"] = getattr(action.deed, name) if mine else empty
        return values

    def wrong(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """What the declarations say against them."""
        kind = values["kind"]
        found = {
            f"{kind}.{name}" if name else "": words
            for name, words in refusals(DEEDS[kind], _part(values, kind)).items()
        }
        if kind in ADDRESSES and (words := ADDRESSES[kind](values[f"{kind}.url"])):
            found[f"{kind}.url"] = words
        plain = {name: values[name] for name in PLAIN}
        found |= refusals(Action, plain | {"id": "x", "deed": {"kind": "contact"}})
        if not values["on"]:
            found["on"] = "Choose at least one; to keep it without being carried out, turn it off."
        if kind == "program" and not values["program.program"].strip():
            found["program.program"] = "Choose one of the programs."
        if kind in ADDRESSES and not values[f"{kind}.url"].strip():
            found[f"{kind}.url"] = "This is needed."
        return found

    async def write(self, values: Mapping[str, Any]) -> Answer:
        """Have it stored, in the place it has now."""
        kind, everything = values["kind"], self._all()
        id = self.id or _new_id(values["name"], {one.id for one in everything})
        deed: BaseModel = DEEDS[kind].model_validate(_part(values, kind) | {"kind": kind})
        action = Action.model_validate(
            {name: values[name] for name in PLAIN} | {"id": id, "deed": deed}
        )
        if any(one.id == id for one in everything):
            actions = tuple(action if one.id == id else one for one in everything)
        else:
            actions = (*everything, action)
        settings = self._door.snapshot.settings
        whole = settings.model_copy(update={"actions": Actions(actions=actions)})
        answer = await self._door.do(ChangeSettings("actions", stored(whole, "actions")))
        self.id = id
        return answer


def _part(values: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """What belongs to one kind of deed."""
    return {
        key.partition(".")[2]: value
        for key, value in values.items()
        if key.startswith(f"{kind}.") and (value != "" or not isinstance(value, SecretStr))
    }


def _new_id(name: str, taken: set[str]) -> str:
    """An id that can be read in a log: "open-crm", "open-crm-2"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_ID] or "action"
    id, count = stem, 1
    while id in taken:
        count += 1
        id = f"{stem}-{count}"
    return id
