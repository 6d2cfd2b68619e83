"""What every section of the settings is: a title, its own part, and an ear for the desk."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from console.desk.commands import Command
from console.desk.rights import supervises
from console.tui.cells import plain

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.desk.snapshot import Snapshot
    from console.settings.site import Site

ALARM = "▲"  # before what somebody must see to
ONLY_READ = "You can read this; supervisors may change it."


class Pane(Vertical):
    """A section; `hear` is called with each snapshot, and when it comes to the front."""

    class Unsaved(Message):
        """So many changes of this section are not saved."""

        def __init__(self, pane: "Pane", changes: int) -> None:
            super().__init__()
            self.pane = pane
            self.changes = changes

    class Alarmed(Message):
        """Somebody must see to something of this section, or no longer."""

    class Leave(Message):
        """The keys may go back to the sections."""

    class Wish(Message):
        """Ask the desk to do something; what it says is shown."""

        def __init__(
            self, command: Command, then: Callable[[bool], Awaitable[None]] | None = None
        ) -> None:
            super().__init__()
            self.command = command
            self.then = then

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__()
        self.door = door
        self.site = site
        self.unsaved = 0
        self.alarm = False

    @property
    def may_change(self) -> bool:
        """Whether the one who sits here may change what is everybody's."""
        return supervises(self.door.operator)

    @property
    def may_not(self) -> str:
        """Who may change it, if not the one who sits here."""
        return "" if self.may_change else ONLY_READ

    async def fill(self) -> None:
        """Return when it shows what there is, where that takes no time."""

    def hear(self, snapshot: "Snapshot") -> None:
        """The desk has a newer picture."""

    def enter(self) -> None:
        """The keys come from the sections: put the cursor where the work begins."""
        for widget in self.query("*"):
            if widget.focusable:
                widget.focus()
                return

    def save(self) -> None:
        """Have stored what is not saved."""

    def count_unsaved(self, changes: int) -> None:
        """So many changes are not saved."""
        self.unsaved = changes
        self.post_message(self.Unsaved(self, changes))

    def sound_alarm(self, alarm: bool) -> None:
        """Whether somebody must see to something here."""
        if alarm != self.alarm:
            self.alarm = alarm
            self.post_message(self.Alarmed())

    def show_title(self, title: str, *more: str) -> None:
        """The title line: the section's name, and what is to be said of it."""
        parts = [(f" {title}", "bold")]
        for words in more:
            look = "bold $open" if words.startswith(ALARM) else "$quiet"
            parts += [(f"   {plain(words)}", look)] if words else []
        self.query_one(".pane--title", Static).update(Content.assemble(*parts))
