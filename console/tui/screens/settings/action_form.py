"""An action as a form: when, what, and for which calls."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widget import Widget

from console.calls.words import TEXTS, Direction
from console.desk.contacts import AllowedPrograms, Companies, Previewed
from console.desk.ports import StoreFailed
from console.desk.rights import supervises
from console.settings.live import Action, Occasion
from console.tui.screens.settings.action_keeper import DEEDS, ActionKeeper
from console.tui.screens.settings.action_words import KINDS
from console.tui.screens.settings.addresses import fault, template_fault
from console.tui.screens.settings.form_screen import FormScreen
from console.tui.screens.settings.pane import ONLY_READ
from console.tui.screens.settings.previews import Previews
from console.tui.screens.settings.program_field import ProgramField
from console.tui.widgets.form.declared import fields_of
from console.tui.widgets.form.editor import Editor
from console.tui.widgets.form.field import FormField
from console.tui.widgets.form.heading import FormHeading
from console.tui.widgets.form.options import ChoiceField, SomeField
from console.tui.widgets.form.pick import PickField
from console.tui.widgets.form.template_fields import fields_list
from console.tui.widgets.form.text import OneLine, Paragraph

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

PAUSE = 0.3
PROGRAM = "program.program"
TEMPLATES = ("url.url", "program.arguments")


class ActionForm(FormScreen):
    """Only the fields of the chosen kind of action are shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "fields", "fields", key_display="F2", tooltip="fields of a template")
    ]

    def __init__(self, door: "Door", site: "Site", id: str | None) -> None:
        """`id` is None for a new one."""
        actions = door.snapshot.settings.actions.actions
        name = next((one.name for one in actions if one.id == id), "")
        super().__init__(door, site, "ACTION" if id is not None else "NEW ACTION", name)
        self.keeper = ActionKeeper(door, id)
        self._previews = Previews(door, site)
        self._timer: Timer | None = None

    def make_editor(self) -> Editor:
        """The fields, generated from the declarations where they say enough."""
        may_not = "" if supervises(self.door.operator) else ONLY_READ
        return Editor(self.keeper, *self._parts(), may_not=may_not, new=self.keeper.id is None)

    def _parts(self) -> Iterator[Widget]:
        yield from fields_of(Action, ["name", "enabled"])
        yield SomeField(
            "on",
            "When",
            "What must happen to a call.",
            choices=[(one, one.value) for one in Occasion],
        )
        yield ChoiceField("kind", "What", "What is done then.", choices=list(KINDS.items()))
        for kind, model in DEEDS.items():
            for field in fields_of(model, prefix=f"{kind}."):
                yield _program(field) if field.key == PROGRAM else field
        yield FormHeading("FOR WHICH CALLS")
        yield PickField(
            "companies", "Companies", "Which are called; none: all.", several=True, none="all"
        )
        yield SomeField(
            "directions",
            "Directions",
            "None chosen: all.",
            choices=[(one, TEXTS[one]) for one in Direction],
        )
        yield ChoiceField(
            "caller",
            "Caller",
            "Known: a contact was found.",
            choices=[("any", "anybody"), ("known", "known"), ("unknown", "unknown")],
        )

    def on_mount(self) -> None:
        """Which companies and programs there are."""
        super().on_mount()
        self._offer()

    @work(group="offers", exclusive=True)
    async def _offer(self) -> None:
        try:
            companies = await self.door.ask(Companies())
            programs = await self.door.ask(AllowedPrograms())
        except StoreFailed as failure:
            self.notify(str(failure), severity="error", markup=False)
            return
        field = self.editor.fields["companies"]
        assert isinstance(field, PickField)
        field.offer([(company.name, company.name) for company in companies])
        program = self.editor.fields[PROGRAM]
        assert isinstance(program, ProgramField)
        program.allow(programs)

    def on_editor_edited(self, _message: Editor.Edited) -> None:
        """Show the fields of the chosen kind, and what its templates make."""
        editor = self.editor
        draft = editor.draft()
        for key, field in editor.fields.items():
            kind, dot, _ = key.partition(".")
            if dot:
                field.display = kind == draft.get("kind")
        editor.recount()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self._ask)

    @work(group="preview", exclusive=True)
    async def _ask(self) -> None:
        hook = self.editor.fields["webhook.url"]
        if not hook.fixed:
            hook.tell(fault(str(hook.raw), writing=True), urgent=True)
        for key in TEMPLATES:
            field = self.editor.fields[key]
            template = "" if field.fixed or not field.display else str(field.raw)
            made = Previewed()
            if "{" in template:
                try:
                    made = await self._previews.of(template)
                except StoreFailed as failure:
                    made = Previewed(broken=str(failure))
            if self.is_attached:
                words = made.broken or (
                    "→ " + "  ".join(made.text.split("\n")) if made.text else ""
                )
                wrong = template_fault(template, writing=True) if key == "url.url" else ""
                field.tell(wrong or words, urgent=bool(wrong))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Fields are of use where a template is written."""
        if action == "fields":
            key = self._key_with_focus()
            return key in TEMPLATES
        return super().check_action(action, parameters)

    def _key_with_focus(self) -> str | None:
        focused = self.focused
        for key in TEMPLATES:
            field = self.editor.fields.get(key) if self.is_mounted else None
            if field is not None and focused is not None and field in focused.ancestors:
                return key
        return None

    def action_fields(self) -> None:
        """List what a template can say; what is chosen comes where the cursor is."""
        control = self.focused

        def insert(words: str) -> None:
            if isinstance(control, OneLine):
                control.insert_text_at_cursor(words)
            elif isinstance(control, Paragraph):
                control.insert(words)

        self.post_message(fields_list(insert))


def _program(typed: FormField) -> ProgramField:
    """The declared field as a choice."""
    return ProgramField(typed.key, typed.label, typed.help)
