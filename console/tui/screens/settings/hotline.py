"""Hotline services: whether and what is displayed of the called company."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.widget import Widget
from textual.widgets import Static

from console.desk.contacts import Previewed
from console.settings.live import DEFAULT_TEMPLATE
from console.tui.screens.settings.live_pane import LivePane
from console.tui.screens.settings.previews import Previews
from console.tui.widgets.form.declared import fields_of
from console.tui.widgets.form.heading import FormHeading
from console.tui.widgets.form.template import TemplateField
from console.tui.widgets.form.template_fields import HEADING, fields_text

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site


class HotlinePane(LivePane):
    """The declared form, with a template editor in it."""

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__(door, site, "hotline", "Hotline services")
        self._previews = Previews(door, site)

    def parts(self) -> Iterator[Widget]:
        """Display called contact; the template with its preview."""
        for field in fields_of(self.keeper.model):
            if field.key == "template":
                yield TemplateField(
                    field.key,
                    field.label,
                    field.help,
                    preview=self._preview,
                    calls=self._previews.calls,
                    default=DEFAULT_TEMPLATE,
                )
            else:
                yield field
        yield FormHeading(HEADING)
        yield Static(fields_text(), classes="template--fields")

    async def _preview(self, template: str, call: str | None) -> Previewed:
        return await self._previews.of(template, None, call)
