"""Hotline services: whether and what is displayed of the called company."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual import work
from textual.widget import Widget
from textual.widgets import Static

from console.desk.contacts import Previewed
from console.settings.live import DEFAULT_TEMPLATE
from console.tui.screens.settings.broken import line_and_reason, wrong_with
from console.tui.screens.settings.live_pane import LivePane
from console.tui.screens.settings.previews import NOTHING, Previews
from console.tui.widgets.form.declared import fields_of
from console.tui.widgets.form.editor import Editor
from console.tui.widgets.form.heading import FormHeading
from console.tui.widgets.form.template import TemplateField
from console.tui.widgets.form.template_fields import HEADING, fields_text

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.desk.snapshot import Snapshot
    from console.settings.site import Site


class HotlinePane(LivePane):
    """The declared form, with a template editor in it."""

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__(door, site, "hotline", "Hotline services")
        self._previews = Previews(door, site)
        self._looked_at = DEFAULT_TEMPLATE

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
                    nothing=NOTHING,
                )
            else:
                yield field
        yield FormHeading(HEADING)
        yield Static(fields_text(), classes="template--fields")

    async def _preview(self, template: str, call: str | None) -> Previewed:
        return await self._previews.of(template, None, call)

    # -- whether it is broken -------------------------------------------------------------------

    def hear(self, snapshot: "Snapshot") -> None:
        """Whoever broke it."""
        super().hear(snapshot)
        template = snapshot.settings.hotline.template
        if template != self._looked_at and self.is_mounted:
            self._looked_at = template
            self._look(template)

    @work(group="broken", exclusive=True)
    async def _look(self, template: str) -> None:
        self.sound_alarm(await wrong_with(self._previews, template) is not None)

    def on_editor_saved(self, message: Editor.Saved) -> None:
        """Say so; and if it is broken, that: on a call it would be too late."""
        message.prevent_default()
        message.stop()
        self._tell_saved(message.answer.text, self.door.snapshot.settings.hotline.template)

    @work(group="caveat")
    async def _tell_saved(self, text: str, template: str) -> None:
        made = await wrong_with(self._previews, template)
        self.sound_alarm(made is not None)
        if made is not None:
            comma = ", " if made.line else ": "
            words = f"Saved, but the template is broken{comma}{line_and_reason(made)}"
            self.app.notify(words, severity="warning", timeout=8, markup=False)
        elif text:
            self.app.notify(text, timeout=3, markup=False)
