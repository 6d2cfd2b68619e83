"""What a template makes of a call, asked at a door, and with which calls it can be tried."""

from typing import TYPE_CHECKING

from console.desk.contacts import Previewed, PreviewText
from console.desk.queries import CallPage, Filter
from console.people.values import Company
from console.tui import legible

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

LATEST = 30
# What is displayed of a company then: there must be something to announce.
NOTHING = "It makes nothing: the company's name is shown instead."


class Previews:
    """Asks for one session; what is shown is as its operator would see it."""

    def __init__(self, door: "Door", site: "Site") -> None:
        self._door = door
        self._site = site

    async def of(
        self, template: str, company: Company | None = None, call: str | None = None
    ) -> Previewed:
        """What the template makes of a call, or of sample data."""
        from console.wording.marks import personal

        made = await self._door.ask(PreviewText(template, company, call))
        me = self._door.operator
        extension = me.extensions[0] if me.extensions else ""
        text = personal(made.text, me.name, me.login, extension)
        return Previewed(text, made.broken, made.line)

    async def calls(self, company: str | None = None) -> list[tuple[str, str]]:
        """The last calls (of one company), as (id, words)."""
        page = await self._door.ask(CallPage(Filter(company=company), limit=LATEST))
        now, zone, plan = self._door.snapshot.now, self._site.zone, self._site.plan
        return [
            (
                record.call.id,
                f"{legible.when(record.call.started_at, now, zone)}  "
                f"{legible.company(record, plan)}, {legible.caller(record, plan)}",
            )
            for record in page.rows
        ]
