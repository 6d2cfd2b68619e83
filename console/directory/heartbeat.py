"""A reading says that it goes on, also where it has no contact to show for it yet.

Whoever reads beats where something has come: entries of a folder, a whole answer of a server. Not
for the byte that a server lets trickle, nor for the time that passes: what stands still is ended.
"""

from collections.abc import Callable


class Heartbeat:
    """Of this process; `told` is what a beat does."""

    def __init__(self) -> None:
        self.told: Callable[[], None] = lambda: None

    def beat(self) -> None:
        """Something has come."""
        self.told()


heart = Heartbeat()
