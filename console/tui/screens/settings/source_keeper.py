"""A contact source as its form knows it: read, checked by its declaration, stored."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from console.desk.commands import Answer, SaveSource
from console.desk.contacts import Sources
from console.settings.sources import ContactSource
from console.tui.widgets.form.declared import refusals, sentence

if TYPE_CHECKING:
    from console.desk.ports import Door

OPTIONS = "options."  # before the keys of what a kind has of its own
PLAIN = ("name", "enabled", "on_ring", "for_called", "owner")


class SourceKeeper:
    """One source, by its id; a new one has none and begins as it is given."""

    def __init__(self, door: "Door", source: ContactSource) -> None:
        self._door = door
        self.source = source
        self._names: dict[str, int | None] = {}

    async def read(self) -> Mapping[str, Any] | None:
        """The source as it is stored now."""
        states = await self._door.ask(Sources())
        self._names = {state.source.name.casefold(): state.source.id for state in states}
        if self.source.id is not None:
            mine = [state.source for state in states if state.source.id == self.source.id]
            if not mine:
                return None
            self.source = mine[0]
        options = self.source.options
        values = {name: getattr(self.source, name) for name in PLAIN}
        for name in type(options).model_fields:
            # A new one lacks what it needs; its form begins empty.
            values[f"{OPTIONS}{name}"] = getattr(options, name, "")
        return values

    def wrong(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """What the declarations say against them, and a name that is taken."""
        kind = type(self.source.options)
        found = {
            f"{OPTIONS}{name}" if name else "": words
            for name, words in refusals(kind, self._options(values)).items()
        }
        try:
            ContactSource.model_validate(self._plain(values) | {"options": {"kind": "own"}})
        except ValidationError as refused:
            for error in refused.errors():
                found[str(error["loc"][0])] = sentence(error, ContactSource)
        name = str(values["name"]).strip().casefold()
        if name in self._names and self._names[name] != self.source.id:
            found["name"] = "There is another source of this name."
        if values["owner"] and values["for_called"]:
            found["for_called"] = "Only what everybody sees can say which company is called."
        return found

    def _options(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            key.removeprefix(OPTIONS): value
            for key, value in values.items()
            if key.startswith(OPTIONS)
        }

    def _plain(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: values[name] for name in PLAIN}

    def made_of(self, values: Mapping[str, Any]) -> ContactSource:
        """The source with these values; raises pydantic's ValidationError."""
        options = type(self.source.options).model_validate(self._options(values))
        return ContactSource(
            id=self.source.id,
            position=self.source.position,
            options=options,
            **self._plain(values),
        )

    async def write(self, values: Mapping[str, Any]) -> Answer:
        """Have it stored."""
        return await self._door.do(SaveSource(self.made_of(values)))
