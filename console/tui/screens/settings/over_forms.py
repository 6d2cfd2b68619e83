"""What the screens with forms share: their style sheets, and the questions of their forms."""

from console.tui.screens.desk_screen import CALL_ACTIONS, DeskScreen
from console.tui.screens.settings.sheets import SHEETS
from console.tui.widgets.form.asks import Asks
from console.tui.widgets.form.editor import Editor
from console.tui.widgets.form.pick import PickList


class OverForms(DeskScreen):
    """A screen with forms, and without a call under its cursor."""

    place_name = "Settings"
    CSS_PATH = [*SHEETS]  # noqa: RUF012

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is no call here, so there are no keys for one."""
        if action in CALL_ACTIONS - {"undo"}:
            return False
        return super().check_action(action, parameters)

    @property
    def filled_in(self) -> bool:
        """In a form that can only be read, too: its help is the same."""
        return self._form is not None or super().filled_in

    @property
    def _form(self) -> Editor | None:
        """The form with the keys."""
        nodes = self.focused.ancestors_with_self if self.focused is not None else ()
        return next((node for node in nodes if isinstance(node, Editor)), None)

    def told_fields(self) -> tuple[tuple[str, str], ...]:
        """Those of the form with the keys that are to be seen."""
        fields = self._form.fields.values() if self._form is not None else ()
        return tuple((field.label, field.help) for field in fields if field.display)

    def on_asks(self, message: Asks) -> None:
        """A form wants to know something before it goes on."""
        from console.tui.screens.question import Question

        def answer(key: str | None) -> None:
            if key is not None:
                message.then(key)

        question = Question(message.title, message.words, message.choices, message.stay)
        self.app.push_screen(question, answer)

    def on_pick_list(self, message: PickList) -> None:
        """A field wants a list to choose from."""
        from console.tui.screens.pick_dialog import PickDialog

        dialog = PickDialog(message.title, message.words, message.chosen, several=message.several)
        self.app.push_screen(dialog, message.then)
