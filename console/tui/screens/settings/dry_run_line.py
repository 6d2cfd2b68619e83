"""How many of the last calls would be told of with what the form says: asked as the hand pauses."""

from collections.abc import Awaitable, Callable

from textual import events, work
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from console.desk.notices import DryRan, DryRun
from console.desk.ports import StoreFailed
from console.tui.cells import plain

PAUSE = 0.5

Ask = Callable[[DryRun], Awaitable[DryRan]]


class DryRunLine(Static):
    """A sentence; nothing while the form makes no sense."""

    class Ran(Message):
        """What is known of the calls has changed."""

    class Pressed(Message):
        """It was clicked."""

    def __init__(self, ask: Ask) -> None:
        super().__init__("", markup=False)
        self._ask = ask
        self._query: DryRun | None = None
        self._timer: Timer | None = None
        self.ran: DryRan | None = None

    def consider(self, query: DryRun | None) -> None:
        """What to try; None: nothing that makes sense."""
        if query != self._query:
            self._query = query
            self.ask_anew()

    def ask_anew(self) -> None:
        """What is in force may have become another: the same question has another answer then."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._query is None:
            self._show(None)
        else:
            self._timer = self.set_timer(PAUSE, self._try)

    @work(group="dry run", exclusive=True)
    async def _try(self) -> None:
        query = self._query
        if query is None:
            return
        try:
            ran = await self._ask(query)
        except StoreFailed as failure:
            self._show(None, str(failure))
            return
        # More may have been typed meanwhile.
        if self.is_attached and query == self._query:
            self._show(ran)

    def _show(self, ran: DryRan | None, failure: str = "") -> None:
        self.ran = ran
        if ran is None:
            self.update(Content.styled(plain(failure), "$lost") if failure else "")
        else:
            self.update(Content(counted(ran)))
        self.post_message(self.Ran())

    def on_click(self, event: events.Click) -> None:
        """As its key does."""
        self.post_message(self.Pressed())


def counted(ran: DryRan) -> str:
    """ "Of the last 50 unanswered calls 14 would be told (now: 9)"."""
    calls = len(ran.calls)
    if not calls:
        return "There is no unanswered call yet to try this with."
    would, now = sum(one.tells for one in ran.calls), sum(one.tells_now for one in ran.calls)
    which = f"the last {calls} unanswered calls" if calls > 1 else "the one unanswered call"
    return f"Of {which} {would} would be told (now: {now})"
