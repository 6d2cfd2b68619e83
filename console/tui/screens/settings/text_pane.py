"""Unanswered calls by text message: to whom, and through which provider."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.widget import Widget

from console.desk.snapshot import Snapshot
from console.settings.live import for_company
from console.settings.unsent import no_way, nobody
from console.tui.screens.settings.scoped_pane import ScopedPane
from console.tui.widgets.form.declared import fields_of
from console.tui.widgets.form.pick import PickField

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site


class TextPane(ScopedPane):
    """The declared form; the provider is chosen among those there are."""

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__(door, site, "text_messages", "Text message")

    def parts(self) -> Iterator[Widget]:
        """A list for the provider's name."""
        for field in fields_of(self.keeper.model):
            if field.key == "provider":
                yield PickField(field.key, field.label, field.help, choices=self._choices())
            else:
                yield field

    def _choices(self) -> list[tuple[str, str]]:
        names = [one.name for one in self.door.snapshot.settings.providers.providers]
        first = f"the first one: {names[0]}" if names else "none yet"
        return [("", first), *((name, name) for name in names)]

    def seen(self, snapshot: Snapshot) -> object:
        """Providers come and go."""
        return super().seen(snapshot), snapshot.settings.providers

    def look_again(self) -> None:
        """Offer those that there are now."""
        for editor in self._editors.values():
            field = editor.fields["provider"]
            assert isinstance(field, PickField)
            field.offer(self._choices())
        super().look_again()

    def hint(self, snapshot: Snapshot) -> str:
        """A text message needs a provider, and somebody to whom it is sent."""
        theirs = for_company(snapshot.settings, self.scope.company_id)
        return no_way("text_messages", theirs) or nobody("text_messages", theirs)
