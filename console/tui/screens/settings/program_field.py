"""A field for the program that an action runs: one of those that the configuration file lists."""

from collections.abc import Sequence
from typing import Any

from console.tui.widgets.form.pick import Picked, PickField

ADD = (
    "The configuration file lists no programs. To add one, write a table [[programs]] with its "
    "name and path there, and start the console again."
)
GONE = "The configuration file does not list it, so the action will fail. Choose another."


class ProgramField(PickField):
    """A name, "" as long as none is chosen; what can't be chosen is said below it."""

    def __init__(self, key: str, label: str, help: str) -> None:
        super().__init__(key, label, help, none="none chosen")
        self._names: tuple[str, ...] | None = None

    def allow(self, names: Sequence[str]) -> None:
        """These are the programs that may run."""
        self._names = tuple(names)
        self.offer([(name, name) for name in names])

    def raw_of(self, value: Any) -> tuple[Any, ...]:
        """The name, if there is one."""
        return (value,) if value else ()

    def value_of(self, raw: tuple[Any, ...]) -> str:
        """The name, or ""."""
        return str(raw[0]) if raw else ""

    def show(self, raw: tuple[Any, ...]) -> None:
        """Fill it, and say what there is to say of it."""
        super().show(raw)
        self._say()

    def edited(self) -> None:
        """Somebody chose."""
        super().edited()
        self._say()

    def _say(self) -> None:
        if self._names is None or self.fixed:
            return
        chosen = self.value_of(self.raw)
        if chosen and chosen not in self._names:
            self.tell(GONE if self._names else ADD, urgent=True)
        else:
            self.tell("" if self._names else ADD)

    def on_picked_opened(self, event: Picked.Opened) -> None:
        """With nothing to choose from there is no list."""
        if not self._choices and not self.raw:
            event.stop()
            event.prevent_default()
