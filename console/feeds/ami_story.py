"""What Asterisk's channels do, told as call events.

What is measured of Asterisk 22 and relied on here:
- The called number is the Exten of the caller's first Newchannel, and only there.
- A phone rings at its Newstate 5; DialBegin only says that it was tried, and may come later.
- A person answered when a phone's DialEnd says ANSWER or the phone shares a bridge with the caller;
  not when the caller's channel goes Up: queues, menus and mailboxes do that too.
- The call is over when the caller's own channel hangs up, whatever its phones say before or after.
- A declined phone says NOANSWER first and cause 21 when it hangs up.

Source: Asterisk 22 AMI events (docs.asterisk.org), and the recordings in the tests.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from console.calls import events as ev
from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.calls.words import Direction, RangResult
from console.feeds.ami_channels import Channel, Channels, Group, Kind, peer_of
from console.feeds.ami_contexts import AmiContexts
from console.feeds.ami_wire import Block
from console.feeds.ami_words import CAUSE_ENDS, MAILBOXES, STATUS_ENDS, is_hidden, unescaped

REMEMBERED_CALLERS = 512


class AmiStory:
    """The channels of one connection, and what they have done since somebody last asked."""

    def __init__(
        self,
        feed: str,
        plan: NumberPlan,
        contexts: AmiContexts,
        stranger: Callable[[], None],
    ) -> None:
        """`stranger` is called for a channel that came into being while nobody listened."""
        self._feed = feed
        self._plan = plan
        self._contexts = contexts
        self._stranger = stranger
        self._channels = Channels()
        self._callers: OrderedDict[str, str] = OrderedDict()
        self._expected: dict[str, str] = {}
        self._round = 0
        self._handlers = {name: getattr(self, method) for name, method in _HANDLERS.items()}
        self.said: list[ev.CallEvent] = []

    @property
    def busy(self) -> bool:
        """Whether any channel lives."""
        return bool(self._channels.by_uid)

    def hear(self, block: Block) -> None:
        """Take in an event that has every field of its name."""
        self._handlers[block.name](block)

    def expect(self, uid: str, number: str) -> None:
        """A channel with this Uniqueid, if it comes, is a phone that will call this number."""
        self._expected[uid] = number
        if len(self._expected) > REMEMBERED_CALLERS:
            del self._expected[next(iter(self._expected))]

    def _say(self, group: Group, event: ev.AboutCall) -> None:
        if group.told:
            self.said.append(event)

    def _id(self, group: Group) -> str:
        return f"{self._feed}-{group.call}"

    # channels ------------------------------------------------------------------------------

    def _channel(self, block: Block, prefix: str = "") -> Channel:
        """The channel an event is about; made known if it was not, moved if its call changed."""
        uid, linkedid = block.get(f"{prefix}Uniqueid"), block.get(f"{prefix}Linkedid")
        channel = self._channels.by_uid.get(uid)
        if channel is None:
            name = block.get(f"{prefix}Channel")
            kind = self._kind(name, block.get(f"{prefix}Context"))
            channel = self._channels.add(uid, linkedid, name, kind, self._round)
            channel.up = block.get(f"{prefix}ChannelState") == "6"
            if channel.kind is Kind.TRUNK:
                channel.device = self._number(block.get(f"{prefix}CallerIDNum")) or channel.device
            if block.name != "Newchannel":
                self._stranger()
        else:
            self._rename(channel, block.get(f"{prefix}Channel"))
            self._relink(channel, linkedid)
        if not prefix:
            self._caller_news(channel, block)
        return channel

    def _rename(self, channel: Channel, name: str) -> None:
        if name and name != channel.name:
            channel.name = name
            if channel.kind is Kind.PHONE:
                channel.device = clean(peer_of(name))

    def _relink(self, channel: Channel, linkedid: str) -> None:
        merged = self._channels.relink(channel, linkedid)
        if merged is None:
            return
        absorbed, into = merged
        if absorbed.told and not absorbed.over and into.told:
            self.said.append(ev.Merged(self._id(absorbed), self._id(into)))
        into.queue = into.queue or absorbed.queue
        self._look_around(into)

    def _kind(self, name: str, context: str) -> Kind:
        if name.startswith("Local/"):
            return Kind.LOCAL
        return Kind.TRUNK if self._contexts.is_trunk(context, name) else Kind.PHONE

    def _number(self, raw: str) -> str | None:
        return self._plan.normal(clean(raw, 64))

    def _caller_of(self, block: Block) -> ev.Caller:
        number = self._number(block.get("CallerIDNum"))
        hidden = number is None or is_hidden(block)
        if hidden:
            return ev.Caller(hidden=True)
        display = clean(unescaped(block.get("CallerIDName")))
        if self._plan.normal(display) is None or display == block.get("CallerIDNum"):
            display = ""
        return ev.Caller(number, display or None)

    def _caller_news(self, channel: Channel, block: Block) -> None:
        """What an event on the caller's channel adds to what is known of the caller and the DID."""
        group = channel.group
        if not group.told or channel.uid != group.caller_uid or group.over:
            return
        caller, called = group.caller, group.called
        if not caller.hidden and is_hidden(block):
            caller = ev.Caller(hidden=True)
        if called is None:
            known = block.variables
            called = self._called(known.get("DID") or known.get("CALLERID(dnid)") or "")
            if called is None and group.direction is not Direction.INBOUND:
                called = self._called(block.get("Exten"))
        if caller != group.caller or called != group.called:
            group.caller, group.called = caller, called
            self._announce(group)

    def _called(self, exten: str) -> str | None:
        # "s" is Asterisk's name for "no number given", "h" and "i", "t" for events in the dialplan.
        return None if exten in ("", "s", "h", "i", "t") else self._number(exten)

    def _announce(self, group: Group) -> None:
        group.told = True
        self.said.append(
            ev.Arrived(self._id(group), self._feed, group.direction, group.caller, group.called)
        )

    def _new_channel(self, block: Block) -> None:
        known = block.get("Uniqueid") in self._channels.by_uid
        channel = self._channel(block)
        group = channel.group
        if known or channel.uid != block.get("Linkedid") or group.told:
            return
        group.caller_uid = channel.uid
        if block.get("ChannelState") != "4" or not channel.real:
            # Asterisk itself makes this channel (Originate); DialBegin tells whom it calls.
            return
        group.caller = self._caller_of(block)
        group.called = self._called(block.get("Exten"))
        if channel.kind is Kind.TRUNK:
            group.direction = Direction.INBOUND
        else:
            group.direction = self._way_out(group.called)
            group.caller = replace(
                group.caller, number=group.caller.number or channel.device, hidden=False
            )
        self._remember(channel)
        self._announce(group)

    def _way_out(self, called: str | None) -> Direction:
        outside = called is not None and called.startswith("+")
        return Direction.OUTBOUND if outside else Direction.INTERNAL

    def _remember(self, caller: Channel) -> None:
        """So that a Cdr which comes after the hang-up still finds its call."""
        self._callers[caller.uid] = self._id(caller.group)
        if len(self._callers) > REMEMBERED_CALLERS:
            self._callers.popitem(last=False)

    def _new_caller_id(self, block: Block) -> None:
        channel = self._channel(block)
        if channel.kind is Kind.TRUNK and channel.uid != channel.group.caller_uid:
            channel.device = self._number(block.get("CallerIDNum")) or channel.device

    def _new_state(self, block: Block) -> None:
        channel = self._channel(block)
        group, state = channel.group, block.get("ChannelState")
        if state == "5" and channel.real and channel.uid != group.caller_uid:
            self._rings(channel)
        elif state == "6" and not channel.up:
            channel.up = True
            if channel.uid == group.caller_uid and group.partner is None:
                self._say(group, ev.PbxAnswered(self._id(group)))

    def _rings(self, channel: Channel) -> None:
        if channel.rang or channel.ended:
            return
        channel.rang = channel.leg = True
        group = channel.group
        self._say(group, ev.Rang(self._id(group), channel.uid, channel.device))

    # dialling ------------------------------------------------------------------------------

    def _dial_begin(self, block: Block) -> None:
        source = self._channel(block) if block.get("Uniqueid") else None
        channel = self._channel(block, "Dest")
        group = channel.group
        if source is None and channel.uid == group.caller_uid:
            self._originated(channel, block)
            return
        if not channel.real or channel.uid == group.caller_uid:
            return
        if channel.kind is Kind.TRUNK:
            dialled = block.get("DialString").partition("@")[0].rpartition("/")[2]
            channel.device = self._number(dialled) or channel.device
        if not group.told and source is not None and source.uid == group.caller_uid:
            # An originated call that goes on to its other end.
            group.called = group.called or self._number(channel.device)
        if not channel.leg:
            channel.leg = True
            self._say(group, ev.Offered(self._id(group), channel.uid, channel.device))

    def _originated(self, channel: Channel, block: Block) -> None:
        """The console, or a phone's software, has Asterisk ring an operator's phone first."""
        group = channel.group
        if group.told or not channel.real:
            return
        group.direction = Direction.OUTBOUND
        group.caller = ev.Caller(channel.device)
        # Other programs show the operator's phone whom it will call: its own caller number is that
        # one's.
        other = self._number(block.get("DestCallerIDNum"))
        exten = self._called(self._expected.pop(channel.uid, "") or block.get("DestExten"))
        group.called = exten or (other if other != channel.device else None)
        self._remember(channel)
        self._announce(group)

    def _dial_end(self, block: Block) -> None:
        source = self._channel(block) if block.get("Uniqueid") else None
        channel = self._channel(block, "Dest")
        group, status = channel.group, block.get("DialStatus")
        if not channel.real or channel.uid == group.caller_uid:
            return
        channel.leg = True
        if status == "ANSWER":
            channel.ended, channel.up = status, True
            # Somebody already speaks with the caller: this one answered a colleague first, and
            # the bridge will tell when it speaks with the caller.
            if group.partner is None and source is not None:
                self._speaks(group, channel)
            return
        if channel.ended:
            return
        channel.ended = status
        result = STATUS_ENDS.get(status, RangResult.NO_ANSWER)
        if block.get("Forward"):
            result = RangResult.FORWARDED
        self._phone_ended(channel, result)

    def _phone_ended(self, channel: Channel, result: RangResult) -> None:
        group = channel.group
        self._say(group, ev.PhoneEnded(self._id(group), channel.uid, channel.device, result))

    def _speaks(self, group: Group, channel: Channel) -> None:
        if group.partner == channel.uid:
            return
        group.partner = channel.uid
        leg = channel.uid if channel.leg else None
        self._say(group, ev.Answered(self._id(group), channel.device, leg))

    # bridges -------------------------------------------------------------------------------

    def _bridge_enter(self, block: Block) -> None:
        channel = self._channel(block)
        holding = block.get("BridgeTechnology") == "holding_bridge"
        # Callers on hold or parked share a bridge and hear nobody.
        channel.bridge = None if holding else block.get("BridgeUniqueid")
        self._look_around(channel.group)

    def _bridge_leave(self, block: Block) -> None:
        channel = self._channel(block)
        # Who is alone now is told by what follows: bridges are left and entered again while
        # Asterisk replaces Local channels or completes a transfer.
        if channel.bridge == block.get("BridgeUniqueid"):
            channel.bridge = None

    def _look_around(self, group: Group) -> None:
        company = group.company()
        if not company or any(channel.uid == group.partner for channel in company):
            return
        self._speaks(group, company[0])

    # the end -------------------------------------------------------------------------------

    def _hang_up(self, block: Block) -> None:
        channel = self._channel(block)
        group, cause = channel.group, block.get("Cause")
        if channel.leg and channel.real and channel.uid != group.caller_uid:
            self._leg_hung_up(channel, cause)
        self._channels.remove(channel)
        if group.partner == channel.uid:
            group.partner = None
            self._look_around(group)
            if group.partner is None and group.caller_channel is not None:
                self._say(group, ev.LeftAlone(self._id(group)))
        self._end_if_over(group)

    def _leg_hung_up(self, channel: Channel, cause: str) -> None:
        told = CAUSE_ENDS.get(cause)
        if not channel.ended and not channel.up:
            self._phone_ended(channel, told or RangResult.CANCELLED)
        elif channel.ended == "NOANSWER" and told not in (None, RangResult.ELSEWHERE):
            self._phone_ended(channel, told)

    def _end_if_over(self, group: Group) -> None:
        """An inbound call ends with its caller; others when nobody is left to speak."""
        if not group.told or group.over or group.caller_channel is not None:
            return
        outgoing = group.direction is not Direction.INBOUND
        if outgoing and any(channel.up for channel in group.real()):
            return
        group.over = True
        self.said.append(ev.HungUp(self._id(group)))

    def _message_left(self, block: Block) -> None:
        channel = self._channel(block)
        if channel.uid == channel.group.caller_uid:
            self._say(channel.group, ev.TookVoicemail(self._id(channel.group)))

    def _cdr(self, block: Block) -> None:
        call = self._callers.get(block.get("UniqueID"))
        if call is not None and block.get("LastApplication") in MAILBOXES:
            self.said.append(ev.TookVoicemail(call))

    # queues and parking --------------------------------------------------------------------

    def _queue_join(self, block: Block) -> None:
        group = self._channel(block).group
        group.queue = clean(block.get("Queue"))
        self._say(group, ev.Queued(self._id(group), group.queue))

    def _queue_leave(self, block: Block) -> None:
        group = self._channel(block).group
        group.queue = None
        abandoned = block.name == "QueueCallerAbandon"
        self._say(group, ev.LeftQueue(self._id(group), clean(block.get("Queue")), abandoned))

    def _park(self, block: Block) -> None:
        channel = self._channel(block, "Parkee")
        group = channel.group
        group.slot = clean(block.get("ParkingSpace"))
        group.partner = None
        self._say(group, ev.Parked(self._id(group), group.slot))

    def _unpark(self, block: Block) -> None:
        group = self._channel(block, "Parkee").group
        group.slot = None
        self._say(group, ev.Unparked(self._id(group)))

    # lists ---------------------------------------------------------------------------------

    def asked(self) -> int:
        """Lists of what lives are asked for now; the number is to be given back with them."""
        self._round += 1
        return self._round

    def differs(self, listed: Mapping[str, Block], asked: int) -> bool:
        """Whether a list of channels (CoreShowChannel by Uniqueid) is not what we believe."""
        self._mailboxes(listed)
        return any(uid not in self._channels.by_uid for uid in listed) or any(
            self._gone(listed, asked)
        )

    def take_lists(
        self,
        listed: Mapping[str, Block],
        statuses: Mapping[str, Block],
        queued: Mapping[str, str],
        asked: int,
    ) -> None:
        """Make the channels what the lists say, and tell every call that lives."""
        self._mailboxes(listed)
        for channel in list(self._gone(listed, asked)):
            group = channel.group
            self._channels.remove(channel)
            if group.partner == channel.uid:
                group.partner = None
        for block in listed.values():
            self._take_row(block, asked)
        groups = self._channels.groups()
        for group in groups:
            self._complete_group(group, listed, statuses, queued)
        told = [group for group in groups if group.told and not group.over]
        alive = [group for group in told if group.caller_channel or any(c.up for c in group.real())]
        self.said.append(ev.Roster(self._feed, tuple(self._described(g) for g in alive)))

    def _gone(self, listed: Mapping[str, Block], asked: int) -> Iterable[Channel]:
        """Channels that are on no list, and are not younger than it."""
        known = self._channels.by_uid.items()
        return (one for uid, one in known if uid not in listed and one.born < asked)

    def _mailboxes(self, listed: Mapping[str, Block]) -> None:
        for uid, block in listed.items():
            if block.get("Application") in MAILBOXES and (call := self._callers.get(uid)):
                self.said.append(ev.TookVoicemail(call))

    def _take_row(self, block: Block, asked: int) -> None:
        uid, linkedid = block.get("Uniqueid"), block.get("Linkedid")
        channel = self._channels.by_uid.get(uid)
        if channel is None:
            name = block.get("Channel")
            kind = self._kind(name, block.get("Context"))
            channel = self._channels.add(uid, linkedid, name, kind, asked)
            channel.leg = uid != linkedid
        state = block.get("ChannelState")
        channel.up = channel.up or state == "6"
        channel.rang = channel.rang or state == "5"
        channel.bridge = channel.bridge or block.get("BridgeId") or None
        if channel.leg and channel.kind is Kind.TRUNK and uid != linkedid:
            channel.device = self._number(block.get("CallerIDNum")) or channel.device

    def _complete_group(
        self,
        group: Group,
        listed: Mapping[str, Block],
        statuses: Mapping[str, Block],
        queued: Mapping[str, str],
    ) -> None:
        """A call that began while nobody listened: say of it what can still be known."""
        if not group.told and (caller := self._pick_caller(group)) is not None:
            row, status = listed.get(caller.uid), statuses.get(caller.uid)
            if row is None or row.get("ChannelState") in ("0", "1"):
                return
            group.caller_uid, caller.leg = caller.uid, False
            group.told = True
            group.caller = self._caller_of(status or row)
            group.called = self._called((status.get("DNID") if status else "") or row.get("Exten"))
            if caller.kind is not Kind.TRUNK:
                group.direction = self._way_out(group.called)
                group.caller = ev.Caller(group.caller.number or caller.device)
            self._remember(caller)
        if (status := statuses.get(group.caller_uid)) is not None:
            seconds = status.get("Seconds")
            group.seconds = float(seconds) if seconds.isdecimal() and len(seconds) < 8 else None
        group.queue = queued.get(group.caller_uid)
        company = group.company()
        if company and not any(channel.uid == group.partner for channel in company):
            group.partner = company[0].uid

    def _pick_caller(self, group: Group) -> Channel | None:
        if (own := group.channels.get(group.caller_uid or group.call)) is not None and own.real:
            return own
        real = list(group.real())
        trunks = [channel for channel in real if channel.kind is Kind.TRUNK]
        return next(iter(trunks or real), None)

    def _described(self, group: Group) -> ev.RosterCall:
        partner = group.channels.get(group.partner or "")
        return ev.RosterCall(
            call=self._id(group),
            direction=group.direction,
            caller=group.caller,
            called=group.called,
            seconds=group.seconds,
            phones=tuple(
                ev.RosterPhone(channel.uid, channel.device, channel.rang and not channel.up)
                for channel in group.real()
                if channel.leg and (not channel.ended or channel is partner)
            ),
            talking_to=partner.device if partner else None,
            queue=group.queue,
            slot=group.slot,
        )


_HANDLERS = {
    "Newchannel": "_new_channel",
    "NewCallerid": "_new_caller_id",
    "Newstate": "_new_state",
    "DialBegin": "_dial_begin",
    "DialEnd": "_dial_end",
    "BridgeEnter": "_bridge_enter",
    "BridgeLeave": "_bridge_leave",
    "Hangup": "_hang_up",
    "QueueCallerJoin": "_queue_join",
    "QueueCallerLeave": "_queue_leave",
    "QueueCallerAbandon": "_queue_leave",
    "ParkedCall": "_park",
    "UnParkedCall": "_unpark",
    "ParkedCallTimeOut": "_unpark",
    "ParkedCallGiveUp": "_unpark",
    "MessageWaiting": "_message_left",
    "Cdr": "_cdr",
}
