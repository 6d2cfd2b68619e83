"""A section of the live settings as a form: settings/live.py declares it, this shows it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Static

from console.desk.commands import Answer, ChangeSettings
from console.settings.live import Live, stored
from console.tui.screens.settings.pane import Pane
from console.tui.widgets.form.declared import fields_of, refusals
from console.tui.widgets.form.editor import Editor

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.desk.snapshot import Snapshot
    from console.settings.site import Site


class LiveKeeper:
    """One section, as it is in force."""

    def __init__(self, door: "Door", section: str) -> None:
        self._door = door
        self._section = section
        declared = Live.model_fields[section].annotation
        assert isinstance(declared, type)
        assert issubclass(declared, BaseModel)
        self.model = declared

    def _now(self) -> BaseModel:
        value: BaseModel = getattr(self._door.snapshot.settings, self._section)
        return value

    async def read(self) -> Mapping[str, Any] | None:
        """Its values."""
        return {name: getattr(self._now(), name) for name in self.model.model_fields}

    def wrong(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """What the declaration says against them."""
        return refusals(self.model, values)

    async def write(self, values: Mapping[str, Any]) -> Answer:
        """Have the section stored, secrets included."""
        settings = self._door.snapshot.settings
        changed = self._now().model_copy(update=dict(values))
        whole = settings.model_copy(update={self._section: changed})
        return await self._door.do(ChangeSettings(self._section, stored(whole, self._section)))


class LivePane(Pane):
    """A section's form; a subclass may put other fields in, or more around them."""

    def __init__(self, door: "Door", site: "Site", section: str, title: str) -> None:
        super().__init__(door, site)
        self.keeper = LiveKeeper(door, section)
        self._section = section
        self._heading = title.upper()
        self._seen: object = None

    def compose(self) -> ComposeResult:
        """Title and form."""
        yield Static("", markup=False, classes="pane--title")
        yield Editor(self.keeper, *self.parts(), may_not=self.may_not)

    def parts(self) -> Iterable[Widget]:
        """What the form is made of."""
        return fields_of(self.keeper.model)

    def on_mount(self) -> None:
        """Say what it is about."""
        self.show_title(self._heading, (self.keeper.model.__doc__ or "").split("\n")[0])

    @property
    def editor(self) -> Editor:
        """The form."""
        return self.query_one(Editor)

    def hear(self, snapshot: "Snapshot") -> None:
        """Look whether somebody else changed it."""
        now = getattr(snapshot.settings, self._section)
        if now is not self._seen and self.is_mounted:
            self._seen = now
            self.editor.look_again()

    def save(self) -> None:
        """As ^S in the form."""
        self.editor.action_save()

    def on_editor_counted(self, message: Editor.Counted) -> None:
        """The sections mark what is not saved."""
        message.stop()
        self.count_unsaved(message.changes)

    def on_editor_saved(self, message: Editor.Saved) -> None:
        """Say so."""
        message.stop()
        if message.answer.text:
            self.app.notify(message.answer.text, timeout=3, markup=False)
