"""What the words of notices make of a stored call, or of sample data, for whoever writes them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from console.calls.call import Call, Leg
from console.calls.events import Caller as Calling
from console.calls.words import Direction, Outcome, Phase
from console.desk.notices import NoticePreviewed, PreviewNotice
from console.desk.operators import Operator
from console.desk.ports import Clock
from console.desk.records import CallRecord, Note
from console.notices.facts import Gathering
from console.notices.notice_values import notice_values
from console.notices.text_parts import beyond_gsm, parts
from console.notices.wordings import TITLES, Renderer, one
from console.people.values import Company
from console.settings.live import Live, for_company
from console.settings.words import Words
from console.wording.sample import SAMPLE_CALLER, SAMPLE_COMPANY
from console.wording.wording import Rendered

if TYPE_CHECKING:
    # phonenumbers takes a tenth of a second.
    from console.calls.numbers import NumberPlan


class Previews:
    """Answers PreviewNotice; `record_of` finds a call, `live` are the settings in force."""

    def __init__(
        self,
        gathering: Gathering,
        renderer: Renderer,
        plan: "NumberPlan",
        zone: ZoneInfo,
        clock: Clock,
        live: Callable[[], Live],
        record_of: Callable[[str], Awaitable[CallRecord | None]],
    ) -> None:
        self._gathering = gathering
        self._renderer = renderer
        self._plan = plan
        self._zone = zone
        self._clock = clock
        self._live = live
        self._record_of = record_of

    async def answer(self, query: PreviewNotice, operator: Operator) -> NoticePreviewed:
        """Every field of the section, rendered, or what is wrong with it."""
        live = for_company(self._live(), query.company_id)
        given = {name: getattr(live.words, name) for name in TITLES} | query.values
        try:
            words = Words.model_validate(given)
        except ValidationError as wrong:
            found = {str(each["loc"][0]): (f"{each['msg']}.", None) for each in wrong.errors()}
            return NoticePreviewed({}, dict(found))
        values = await self._values(query, live)
        made: dict[str, str] = {}
        broken: dict[str, tuple[str, int | None]] = {}
        for field in TITLES:
            rendered = await one(self._renderer, getattr(words, field), field, values)
            if isinstance(rendered, Rendered):
                made[field] = rendered.text
            else:
                broken[field] = rendered.reason, rendered.line
        if "sms" not in made:
            return NoticePreviewed(made, broken)
        counted = parts(made["sms"])
        return NoticePreviewed(
            made,
            broken,
            counted.count,
            counted.left,
            counted.alphabet,
            because=beyond_gsm(made["sms"]),
        )

    async def _values(self, query: PreviewNotice, live: Live) -> Mapping[str, Any]:
        now = self._clock.now()
        local = now.astimezone(self._zone)
        record = await self._record_of(query.call) if query.call else None
        if record is not None:
            called = await self._gathering.company(record)
            contact = (await self._gathering.caller(record)).contact
            return notice_values([record], called, contact, live.mail, local, self._plan)
        company = await self._company(query.company_id)
        *before, last = (sample_record(company, now - ago) for ago in _AGO)
        # One note, as somebody would write it on the last of them.
        samples = [*(replace(one, notes=()) for one in before), last]
        return notice_values(samples, company, SAMPLE_CALLER, live.mail, local, self._plan)

    async def _company(self, id: int | None) -> Company:
        asked = replace(sample_record(SAMPLE_COMPANY, self._clock.now()), company_id=id)
        return await self._gathering.company(asked) or SAMPLE_COMPANY


_AGO = (timedelta(minutes=14), timedelta(minutes=3))


def sample_record(company: Company, at: datetime) -> CallRecord:
    """A made-up unanswered call to a company, 14 seconds long."""
    number = next((each for each in company.numbers if each.lstrip("+").isdigit()), None)
    end = at + timedelta(seconds=14)
    call = Call(
        "sample",
        "Asterisk",
        Direction.INBOUND,
        Calling(SAMPLE_CALLER.numbers[0][0], "SCHULZ GMBH"),
        number,
        at,
        phase=Phase.ENDED,
        ended_at=end,
        outcome=Outcome.ABANDONED,
        legs=(Leg("sample-1", "101", at, at + timedelta(seconds=2), end),),
    )
    note = Note("Eva", end, "Wants to be called back before five.")
    return CallRecord(call, company.id, company.name, caller_name=SAMPLE_CALLER.name, notes=(note,))
