"""A dialog that asks where an export shall go, and never replaces a file unasked."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from console.tui.screens.dialog import Dialog
from console.tui.widgets.footer import Key


@dataclass(frozen=True, slots=True)
class Target:
    """Where to write; `replace` if there is such a file, and that was said to be meant."""

    path: Path
    replace: bool


class ExportDialog(Dialog[Target | None]):
    """Answers the file to write, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "leave")]

    keys = (Key("⏎", "writes", "enter"), Key("esc", "leaves", "escape"))

    def __init__(self, what: str, path: Path, kind: str = "A CSV file for spreadsheets.") -> None:
        """`what` says what goes there, `path` is the suggested file, `kind` what file it is."""
        super().__init__()
        self._what = what
        self._kind = kind
        self._path = path
        self._asked = ""

    def compose_body(self) -> ComposeResult:
        """Title, file name, and a line that says what will happen."""
        yield Static(f"EXPORT  {self._what}", markup=False, classes="dialog--title")
        field = Input(str(self._path), compact=True, select_on_focus=False)
        field.cursor_blink = False
        yield field
        yield Static("", markup=False, classes="dialog--hint")

    def on_mount(self) -> None:
        """The hand can type at once."""
        self.query_one(Input).focus()
        self._say(self._kind)

    def _say(self, words: str, *, warning: bool = False) -> None:
        hint = self.query_one(".dialog--hint", Static)
        hint.set_class(warning, "-warning")
        hint.update(words)

    def on_input_changed(self) -> None:
        """Another name, another question."""
        self._asked = ""

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Write there, if nothing speaks against it."""
        event.stop()
        name = event.value.strip()
        if not name or "\0" in name:
            self._say("Give a file name.", warning=True)
            return
        try:
            path = Path(name).expanduser().absolute()
            exists, folder, parent = path.exists(), path.is_dir(), path.parent.is_dir()
        except (OSError, RuntimeError) as error:
            self._say(f"This name can't be used: {error}", warning=True)
            return
        if folder:
            self._say("This is a folder. Add a file name.", warning=True)
        elif not parent:
            self._say(f"There is no folder {path.parent}.", warning=True)
        elif exists and self._asked != name:
            self._asked = name
            self._say("There is such a file. Enter again replaces it.", warning=True)
        else:
            self.dismiss(Target(path, exists))

    def action_leave(self) -> None:
        """Write nothing."""
        self.dismiss(None)
