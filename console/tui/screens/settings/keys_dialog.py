"""The public keys by which somebody comes in: listed, pasted, removed."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.desk.accounts import Account, PublicKey
from console.desk.commands import AddKey, Command, Refused, RemoveKey
from console.desk.ports import StoreFailed
from console.tui import legible
from console.tui.cells import plain
from console.tui.screens.dialog import Dialog
from console.tui.screens.note_dialog import NoteDialog
from console.tui.screens.settings.user_keeper import accounts_of
from console.tui.widgets.footer import Key

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

LONGEST_KEY = 16_384
HINT = "A key is added as the one line of the file that ends in .pub (id_ed25519.pub)."


class KeyToPaste(NoteDialog):
    """Answers the text of a key, or None."""

    keys = (Key("⏎", "adds it", "enter"), Key("esc", "gives up", "escape"))
    longest = LONGEST_KEY
    kind = "key"
    done = "added"
    to_do = "Add it"


class KeysDialog(Dialog[None]):
    """One person's keys, the oldest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "add"),
        Binding("x,delete", "remove", "remove"),
        Binding("escape,k,q", "dismiss(None)", "close"),
    ]
    keys = (
        Key("a", "adds one", "a"),
        Key("x", "removes it", "x"),
        Key("esc", "closes", "escape"),
    )

    def __init__(self, door: "Door", site: "Site", account: Account) -> None:
        super().__init__()
        self._door = door
        self._site = site
        self._operator = account.operator
        self._keys = account.keys

    def compose_body(self) -> ComposeResult:
        """Whose keys, the keys, and what a key is."""
        name = plain(self._operator.name or self._operator.login)
        yield Static(f"KEYS  {name}", markup=False, classes="dialog--title")
        yield OptionList(markup=False)
        yield Static("", markup=False, classes="dialog--hint")

    def on_mount(self) -> None:
        """The keys choose at once."""
        self.query_one(OptionList).focus()
        self._show()

    def _show(self) -> None:
        options = self.query_one(OptionList)
        at = options.highlighted or 0
        options.clear_options()
        options.add_options(Option(self._line(key)) for key in self._keys)
        if self._keys:
            options.highlighted = min(at, len(self._keys) - 1)
        login = plain(self._operator.login)
        none = "" if self._keys else f"{login} has no key, and can't come in by one. "
        self.query_one(".dialog--hint", Static).update(none + HINT)

    def _line(self, key: PublicKey) -> Content:
        added = ""
        if key.added_at is not None:
            at = legible.when(key.added_at, self._door.snapshot.now, self._site.zone)
            added = f"   added by {key.added_by}, {at}"
        return Content.assemble(
            (plain(f"{key.comment or 'without a name'}"), "bold"),
            plain(f"   {key.kind}{added}"),
            f"\n  {plain(key.fingerprint)}",
        )

    @work(group="users", exclusive=True)
    async def _look_again(self) -> None:
        try:
            every = await accounts_of(self._door)
        except StoreFailed as failure:
            self.notify(str(failure), severity="error", markup=False)
            return
        mine = [one for one in every if one.operator.login == self._operator.login]
        self._keys = mine[0].keys if mine else ()
        if self.is_attached:
            self._show()

    def action_add(self) -> None:
        """Paste one."""

        async def add(text: str | None) -> None:
            if text:
                await self._tell(AddKey(self._operator.login, text))

        self.app.push_screen(KeyToPaste(f"of {self._operator.name}: paste it here"), add)

    def action_remove(self) -> None:
        """The key under the cursor lets nobody in any more, if that is meant."""
        from console.tui.screens.question import Question

        at = self.query_one(OptionList).highlighted
        if at is None or at >= len(self._keys):
            return
        key = self._keys[at]

        async def then(answer: str | None) -> None:
            if answer == "y":
                await self._tell(RemoveKey(self._operator.login, key.fingerprint))

        title = f"Remove the key {plain(key.comment or key.fingerprint)}?"
        words = f"{key.fingerprint}\nIt lets nobody in any more."
        self.app.push_screen(Question(title, words, [("y", "Remove it")], "keeps it"), then)

    async def _tell(self, command: Command) -> None:
        answer = await self._door.do(command)
        if isinstance(answer, Refused):
            self.notify(answer.why, severity="warning", timeout=8, markup=False)
        elif answer.text:
            self.notify(answer.text, timeout=3, markup=False)
        self._look_again()
