"""The board: folds what the PBX tells into calls. Pure; the time is told to it.

One logical call stays one call whatever forks, queues, pickups, parks and transfers do to it. Only
`Arrived` and a `Roster` begin a call; an event about a call that the board does not know, or that
is settled, changes nothing, so events may be repeated, late or lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from console.calls import events as ev
from console.calls.call import Call, Leg, Moment
from console.calls.moves import Sign, move
from console.calls.outcome import outcome_of
from console.calls.words import MomentKind, Outcome, Phase, RangResult

# A leg's last word may come after the caller's hang-up, and a transfer hangs up one leg before the
# next one rings, so a call is settled only after this.
GRACE = timedelta(seconds=1)
# A picked-up phone stops ringing this shortly before the one who picked up is heard.
PICKED_UP = timedelta(seconds=1)
# A settled call is remembered this long, so that a repeated Arrived does not begin it again.
REMEMBERED = timedelta(minutes=10)
# Why a phone did not answer; a declined one is first told as not answered.
REASONS = frozenset({RangResult.DECLINED, RangResult.BUSY, RangResult.UNREACHABLE})
# A caller can wait for hours in a queue whose members ring every few seconds.
MOST_LEGS = 200
MOST_MOMENTS = 400


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one event or tick.

    `changed`: calls that are new or different now, settled ones included, in the order of the
    board. `absorbed`: calls that turned out to be part of another, as (call, into). `wake_at`: when
    the board wants to be told the time, None while nothing waits for it.
    """

    board: "Board"
    changed: tuple[Call, ...] = ()
    absorbed: tuple[tuple[str, str], ...] = ()

    @property
    def wake_at(self) -> datetime | None:
        """When to call `tick`."""
        return self.board.wake_at


@dataclass(frozen=True, slots=True)
class Board:
    """All calls that are not settled, by id, oldest first."""

    calls: Mapping[str, Call] = field(default_factory=lambda: MappingProxyType({}))
    settled: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    wake_at: datetime | None = None

    def hear(self, event: ev.CallEvent, now: datetime) -> Heard:
        """Fold one event in."""
        match event:
            case ev.Arrived():
                return self._begin(event, now)
            case ev.Merged():
                return self._merge(event, now)
            case ev.Roster():
                return self._reconcile(event, now)
            case ev.FeedLost() | ev.FeedBack():
                return self._mark_gap(event, now)
            case ev.Suspicious():
                return Heard(self)
        call = self.calls.get(event.call)
        if call is None:
            return Heard(self)
        after = fold(call, event, now)
        if after is call:
            return Heard(self)
        return self._with({call.id: after}, now)

    def tick(self, now: datetime) -> Heard:
        """Settle what has waited out its grace, forget what was settled long ago."""
        due = {
            call.id: settle(call)
            for call in self.calls.values()
            if call.ended_at is not None and call.ended_at + GRACE <= now
        }
        return self._with(due, now) if due else Heard(self)

    def resume(self, calls: tuple[Call, ...]) -> "Board":
        """A board that goes on with calls which were live when the desk stopped."""
        live = {**self.calls, **{call.id: call for call in calls if not call.settled}}
        return Board(MappingProxyType(live), self.settled, _wake_at(live))

    def _begin(self, event: ev.Arrived, now: datetime) -> Heard:
        if event.call in self.settled:
            return Heard(self)
        if (known := self.calls.get(event.call)) is not None:
            after = _told_again(known, event)
            return Heard(self) if after is known else self._with({known.id: after}, now)
        call = Call(
            id=event.call,
            feed=event.feed,
            direction=event.direction,
            caller=event.caller,
            called=event.called,
            started_at=now,
            phase_since=now,
            moments=(Moment(now, MomentKind.ARRIVED, event.called or ""),),
        )
        return self._with({call.id: call}, now)

    def _merge(self, event: ev.Merged, now: datetime) -> Heard:
        one, into = self.calls.get(event.call), self.calls.get(event.into)
        if one is None or into is None or one is into:
            return Heard(self)
        merged = _merged(one, into)
        calls = {call.id: call for call in self.calls.values() if call is not one}
        calls[into.id] = merged
        board = Board(MappingProxyType(calls), self._remember((one.id,), now), _wake_at(calls))
        return Heard(board, (merged,), ((one.id, into.id),))

    def _reconcile(self, roster: ev.Roster, now: datetime) -> Heard:
        """The PBX says which calls live: begin those missed, mend those known, close the rest."""
        changes: dict[str, Call] = {}
        for told in roster.calls:
            known = self.calls.get(told.call)
            if known is None:
                if told.call not in self.settled:
                    changes[told.call] = _as_told(_begun_before(told, roster.feed, now), told, now)
            elif (mended := _as_told(known, told, now)) is not known:
                changes[told.call] = replace(mended, reconstructed=True)
        alive = {told.call for told in roster.calls}
        for call in self.calls.values():
            if call.feed == roster.feed and call.id not in alive and call.ended_at is None:
                changes[call.id] = settle(_vanished(call, now), lost=True)
        return self._with(changes, now) if changes else Heard(self)

    def _mark_gap(self, event: ev.FeedLost | ev.FeedBack, now: datetime) -> Heard:
        kind = MomentKind.FEED_LOST if isinstance(event, ev.FeedLost) else MomentKind.FEED_BACK
        touched = {
            call.id: _note(call, now, kind)
            for call in self.calls.values()
            if call.feed == event.feed and call.ended_at is None
        }
        return self._with(touched, now) if touched else Heard(self)

    def _with(self, changes: Mapping[str, Call], now: datetime) -> Heard:
        calls = {**self.calls, **changes}
        over = tuple(id for id, call in changes.items() if call.settled)
        for id in over:
            del calls[id]
        board = Board(
            MappingProxyType(calls),
            self._remember(over, now) if over else self.settled,
            _wake_at(calls),
        )
        return Heard(board, tuple(changes.values()))

    def _remember(self, over: tuple[str, ...], now: datetime) -> Mapping[str, datetime]:
        recent = {id: at for id, at in self.settled.items() if at + REMEMBERED > now}
        return MappingProxyType({**recent, **dict.fromkeys(over, now)})


def fold(call: Call, event: ev.AboutCall, now: datetime) -> Call:
    """The call after an event about it; the same object if nothing changed."""
    facts = _FACTS[type(event)](call, event, now)
    if facts is None:
        return call
    changed, sign = facts
    return _moved(changed, sign, now)


def settle(call: Call, *, lost: bool = False) -> Call:
    """The call with its outcome: over for good."""
    outcome = outcome_of(call)
    if lost and outcome not in (Outcome.ANSWERED, Outcome.VOICEMAIL):
        outcome = Outcome.LOST
    return replace(call, outcome=outcome)


# -- facts: what each event adds to a call, and the sign it gives ------------------------------

_Facts = tuple[Call, Sign | None] | None


def _offered(call: Call, event: ev.Offered, now: datetime) -> _Facts:
    if call.ended_at or _find(call, event.leg):
        return None
    return _with_leg(call, Leg(event.leg, event.device, offered_at=now)), None


def _rang(call: Call, event: ev.Rang, now: datetime) -> _Facts:
    leg = _find(call, event.leg)
    if call.ended_at or (leg and (leg.rang_at or leg.ended_at)):
        return None
    leg = leg or Leg(event.leg, event.device, offered_at=now)
    call = _with_leg(call, replace(leg, rang_at=now))
    return _note(call, now, MomentKind.RANG, event.device), Sign.RINGS


def _phone_ended(call: Call, event: ev.PhoneEnded, now: datetime) -> _Facts:
    leg = _find(call, event.leg) or Leg(event.leg, event.device, offered_at=now)
    if leg.ended_at:
        return _better_word(call, leg, event.result)
    result = event.result
    if result is RangResult.CANCELLED and call.talking_to:
        result = RangResult.ELSEWHERE
    call = _with_leg(call, replace(leg, ended_at=now, result=result))
    call = _note(call, now, MomentKind.PHONE_ENDED, event.device, result)
    return call, None if call.ringing_devices else Sign.QUIET


def _better_word(call: Call, leg: Leg, result: RangResult) -> _Facts:
    """The first word counts (a queue says NOANSWER, then CANCEL), but the reason may come later."""
    if leg.result is not RangResult.NO_ANSWER or result not in REASONS:
        return None
    moments = tuple(
        replace(moment, result=result)
        if moment.kind is MomentKind.PHONE_ENDED
        and (moment.at, moment.who) == (leg.ended_at, leg.device)
        else moment
        for moment in call.moments
    )
    return replace(_with_leg(call, replace(leg, result=result)), moments=moments), None


def _queued(call: Call, event: ev.Queued, now: datetime) -> _Facts:
    if call.ended_at or (call.queued and call.queue == event.queue):
        return None
    call = replace(call, queue=event.queue, queued=True, queue_abandoned=False)
    return _taken_by_machine(_note(call, now, MomentKind.QUEUED, event.queue))


def _left_queue(call: Call, event: ev.LeftQueue, now: datetime) -> _Facts:
    if not call.queued and call.queue_abandoned >= event.abandoned:
        return None
    abandoned = event.abandoned or call.queue_abandoned
    first = call.queued
    call = replace(call, queue=call.queue or event.queue, queued=False, queue_abandoned=abandoned)
    return (_note(call, now, MomentKind.LEFT_QUEUE, event.queue) if first else call), None


def _pbx_answered(call: Call, event: ev.PbxAnswered, now: datetime) -> _Facts:
    if call.ended_at or any(m.kind is MomentKind.PBX_ANSWERED for m in call.moments):
        return None
    call = _note(call, now, MomentKind.PBX_ANSWERED)
    return _taken_by_machine(call) if call.phase is Phase.RINGING else (call, None)


def _answered(call: Call, event: ev.Answered, now: datetime) -> _Facts:
    if call.talking_to == event.by or (call.ended_at and call.answered_at):
        return None
    winner = _find(call, event.leg) if event.leg else None
    legs = tuple(_after_answer(leg, winner, now) for leg in call.legs)
    call = replace(
        call,
        legs=legs,
        talking_to=None if call.ended_at else event.by,
        answered_at=call.answered_at or call.ended_at or now,
        answered_by=call.answered_by or event.by,
    )
    return _note(call, now, MomentKind.ANSWERED, event.by), Sign.PERSON


def _left_alone(call: Call, event: ev.LeftAlone, now: datetime) -> _Facts:
    if call.ended_at or call.talking_to is None:
        return None
    left = call.talking_to
    call = _note(replace(call, talking_to=None), now, MomentKind.LEFT_ALONE, left)
    return call, Sign.HANDED_ON if call.ringing_devices else Sign.ALONE


def _parked(call: Call, event: ev.Parked, now: datetime) -> _Facts:
    if call.ended_at or call.slot == event.slot:
        return None
    call = replace(call, slot=event.slot, talking_to=None)
    return _note(call, now, MomentKind.PARKED, event.slot), Sign.PARKED


def _unparked(call: Call, event: ev.Unparked, now: datetime) -> _Facts:
    if call.ended_at or call.slot is None:
        return None
    slot = call.slot
    call = _note(replace(call, slot=None), now, MomentKind.FETCHED, slot)
    return call, Sign.RINGS if call.ringing_devices else Sign.UNPARKED


def _voicemail(call: Call, event: ev.TookVoicemail, now: datetime) -> _Facts:
    if call.voicemail:
        return None
    call = _note(replace(call, voicemail=True), now, MomentKind.VOICEMAIL)
    return (call, None) if call.ended_at else _taken_by_machine(call)


def _hung_up(call: Call, event: ev.HungUp, now: datetime) -> _Facts:
    if call.ended_at:
        return None
    return _hang_up(call, now), Sign.GONE


_FACTS: dict[type, Callable[[Call, Any, datetime], _Facts]] = {
    ev.Offered: _offered,
    ev.Rang: _rang,
    ev.PhoneEnded: _phone_ended,
    ev.Queued: _queued,
    ev.LeftQueue: _left_queue,
    ev.PbxAnswered: _pbx_answered,
    ev.Answered: _answered,
    ev.LeftAlone: _left_alone,
    ev.Parked: _parked,
    ev.Unparked: _unparked,
    ev.TookVoicemail: _voicemail,
    ev.HungUp: _hung_up,
}


def _taken_by_machine(call: Call) -> tuple[Call, Sign | None]:
    """The PBX has the caller, so nobody speaks with them; while a phone rings that is no news."""
    if call.ringing_devices:
        return call, None
    return replace(call, talking_to=None), Sign.MACHINE


def _after_answer(leg: Leg, winner: Leg | None, now: datetime) -> Leg:
    """A leg of a call that a person has just answered: one won, the ringing ones lost."""
    if leg is winner:
        return replace(leg, ended_at=leg.ended_at or now, result=RangResult.ANSWERED)
    if leg.ringing:
        return replace(leg, ended_at=now, result=RangResult.ELSEWHERE)
    # Dial cancels the losers before it says who won. A phone that was cancelled before the winner
    # was tried lost to nobody: the caller was sent on. A pickup's winner was never tried.
    if leg.result is RangResult.CANCELLED and leg.ended_at is not None:
        if winner is None:
            lost = leg.ended_at >= now - PICKED_UP
        elif leg.ended_at == winner.offered_at:
            # Heard in one breath: only who was tried together with the winner lost to it.
            lost = leg.offered_at == winner.offered_at
        else:
            lost = leg.ended_at > winner.offered_at
        if lost:
            return replace(leg, result=RangResult.ELSEWHERE)
    return leg


def _hang_up(call: Call, now: datetime) -> Call:
    """The caller is gone: what still rang was given up on."""
    legs = tuple(_ended_with(leg, now) for leg in call.legs)
    # `queued` stays: a caller who hangs up while queued gave up there.
    call = replace(call, legs=legs, ended_at=now, talking_to=None, slot=None)
    return _note(call, now, MomentKind.HUNG_UP)


def _vanished(call: Call, now: datetime) -> Call:
    """A call the PBX no longer knows: it ended while nobody heard."""
    return _moved(replace(_hang_up(call, now), reconstructed=True), Sign.GONE, now)


def _told_again(call: Call, event: ev.Arrived) -> Call:
    """What a later word adds: a number learned late, a caller who turns out to be hidden."""
    caller, called = call.caller, call.called or event.called
    if event.caller.hidden or caller.number is None:
        caller = event.caller
    if caller == call.caller and called == call.called:
        return call
    moments = (replace(call.moments[0], who=called or ""), *call.moments[1:])
    return replace(call, caller=caller, called=called, moments=moments)


# -- rosters: the PBX says how things are, not how they came to be -----------------------------


def _begun_before(told: ev.RosterCall, feed: str, now: datetime) -> Call:
    started = now - timedelta(seconds=min(max(told.seconds or 0.0, 0.0), 86_400.0))
    return Call(
        id=told.call,
        feed=feed,
        direction=told.direction,
        caller=told.caller,
        called=told.called,
        started_at=started,
        phase_since=started,
        reconstructed=True,
        moments=(Moment(started, MomentKind.ARRIVED, told.called or ""),),
    )


def _as_told(call: Call, told: ev.RosterCall, now: datetime) -> Call:
    """The call after everything the roster says of it; the same object if it says nothing new."""
    about: list[ev.AboutCall] = []
    alive = {phone.leg for phone in told.phones}
    for leg in call.legs:
        if leg.ended_at is None and leg.id not in alive:
            result = RangResult.ELSEWHERE if told.talking_to else RangResult.NO_ANSWER
            about.append(ev.PhoneEnded(call.id, leg.id, leg.device, result))
    for phone in told.phones:
        kind = ev.Rang if phone.ringing else ev.Offered
        about.append(kind(call.id, phone.leg, phone.device))
    if told.queue is not None:
        about.append(ev.Queued(call.id, told.queue))
    elif call.queued:
        about.append(ev.LeftQueue(call.id, call.queue or "", abandoned=False))
    if told.slot is not None:
        about.append(ev.Parked(call.id, told.slot))
    elif call.slot is not None:
        about.append(ev.Unparked(call.id))
    if told.talking_to is not None:
        answered = next((p.leg for p in told.phones if p.device == told.talking_to), None)
        about.append(ev.Answered(call.id, told.talking_to, answered))
    elif call.talking_to is not None:
        about.append(ev.LeftAlone(call.id))
    for event in about:
        call = fold(call, event, now)
    return call


# -- small moves -------------------------------------------------------------------------------


def _find(call: Call, leg: str) -> Leg | None:
    return next((one for one in call.legs if one.id == leg), None)


def _merged(one: Call, into: Call) -> Call:
    """`into` with all that was told of `one`, which was no call of its own."""
    # A leg that both were told of is one; the call that goes on knows better.
    legs = {leg.id: leg for leg in (*one.legs, *into.legs)}
    merged = replace(
        into,
        legs=_latest_legs(tuple(sorted(legs.values(), key=lambda leg: leg.offered_at))),
        voicemail=into.voicemail or one.voicemail,
        moments=_latest_moments(
            tuple(sorted((*into.moments, *one.moments), key=lambda moment: moment.at))
        ),
    )
    since = max(at for at in (one.phase_since, into.phase_since, into.started_at) if at)
    if into.ended_at is not None:
        ended = (_ended_with(leg, into.ended_at) for leg in merged.legs)
        return replace(merged, legs=tuple(ended))
    if into.talking_to is None and one.talking_to is not None:
        merged = replace(
            merged,
            talking_to=one.talking_to,
            answered_at=into.answered_at or one.answered_at,
            answered_by=into.answered_by or one.answered_by,
            slot=None,
        )
        return _moved(merged, Sign.PERSON, since)
    return _moved(merged, Sign.RINGS, since) if merged.ringing_devices else merged


def _ended_with(leg: Leg, at: datetime) -> Leg:
    """A leg of a call that is over."""
    return leg if leg.ended_at else replace(leg, ended_at=at, result=RangResult.CANCELLED)


def _with_leg(call: Call, leg: Leg) -> Call:
    legs = tuple(leg if one.id == leg.id else one for one in call.legs)
    if leg not in legs:
        legs = _latest_legs((*legs, leg))
    return replace(call, legs=legs)


def _latest_legs(legs: tuple[Leg, ...]) -> tuple[Leg, ...]:
    """At most MOST_LEGS: the oldest that are over go first."""
    surplus = len(legs) - MOST_LEGS
    if surplus <= 0:
        return legs
    over = [leg.id for leg in legs if leg.ended_at][:surplus]
    return tuple(leg for leg in legs if leg.id not in over)


def _latest_moments(moments: tuple[Moment, ...]) -> tuple[Moment, ...]:
    """At most MOST_MOMENTS: how it began, and what came last."""
    return moments if len(moments) <= MOST_MOMENTS else (moments[0], *moments[-MOST_MOMENTS + 1 :])


def _note(
    call: Call, now: datetime, kind: MomentKind, who: str = "", result: RangResult | None = None
) -> Call:
    moments = _latest_moments((*call.moments, Moment(now, kind, who, result)))
    return replace(call, moments=moments)


def _moved(call: Call, sign: Sign | None, now: datetime) -> Call:
    phase = move(call.phase, sign)
    return call if phase is call.phase else replace(call, phase=phase, phase_since=now)


def _wake_at(calls: Mapping[str, Call]) -> datetime | None:
    ended = [call.ended_at for call in calls.values() if call.ended_at is not None]
    return min(ended) + GRACE if ended else None
