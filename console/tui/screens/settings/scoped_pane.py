"""A section that companies may have otherwise: a form for the site, and one for each company."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from console.desk.contacts import Companies
from console.desk.ports import StoreFailed
from console.people.values import Company
from console.settings.live import overridden
from console.tui.screens.settings.live_keeper import LiveKeeper
from console.tui.screens.settings.live_pane import LivePane
from console.tui.screens.settings.source_words import counted
from console.tui.widgets.form.editor import Editor
from console.tui.widgets.form.keeper import labelled
from console.tui.widgets.form.pick import Picked, PickList
from console.tui.widgets.form.scope_line import ScopeLine

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.desk.snapshot import Snapshot
    from console.settings.site import Site

SITE = "the site"  # whose values hold where a company has none of its own


class ScopedPane(LivePane):
    """One form at a time is seen; one with unsaved changes is kept when another scope is chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f4", "scope", "scope", key_display="F4", tooltip="for the site, or for one company"
        )
    ]

    def __init__(self, door: "Door", site: "Site", section: str, title: str) -> None:
        super().__init__(door, site, section, title)
        self._companies: dict[int, Company] = {}
        self._scope: int | None = None
        self._keepers: dict[int | None, LiveKeeper] = {None: self.keeper}
        self._editors: dict[int | None, Editor] = {}

    def compose_above(self) -> ComposeResult:
        """For whom."""
        yield ScopeLine()

    def on_mount(self) -> None:
        """The site first."""
        super().on_mount()
        self._editors[None] = self.query_one(Editor)
        self._show_scope()

    @property
    def editor(self) -> Editor:
        """The form that is seen."""
        return self._editors.get(self._scope) or self.query_one(Editor)

    @property
    def scope(self) -> LiveKeeper:
        """What the form that is seen is about."""
        return self._keepers[self._scope]

    def seen(self, snapshot: "Snapshot") -> object:
        """A company's values are another when its own are, too."""
        return super().seen(snapshot), snapshot.settings.overrides

    def look_again(self) -> None:
        """Also at forms that wait behind the one that is seen, with what is not saved."""
        for editor in self._editors.values():
            editor.look_again()
        self._show_scope()

    def _show_scope(self) -> None:
        if self._scope is None:
            firms = len(self._otherwise())
            more = f"   {counted(firms, 'company has', 'companies have')} its own" if firms else ""
            more = more.replace("have its", "have their")
            self.query_one(ScopeLine).show(f"the site: all companies{more}")
            return
        own = self._otherwise().get(self._scope, ())
        labels = labelled([self._label(name) for name in own]) if own else ""
        says = f"of its own: {labels}" if own else "all as for the site"
        self.query_one(ScopeLine).show(f"{self._firm(self._scope)}   {says}")

    def _otherwise(self) -> dict[int, tuple[str, ...]]:
        """Which companies have which fields of this section otherwise."""
        settings = self.door.snapshot.settings
        ids = {each.company_id for each in settings.overrides.overrides}
        found = {id: tuple(overridden(settings, id).get(self._section, ())) for id in ids}
        return {id: names for id, names in found.items() if names}

    def _label(self, name: str) -> str:
        field = self.keeper.model.model_fields.get(name)
        return (field.title if field else "") or name

    def _firm(self, id: int) -> str:
        company = self._companies.get(id)
        return company.name if company else f"company {id}, which is gone"

    # -- what the hand does ---------------------------------------------------------------------

    def on_picked_opened(self, message: Picked.Opened) -> None:
        """The scope line was pressed; fields see to their own."""
        message.stop()
        self.action_scope()

    def on_picked_stepped(self, message: Picked.Stepped) -> None:
        """Among many companies a list is better than stepping."""
        message.stop()
        self.action_scope()

    @work(group="dialog", exclusive=True)
    async def action_scope(self) -> None:
        """Choose for whom: first who has something otherwise."""
        try:
            companies = await self.door.ask(Companies(archived=True))
        except StoreFailed as failure:
            self.notify(str(failure), severity="error", markup=False)
            return
        self._companies = {one.id: one for one in companies if one.id is not None}
        otherwise = self._otherwise()
        others = [one.id for one in companies if one.id is not None and not one.archived]
        ids: list[int | None] = [None, *sorted(otherwise, key=self._firm)]
        ids += [id for id in others if id not in otherwise]
        words = ["the site: all companies"]
        for id in ids[1:]:
            assert id is not None
            own = otherwise.get(id, ())
            has = f"   own: {labelled([self._label(name) for name in own])}" if own else ""
            words.append(f"{self._firm(id)}{has}")
        chosen = [ids.index(self._scope)] if self._scope in ids else []

        def then(places: tuple[int, ...] | None) -> None:
            if places and self.is_attached:
                self._go(ids[places[0]])

        self.post_message(PickList(f"{self._heading} for", words, chosen, False, then))

    @work(group="form", exclusive=False)
    async def _go(self, scope: int | None) -> None:
        if scope == self._scope:
            return
        before, left = self.editor, self._scope
        if scope not in self._editors:
            keeper = self._keepers[scope] = LiveKeeper(self.door, self._section, scope)
            editor = Editor(keeper, *self.parts(), may_not=self.may_not, lender=SITE)
            await self.mount(editor, after=before)
            await editor.fill()
            self._editors[scope] = editor
        self._scope = scope
        before.display = False
        self.editor.display = True
        if left is not None and not before.changes:
            del self._editors[left]
            await before.remove()
        self._show_scope()
        # What is missing may be another thing for another scope.
        self.hear(self.door.snapshot)
        self.on_editor_edited(Editor.Edited())
        self.enter()

    def save(self) -> None:
        """All forms that have something to save."""
        for editor in self._editors.values():
            if editor.changes:
                editor.action_save()

    def on_editor_counted(self, message: Editor.Counted) -> None:
        """What is not saved in any scope."""
        message.stop()
        self.count_unsaved(sum(editor.changes for editor in self._editors.values()))
