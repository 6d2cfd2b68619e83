"""Who sends text messages for us: several by name, the first one unless another is named."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from console.desk.commands import ChangeSettings
from console.settings.live import Live
from console.settings.sending import Provider
from console.tui.cells import plain
from console.tui.screens.settings.alarms import lost_secrets, provider_gone
from console.tui.screens.settings.list_pane import ListPane
from console.tui.screens.settings.pane import ALARM
from console.tui.screens.settings.provider_keeper import change
from console.tui.screens.settings.provider_rows import Listed, ProviderPen
from console.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.desk.snapshot import Snapshot
    from console.settings.site import Site

NOTHING = ("No provider of text messages.", "a adds one.")


class ProvidersPane(ListPane[Listed]):
    """The providers in their order."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "add", tooltip="add a provider"),
        Binding("plus", "shift(-1)", "up", key_display="+", tooltip="nearer to the first place"),
        Binding("minus", "shift(1)", "down", key_display="-", tooltip="further down"),
        Binding("d", "delete", "delete", tooltip="delete it"),
    ]

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__(door, site, ProviderPen(), NOTHING)
        self._seen: Live | None = None
        self._lost: tuple[str, ...] = ()

    @property
    def chosen(self) -> Provider | None:
        """The provider under the cursor."""
        return self.listed.provider if self.listed is not None else None

    def hear(self, snapshot: "Snapshot") -> None:
        """Show the providers in force."""
        settings = snapshot.settings
        if settings is self._seen or not self.is_mounted:
            return
        self._seen = settings
        providers, named = settings.providers.providers, settings.text_messages.provider
        used = settings.providers.named(named)
        self.rows.show(
            [
                Listed(one, place, "used for notices" if one is used else "")
                for place, one in enumerate(providers, start=1)
            ]
        )
        self.refresh_bindings()
        self._say()
        self._ask_lost()

    def _say(self) -> None:
        gone = provider_gone(self.door)
        missing = f"{ALARM} {gone} is named in Text message, and not here" if gone else ""
        again = f"{ALARM} enter again the secret of {', '.join(self._lost)}" if self._lost else ""
        self.show_title("SEND TEXT MESSAGE", missing, again, self.may_not)

    @work(group="lost", exclusive=True)
    async def _ask_lost(self) -> None:
        """A restored backup may lack what its secrets were encrypted with."""
        self._lost = await lost_secrets(self.door)
        self.sound_alarm(bool(self._lost or provider_gone(self.door)))
        if self.is_attached:
            self._say()

    # -- what the hand does ---------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only keys that do something for the provider under the cursor."""
        match action:
            case "add":
                return self.may_change
            case "delete" | "shift":
                return self.may_change and self.chosen is not None
        return True

    def on_rows_chosen(self, _message: Rows.Chosen) -> None:
        """Enter, or a double-click."""
        if (provider := self.chosen) is not None:
            self._open_form(provider.name)

    def action_add(self) -> None:
        """A new provider."""
        self._open_form(None)

    def _open_form(self, name: str | None) -> None:
        from console.tui.screens.settings.provider_form import ProviderForm

        form = ProviderForm(self.door, self.site, name)

        def after(_answer: None) -> None:
            self.hear(self.door.snapshot)
            self.rows.go_to(form.keeper.name)

        self.app.push_screen(form, after)

    def _all(self) -> tuple[Provider, ...]:
        return self.door.snapshot.settings.providers.providers

    def action_shift(self, step: int) -> None:
        """Before or behind the next one."""
        order, chosen = list(self._all()), self.chosen
        at = next((place for place, one in enumerate(order) if one == chosen), None)
        if at is not None and 0 <= at + step < len(order):
            order[at], order[at + step] = order[at + step], order[at]
            self.post_message(self.Wish(change(order)))

    def action_delete(self) -> None:
        """Delete it, if that is meant."""
        chosen = self.chosen
        if chosen is None:
            return
        named = self.door.snapshot.settings.text_messages.provider == chosen.name
        more = "Text message names it: choose another there first." if named else ""

        def without() -> ChangeSettings:
            return change([one for one in self._all() if one.name != chosen.name])

        self.ask_to_delete(f"Delete the provider {plain(chosen.name)}?", more, without)
