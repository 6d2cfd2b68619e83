"""A section that is a list: of what is under the cursor its keys make something else."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from console.desk.commands import Command
from console.tui.screens.settings.pane import Pane
from console.tui.widgets.rows import Pen, Rows

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

_Listed = TypeVar("_Listed")


class ListPane(Pane, Generic[_Listed]):
    """Title and list; a subclass fills it, and opens the form of what is chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,left", "leave", "sections", show=False),
    ]

    def __init__(
        self, door: "Door", site: "Site", pen: Pen[_Listed], empty: tuple[str, ...]
    ) -> None:
        """`empty`: what stands there instead of a list, and what to do for who may."""
        super().__init__(door, site)
        self._drawn_by = pen
        self._empty = empty if self.may_change else empty[:1]

    def compose(self) -> ComposeResult:
        """Title and list."""
        yield Static("", markup=False, classes="pane--title")
        yield Rows(self._drawn_by, empty=self._empty)

    @property
    def rows(self) -> Rows[_Listed]:
        """The list."""
        return self.query_one(Rows)

    @property
    def listed(self) -> _Listed | None:
        """What is under the cursor."""
        return self.rows.chosen if self.is_mounted else None

    def on_rows_moved(self, _message: Rows.Moved) -> None:
        """Other keys are of use for another."""
        self.refresh_bindings()

    def enter(self) -> None:
        """The list has the keys."""
        self.rows.focus()

    def action_leave(self) -> None:
        """Back to the sections."""
        self.post_message(self.Leave())

    def ask_to_delete(self, question: str, more: str, command: Callable[[], Command]) -> None:
        """Delete it, if that is meant; `command` is made then, of what there is by then."""
        from console.tui.screens.question import Question

        def then(key: str | None) -> None:
            if key == "y":
                self.post_message(self.Wish(command()))

        self.app.push_screen(Question(question, more, [("y", "Delete it")], "keeps it"), then)
