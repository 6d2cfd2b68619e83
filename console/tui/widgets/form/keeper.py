"""What a form is about, as the form sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from console.desk.commands import Answer


@dataclass(frozen=True, slots=True)
class Lent:
    """A value that may be one's `own`, or that of somebody who has one for all (`theirs`)."""

    value: Any
    theirs: Any
    own: bool

    @property
    def holds(self) -> Any:
        """The value that is in force."""
        return self.value if self.own else self.theirs


class Keeper(Protocol):
    """Reads the values by field, checks them, has them stored."""

    async def read(self) -> Mapping[str, Any] | None:
        """The values as they are stored now; None if it is not there any more.

        Raises StoreFailed.
        """
        ...

    def wrong(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """What is wrong with these values: a sentence by field, "" for the whole."""
        ...

    async def write(self, values: Mapping[str, Any]) -> Answer:
        """Have them stored."""
        ...


def labelled(parts: Sequence[str]) -> str:
    """ "Greeting", "Greeting and Hours", "Greeting, Hours and Notes"."""
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def changes(count: int) -> str:
    """ "1 change", "2 changes"."""
    return f"{count} change{'' if count == 1 else 's'}"
