"""Which sections the settings have. One more is a line here, and for a form of live settings
nothing else: its declaration in settings/live.py is its form."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from console.calls.words import Role
from console.tui.screens.settings.alarms import (
    password_lost,
    provider_broken,
    template_broken,
    words_broken,
)
from console.tui.screens.settings.pane import Pane

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site


USERS = "Users"


@dataclass(frozen=True, slots=True)
class Section:
    """A line of the sections and what it opens; `make` imports what it needs.

    Whose role is less than `least` doesn't see it. `alarm` says whether somebody must see to it,
    before it is opened.
    """

    name: str
    make: "Callable[[Door, Site], Pane]"
    least: Role = Role.OPERATOR
    alarm: "Callable[[Door, Site], Awaitable[bool]] | None" = None


def _companies(door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.companies import CompaniesPane

    return CompaniesPane(door, site)


def _hotline(door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.hotline import HotlinePane

    return HotlinePane(door, site)


def _mail(door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.mail_pane import MailPane

    return MailPane(door, site)


def _text(door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.text_pane import TextPane

    return TextPane(door, site)


def _server(door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.server_pane import ServerPane

    return ServerPane(door, site)


def _providers(door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.providers import ProvidersPane

    return ProvidersPane(door, site)


def _words(door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.words_pane import WordsPane

    return WordsPane(door, site)


def _history(door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.history import HistoryPane

    return HistoryPane(door, site)


def _users(door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.users import UsersPane

    return UsersPane(door, site)


def _sources(door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.sources import SourcesPane

    return SourcesPane(door, site)


def _actions(door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.actions import ActionsPane

    return ActionsPane(door, site)


def _live(section: str, title: str, door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.live_pane import LivePane

    return LivePane(door, site, section, title)


def _scoped(section: str, title: str, door: "Door", site: "Site") -> Pane:
    from console.tui.screens.settings.scoped_pane import ScopedPane

    return ScopedPane(door, site, section, title)


def live(section: str, title: str) -> Section:
    """A section of settings/live.py as a form, made of its declaration."""
    return Section(title, partial(_live, section, title))


def scoped(section: str, title: str) -> Section:
    """The same of a section that companies may have otherwise."""
    return Section(title, partial(_scoped, section, title))


# In the order of the system that this carries on; its people look for them there.
SECTIONS = (
    Section("Companies", _companies),
    Section("Hotline services", _hotline, alarm=template_broken),
    live("unanswered", "Unanswered calls"),
    Section("E-mail", _mail),
    Section("Text message", _text),
    scoped("exceptions", "Exceptions"),
    Section("Send e-mail", _server, alarm=password_lost),
    Section("Send text message", _providers, alarm=provider_broken),
    Section("Wording", _words, alarm=words_broken),
    Section("Data sources", _sources),
    Section("Actions", _actions),
    Section(USERS, _users, Role.SUPERVISOR),
    Section("History", _history),
)
