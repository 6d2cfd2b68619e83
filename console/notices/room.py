"""The room of notices, furnished: who decides, who sends, and who answers what is asked of it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from console.desk.notice import Channel
from console.desk.notices import DryRan, DryRun, NoticePreviewed, PreviewNotice
from console.desk.operators import Operator
from console.desk.ports import Clock
from console.desk.records import CallRecord
from console.notices.decider import Decider
from console.notices.dry_run import DryRuns
from console.notices.facts import Gathering, Tables
from console.notices.letter import Channel as Way
from console.notices.letters import Letters
from console.notices.outbox import Outbox
from console.notices.preview import Previews
from console.notices.rules import Key
from console.notices.sender import Sender
from console.notices.waiting import Waiting
from console.notices.wordings import Renderer
from console.settings.live import Live

if TYPE_CHECKING:
    # phonenumbers takes a tenth of a second.
    from console.calls.numbers import NumberPlan


class Notices:
    """Tells people of unanswered calls.

    `site` tells installations apart, `zone` is the site's. `live` and `version` are the settings in
    force. `last_key` says who pressed a key last, and when. `changed` is told when notices have
    changed. `ways` are how letters leave.
    """

    def __init__(
        self,
        tables: Tables,
        renderer: Renderer,
        plan: "NumberPlan",
        zone: ZoneInfo,
        clock: Clock,
        ways: Mapping[Channel, Way],
        *,
        site: str,
        live: Callable[[], Live],
        version: Callable[[], int],
        record_of: Callable[[str], Awaitable[CallRecord | None]],
        last_key: Callable[[], Key | None] = lambda: None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        waiting = Waiting()
        gathering = Gathering(tables, plan, zone, last_key)
        letters = Letters(gathering, renderer, plan, zone, site)
        decider = Decider(tables, gathering, plan, live, version, site, waiting)
        senders = [
            Sender(
                *(channel, way, tables, gathering, letters, clock, live, waiting),
                changed=changed,
            )
            for channel, way in ways.items()
        ]
        self._outbox = Outbox(tables, decider, senders, clock, changed)
        self._dry_runs = DryRuns(tables, gathering, plan, live)
        self._previews = Previews(gathering, renderer, plan, zone, clock, live, record_of)

    async def run(self) -> None:
        """Decide and send until cancelled; then connections are closed."""
        await self._outbox.run()

    def poke(self) -> None:
        """Something was stored that may be due; never blocks."""
        self._outbox.poke()

    async def dry_run(self, query: DryRun, operator: Operator) -> DryRan:
        """What settings would tell of the last calls."""
        return await self._dry_runs.answer(query, operator)

    async def preview(self, query: PreviewNotice, operator: Operator) -> NoticePreviewed:
        """What words make of a call."""
        return await self._previews.answer(query, operator)
