"""A person at the console as a form."""

from typing import TYPE_CHECKING

from textual.widget import Widget

from console.calls.words import TEXTS, Role
from console.desk.rights import supervises
from console.desk.snapshot import Snapshot
from console.tui.screens.settings.form_screen import FormScreen
from console.tui.screens.settings.pane import ONLY_READ
from console.tui.screens.settings.user_keeper import (
    LONGEST_LOGIN,
    LONGEST_NAME,
    UserKeeper,
    phones_of,
    text_of_phones,
)
from console.tui.widgets.form.editor import Editor
from console.tui.widgets.form.options import ChoiceField
from console.tui.widgets.form.text import TextField

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

MAY = (
    "Operators deal with calls. Supervisors also change settings and companies, and end sessions. "
    "Admins also manage users."
)


class PhonesField(TextField):
    """Extensions in a line."""

    def raw_of(self, value: object) -> str:
        """The line."""
        assert isinstance(value, tuple)
        return super().raw_of(text_of_phones(value))


class UserForm(FormScreen):
    """Login, name, role and phones; who may only change the phones sees only them."""

    def __init__(
        self, door: "Door", site: "Site", login: str | None, name: str = "", *, only_phones: bool
    ) -> None:
        """`login` is None for a new one."""
        title = "NEW USER" if login is None else "PHONES" if only_phones else "USER"
        told = f"{name}  {login}" if login is not None else ""
        super().__init__(door, site, title, told)
        self._only_phones = only_phones
        self._stored = door.snapshot.stored
        self.keeper = UserKeeper(door, login, only_phones=only_phones)

    def make_editor(self) -> Editor:
        """The fields."""
        may_not = "" if supervises(self.door.operator) else ONLY_READ
        new = self.keeper.login is None
        return Editor(self.keeper, *self._parts(new), may_not=may_not, new=new)

    def _parts(self, new: bool) -> list[Widget]:
        phones = PhonesField(
            "extensions",
            "Phones",
            "What rings at this person's desk: then it says “you”.",
            example="101, 102",
            read=phones_of,
            limit=400,
        )
        if self._only_phones:
            return [phones]
        roles = [(role, TEXTS[role]) for role in Role]
        login = TextField(
            "login", "Login", "What ssh is told; it stays.", example="lena", limit=LONGEST_LOGIN
        )
        return [
            *([login] if new else []),
            TextField(
                "name", "Name", "As colleagues see it.", example="Lena Kraft", limit=LONGEST_NAME
            ),
            ChoiceField("role", "Role", MAY, choices=roles),
            phones,
        ]

    def show(self, snapshot: Snapshot) -> None:
        """Look whether somebody else changed it."""
        if snapshot.stored != self._stored:
            self._stored = snapshot.stored
            self.editor.look_again()
