"""One session's console: modes, keys, themes, and the one way in for what the desk says."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.notifications import Notification, Notify
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input, TextArea

from console.calls.words import TEXTS
from console.desk.rights import supervises
from console.tui import alerts, theme
from console.tui.announcing import Announcer
from console.tui.cells import plain
from console.tui.idle import NEVER, IdleRules, IdleWatch
from console.tui.links import web_address
from console.tui.messages import DeskChanged, ShowCard, ShowContact, ShowDetails
from console.tui.offers import LinksToOpen
from console.tui.place_keeper import PlaceKeeper
from console.tui.screens.calls import CallsScreen
from console.tui.screens.desk_screen import AT_THE_END, DeskScreen
from console.tui.screens.dialog import Dialog
from console.tui.screens.help import HelpScreen
from console.tui.screens.quit import QuitDialog
from console.tui.styles import sheets
from console.tui.stylesheet import ParsedOnce
from console.tui.type_ahead import TypeAheadApp
from console.tui.widgets.header import Header
from console.tui.widgets.strip import RingStrip

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

# Seconds: the desk need not hear of each key.
KEYED_EVERY = 5.0
# What a hand does; where the mouse is moved by chance nobody needs to be.
TOUCHES = (events.Key, events.Paste, events.MouseDown, events.MouseScrollUp, events.MouseScrollDown)
# Seconds for which somebody looks at something before colleagues are told.
LOOKS_FOR = 0.3
# xterm's stack of window titles (XTWINOPS 22 and 23); what doesn't know it ignores it.
KEEP_TITLE, GIVE_TITLE_BACK = "\x1b[22;2t", "\x1b[23;2t"


class HotlineApp(TypeAheadApp[None]):
    """The console of one operator, from one door; `bell` and `window_title` can be turned off."""

    TITLE = "Hotline"
    local: ClassVar[bool] = False
    """Whether the terminal is on the machine we run on: only then a browser is opened here."""
    DEFAULT_MODE = "calls"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "go('calls')", "Calls"),
        Binding("2", "go('unanswered')", "Unanswered"),
        Binding("3", "go('journal')", "Journal"),
        Binding("4", "go('contacts')", "Contacts"),
        Binding("5", "go('settings')", "Settings"),
        Binding("c", "offered_contact", "contact", tooltip="the contact of who rings"),
        Binding("slash", "search", "search", key_display="/", show=False),
        Binding("w", "who", "who is on", tooltip="who is on, and looks at what", show=False),
        Binding(
            "question_mark",
            "help",
            "help",
            key_display="?",
            tooltip="help, also F1",
            group=AT_THE_END,
        ),
        Binding("f1", "help", "help", key_display="F1", group=AT_THE_END),
        Binding("q", "quit", "quit"),
        Binding("ctrl+p", "command_palette", "commands", key_display="^P", priority=True),
    ]

    def __init__(
        self,
        door: "Door",
        site: "Site",
        *,
        bell: bool = True,
        window_title: bool = True,
        idle: IdleRules = NEVER,
    ) -> None:
        super().__init__(css_path=list(sheets()))
        self.stylesheet = ParsedOnce(variables=self.get_css_variables())
        self.door = door
        self.site = site
        self._rings_bell = bell
        self._names_window = window_title
        self._window_title = ""
        self._shown = door.snapshot
        self._links = LinksToOpen(door.snapshot)
        self._told = False
        self._unwatch: Callable[[], None] | None = None
        self._keyed_at = 0.0
        self._role = door.operator.role
        self._place = PlaceKeeper(self)
        self._idle = IdleWatch(self, idle)
        self._announcer = Announcer(self._announce, site.zone)
        self._looks: Timer | None = None
        for look in theme.THEMES:
            self.register_theme(look)
        self.few_colours = self.console.color_system not in ("256", "truecolor")
        self.theme = theme.TERMINAL if self.few_colours else theme.NAMES[0]
        for mode, screen in self._rooms().items():
            self.add_mode(mode, screen)

    def _rooms(self) -> dict[str, Callable[[], Screen[None]]]:
        door, site = self.door, self.site

        def unanswered() -> Screen[None]:
            from console.tui.screens.unanswered import UnansweredScreen

            return UnansweredScreen(door, site)

        def journal() -> Screen[None]:
            from console.tui.screens.journal import JournalScreen

            return JournalScreen(door, site)

        def settings() -> Screen[None]:
            from console.tui.screens.settings.screen import SettingsScreen

            return SettingsScreen(door, site)

        def contacts() -> Screen[None]:
            from console.tui.screens.contacts import ContactsScreen

            return ContactsScreen(door, site)

        return {
            "calls": lambda: CallsScreen(door, site),
            "unanswered": unanswered,
            "journal": journal,
            "contacts": contacts,
            "settings": settings,
        }

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colour tokens, for themes that don't know them."""
        return theme.defaults(self.current_theme.dark)

    async def on_event(self, event: events.Event) -> None:
        """The desk knows whether somebody is there: notices may depend on it."""
        if isinstance(event, TOUCHES):
            self._touched(event)
        await super().on_event(event)

    def _touched(self, event: events.Event) -> None:
        if event.time - self._keyed_at >= KEYED_EVERY:
            self._keyed_at = event.time
            self.door.keyed()
        self._idle.touched()
        self._place.touched()
        if read := self._announcer.keyed():
            self._unnotify(read)

    def on_mount(self) -> None:
        """From here on the desk's changes arrive."""
        self._unwatch = self.door.watch(self._desk_changed)
        self._write(KEEP_TITLE)
        self._name_window()
        self._idle.begin()
        self._announcer.heard(self.door.snapshot)
        self.run_worker(self._place.come_back(), group="place")

    async def on_unmount(self) -> None:
        """The desk need not call a session that has ended."""
        if self._unwatch:
            self._unwatch()
        self._write(GIVE_TITLE_BACK)
        await self._place.leave()

    def exit(self, *args: Any, **options: Any) -> None:
        """The console is left, or has to go: where somebody is, is known for the last time."""
        self._place.leaves(deliberately=False)
        super().exit(*args, **options)

    def _desk_changed(self) -> None:
        # One slot: while a message waits, a newer snapshot needs no second one.
        if not self._told:
            self._told = True
            self.post_message(DeskChanged())

    def on_desk_changed(self) -> None:
        """Show the latest snapshot, however many there were."""
        self._told = False
        if not self.is_running:
            return  # It is being left: the screens have nothing to draw on any more.
        old, new = self._shown, self.door.snapshot
        self._shown = new
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen | Dialog):
                screen.hear(new)
        if self._idle.locked:
            self._idle.hear(new)
        else:
            self._announcer.heard(new)
        self._see_role(anew=bool(old.present))
        if self._rings_bell and alerts.rings_anew(old, new):
            self.bell()
        for url in self._links.new(new, self.door.operator):
            if self.local:
                self.open_url(url)
        self._name_window()

    def _see_role(self, *, anew: bool) -> None:
        """Somebody may have given the one who sits here another role.

        It is not `anew` when the desk has just opened: until then it was not known.
        """
        role = self.door.operator.role
        if role is not self._role:
            self._role = role
            if anew:
                self.notify(f"From now on your role is {TEXTS[role]}.", timeout=10, markup=False)

    def on_looks_elsewhere(self) -> None:
        """Tell colleagues, once the eye rests on something."""
        if self._looks is not None:
            self._looks.stop()
        self._looks = self.set_timer(LOOKS_FOR, self._tell_looks)

    def _tell_looks(self) -> None:
        if self._idle.locked:
            self.door.looks_at("locked", None)
            return
        for screen in reversed(self.screen_stack):
            if isinstance(screen, DeskScreen):
                self.door.looks_at(screen.place_name, screen.looked_at)
                return

    def on_place_changed(self) -> None:
        """What was half done is done, or given up."""
        self._place.keep()

    def locked_or_not(self) -> None:
        """The console was locked, or unlocked."""
        self._name_window()
        self.on_looks_elsewhere()
        if not self._idle.locked:
            self._announcer.heard(self.door.snapshot)

    def _name_window(self) -> None:
        if self._idle.locked:
            title = alerts.locked_title(self._shown)
        else:
            title = plain(alerts.window_title(self._shown, self.site))
        if title != self._window_title:
            self._window_title = title
            self._write(f"\x1b]2;{title}\x1b\\")

    def _write(self, sequence: str) -> None:
        if self._names_window and self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """No cursor blinks: each would cost a repaint twice a second, for every session."""
        if isinstance(event.widget, Input | TextArea):
            event.widget.cursor_blink = False

    async def action_go(self, mode: str) -> None:
        """Show one of the five screens, without what was opened over it.

        A form with changes that are not saved stays: it is there as it was left.
        """
        await self.switch_mode(mode)
        while len(self.screen_stack) > 1 and not _unsaved(self.screen):
            self.pop_screen()

    async def action_search(self) -> None:
        """From where there is no list, a search is one in the journal."""
        await self.action_go("journal")
        await self.screen.run_action("search")

    def on_show_details(self, message: ShowDetails) -> None:
        """Open a call's details over the current screen."""
        from console.tui.screens.details import DetailsScreen

        self.push_screen(DetailsScreen(self.door, self.site, message.call))

    def on_show_contact(self, message: ShowContact) -> None:
        """Open the contact of a call over the current screen; of a stranger the form."""
        from console.tui.screens.contact_screen import show_contact

        screen = self.screen
        if isinstance(screen, DeskScreen):
            work = show_contact(screen, message.record)
            screen.run_worker(work, group="contact", exclusive=True)

    async def on_show_card(self, message: ShowCard) -> None:
        """A contact that was held out is seen beside its call."""
        await self.action_go("calls")
        if isinstance(self.screen, CallsScreen):
            self.screen.open_card(message.call)

    async def on_ring_strip_contact_pressed(self, message: RingStrip.ContactPressed) -> None:
        """The contact in the strip was clicked."""
        await self.on_show_card(ShowCard(message.call))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where no contact is held out its key is free; while it is locked all are."""
        if self._idle.locked and action != "quit":
            return False
        if action == "offered_contact":
            return isinstance(self.screen, DeskScreen) and self.screen.offered is not None
        return super().check_action(action, parameters)

    async def action_offered_contact(self) -> None:
        """See the contact that the strip holds out, beside its call."""
        screen = self.screen
        if isinstance(screen, DeskScreen) and (record := screen.offered):
            await self.on_show_card(ShowCard(record.call.id))

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """A web page: in the browser of a local terminal, else its address on the clipboard.

        On a server a browser would open in front of nobody, or of somebody else.
        """
        address = web_address(url)
        if not address:
            self.notify("This is no address of a web page.", severity="warning", markup=False)
        elif not self.local:
            self.copy_address(address)
        else:
            self.browse(address)

    def copy_address(self, address: str) -> None:
        """Put an address on the clipboard, and say so."""
        self.copy_to_clipboard(address)
        self.notify(f"{plain(address)} copied", timeout=5, markup=False)

    def browse(self, address: str) -> None:
        """Open a web page here; only a local console can."""
        self.copy_address(address)

    async def on_header_open_pressed(self, _message: Header.OpenPressed) -> None:
        """The open calls are among the unanswered ones."""
        await self.action_go("unanswered")

    async def on_header_operator_pressed(self, _message: Header.OperatorPressed) -> None:
        """The name leads to those of the others."""
        self.action_who()

    def action_who(self) -> None:
        """Who is on, and looks at what."""
        from console.tui.screens.who_dialog import WhoDialog

        self.push_screen(WhoDialog(self.door, self.site))

    async def action_users(self) -> None:
        """Who may come to the console."""
        from console.tui.screens.settings.screen import SettingsScreen
        from console.tui.screens.settings.sections import USERS

        await self.action_go("settings")
        if isinstance(screen := self.screen, SettingsScreen):
            screen.go_to(USERS)

    async def on_header_lamp_pressed(self, _message: Header.LampPressed) -> None:
        """A lamp says how the PBX is now; behind it is how it was."""
        await self.action_gaps()

    async def action_gaps(self) -> None:
        """When the PBX was not heard."""
        from console.desk.queries import Gaps
        from console.tui.screens.gaps_dialog import GapsDialog

        gaps = await self.door.ask(Gaps(limit=12))
        self.push_screen(GapsDialog(gaps, self.door.snapshot.now, self.site.zone))

    async def on_ring_strip_pressed(self, _message: RingStrip.Pressed) -> None:
        """What rings is on the home screen."""
        await self.action_go("calls")

    def action_help(self) -> None:
        """What can be pressed here, and what the signs mean."""
        if isinstance(self.screen, DeskScreen):
            here = self.screen
            self.push_screen(HelpScreen(here.keys(), here.signs, here.told_fields()))

    def on_notify(self, event: Notify) -> None:
        """The newest word takes the place of the last: a stack would cover the list and the strip.

        Textual adds the new one after this. What was said to all stays until its time.
        """
        if self._idle.locked:
            event.prevent_default()
            return
        said = self._announcer.shown
        stays = said is not None and said in self._notifications
        self.clear_notifications()
        if said is not None and stays:
            self._notifications.add(said)

    def _announce(self, said: Notification) -> None:
        self.post_message(Notify(said))

    def action_help_quit(self) -> None:
        """Ctrl+C, which hands know from elsewhere, says how to leave."""
        self.notify("q leaves the console, Ctrl+Q also while you type.", timeout=4)

    @property
    def unsaved(self) -> int:
        """How many changes would be lost with this console."""
        return sum(_unsaved(one) for stack in self._screen_stacks.values() for one in stack)

    async def action_quit(self) -> None:
        """Leave; while a call rings, with changes not saved, or others to send out, ask first."""
        calls = alerts.ringing(self.door.snapshot)
        if isinstance(self.screen, QuitDialog):
            return
        if self._idle.locked:
            self.exit()
            return
        changes = self.unsaved
        # Only the desk's own screen takes the desk, and so everybody, along.
        others = len(self.door.snapshot.present) - 1 if self.local else 0
        self._place.leaves(deliberately=True)
        if not calls and not changes and others <= 0:
            self.exit()
            return

        def leave(sure: bool | None) -> None:
            if sure:
                self.exit()
            else:
                self._place.stays()

        self.push_screen(QuitDialog(len(calls), changes, others), leave)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Commands for the palette: nothing that writes files on the machine we run on."""
        for _node, binding, enabled, _tip in screen.active_bindings.values():
            if enabled and binding.show and binding.action != "command_palette":
                words = binding.description
                act = partial(self._act, _node, binding.action)
                yield SystemCommand(
                    words[:1].upper() + words[1:], f"Key {self.get_key_display(binding)}", act
                )
        yield SystemCommand("Who is on", "Key w", self.action_who)
        if supervises(self.door.operator):
            yield SystemCommand("Users", "Settings", self.action_users)
        yield SystemCommand("When the PBX was not heard", "The last gaps", self.action_gaps)
        for look in theme.NAMES:
            yield SystemCommand(f"Theme: {look}", "Change the colours", partial(self.wear, look))

    async def _act(self, node: DOMNode, action: str) -> None:
        await self.run_action(action, node)

    def wear(self, look: str) -> None:
        """Somebody chose a theme."""
        self.theme = look


def _unsaved(screen: Screen[object]) -> int:
    """How many changes would be lost with this screen."""
    return screen.unsaved if isinstance(screen, DeskScreen) else 0
