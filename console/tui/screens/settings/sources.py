"""Where contacts come from: each source with how it is, read, stopped, ordered, turned off."""

from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from console.desk.commands import Refused, RemoveSource, SaveSource, StopSync, SyncSource
from console.desk.contacts import LeftSources, Sources, SourceState
from console.desk.ports import StoreFailed
from console.desk.rights import OWN_KINDS
from console.settings.sources import OWN, ContactSource
from console.tui.cells import plain
from console.tui.screens.settings.list_pane import ListPane
from console.tui.screens.settings.source_rows import Listed, SourcePen
from console.tui.screens.settings.source_words import ADDABLE, KINDS, OF_FILES, OF_ONES_OWN, counted
from console.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.desk.snapshot import Snapshot
    from console.settings.site import Site

ONLY_OWN = "Sources of your own you may change; the others supervisors may."


class SourcesPane(ListPane[Listed]):
    """The sources in their order: of several matches the upper one's is shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "add", tooltip="add a source"),
        Binding("y", "sync", "read now", tooltip="read it now"),
        Binding("s", "stop", "stop", tooltip="stop reading it; what was there stays"),
        Binding("o", "on_off", "on/off", tooltip="turn it on or off"),
        Binding("plus", "shift(-1)", "up", key_display="+", tooltip="of several matches, sooner"),
        Binding("minus", "shift(1)", "down", key_display="-", tooltip="of several matches, later"),
        Binding("l", "left_out", "left out", tooltip="what could not be used, and why"),
        Binding("d", "delete", "delete", tooltip="delete it with its contacts"),
    ]

    def __init__(self, door: "Door", site: "Site") -> None:
        self._pen = SourcePen(door.operator.login, site.zone)
        super().__init__(door, site, self._pen, ("No sources.",))
        self._directory = -1
        self._wanted: int | None = None
        self._states: tuple[SourceState, ...] = ()

    @property
    def chosen(self) -> ContactSource | None:
        """The source under the cursor."""
        return self.listed.state.source if self.listed is not None else None

    # -- what is shown --------------------------------------------------------------------------

    def hear(self, snapshot: "Snapshot") -> None:
        """Ask again when the directory changed; show how far the reading is."""
        if snapshot.directory != self._directory:
            self._directory = snapshot.directory
            self.look_again()
        else:
            self._show()

    @work(group="sources", exclusive=True)
    async def look_again(self) -> None:
        """Ask for the list."""
        try:
            seen = await self.door.ask(Sources())
            self._states = seen + await self.door.ask(LeftSources())
        except StoreFailed as failure:
            self.notify(str(failure), severity="error", markup=False)
            return
        self._show()
        if self._wanted is not None:
            self.rows.go_to(self._wanted)
            self._wanted = None

    def _show(self) -> None:
        snapshot = self.door.snapshot
        syncs = {progress.source_id: progress for progress in snapshot.syncs}
        self._pen.now = snapshot.now
        listed = tuple(Listed(state, syncs.get(state.source.id or 0)) for state in self._states)
        if listed != self.rows.things:
            self.rows.show(listed)
            self.refresh_bindings()
        broken = sum(bool(state.error) for state in self._states)
        total = sum(one.count - one.corrected for one in self._states if one.source.enabled)
        self.show_title(
            "DATA SOURCES",
            counted(total, "contact") if self._states else "",
            f"▲ {counted(broken, 'source')} can't be read" if broken else "",
            "" if self.may_change else ONLY_OWN,
        )

    # -- what the hand does ---------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only keys that do something for the source under the cursor."""
        source = self.chosen
        if (listed := self.listed) is not None and listed.state.left:
            # Of one whose owner has left, nobody sees more than that it is there.
            return action in ("add", "delete", "leave")
        if action == "shift":
            return self.may_change and source is not None and source.id != OWN
        if action not in ("sync", "stop", "on_off", "left_out", "delete"):
            return True
        if source is None:
            return False
        assert listed is not None
        if action == "left_out":
            return listed.state.report.left_out > 0
        may = self.may_change_source(source)
        if action == "delete":
            return may and source.id != OWN
        if action == "on_off":
            return may
        reads = source.kind not in ("own", "imported") and source.enabled
        return may and reads and (listed.progress is None) == (action == "sync")

    def may_change_source(self, source: ContactSource) -> bool:
        """Whether the one who sits here may change this source."""
        own = source.owner == self.door.operator.login and source.kind in OWN_KINDS
        return self.may_change or own

    def on_rows_chosen(self, _message: Rows.Chosen) -> None:
        """Enter, or a double-click."""
        if (listed := self.listed) is not None and not listed.state.left:
            self.open_form(listed.state.source)

    def action_add(self) -> None:
        """Choose the kind first."""
        from console.tui.screens.pick_dialog import PickDialog

        kinds = list(ADDABLE if self.may_change else OF_ONES_OWN)
        words = [
            f"{KINDS[kind]}: {(ADDABLE[kind].__doc__ or '').splitlines()[0]}" for kind in kinds
        ]

        def then(places: tuple[int, ...] | None) -> None:
            if places and kinds[places[0]] in OF_FILES and not self.door.local:
                self._offer_instead(kinds[places[0]])
            elif places:
                kind: Any = ADDABLE[kinds[places[0]]]
                owner = "" if self.may_change else self.door.operator.login
                # What it needs is asked for by its form.
                options = kind.model_construct()
                self.open_form(ContactSource.model_construct(name="", options=options, owner=owner))

        self.app.push_screen(PickDialog("ADD A SOURCE", words), then)

    def _offer_instead(self, kind: str) -> None:
        """Who sits elsewhere has no files here."""
        from console.tui.screens.elsewhere import offer_instead

        command, more = "contacts import - < people.vcf", "Only you find these contacts."
        if kind == "csv":
            command, more = "hotline contacts import FILE", ""
        offer_instead(self.app, self.door, f"NEW SOURCE, {KINDS[kind]}", command, more)

    def open_form(self, source: ContactSource) -> None:
        """The form; what was saved is then under the cursor."""
        from console.tui.screens.settings.source_form import SourceForm

        form = SourceForm(self.door, self.site, source, may=self.may_change_source(source))

        def after(_answer: None) -> None:
            if form.saved is not None:
                self._wanted = form.saved
                self.look_again()

        self.app.push_screen(form, after)

    def action_sync(self) -> None:
        """Read it now."""
        if (source := self.chosen) is not None and source.id is not None:
            self.post_message(self.Wish(SyncSource(source.id)))

    def action_stop(self) -> None:
        """Stop reading it."""
        if (source := self.chosen) is not None and source.id is not None:
            self.post_message(self.Wish(StopSync(source.id)))

    def action_on_off(self) -> None:
        """Turn it on or off; its contacts are kept."""
        if (source := self.chosen) is not None:
            changed = source.model_copy(update={"enabled": not source.enabled})
            self.post_message(self.Wish(SaveSource(changed)))

    def action_left_out(self) -> None:
        """What could not be used."""
        from console.tui.screens.settings.left_out import LeftOut

        if (listed := self.rows.chosen) is not None:
            report = listed.state.report
            name = listed.state.source.name
            self.app.push_screen(LeftOut(name, report.skipped, report.left_out))

    def action_delete(self) -> None:
        """Delete it with its contacts, if that is meant."""
        listed = self.rows.chosen
        if listed is None or listed.state.source.id is None:
            return
        source, id = listed.state.source, listed.state.source.id
        more = f"{counted(listed.state.count, 'contact')} of it will not be found any more."
        if listed.state.left:
            more = f"{source.owner} alone could see it, and is no operator any more."
        self.ask_to_delete(
            f"Delete the source {plain(source.name)}?", more, lambda: RemoveSource(id)
        )

    def action_shift(self, step: int) -> None:
        """Sooner or later than the next one."""
        self._shift(step)

    @work(group="order", exclusive=True)
    async def _shift(self, step: int) -> None:
        order = [one.source for one in self._states if one.source.id != OWN and not one.left]
        chosen = self.chosen
        at = next((place for place, one in enumerate(order) if one == chosen), None)
        if at is None or not 0 <= at + step < len(order):
            return
        order[at], order[at + step] = order[at + step], order[at]
        for place, source in enumerate(order, start=1):
            # Places far apart, so that what is added later has room at the end.
            if source.position != place * 10:
                changed = source.model_copy(update={"position": place * 10})
                answer = await self.door.do(SaveSource(changed))
                if isinstance(answer, Refused):
                    self.notify(answer.why, severity="warning", markup=False)
                    return
