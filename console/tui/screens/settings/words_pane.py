"""What notices say: subject, text, HTML and text message, each with what it makes of a call."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual import work
from textual.widget import Widget
from textual.widgets import Static

from console.desk.contacts import Previewed
from console.desk.notices import NoticePreviewed
from console.settings.live import Live
from console.tui.screens.settings.alarms import first_broken, words_broken
from console.tui.screens.settings.broken import line_and_reason
from console.tui.screens.settings.live_keeper import LiveKeeper, held
from console.tui.screens.settings.notice_previews import NoticePreviews, parts_said
from console.tui.screens.settings.previews import Previews
from console.tui.screens.settings.scoped_pane import ScopedPane
from console.tui.widgets.form.declared import fields_of
from console.tui.widgets.form.editor import Editor
from console.tui.widgets.form.heading import FormHeading
from console.tui.widgets.form.template import TemplateField
from console.tui.widgets.form.template_fields import HEADING, fields_text

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.desk.snapshot import Snapshot
    from console.settings.site import Site

SMS = "sms"


class WordsPane(ScopedPane):
    """Four templates that are tried with the same call."""

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__(door, site, "words", "Wording")
        self._calls = Previews(door, site)
        self._previews = NoticePreviews(door, self._count)
        self._looked_at = self._words_of(Live())

    def parts(self) -> Iterator[Widget]:
        """The templates, and what they can say."""
        for field in fields_of(self.keeper.model):
            yield TemplateField(
                field.key,
                field.label,
                field.help,
                preview=partial(self._preview, field.key),
                calls=self._calls.calls,
                default=self.keeper.model.model_fields[field.key].get_default(),
                headline=False,
            ).add_class(f"-{field.key}")
        yield FormHeading(HEADING)
        yield Static(fields_text(), classes="template--fields")

    async def _preview(self, key: str, template: str, call: str | None) -> Previewed:
        values = held(self.editor.draft()) | {key: template}
        return await self._previews.of(key, values, call, self.scope.company_id)

    def _count(self, made: NoticePreviewed) -> None:
        field = self.editor.fields.get(SMS)
        if isinstance(field, TemplateField):
            field.count(parts_said(made) if SMS not in made.broken else "")

    def on_template_field_tried(self, message: TemplateField.Tried) -> None:
        """All with the same call."""
        message.stop()
        for field in self.editor.fields.values():
            if isinstance(field, TemplateField) and field is not message.field:
                field.try_with(message.call, message.words)

    # -- whether they are broken ----------------------------------------------------------------

    @staticmethod
    def _words_of(settings: Live) -> object:
        # What notices say, in all scopes.
        return settings.words, settings.overrides

    def hear(self, snapshot: "Snapshot") -> None:
        """Whoever broke it, and for whichever company."""
        super().hear(snapshot)
        words = self._words_of(snapshot.settings)
        if words != self._looked_at and self.is_mounted:
            self._looked_at = words
            self._look()

    @work(group="broken", exclusive=True)
    async def _look(self) -> None:
        self.sound_alarm(await words_broken(self.door, self.site))

    async def _fault(self, scope: int | None) -> str:
        """ "Subject is broken, line 1: …"; empty if nothing is, or nobody can tell."""
        if (found := await first_broken(self.door, scope)) is None:
            return ""
        key, made = found
        comma = ", " if made.line else ": "
        return f"{self._label(key)} is broken{comma}{line_and_reason(made)}"

    def on_editor_saved(self, message: Editor.Saved) -> None:
        """Say so; and if it is broken, that: when a call is told of it would be too late."""
        message.prevent_default()
        message.stop()
        assert isinstance(message.keeper, LiveKeeper)
        self._tell_saved(message.answer.text, message.keeper.company_id)

    @work(group="caveat")
    async def _tell_saved(self, text: str, scope: int | None) -> None:
        if fault := await self._fault(scope):
            self.sound_alarm(True)
            words = f"Saved, but {fault}"
            self.app.notify(words, severity="warning", timeout=8, markup=False)
        elif text:
            self.app.notify(text, timeout=3, markup=False)
