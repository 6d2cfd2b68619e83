"""A door without a desk: a settable snapshot, recorded commands, canned answers."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from console.calls.call import Call, Leg
from console.calls.events import Caller
from console.calls.words import Direction, Outcome, Phase, Role
from console.desk.accounts import KeptPlace
from console.desk.commands import Answer, Command, Done, KeepPlace
from console.desk.contacts import Found, Previewed
from console.desk.operators import Operator
from console.desk.queries import Page, Total
from console.desk.records import CallRecord, Identity
from console.desk.snapshot import Counts, FeedHealth, Lamp, Snapshot
from console.people.values import Company
from console.settings.site import Site

NOW = datetime(2026, 3, 2, 13, 2, 14, tzinfo=UTC)  # a Monday, 14:02 in Berlin
SITE = Site(name="Front desk Berlin", time_zone="Europe/Berlin", region="DE", area_code="30")
EVA = Operator("eva", "Eva Brandt", Role.OPERATOR, ("101",))
CONNECTED = FeedHealth("Asterisk", Lamp.CONNECTED, NOW - timedelta(hours=5))


class FakeDoor:
    """Stands in for a session's door; `publish` is what the desk would do."""

    def __init__(self, snapshot: Snapshot | None = None, operator: Operator = EVA) -> None:
        self.operator = operator
        self.local = True
        self.snapshot = snapshot or picture()
        self.commands: list[Command] = []
        self.asked: list[Any] = []
        self.answer: Answer | Callable[[Command], Answer] = Done()
        self.answers: dict[type, Any] = {}  # by query type: a value, or a function of the query
        self.watchers: list[Callable[[], None]] = []
        self.keys = 0
        self.place: dict[str, Any] | None = None
        self.looks: list[tuple[str, str | None]] = []
        self.end: Callable[[str], None] | None = None

    async def do(self, command: Command) -> Answer:
        if isinstance(command, KeepPlace):
            # It comes by itself when a hand rests.
            self.place = command.place
            return Done()
        self.commands.append(command)
        return self.answer(command) if callable(self.answer) else self.answer

    async def ask(self, query: Any) -> Any:
        if isinstance(query, KeptPlace):
            return self.place
        self.asked.append(query)
        empty = {
            "CallPage": Page(()),
            "CountCalls": Total(0),
            "CallDetails": None,
            "FindContacts": Found(()),
            "GetContact": None,
            "PreviewText": Previewed(),
        }
        found = self.answers.get(type(query), empty.get(type(query).__name__, ()))
        return found(query) if callable(found) else found

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        self.watchers.append(changed)
        return lambda: self.watchers.remove(changed)

    def keyed(self) -> None:
        self.keys += 1

    def looks_at(self, screen: str, call: str | None) -> None:
        self.looks.append((screen, call))

    def ending(self, end: Callable[[str], None]) -> None:
        self.end = end

    def publish(self, snapshot: Snapshot) -> None:
        self.snapshot = replace(snapshot, revision=self.snapshot.revision + 1)
        for changed in tuple(self.watchers):
            changed()


def picture(
    *live: CallRecord,
    ended: Iterable[CallRecord] = (),
    feeds: tuple[FeedHealth, ...] = (CONNECTED,),
    now: datetime = NOW,
    **counts: int,
) -> Snapshot:
    """A snapshot with these calls; counts follow from them unless given."""
    phases = [record.call.phase for record in live]
    counted = {phase.value: phases.count(phase) for phase in Phase if phase is not Phase.ENDED}
    return Snapshot(
        revision=1,
        stored=1,
        now=now,
        site=SITE.name,
        live=live,
        ended=tuple(ended),
        feeds=feeds,
        counts=Counts(**{**counted, **counts}),
    )


def a_call(
    id: str = "1",
    *,
    company: str | Company = "Meyer & Söhne",
    name: str = "",
    number: str | None = "+491701234567",
    display: str | None = None,
    hidden: bool = False,
    phase: Phase = Phase.RINGING,
    seconds: float = 14,
    rings: Iterable[str] = ("101", "102", "103"),
    called: str | None = "+4930222000",
    direction: Direction = Direction.INBOUND,
    talking_to: str | None = None,
    outcome: Outcome | None = None,
    queue: str | None = None,
    now: datetime = NOW,
    **identity: Any,
) -> CallRecord:
    """A call that has been in this phase for `seconds`."""
    firm = Company(company) if isinstance(company, str) and company else company or None
    started = now - timedelta(seconds=seconds)
    talking = phase is Phase.TALKING
    ended = phase is Phase.ENDED
    call = Call(
        id=id,
        feed="Asterisk",
        direction=direction,
        caller=Caller(None, None, True) if hidden else Caller(number, display),
        called=called,
        started_at=started,
        phase=phase,
        phase_since=started,
        answered_at=started if talking or outcome is Outcome.ANSWERED else None,
        answered_by=talking_to,
        talking_to=talking_to if talking else None,
        ended_at=now if ended else None,
        outcome=outcome,
        queue=queue,
        queued=phase is Phase.WAITING,
        legs=tuple(
            Leg(f"{id}-{device}", device, started, started)
            for device in (rings if phase is Phase.RINGING else ())
        ),
    )
    return CallRecord(
        call=call,
        company_name=firm.name if firm else "",
        company_colour=firm.colour if firm else "",
        caller_name=name,
        identity=Identity(company=firm, name=name, **identity),
    )
