"""One thing as a form that takes the whole screen: saved it goes back, left it asks."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from console.desk.rights import supervises
from console.desk.snapshot import Snapshot
from console.tui.cells import plain
from console.tui.screens.question import leaving
from console.tui.screens.settings.over_forms import OverForms
from console.tui.widgets.form.editor import Editor
from console.tui.widgets.form.field import CHANGED

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site


class FormScreen(OverForms):
    """A subclass makes the editor; after it was left, `saved` is the id of what was stored."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "leave")]
    AUTO_FOCUS = "FormBody, FormField *"
    signs: ClassVar[tuple[tuple[str, str], ...]] = ((CHANGED, "changed, and not saved"),)

    def __init__(self, door: "Door", site: "Site", title: str, name: str = "") -> None:
        """`title` says what kind of thing it is, `name` which."""
        super().__init__(door, site)
        self._heading = title
        self._thing = name
        self._directory = door.snapshot.directory
        self._supervised = supervises(door.operator)
        self.saved: int | None = None

    def compose_body(self) -> ComposeResult:
        """Title and form."""
        title = Content.assemble(
            (f" {self._heading}", "bold $quiet"), (f"  {plain(self._thing)}", "bold")
        )
        yield Static(title, classes="form-screen--title")
        yield self.make_editor()

    def make_editor(self) -> Editor:
        """The form."""
        raise NotImplementedError

    @property
    def editor(self) -> Editor:
        """The form."""
        return self.query_one(Editor)

    @property
    def unsaved(self) -> int:
        """How many changes are not saved."""
        return self.editor.changes if self.is_mounted else 0

    def show(self, snapshot: Snapshot) -> None:
        """Look whether somebody else changed it."""
        if snapshot.directory != self._directory:
            self._directory = snapshot.directory
            self.editor.look_again()

    def rights_changed(self) -> None:
        """A form that could be changed can only be read, or the other way round."""
        super().rights_changed()
        if self._supervised != supervises(self.door.operator):
            self._supervised = not self._supervised
            self.run_worker(self._compose_anew(), group="form", exclusive=True)

    async def _compose_anew(self) -> None:
        await self.recompose()
        self.hear(self.door.snapshot)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The desk's last change is undone elsewhere: here there are changes of one's own."""
        return action != "undo" and super().check_action(action, parameters)

    def on_editor_saved(self, message: Editor.Saved) -> None:
        """Back to where it was opened."""
        self.saved, text = message.answer.id, message.answer.text
        looking = self.caveat()
        self.dismiss()
        if looking is not None:
            self.app.run_worker(_tell(self.app, text, looking), group="caveat")
        elif text:
            self.app.notify(text, timeout=3, markup=False)

    def caveat(self) -> Awaitable[str] | None:
        """What is wrong with what was saved all the same: a sentence that goes on, or empty."""
        return None

    def action_leave(self) -> None:
        """Back; with changes only after a question."""
        editor = self.editor
        if not editor.changes:
            self.dismiss()
            return

        def then(key: str | None) -> None:
            if key == "s":
                editor.save()
            elif key == "t":
                self.dismiss()

        self.app.push_screen(leaving(editor.changes), then)


async def _tell(app: App[object], text: str, looking: Awaitable[str]) -> None:
    """That it is saved; and if something is wrong with it, that."""
    if why := await looking:
        app.notify(f"Saved, but {why}", severity="warning", timeout=8, markup=False)
    elif text:
        app.notify(text, timeout=3, markup=False)
