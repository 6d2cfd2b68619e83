"""The addresses whose log-ins failed: which are kept out, until when, and letting them in."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.desk.accounts import Block, Blocks
from console.desk.commands import LiftBlock, Refused
from console.desk.ports import Forbidden, StoreFailed
from console.tui import legible
from console.tui.cells import fit, plain
from console.tui.screens.dialog import Dialog
from console.tui.widgets.footer import Key

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

NONE_NOW = "No log-in has failed lately."
HINT = "Whoever is kept out can try again then, or when the address is let in here."
ADDRESS = 24  # cells


class BlocksDialog(Dialog[None]):
    """The latest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "lift", "let in"),
        Binding("escape,b,q", "dismiss(None)", "close"),
    ]

    def __init__(self, door: "Door", site: "Site", *, may: bool) -> None:
        """`may`: whoever looks may let addresses in."""
        super().__init__()
        self._door = door
        self._site = site
        self._may = may
        self._blocks: tuple[Block, ...] = ()
        lifts = (Key("l", "lets it in", "l"),) if may else ()
        self.keys = (*lifts, Key("esc", "closes", "escape"))

    def compose_body(self) -> ComposeResult:
        """The title, and a line for each address."""
        yield Static("FAILED LOG-INS", markup=False, classes="dialog--title")
        yield OptionList(markup=False)
        yield Static("", markup=False, classes="dialog--hint")

    def on_mount(self) -> None:
        """Ask for them."""
        self.query_one(OptionList).focus()
        self._look()

    @work(group="form", exclusive=True)
    async def _look(self) -> None:
        try:
            self._blocks = await self._door.ask(Blocks())
        except (StoreFailed, Forbidden) as failure:
            self.notify(str(failure), severity="error", markup=False)
            return
        if not self.is_attached:
            return
        options = self.query_one(OptionList)
        at = options.highlighted or 0
        options.clear_options()
        options.add_options(Option(self._line(block)) for block in self._blocks)
        if self._blocks:
            options.highlighted = min(at, len(self._blocks) - 1)
        self.query_one(".dialog--hint", Static).update(HINT if self._blocks else NONE_NOW)

    def _line(self, block: Block) -> Content:
        now, zone = self._door.snapshot.now, self._site.zone
        out = block.until is not None and block.until > now
        until = f"kept out until {legible.clock(block.until, zone)}" if out and block.until else ""
        at = legible.when(block.at, now, zone)
        times = "once" if block.failures == 1 else f"{block.failures} times"
        last = f"{times}, last {at} as {block.login or 'nobody'}"
        return Content.assemble(
            (fit(block.address, ADDRESS), "bold"),
            plain(f"  {last}"),
            f"\n  {until}" if until else "",
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only admins let in."""
        return self._may if action == "lift" else super().check_action(action, parameters)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, too."""
        event.stop()
        self.run_worker(self.action_lift(), group="form")

    async def action_lift(self) -> None:
        """Let the address under the cursor try again."""
        at = self.query_one(OptionList).highlighted
        if not self._may or at is None or at >= len(self._blocks):
            return
        answer = await self._door.do(LiftBlock(self._blocks[at].address))
        if isinstance(answer, Refused):
            self.notify(answer.why, severity="warning", markup=False)
        else:
            self.notify(answer.text, timeout=3, markup=False)
        self._look()
