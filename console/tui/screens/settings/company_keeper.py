"""A company as its form knows it: read with the others', checked against them, stored."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from console.desk.commands import Answer, SaveCompany
from console.desk.contacts import Companies
from console.people.called_numbers import shown_number
from console.people.values import Company

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

# What the form has no field for.
_NOT_ASKED = frozenset({"id", "archived"})
ASKED = tuple(field.name for field in fields(Company) if field.name not in _NOT_ASKED)


class CompanyKeeper:
    """One company, by its id; a new one has none and begins as it is given."""

    def __init__(self, door: "Door", site: "Site", company: Company) -> None:
        self._door = door
        self._plan = site.plan
        self.company = company
        self._others: tuple[Company, ...] = ()

    async def read(self) -> Mapping[str, Any] | None:
        """The company as it is stored now."""
        every = await self._door.ask(Companies(archived=True))
        id = self.company.id
        self._others = tuple(one for one in every if id is None or one.id != id)
        if id is not None:
            mine = [one for one in every if one.id == id]
            if not mine:
                return None
            self.company = mine[0]
        return {name: getattr(self.company, name) for name in ASKED}

    def wrong(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """A name or a number that is another's, and whose."""
        name = values["name"].strip()
        wrong = {} if name else {"name": "A company needs a name."}
        for other in self._others:
            if name and other.name.casefold() == name.casefold():
                away = "; it is archived" if other.archived else ""
                wrong["name"] = f"There is a company of this name already{away}."
        whose = {number: other for other in self._others for number in other.numbers}
        for number in values["numbers"]:
            if owner := whose.get(number):
                shown = shown_number(number, self._plan)
                wrong["numbers"] = f"{shown} belongs to {owner.name}. Take it away there first."
        return wrong

    def made_of(self, values: Mapping[str, Any]) -> Company:
        """The company with these values."""
        return replace(self.company, **{name: values[name] for name in ASKED})

    async def write(self, values: Mapping[str, Any]) -> Answer:
        """Have it stored."""
        return await self._door.do(SaveCompany(self.made_of(values)))
