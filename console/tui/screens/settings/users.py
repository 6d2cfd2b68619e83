"""Who may come to the console: listed, added, changed, disabled, removed, given keys."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from console.calls.words import Role
from console.desk.accounts import Account
from console.desk.commands import Command, DisableOperator, RemoveOperator, SetPassword
from console.desk.ports import StoreFailed
from console.tui.cells import plain
from console.tui.screens.settings.pane import Pane
from console.tui.screens.settings.user_keeper import accounts_of
from console.tui.screens.settings.user_rows import Listed, UserPen
from console.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.desk.snapshot import Snapshot
    from console.settings.site import Site

ONLY_PHONES = "You may change phones; admins may change the rest."
OF_THE_CHOSEN = ("disable", "remove", "keys", "password")


class UsersPane(Pane):
    """Everybody by login; supervisors change the phones alone."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "add", tooltip="add somebody"),
        Binding("k", "keys", "keys", tooltip="the keys by which somebody comes in"),
        Binding("p", "password", "password", tooltip="give a password, or take it away"),
        Binding("d", "disable", "disable", tooltip="can't come in; again: can"),
        Binding("x", "remove", "remove", tooltip="forget somebody, with keys and password"),
        Binding("b", "blocked", "blocked", tooltip="addresses whose log-ins failed"),
        Binding("escape,left", "leave", "sections", show=False),
    ]

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__(door, site)
        self._accounts: tuple[Account, ...] = ()
        self._stored = -1
        self._present: tuple[str, ...] = ()
        self._wanted: str | None = None

    def compose(self) -> ComposeResult:
        """Title and list."""
        yield Static("", markup=False, classes="pane--title")
        yield Rows(UserPen(), empty=("Nobody.",))

    @property
    def rows(self) -> Rows[Listed]:
        """The list."""
        return self.query_one(Rows)

    @property
    def chosen(self) -> Account | None:
        """Who is under the cursor."""
        listed = self.rows.chosen if self.is_mounted else None
        return listed.account if listed is not None else None

    @property
    def may_change(self) -> bool:
        """Whether the one who sits here manages users."""
        return self.door.operator.role is Role.ADMIN

    @property
    def may_not(self) -> str:
        """What is left to who doesn't."""
        return "" if self.may_change else ONLY_PHONES

    async def fill(self) -> None:
        """The list, so that the keys find somebody in it."""
        await self._ask()

    def hear(self, snapshot: "Snapshot") -> None:
        """Ask again when something was stored; draw again when somebody came or went."""
        present = tuple(sorted(one.login for one in snapshot.present))
        if snapshot.stored != self._stored:
            self._stored, self._present = snapshot.stored, present
            self.look_again()
        elif present != self._present:
            self._present = present
            self._show()

    @work(group="users", exclusive=True)
    async def look_again(self) -> None:
        """Ask for the list."""
        await self._ask()

    async def _ask(self) -> None:
        try:
            self._accounts = await accounts_of(self.door)
        except StoreFailed as failure:
            self.notify(str(failure), severity="error", markup=False)
            return
        if self.is_attached:
            self._show()

    def _show(self) -> None:
        logins = [one.login for one in self.door.snapshot.present]
        listed = tuple(Listed(one, logins.count(one.operator.login)) for one in self._accounts)
        if listed != self.rows.things:
            self.rows.show(listed)
        if self._wanted is not None:
            self.rows.go_to(self._wanted)
            self._wanted = None
        count = len(self._accounts)
        told = f"{count} user{'' if count == 1 else 's'}" if count else ""
        self.show_title("USERS", told, self.may_not)
        self.refresh_bindings()

    def on_rows_moved(self, _message: Rows.Moved) -> None:
        """Other keys are of use for somebody else."""
        self.refresh_bindings()

    # -- what the hand does ---------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only admins do more than look and change phones."""
        if action == "add":
            return self.may_change
        if action in OF_THE_CHOSEN:
            return self.may_change and self.chosen is not None
        return True

    def enter(self) -> None:
        """The list has the keys."""
        self.rows.focus()

    def on_rows_chosen(self, _message: Rows.Chosen) -> None:
        """Enter, or a double-click."""
        if (account := self.chosen) is not None:
            self._open_form(account.operator.login, account.operator.name)

    def action_add(self) -> None:
        """Somebody new."""
        self._open_form(None)

    def _open_form(self, login: str | None, name: str = "") -> None:
        from console.tui.screens.settings.user_form import UserForm

        only_phones = not self.may_change
        form = UserForm(self.door, self.site, login, name, only_phones=only_phones)

        def after(_answer: None) -> None:
            self._wanted = form.keeper.login
            self.look_again()

        self.app.push_screen(form, after)

    def _after(self, _answer: None) -> None:
        self.look_again()

    def _wish(self, command: Command) -> None:
        async def then(_done: bool) -> None:
            self.look_again()

        self.post_message(self.Wish(command, then))

    def action_disable(self) -> None:
        """Somebody can't come in any more and is sent out, if that is meant; or can again."""
        account = self.chosen
        if account is None:
            return
        login = account.operator.login
        if account.disabled:
            self._wish(DisableOperator(login, disabled=False))
            return
        words = "Who is at a console is sent out at once. Keys and password stay; d again lets in."
        self._ask_first(f"Disable {_named(account)}?", words, "Disable", DisableOperator(login))

    def action_remove(self) -> None:
        """Forget somebody, if that is meant."""
        if (account := self.chosen) is not None:
            words = "Keys and password go with it; what this one did stays written under the name."
            command = RemoveOperator(account.operator.login)
            self._ask_first(f"Remove {_named(account)}?", words, "Remove", command)

    def _ask_first(self, title: str, words: str, does: str, command: Command) -> None:
        from console.tui.screens.question import Question

        def then(key: str | None) -> None:
            if key == "y":
                self._wish(command)

        self.app.push_screen(Question(title, words, [("y", does)], "leaves it"), then)

    def action_keys(self) -> None:
        """The keys by which somebody comes in."""
        from console.tui.screens.settings.keys_dialog import KeysDialog

        if (account := self.chosen) is not None:
            dialog = KeysDialog(self.door, self.site, account)
            self.app.push_screen(dialog, self._after)

    def action_password(self) -> None:
        """Give somebody a password; who has one may get another, or none."""
        account = self.chosen
        if account is None:
            return
        if not account.has_password:
            self._open_password(account)
            return
        from console.tui.screens.question import Question

        def then(key: str | None) -> None:
            if key == "n":
                self._open_password(account)
            elif key == "r":
                self._wish(SetPassword(account.operator.login, ""))

        choices = [("n", "Give another password"), ("r", "Take the password away")]
        title = f"{_named(account)} has a password"
        self.app.push_screen(Question(title, "", choices, "leaves it"), then)

    def _open_password(self, account: Account) -> None:
        from console.tui.screens.settings.password_dialog import PasswordDialog

        dialog = PasswordDialog(self.door, account.operator.login)
        self.app.push_screen(dialog, self._after)

    def action_blocked(self) -> None:
        """The addresses whose log-ins failed."""
        from console.tui.screens.settings.blocks_dialog import BlocksDialog

        self.app.push_screen(BlocksDialog(self.door, self.site, may=self.may_change))

    def action_leave(self) -> None:
        """Back to the sections."""
        self.post_message(self.Leave())


def _named(account: Account) -> str:
    return plain(account.operator.name or account.operator.login)
