"""What the dialogs share: a frame over the screen, and at its foot keys that can be clicked."""

from typing import TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from console.desk.snapshot import Snapshot
from console.tui.widgets.footer import Key, KeyBar

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A framed question; a subclass yields its part in `compose_body` and names its `keys`."""

    keys: tuple[Key, ...] = ()

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
        self.query_one(KeyBar).show(self.keys, ())

    async def on_key_bar_pressed(self, message: KeyBar.Pressed) -> None:
        """A clicked key does what the pressed one would."""
        message.stop()
        if active := self.active_bindings.get(message.key):
            await self.app.run_action(active.binding.action, active.node)
