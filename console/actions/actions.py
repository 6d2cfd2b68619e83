"""Carries out what the settings say the console does by itself; a Reflexes for the desk.

What happened waits in a lane for each action, and becomes an offer on the call, a program that
runs, or a webhook; what fails goes back to the desk, for the form.
"""

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from console.actions.errand import ActionFailed, Errand, wanted
from console.actions.failures import Failures
from console.actions.filling import Filling
from console.actions.lanes import Lanes
from console.actions.programs import Programs
from console.actions.webhooks import Webhooks
from console.desk.contacts import ActionFailure
from console.desk.ports import Clock
from console.desk.records import CallRecord, Offer
from console.settings.live import Live, Occasion, OpenContact, OpenUrl, PostWebhook, RunProgram
from console.wording.wording import Wording

if TYPE_CHECKING:
    # phonenumbers takes a tenth of a second.
    from console.calls.numbers import NumberPlan

log = logging.getLogger(__name__)


class Actions:
    """Does what the actions say when something happens to a call.

    `zone` is the site's, for companies without one. `offer` and `failed` are told on the loop and
    must not block. `programs` are the allowed ones: name to path and time limit in seconds.
    `secret` resolves a webhook's secret; what it raises is shown.
    """

    def __init__(
        self,
        wording: Wording,
        plan: "NumberPlan",
        zone: ZoneInfo,
        clock: Clock,
        *,
        offer: Callable[[str, Offer], None],
        failed: Callable[[ActionFailure], None],
        programs: Mapping[str, tuple[str, float]] | None = None,
        secret: Callable[[str], str] = str,
        webhooks: Webhooks | None = None,
    ) -> None:
        self._filling = Filling(wording, plan, zone)
        self._clock = clock
        self._offer = offer
        self._failures = Failures(failed)
        self._programs = Programs({} if programs is None else programs)
        self._webhooks = webhooks or Webhooks(clock, secret)
        self._lanes = Lanes(self._carry_out, self._left_out)

    def happened(self, occasion: Occasion, record: CallRecord, settings: Live) -> None:
        """Let the actions for this wait for their turn; never blocks, never raises."""
        for action in settings.actions.actions:
            try:
                if wanted(action, occasion, record):
                    self._lanes.put(Errand(action, occasion, record, self._clock.now()))
            except Exception:
                # Calls go on, whatever is wrong with what is done about them.
                log.exception("action %s could not be begun", action.name)

    async def run(self) -> None:
        """Carry actions out until cancelled; programs under way are ended then."""
        try:
            await self._lanes.run()
        finally:
            await self._webhooks.close()

    # -- deeds ------------------------------------------------------------------------------

    async def _carry_out(self, errand: Errand) -> None:
        try:
            await self._do(errand)
        except ActionFailed as failure:
            self._failures.tell(errand, self._clock.now(), str(failure))
        except Exception as error:
            log.exception("action %s failed", errand.action.name)
            why = f"It failed ({type(error).__name__}); the log says why."
            self._failures.tell(errand, self._clock.now(), why)

    async def _do(self, errand: Errand) -> None:
        action, call = errand.action, errand.record.call
        match action.deed:
            case OpenContact():
                # Who calls may be known to an operator's own source alone, so each door decides;
                # but a hidden caller is nobody's contact.
                if not call.caller.hidden:
                    self._offer(call.id, Offer(action.name, "contact"))
            case OpenUrl(url=template):
                self._offer(
                    call.id, Offer(action.name, "url", await self._filling.url(template, errand))
                )
            case RunProgram(program=program, arguments=templates):
                arguments = await self._filling.arguments(templates, errand)
                await self._programs.run(program, arguments, self._filling.facts(errand))
            case PostWebhook() as deed:
                await self._webhooks.post(deed, errand)

    def _left_out(self, errand: Errand, count: int) -> None:
        calls = "1 call was" if count == 1 else f"{count:,} calls were"
        self._failures.tell_always(
            errand,
            self._clock.now(),
            f"{calls} left out, as it takes longer than calls take to come. Let it be faster, or "
            "narrow it to fewer calls.",
        )
