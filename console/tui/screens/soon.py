"""A place that is not furnished yet."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.widgets import Static

from console.tui.screens.desk_screen import CALL_ACTIONS, DeskScreen

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site


class SoonScreen(DeskScreen):
    """Says that this part arrives with a later version, and what there is meanwhile."""

    def __init__(self, door: "Door", site: "Site", name: str, meanwhile: str) -> None:
        super().__init__(door, site)
        self._words = (name, meanwhile)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No call here, so no keys for one."""
        return action not in CALL_ACTIONS and super().check_action(action, parameters)

    def compose_body(self) -> ComposeResult:
        """The two sentences."""
        name, meanwhile = self._words
        yield Static(
            f"{name} arrive with a later version.\n\n{meanwhile}",
            markup=False,
            classes="soon--words",
        )
