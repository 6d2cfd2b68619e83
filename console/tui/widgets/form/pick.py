"""Fields to choose from a list that may be long."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from console.tui.cells import cut, row
from console.tui.widgets.form.control import Control
from console.tui.widgets.form.field import FormField


class PickList(Message):
    """Somebody wants to choose from a list; `then` is told the places."""

    def __init__(
        self,
        title: str,
        words: Sequence[str],
        chosen: Sequence[int],
        several: bool,
        then: Callable[[tuple[int, ...] | None], None],
    ) -> None:
        super().__init__()
        self.title = title
        self.words = tuple(words)
        self.chosen = tuple(chosen)
        self.several = several
        self.then = then


class Picked(Control):
    """What was chosen, in one row; Enter opens the list, the arrows take the next of one."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"picked--text", "picked--arrow", "picked--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "open", "choose", show=False),
        Binding("left", "step(-1)", "the one before", show=False),
        Binding("right", "step(1)", "the next one", show=False),
        Binding("up", "app.focus_previous", "field before", show=False),
        Binding("down", "app.focus_next", "next field", show=False),
    ]

    class Opened(Message):
        """The list is wanted."""

        def __init__(self, picked: "Picked") -> None:
            super().__init__()
            self.picked = picked

    class Stepped(Message):
        """Another one is wanted, so many places further."""

        def __init__(self, picked: "Picked", step: int) -> None:
            super().__init__()
            self.picked = picked
            self.step = step

    def __init__(self) -> None:
        super().__init__()
        self._words = ""

    def show(self, words: str) -> None:
        """What was chosen."""
        if words != self._words:
            self._words = words
            self.redraw()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The one row."""
        fill = self.look("picked--cursor") if self.has_focus else self.ground
        text = (cut(f" {self._words}", width - 3), fill + self.look("picked--text"))
        return [row(width, fill, [text], [("▾ ", fill + self.look("picked--arrow"))])]

    def action_open(self) -> None:
        """Open the list."""
        self.post_message(self.Opened(self))

    def action_step(self, step: int) -> None:
        """Take another one without the list."""
        self.post_message(self.Stepped(self, step))

    def on_click(self, event: events.Click) -> None:
        """A click opens the list."""
        self.action_open()

    def on_focus(self) -> None:
        """Show where the keys go."""
        self.redraw()

    def on_blur(self) -> None:
        """The keys go elsewhere."""
        self.redraw()


class PickField(FormField):
    """One of a list of (value, words), or with `several` a tuple of some of them."""

    def __init__(
        self,
        key: str,
        label: str,
        help: str = "",
        *,
        choices: Sequence[tuple[Any, str]] = (),
        several: bool = False,
        none: str = "none",
    ) -> None:
        """`none` is what is said when nothing is chosen."""
        super().__init__(key, label, help)
        self._choices = list(choices)
        self._several = several
        self._none = none
        self._raw: tuple[Any, ...] = ()

    def control(self) -> ComposeResult:
        """The row."""
        yield Picked()

    def offer(self, choices: Sequence[tuple[Any, str]]) -> None:
        """Let the hand choose from these; what is chosen stays."""
        self._choices = list(choices)
        if not self.fixed:
            self.show(self._raw)

    @property
    def raw(self) -> tuple[Any, ...]:
        """The chosen values."""
        return self._raw

    def put(self, raw: tuple[Any, ...]) -> None:
        """Choose these."""
        self._raw = raw
        self.query_one(Picked).show(self.said(raw))

    def raw_of(self, value: Any) -> tuple[Any, ...]:
        """The value, or the values."""
        return tuple(value) if self._several else (value,)

    def value_of(self, raw: tuple[Any, ...]) -> Any:
        """The value, or the values."""
        return raw if self._several else raw[0] if raw else None

    def said(self, raw: tuple[Any, ...]) -> str:
        """The words of what is chosen; what is in the list no longer is said as it is."""
        words = dict(self._choices)
        return ", ".join(words.get(value) or str(value) for value in raw) or self._none

    def on_picked_opened(self, event: Picked.Opened) -> None:
        """Show the list; what is chosen and not in it stays in it."""
        event.stop()
        known = [value for value, _ in self._choices]
        for value in self._raw:
            if value not in known:
                self._choices.append((value, str(value)))
        values = [value for value, _ in self._choices]
        self.post_message(
            PickList(
                self.label,
                [words for _, words in self._choices],
                [values.index(value) for value in self._raw],
                self._several,
                self._pick,
            )
        )

    def on_picked_stepped(self, event: Picked.Stepped) -> None:
        """The next one; where several may be chosen, the list."""
        event.stop()
        if self._several:
            self.query_one(Picked).action_open()
        elif self._choices:
            values = [value for value, _ in self._choices]
            at = values.index(self._raw[0]) if self._raw and self._raw[0] in values else -1
            self._pick(((at + event.step) % len(values),))

    def _pick(self, places: tuple[int, ...] | None) -> None:
        if places is not None and self.is_attached:
            self.put(tuple(self._choices[place][0] for place in places))
            self.edited()
