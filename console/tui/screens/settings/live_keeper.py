"""A section of the live settings as its form knows it, for the site or for one company."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from console.desk.commands import Answer, ChangeSettings
from console.settings.as_stored import AS_STORED
from console.settings.live import Live, for_company, overridden
from console.tui.widgets.form.declared import refusals
from console.tui.widgets.form.keeper import Lent

if TYPE_CHECKING:
    from console.desk.ports import Door


class LiveKeeper:
    """One section, as it is in force; of a company each value is Lent."""

    def __init__(self, door: "Door", section: str, company_id: int | None = None) -> None:
        self._door = door
        self.section = section
        self.company_id = company_id
        declared = Live.model_fields[section].annotation
        assert isinstance(declared, type)
        assert issubclass(declared, BaseModel)
        self.model = declared

    async def read(self) -> Mapping[str, Any] | None:
        """Its values."""
        settings, names = self._door.snapshot.settings, self.model.model_fields
        site = getattr(settings, self.section)
        if self.company_id is None:
            return {name: getattr(site, name) for name in names}
        mine = getattr(for_company(settings, self.company_id), self.section)
        own = overridden(settings, self.company_id).get(self.section, {})
        return {
            name: Lent(getattr(mine, name), getattr(site, name), own=name in own) for name in names
        }

    def wrong(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """What the declaration says against them."""
        return refusals(self.model, held(values))

    def command(self, values: Mapping[str, Any]) -> ChangeSettings:
        """What has these values stored, secrets included: of a company the own ones only.

        Raises pydantic's ValidationError.
        """
        # What was stored before there was a rule is the desk's to refuse.
        whole = self.model.model_validate(held(values), context=AS_STORED).model_dump(mode="json")
        if self.company_id is not None:
            whole = {name: whole[name] for name, value in values.items() if value.own}
        return ChangeSettings(self.section, whole, self.company_id)

    async def write(self, values: Mapping[str, Any]) -> Answer:
        """Have the section stored."""
        return await self._door.do(self.command(values))


def held(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are in force with these, whosever they are."""
    return {
        name: value.holds if isinstance(value, Lent) else value for name, value in values.items()
    }
