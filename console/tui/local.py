"""The console on the terminal it was started from."""

import logging
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

import platformdirs
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS
from textual.driver import Driver

from console.tui import browser, theme
from console.tui.all_colours import all_colours
from console.tui.app import HotlineApp
from console.tui.screens.desk_screen import DeskScreen

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

log = logging.getLogger(__name__)


class LocalConsole(HotlineApp):
    """When it crashes, the log is told why, and the terminal stays clean.

    It wears the theme that was chosen last by this user, which `look_file` holds. `in_fewer` gives
    what puts a frame into the colours of a terminal, None where it shows all.
    """

    local: ClassVar[bool] = True

    def __init__(
        self,
        door: "Door",
        site: "Site",
        *,
        bell: bool = True,
        window_title: bool = True,
        look_file: Path | None = None,
        in_fewer: Callable[[ColorSystem], Callable[[str], str] | None] = lambda system: None,
    ) -> None:
        self._in_fewer = in_fewer
        super().__init__(door, site, bell=bell, window_title=window_title)
        # Textual has looked at the terminal by now: `few_colours` and the driver know of it.
        self.console = all_colours(os.environ)
        self._look_file = look_file or platformdirs.user_state_path("hotline") / "look"
        look = self._last_look()
        if look in theme.NAMES and not self.few_colours:
            self.theme = look

    def _last_look(self) -> str:
        try:
            return self._look_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def wear(self, look: str) -> None:
        """Wear it the next time too; what suits a terminal of few colours suits only that."""
        super().wear(look)
        if self.few_colours:
            return
        try:
            self._look_file.parent.mkdir(parents=True, exist_ok=True)
            self._look_file.write_text(f"{look}\n", encoding="utf-8")
        except OSError as error:
            log.warning("the theme will be forgotten: %s", error)

    def browse(self, address: str) -> None:
        """Open it in the browser of this desktop; where there is none, copy the address."""
        program = browser.opener()
        if program is None:
            self.copy_address(address)
        else:
            self.run_worker(self._browse(program, address), group="browser")

    async def _browse(self, program: str, address: str) -> None:
        if not await browser.open_page(program, address):
            self.notify("The browser could not be opened.", severity="warning", markup=False)
            self.copy_address(address)

    def get_driver_class(self) -> type[Driver]:
        """The driver of this terminal."""
        from console.tui.local_driver import LocalDriver

        fewer = self._in_fewer(COLOR_SYSTEMS[self.console.color_system or "standard"])
        made: Any = partial(LocalDriver, fewer=fewer)
        return cast("type[Driver]", made)

    def _fatal_error(self) -> None:
        # Textual would print the traceback with all local variables: names and numbers of callers.
        log.exception("the screen crashed")
        self._close_messages_no_wait()

    async def name_operator(self) -> None:
        """The door knows by now who sits at it: draw again what names the operator."""
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                await screen.recompose()
                screen.hear(self.door.snapshot)
