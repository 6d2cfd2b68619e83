"""Fields to choose in: on or off, one of a few, some of a few; all stand there at once."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from console.tui.cells import Cell, plain, row
from console.tui.widgets.form.control import Control
from console.tui.widgets.form.field import FormField

GAP = 3
LEAD = 4  # what the box takes
LEAST = 12  # cells; in fewer, words are cut
# A box for each of some, a ring for one of a few: chosen, and not.
BOXES, RINGS = ("[x]", "[ ]"), ("(•)", "( )")


class Options(Control):
    """Words in rows, each with its box; arrows move, Space chooses, a click does both."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "options--chosen",
        "options--other",
        "options--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "choose", show=False),
        Binding("right", "move(1)", "choose", show=False),
        Binding("up", "line(-1)", "line up", show=False),
        Binding("down", "line(1)", "line down", show=False),
        Binding("space,enter", "choose", "choose", show=False),
    ]

    class Chosen(Message):
        """A hand chose."""

    def __init__(self, words: Sequence[str], *, several: bool = False) -> None:
        """With `several` each is on or off for itself."""
        super().__init__()
        self._words = tuple(plain(word) for word in words)
        self._several = several
        self._chosen: frozenset[int] = frozenset()
        self._cursor = 0

    @property
    def chosen(self) -> tuple[int, ...]:
        """The places of the chosen ones."""
        return tuple(sorted(self._chosen))

    def show(self, chosen: Sequence[int]) -> None:
        """These are chosen."""
        self._chosen = frozenset(chosen)
        if not self._several and chosen:
            self._cursor = chosen[0]
        self.redraw()

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as there is room."""
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as the words take."""
        return len(self._rows_of(width))

    def _boxed(self, place: int) -> str:
        on, off = BOXES if self._several else RINGS
        return f"{on if place in self._chosen else off} {self._words[place]}"

    def _rows_of(self, width: int) -> list[list[tuple[int, str]]]:
        """Which words stand in each row, by place; words that are too long for one take more."""
        rows: list[list[tuple[int, str]]] = [[]]
        used = 0
        for place in range(len(self._words)):
            boxed = self._boxed(place)
            wide = cell_len(boxed)
            if rows[-1] and used + GAP + wide > width:
                rows.append([])
                used = 0
            used += wide + (GAP if rows[-1] else 0)
            first, *more = wrap(boxed, max(LEAST, width), subsequent_indent=" " * LEAD) or [boxed]
            rows[-1].append((place, first))
            rows += [[(place, line)] for line in more]
        return rows

    def draw(self, width: int, height: int) -> list[Strip]:
        """The rows."""
        drawn = []
        for places in self._rows_of(width):
            cells: list[Cell] = []
            for place, words in places:
                look = self.look(f"options--{'chosen' if place in self._chosen else 'other'}")
                if place == self._cursor and self.has_focus:
                    look += self.look("options--cursor")
                cells += [(" " * GAP, self.ground)] if cells else []
                cells.append((words, look))
            drawn.append(row(width, self.ground, cells))
        return drawn

    def action_move(self, step: int) -> None:
        """To the next word; of one of a few that is the choice."""
        self._cursor = (self._cursor + step) % len(self._words)
        if self._several:
            self.redraw()
        else:
            self.action_choose()

    def action_line(self, step: int) -> None:
        """To the row above or below, or on to another field."""
        rows = [[place for place, _ in row] for row in self._rows_of(self.size.width)]
        at = next(y for y, places in enumerate(rows) if self._cursor in places)
        x, there = rows[at].index(self._cursor), at + step
        while 0 <= there < len(rows) and rows[there] == [self._cursor]:
            there += step  # more lines of the same words
        if 0 <= there < len(rows):
            self._cursor = rows[there][min(x, len(rows[there]) - 1)]
            self.redraw()
        elif step < 0:
            self.screen.focus_previous()
        else:
            self.screen.focus_next()

    def action_choose(self) -> None:
        """On or off; of one of a few, this."""
        before = self._chosen
        if self._several:
            self._chosen = self._chosen ^ {self._cursor}
        else:
            self._chosen = frozenset({self._cursor})
        self.redraw()
        if self._chosen != before:
            self.post_message(self.Chosen())

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        rows = self._rows_of(self.size.width)
        x = 0
        for place, words in rows[event.y] if event.y < len(rows) else ():
            wide = cell_len(words)
            if x <= event.x < x + wide:
                self._cursor = place
                self.action_choose()
                return
            x += wide + GAP

    def on_focus(self) -> None:
        """Show where the keys go."""
        self.redraw()

    def on_blur(self) -> None:
        """The keys go elsewhere."""
        self.redraw()


class _OptionsField(FormField):
    """A field with Options for a control."""

    def __init__(self, key: str, label: str, help: str, words: Sequence[str], several: bool):
        super().__init__(key, label, help)
        self._words = tuple(words)
        self._several = several

    def control(self) -> ComposeResult:
        """The words."""
        yield Options(self._words, several=self._several)

    @property
    def raw(self) -> tuple[int, ...]:
        """The places of the chosen words."""
        return self.query_one(Options).chosen

    def put(self, raw: tuple[int, ...]) -> None:
        """Choose these."""
        self.query_one(Options).show(raw)

    def said(self, raw: tuple[int, ...]) -> str:
        """The chosen words."""
        return ", ".join(self._words[place] for place in raw)

    def on_options_chosen(self, event: Options.Chosen) -> None:
        """Somebody chose."""
        event.stop()
        self.edited()


class SwitchField(_OptionsField):
    """On or off."""

    def __init__(self, key: str, label: str, help: str = "") -> None:
        super().__init__(key, label, help, ("yes",), several=True)

    def raw_of(self, value: Any) -> tuple[int, ...]:
        """Whether it is chosen."""
        return (0,) if value else ()

    def value_of(self, raw: tuple[int, ...]) -> bool:
        """Whether it is chosen."""
        return bool(raw)

    def said(self, raw: tuple[int, ...]) -> str:
        """Yes or no."""
        return "yes" if raw else "no"


class ChoiceField(_OptionsField):
    """One of a few: (value, word) pairs."""

    def __init__(
        self, key: str, label: str, help: str = "", *, choices: Sequence[tuple[Any, str]]
    ) -> None:
        super().__init__(key, label, help, [word for _, word in choices], several=False)
        self._values = [value for value, _ in choices]

    def raw_of(self, value: Any) -> tuple[int, ...]:
        """Its place; none for a value that is not among them."""
        return (self._values.index(value),) if value in self._values else ()

    def value_of(self, raw: tuple[int, ...]) -> Any:
        """The chosen value."""
        if not raw:
            raise ValueError("Choose one of these.")
        return self._values[raw[0]]


class SomeField(_OptionsField):
    """Some of a few: (value, word) pairs; the value is a tuple in their order."""

    def __init__(
        self, key: str, label: str, help: str = "", *, choices: Sequence[tuple[Any, str]]
    ) -> None:
        super().__init__(key, label, help, [word for _, word in choices], several=True)
        self._values = [value for value, _ in choices]

    def raw_of(self, value: Any) -> tuple[int, ...]:
        """The places of what is in the tuple."""
        return tuple(place for place, one in enumerate(self._values) if one in value)

    def value_of(self, raw: tuple[int, ...]) -> tuple[Any, ...]:
        """The chosen values."""
        return tuple(self._values[place] for place in raw)

    def said(self, raw: tuple[int, ...]) -> str:
        """The chosen words, or that there is none."""
        return super().said(raw) or "none"
