"""How a form stands: what is not saved, who may change it, and what has just happened."""

from textual.content import Content
from textual.widgets import Static

from console.tui.cells import plain
from console.tui.widgets.form.field import CHANGED
from console.tui.widgets.form.keeper import changes


class StateLine(Static):
    """A row, or more where a sentence needs them."""

    def __init__(self, may_not: str, new: bool) -> None:
        """`may_not` says who may change it; `new`: it is not stored yet."""
        super().__init__("", markup=False)
        self._may_not = may_not
        self._new = new
        self._changes = 0
        self._remark = ""
        self._warning = False

    def count(self, changed: int) -> None:
        """So many fields differ from what is stored."""
        if changed != self._changes:
            self._changes = changed
            self._say()

    def remark(self, words: str, *, warning: bool = False) -> None:
        """What has just happened; nothing with an empty sentence."""
        if (words, warning) != (self._remark, self._warning):
            self._remark, self._warning = words, warning
            self._say()

    def stored(self) -> None:
        """It is new no longer."""
        self._new = False
        self._say()

    def on_mount(self) -> None:
        """How it stands at first."""
        self._say()

    def _say(self) -> None:
        parts: list[tuple[str, str]] = []
        if self._may_not:
            parts.append((self._may_not, ""))
        elif self._changes:
            parts.append((f"{CHANGED} {changes(self._changes)} not saved", "bold $ringing"))
        elif self._new:
            parts.append(("New, not saved yet", ""))
        if self._remark:
            look = "bold $lost" if self._warning else "$foreground"
            parts.append((("   " if parts else "") + plain(self._remark), look))
        self.update(Content.assemble(*parts))
