"""Which sections the settings have. One more is a line here, and for a form of live settings
nothing else: its declaration in settings/live.py is its form."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from console.tui.screens.settings.pane import Pane

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site


@dataclass(frozen=True, slots=True)
class Section:
    """A line of the sections and what it opens; `make` imports what it needs."""

    name: str
    make: "Callable[[Door, Site], Pane]"


def _companies(door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.companies import CompaniesPane

    return CompaniesPane(door, site)


def _hotline(door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.hotline import HotlinePane

    return HotlinePane(door, site)


def _sources(door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.sources import SourcesPane

    return SourcesPane(door, site)


def _actions(door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.actions import ActionsPane

    return ActionsPane(door, site)


def _live(section: str, title: str, door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.live_pane import LivePane

    return LivePane(door, site, section, title)


def live(section: str, title: str) -> Section:
    """A section of settings/live.py as a form, made of its declaration."""
    return Section(title, partial(_live, section, title))


SECTIONS = (
    Section("Companies", _companies),
    Section("Hotline services", _hotline),
    Section("Data sources", _sources),
    Section("Actions", _actions),
)
