"""How a provider of text messages is drawn in the list."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from console.settings.sending import Provider
from console.tui.widgets.rows import Line, Look

INDENT = "   "
LEGIBLE = 110  # cells; in more, the eye loses the row on its way to the right edge
SENDERS = {
    "never": "only from its own sender",
    "verified only": "from callers' numbers that it has verified",
    "operator decides": "from callers' numbers",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A provider, its place, and the sections or companies that send through it."""

    provider: Provider
    place: int
    used_by: str = ""


class ProviderPen:
    """Two rows: which, and how it sends."""

    def key(self, listed: Listed) -> Hashable:
        """Its name."""
        return listed.provider.name

    def heading(self, width: int, look: Look) -> Line | None:
        """None: the rows say what they are."""
        return None

    def lines(self, listed: Listed, width: int, look: Look) -> Sequence[Line]:
        """The rows."""
        width = min(width, LEGIBLE)
        provider = listed.provider
        sender = provider.sender or "no sender of its own"
        place = f"{provider.url}, " if provider.url else ""
        return [
            (
                [
                    (f" {listed.place}. ", look("quiet")),
                    (provider.name, look("name")),
                    (f"   {provider.kind}", look("quiet")),
                ],
                [(f"{listed.used_by} ", look("text"))],
            ),
            (
                [(f"{INDENT} {place}{sender}, {SENDERS[provider.foreign]}", look("quiet"))],
                [],
            ),
        ]
