"""The console on a terminal elsewhere: at the end of an SSH line, or of a Unix socket."""

import logging
from typing import TYPE_CHECKING, Any

from textual.driver import Driver

from console.tui import theme
from console.tui.all_colours import all_colours
from console.tui.app import HotlineApp
from console.tui.idle import NEVER, IdleRules

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

log = logging.getLogger(__name__)


class RemoteConsole(HotlineApp):
    """Nothing of the machine it runs on is used: no colours of its terminal, no browser, no file.

    `make_driver` is what Textual calls for its driver; `few_colours`: the terminal has sixteen.
    """

    def __init__(
        self,
        door: "Door",
        site: "Site",
        make_driver: Any,
        *,
        few_colours: bool = False,
        idle: IdleRules = NEVER,
    ) -> None:
        self._make_driver = make_driver
        super().__init__(door, site, bell=site.bell, window_title=site.window_title, idle=idle)
        # NO_COLOR and TEXTUAL_FILTERS were said where the desk was started, of that terminal. The
        # first filter is none of theirs: it shows the colours that a terminal has names for.
        self.no_color = False
        del self._filters[1:]
        self.console = all_colours({})
        self.few_colours = few_colours
        self.theme = theme.TERMINAL if few_colours else theme.NAMES[0]

    def get_driver_class(self) -> type[Driver]:
        """The driver of the terminal at the other end."""
        made: type[Driver] = self._make_driver
        return made

    def _fatal_error(self) -> None:
        # Textual would print the traceback with all local variables: names and numbers of callers.
        log.exception("a session crashed")
        self._close_messages_no_wait()
