"""Notices that wait take in further calls until they are sent: never a call after the words."""

import asyncio


class Waiting:
    """Shared by who folds calls into waiting notices and who sends them.

    Whatever reads a notice as waiting and acts on it holds `turn`.
    """

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self._taken_in: dict[int, int] = {}

    def took_in(self, notice: int) -> None:
        """A call was folded into this notice; call it with the turn."""
        self._taken_in[notice] = self._taken_in.get(notice, 0) + 1

    def taken_in(self, notice: int) -> int:
        """Something that is another after each call that was folded into it."""
        return self._taken_in.get(notice, 0)

    def close(self, notice: int) -> None:
        """From now on it takes in nothing; call it with the turn."""
        self._taken_in.pop(notice, None)
