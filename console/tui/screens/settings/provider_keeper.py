"""A provider of text messages as its form knows it: read from the settings, stored with them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from console.desk.commands import Answer, ChangeSettings
from console.settings.as_stored import AS_STORED
from console.settings.sending import Provider, Providers
from console.tui.widgets.form.declared import refusals

if TYPE_CHECKING:
    from console.desk.ports import Door

SECTION = "providers"
# Whose service has no address that everybody knows.
NEEDS_ADDRESS = frozenset({"Kannel", "HTTP"})


def change(providers: Sequence[Provider]) -> ChangeSettings:
    """What stores these, secrets included."""
    whole = Providers(providers=tuple(providers))
    return ChangeSettings(SECTION, whole.model_dump(mode="json"))


class ProviderKeeper:
    """One provider, by its name; a new one has none."""

    def __init__(self, door: "Door", name: str | None) -> None:
        self._door = door
        self.name = name

    def _all(self) -> tuple[Provider, ...]:
        return self._door.snapshot.settings.providers.providers

    async def read(self) -> Mapping[str, Any] | None:
        """The provider as it is in force now."""
        provider = next((one for one in self._all() if one.name == self.name), None)
        if provider is None and self.name is not None:
            return None
        provider = provider or Provider.model_construct(name="", kind="Twilio")
        return {name: getattr(provider, name) for name in Provider.model_fields}

    def wrong(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """What the declaration says against them, and a name that is taken."""
        found = refusals(Provider, values)
        name = str(values["name"]).strip()
        if name != self.name and any(one.name == name for one in self._all()):
            found["name"] = "There is another provider of this name."
        if values["kind"] in NEEDS_ADDRESS and not values["url"]:
            found["url"] = f"{values['kind']} needs the address of its service."
        return found

    def made_of(self, values: Mapping[str, Any]) -> Provider:
        """The provider with these values; raises pydantic's ValidationError."""
        # What was stored before there was a rule is the desk's to refuse.
        return Provider.model_validate(values, context=AS_STORED)

    async def write(self, values: Mapping[str, Any]) -> Answer:
        """Have it stored, in the place it has now."""
        provider, everything = self.made_of(values), self._all()
        if any(one.name == self.name for one in everything):
            everything = tuple(provider if one.name == self.name else one for one in everything)
        else:
            everything = (*everything, provider)
        answer = await self._door.do(change(everything))
        self.name = provider.name
        return answer
