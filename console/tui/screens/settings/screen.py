"""Screen 5: what can be configured, section by section."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message

from console.desk.rights import supervises
from console.desk.snapshot import Snapshot
from console.tui.screens.settings.over_forms import OverForms
from console.tui.screens.settings.pane import ALARM, Pane
from console.tui.screens.settings.sections import SECTIONS, Section
from console.tui.widgets.section_list import UNSAVED, SectionList

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.live import Live
    from console.settings.site import Site


class Room(Vertical):
    """Where the sections are, one of them to be seen."""

    class Empty(Message):
        """There is no section in it yet."""

    def on_mount(self) -> None:
        """Ask for one."""
        self.post_message(self.Empty())


class SettingsScreen(OverForms):
    """Sections at the left, the chosen one beside them; each keeps what is not saved yet."""

    AUTO_FOCUS = "SectionList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save", key_display="^S"),
        Binding("escape", "back", "back", show=False),
    ]
    signs: ClassVar[tuple[tuple[str, str], ...]] = (
        (UNSAVED, "has changes that are not saved"),
        (ALARM, "something is broken: somebody must see to it"),
        ("▌", "before a company: its colour"),
    )

    def __init__(
        self, door: "Door", site: "Site", sections: tuple[Section, ...] = SECTIONS
    ) -> None:
        super().__init__(door, site)
        self._all = sections
        self._sections = self._shown()
        self._supervised = supervises(door.operator)
        self._panes: dict[int, Pane] = {}
        self._alarms: set[int] = set()  # of sections that are not seen
        self._looked_at: Live | None = None

    def compose_body(self) -> ComposeResult:
        """The sections, and room for the chosen one."""
        # Composed anew when it is known who sits here: who may less sees other panes.
        self._panes = {}
        self._alarms = set()
        self._looked_at = None
        self._sections = self._shown()
        self._supervised = supervises(self.door.operator)
        with Horizontal(classes="settings--desk"):
            yield SectionList("SETTINGS", [section.name for section in self._sections])
            yield Room()

    def _shown(self) -> tuple[Section, ...]:
        """The sections for the one who sits here."""
        rank = self.door.operator.role.rank
        return tuple(one for one in self._all if rank >= one.least.rank)

    def rights_changed(self) -> None:
        """Other sections, and forms that can be changed or only read."""
        super().rights_changed()
        # What is not saved stays while it still may be.
        if self._shown() != self._sections or self._supervised != supervises(self.door.operator):
            self.run_worker(self._compose_anew(), group="form", exclusive=True)
        else:
            self.show(self.door.snapshot)

    async def _compose_anew(self) -> None:
        name = self._sections[self.query_one(SectionList).place].name
        await self.recompose()
        self.hear(self.door.snapshot)
        self.go_to(name)

    def go_to(self, name: str) -> None:
        """Choose a section by its name, if it is shown."""
        for place, section in enumerate(self._sections):
            if section.name == name:
                self.query_one(SectionList).choose(place)

    def kept(self) -> dict[str, str]:
        """The chosen section."""
        places = [sections.place for sections in self.query(SectionList)]
        return {"chosen": self._sections[places[0]].name} if places else {}

    async def come_back(self, told: Mapping[str, str]) -> None:
        """To the section that was chosen."""
        self.go_to(told.get("chosen", ""))

    @property
    def pane(self) -> Pane | None:
        """The section that is shown; None before there is any."""
        return next((pane for pane in self._panes.values() if pane.display), None)

    @property
    def _among_sections(self) -> bool:
        return any(sections.has_focus for sections in self.query(SectionList))

    @property
    def unsaved(self) -> int:
        """How many changes are not saved."""
        return sum(pane.unsaved for pane in self._panes.values())

    async def on_room_empty(self, _message: Room.Empty) -> None:
        """Open the chosen section."""
        if self.focused is None:
            self.query_one(SectionList).focus()
        await self._open(self.query_one(SectionList).place)
        self.show(self.door.snapshot)

    async def _mount_pane(self, place: int) -> None:
        # When it is first looked at: a dozen forms at once would hold up the first of them.
        if place not in self._panes and self.is_attached:
            pane = self._panes[place] = self._sections[place].make(self.door, self.site)
            pane.display = False
            pane.alarm = place in self._alarms
            await self.query_one(Room).mount(pane)
            await pane.fill()

    async def _open(self, place: int) -> None:
        # Drawn once, when all is there.
        with self.app.batch_update():
            await self._mount_pane(place)
            for other, pane in self._panes.items():
                pane.display = other == place
            self._panes[place].hear(self.door.snapshot)

    def show(self, snapshot: Snapshot) -> None:
        """The section that is seen hears of it, and who has something unsaved."""
        for pane in self._panes.values():
            if pane.is_mounted and (pane.display or pane.unsaved):
                pane.hear(snapshot)
        if self._panes and snapshot.settings is not self._looked_at:
            self._looked_at = snapshot.settings
            self._look_for_alarms()

    @work(group="alarms", exclusive=True)
    async def _look_for_alarms(self) -> None:
        """In sections that don't look themselves: nobody has opened them, or they are not seen."""
        for place, section in enumerate(self._sections):
            if section.alarm is None:
                continue
            alarm = await section.alarm(self.door, self.site)
            pane = self._panes.get(place)
            if pane is None:
                self._alarms = self._alarms | {place} if alarm else self._alarms - {place}
            elif not pane.display:
                pane.sound_alarm(alarm)
        self._mark_alarms()

    async def on_section_list_chosen(self, message: SectionList.Chosen) -> None:
        """Show another section."""
        await self._open(message.place)

    def on_section_list_entered(self, _message: SectionList.Entered) -> None:
        """Work in the section."""
        if self.pane is not None:
            self.pane.enter()

    def on_pane_leave(self, _message: Pane.Leave) -> None:
        """Back to the sections."""
        self.query_one(SectionList).focus()

    def on_pane_unsaved(self, _message: Pane.Unsaved) -> None:
        """Mark the sections with changes."""
        counts = {place: pane.unsaved for place, pane in self._panes.items()}
        self.query_one(SectionList).show_unsaved(counts)
        self.refresh_bindings()

    def on_pane_alarmed(self, _message: Pane.Alarmed) -> None:
        """Mark the sections that somebody must see to."""
        self._mark_alarms()

    def _mark_alarms(self) -> None:
        seen = {place for place, pane in self._panes.items() if pane.alarm}
        for sections in self.query(SectionList):
            sections.show_alarms(seen | (self._alarms - self._panes.keys()))

    async def on_pane_wish(self, message: Pane.Wish) -> None:
        """Ask the desk, and say what came of it."""
        done = await self.tell(message.command)
        if message.then is not None:
            await message.then(done)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Among the sections the chosen one can be saved, too."""
        if action == "save":
            pane = self.pane
            return pane is not None and pane.unsaved > 0 and self._among_sections
        return super().check_action(action, parameters)

    def action_save(self) -> None:
        """Have the chosen section's changes stored."""
        if self.pane is not None:
            self.pane.save()

    def action_back(self) -> None:
        """From a section to the sections, from there to the calls."""
        if self._among_sections:
            self.app.switch_mode("calls")
        else:
            self.query_one(SectionList).focus()
