"""A contact source as a form, with a test that reads a little of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from pydantic import ValidationError
from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from console.calls.numbers import NumberPlan
from console.desk.contacts import Tried, TrySource
from console.desk.ports import StoreFailed
from console.desk.rights import OWN_KINDS
from console.settings.sources import OWN, ContactSource
from console.tui.cells import plain
from console.tui.screens.settings.csv_columns import ColumnsField
from console.tui.screens.settings.form_screen import FormScreen
from console.tui.screens.settings.source_keeper import OPTIONS, SourceKeeper
from console.tui.screens.settings.source_words import KINDS, counted
from console.tui.widgets.form.declared import fields_of
from console.tui.widgets.form.editor import Editor
from console.tui.widgets.form.heading import FormHeading
from console.tui.widgets.form.options import ChoiceField

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

ONLY_READ = "You can read this; supervisors may change it, and add more."
SHOWN_SKIPPED = 5


class SourceForm(FormScreen):
    """Name, what its kind needs, what it is used for; ^T tests it without storing anything."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "test", "test", key_display="^T", tooltip="read a little of it")
    ]

    def __init__(self, door: "Door", site: "Site", source: ContactSource, *, may: bool) -> None:
        """`may`: the one who sits here may change it."""
        kind = KINDS[source.kind]
        title = f"SOURCE, {kind}" if source.id is not None else f"NEW SOURCE, {kind}"
        super().__init__(door, site, title, source.name)
        self._keeper = SourceKeeper(door, source)
        self._may = may
        self._refused = False

    def make_editor(self) -> Editor:
        """The fields, generated from the declarations."""
        may_not = "" if self._may else ONLY_READ
        new = self._keeper.source.id is None
        return Editor(self._keeper, *self._parts(), may_not=may_not, new=new)

    def _parts(self) -> Iterator[Widget]:
        source = self._keeper.source
        yield from fields_of(ContactSource, ["name"])
        for field in fields_of(type(source.options), prefix=OPTIONS):
            if field.key == f"{OPTIONS}columns":
                yield ColumnsField(field.key, field.label, field.help)
            else:
                yield field
        yield FormHeading("WHAT IT IS USED FOR")
        yield from fields_of(ContactSource, ["enabled", "on_ring", "for_called"])
        me = self.door.operator.login
        owner = source.owner or me
        if self._may and source.id != OWN:
            choices = [("", "everybody"), (owner, "only me" if owner == me else f"only {owner}")]
            if not self._supervises:
                choices = choices[1:]
            yield ChoiceField(
                "owner", "Seen by", "An own source is found by its owner alone.", choices=choices
            )
        yield Static("", markup=False, classes="source-form--tried")

    def rights_changed(self) -> None:
        """An own source stays one's own."""
        source, me = self._keeper.source, self.door.operator
        self._may = self._supervises or (source.owner == me.login and source.kind in OWN_KINDS)
        super().rights_changed()

    @property
    def _supervises(self) -> bool:
        from console.desk.rights import supervises

        return supervises(self.door.operator)

    # -- the test -------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What was only typed in the console can't be tested."""
        if action == "test":
            return self._may and self._keeper.source.kind not in ("own", "imported")
        return super().check_action(action, parameters)

    def action_test(self) -> None:
        """Read a little of what the form says now."""
        self._try()

    def on_editor_edited(self, _message: Editor.Edited) -> None:
        """What a server said against other values is not true of these."""
        if self._refused:
            self._unsay()

    @work(group="try", exclusive=True)
    async def _try(self) -> None:
        editor = self.editor
        self._unsay()
        draft = editor.draft()
        # A test needs no name.
        draft["name"] = draft["name"] or "test"
        try:
            source = self._keeper.made_of(draft)
        except ValidationError:
            editor.complain()
            return
        self._say("Reads a little of it …")
        try:
            tried = await self.door.ask(TrySource(source))
        except StoreFailed as failure:
            tried = Tried(False, str(failure))
        if not self.is_attached:
            return
        for field in self.query(ColumnsField):
            if tried.columns:
                field.offer(tried.columns, tried.guessed)
        self._say(tried.words, told(tried, self.site.plan), wrong=not tried.ok)

    def _unsay(self) -> None:
        self._refused = False
        self.query_one(".source-form--tried", Static).update("")

    def _say(self, words: str, more: Content | None = None, *, wrong: bool = False) -> None:
        self._refused = wrong
        said = self.query_one(".source-form--tried", Static)
        head = Content.styled(plain(words), "bold $lost" if wrong else "bold $well")
        said.update(Content("\n").join([head, more] if more is not None else [head]))
        self.call_after_refresh(said.scroll_visible, animate=False)


def told(tried: Tried, plan: NumberPlan) -> Content | None:
    """What a test found: a few contacts, and a little of what it left out."""
    lines: list[Content] = []
    for contact in tried.sample:
        numbers = ", ".join(plan.shown(number) for number, _ in contact.numbers[:3])
        more = "   ".join(part for part in (contact.company, numbers) if part)
        lines.append(
            Content.assemble((f"  {plain(contact.name)}", ""), (f"   {plain(more)}", "$quiet"))
        )
    for skipped in tried.skipped[:SHOWN_SKIPPED]:
        place = f"{skipped.file}, line {skipped.line:,}" if skipped.line else skipped.file
        lines.append(
            Content.assemble((f"  left out: {plain(place)}: ", "$quiet"), plain(skipped.reason))
        )
    if len(tried.skipped) > SHOWN_SKIPPED:
        rest = counted(len(tried.skipped) - SHOWN_SKIPPED, "entry", "entries")
        lines.append(Content.styled(f"  and {rest} more left out", "$quiet"))
    return Content("\n").join(lines) if lines else None
