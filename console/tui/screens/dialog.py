"""What the dialogs share: a frame over the screen, and at its foot keys that can be clicked."""

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from console.desk.snapshot import Snapshot
from console.tui.screens.help import HelpScreen
from console.tui.widgets.footer import Key, KeyBar

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A framed question; a subclass yields its part in `compose_body` and names its `keys`."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "help", "help", show=False)]

    keys: tuple[Key, ...] = ()
    signs: ClassVar[tuple[tuple[str, str], ...]] = ()
    """What the signs in it mean, for its help: (sign, words)."""

    def compose(self) -> ComposeResult:
        """The frame, the dialog's own part, the keys."""
        with Vertical(classes="dialog"):
            yield from self.compose_body()
            yield KeyBar()

    def compose_body(self) -> ComposeResult:
        """What is asked."""
        yield from ()

    @property
    def half_typed(self) -> tuple[str, str] | None:
        """A note that is being written, as (call, text), to be kept if the line breaks."""
        return None

    def hear(self, snapshot: Snapshot) -> None:
        """The desk changed."""

    def on_mount(self) -> None:
        """Say the keys."""
        self.show_keys(self.keys)

    def show_keys(self, keys: tuple[Key, ...]) -> None:
        """From now on these do something in it."""
        self.keys = keys
        self.query_one(KeyBar).show(keys, ())

    def action_help(self) -> None:
        """What can be pressed in it: the keys of the screen below do nothing here."""
        self.app.push_screen(HelpScreen(self.keys, self.signs))

    async def on_key_bar_pressed(self, message: KeyBar.Pressed) -> None:
        """A clicked key does what the pressed one would."""
        message.stop()
        if active := self.active_bindings.get(message.key):
            await self.app.run_action(active.binding.action, active.node)
