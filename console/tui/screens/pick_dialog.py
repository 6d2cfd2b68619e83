"""A dialog to choose from a list that may be long: typing narrows it."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.tui.cells import plain
from console.tui.screens.dialog import Dialog
from console.tui.widgets.footer import Key

# More than these nobody reads; typing narrows them.
MOST = 200


class PickDialog(Dialog[tuple[int, ...] | None]):
    """Answers the places of what was chosen, or None if it stays; with `several` any number."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave"),
        Binding("up", "move(-1)", "up", show=False, priority=True),
        Binding("down", "move(1)", "down", show=False, priority=True),
        Binding("pageup", "move(-10)", "up", show=False, priority=True),
        Binding("pagedown", "move(10)", "down", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        words: Sequence[str],
        chosen: Sequence[int] = (),
        *,
        several: bool = False,
    ) -> None:
        super().__init__()
        self._heading = title
        self._words = tuple(words)
        self._before = self._chosen = frozenset(chosen)
        self._several = several
        self._shown: list[int] = []
        leave = "done" if several else "leaves"
        self.keys = (Key("⏎", "chooses", "enter"), Key("esc", leave, "escape"))

    def compose_body(self) -> ComposeResult:
        """Title, a field that narrows, the list."""
        yield Static(Content(plain(self._heading)), classes="dialog--title")
        field = Input(placeholder="type to narrow", compact=True, max_length=100)
        field.cursor_blink = False
        yield field
        options = OptionList(markup=False)
        options.can_focus = False
        yield options

    def on_mount(self) -> None:
        """The list, with the cursor on what is chosen."""
        self._list()
        first = min(self._chosen, default=0)
        if first in self._shown:
            self.query_one(OptionList).highlighted = self._shown.index(first)
        self.query_one(Input).focus()

    def _list(self) -> None:
        typed = self.query_one(Input).value.strip().casefold()
        self._shown = [
            place for place, words in enumerate(self._words) if typed in words.casefold()
        ][:MOST]
        options = self.query_one(OptionList)
        at = options.highlighted
        options.clear_options()
        options.add_options(Option(self._line(place)) for place in self._shown)
        if self._shown:
            options.highlighted = min(at or 0, len(self._shown) - 1)

    def _line(self, place: int) -> Content:
        on, off = ("[x]", "[ ]") if self._several else ("●", "○")
        return Content(f" {on if place in self._chosen else off} {plain(self._words[place])}")

    def action_move(self, step: int) -> None:
        """Another line of the list, while the hand types above it."""
        options = self.query_one(OptionList)
        if self._shown:
            at = (options.highlighted or 0) + step
            options.highlighted = min(max(at, 0), len(self._shown) - 1)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Only what has this in it."""
        event.stop()
        self.query_one(OptionList).highlighted = None
        self._list()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Choose the line under the cursor."""
        event.stop()
        at = self.query_one(OptionList).highlighted
        if at is not None:
            self._choose(self._shown[at])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click chooses."""
        event.stop()
        self._choose(self._shown[event.option_index])

    def _choose(self, place: int) -> None:
        if not self._several:
            self.dismiss((place,))
            return
        self._chosen = self._chosen ^ {place}
        at = self._shown.index(place)
        options = self.query_one(OptionList)
        options.replace_option_prompt_at_index(at, self._line(place))

    def action_leave(self) -> None:
        """Answer what was chosen of several; else nothing changes."""
        changed = self._several and self._chosen != self._before
        self.dismiss(tuple(sorted(self._chosen)) if changed else None)
