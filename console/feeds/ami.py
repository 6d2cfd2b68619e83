"""Asterisk's Manager Interface as call events. Sans-IO: bytes in, events and bytes to send out.

What is measured of Asterisk 22 and relied on here:
- The called number is the Exten of the caller's first Newchannel, and only there.
- A phone rings at its Newstate 5; DialBegin only says that it was tried, and may come later.
- A person answered when a phone's DialEnd says ANSWER or the phone shares a bridge with the caller;
  not when the caller's channel goes Up: queues, menus and mailboxes do that too.
- The call is over when the caller's own channel hangs up, whatever its phones say before or after.
- A declined phone says NOANSWER first and cause 21 when it hangs up.
- Nothing is replayed after a lost connection: lists of what lives rebuild the picture.

Source: Asterisk 22 AMI events and actions (docs.asterisk.org), and the recordings in the tests.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from console.calls import events as ev
from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.calls.words import Direction, RangResult
from console.feeds.ami_channels import Channel, Channels, Group, Kind, peer_of
from console.feeds.ami_wire import (
    Block,
    ProtocolError,
    Wire,
    action,
    actions_in,
    needle,
)

EVENT_MASK = "call,cdr,agent,user,system"
REMEMBERED_CALLERS = 512
# A forged FullyBooted comes again in the answers to every question it makes us ask.
RESYNCS_PER_CHECK = 3

_CHANNEL = ("Privilege", "Channel", "ChannelState", "Exten", "Context", "Uniqueid", "Linkedid")
_QUEUE = (*_CHANNEL, "Queue")
_PARK = ("Privilege", "ParkeeChannel", "ParkeeUniqueid", "ParkeeLinkedid", "ParkingSpace")
_DEST = ("Privilege", "DestChannel", "DestChannelState", "DestUniqueid", "DestLinkedid")
_LIST = ("ActionID",)

# Every field that an event of this name has: a forged one, cut at some 75 bytes, lacks some.
REQUIRED: dict[str, tuple[str, ...]] = {
    "Newchannel": (*_CHANNEL, "CallerIDNum", "CallerIDName"),
    "NewCallerid": (*_CHANNEL, "CallerIDNum"),
    "Newstate": _CHANNEL,
    "DialBegin": (*_DEST, "DialString"),
    "DialEnd": (*_DEST, "DialStatus"),
    "BridgeEnter": (*_CHANNEL, "BridgeUniqueid", "BridgeTechnology"),
    "BridgeLeave": (*_CHANNEL, "BridgeUniqueid"),
    "Hangup": (*_CHANNEL, "Cause", "Cause-txt"),
    "QueueCallerJoin": _QUEUE,
    "QueueCallerLeave": _QUEUE,
    "QueueCallerAbandon": _QUEUE,
    "ParkedCall": _PARK,
    "UnParkedCall": _PARK,
    "ParkedCallTimeOut": _PARK,
    "ParkedCallGiveUp": _PARK,
    "Cdr": (
        "Privilege",
        "UniqueID",
        "Channel",
        "LastApplication",
        "Disposition",
        "BillableSeconds",
    ),
    "FullyBooted": ("Privilege", "Status", "Uptime"),
    "Shutdown": ("Privilege", "Shutdown", "Restart"),
    "CoreShowChannel": (*_LIST, "Channel", "ChannelState", "Uniqueid", "Linkedid", "BridgeId"),
    "CoreShowChannelsComplete": _LIST,
    "Status": (*_LIST, "Channel", "Uniqueid"),
    "StatusComplete": _LIST,
    "QueueEntry": (*_LIST, "Queue", "Uniqueid"),
    "QueueStatusComplete": _LIST,
}

_STATUS_ENDS = {
    "NOANSWER": RangResult.NO_ANSWER,
    "CANCEL": RangResult.CANCELLED,
    "BUSY": RangResult.BUSY,
    "CHANUNAVAIL": RangResult.UNREACHABLE,
    "CONGESTION": RangResult.UNREACHABLE,
}
# Q.850 causes, as a phone's channel carries them when it hangs up unanswered.
_CAUSE_ENDS = {
    "17": RangResult.BUSY,
    "21": RangResult.DECLINED,
    "26": RangResult.ELSEWHERE,
    "3": RangResult.UNREACHABLE,
    "20": RangResult.UNREACHABLE,
    "27": RangResult.UNREACHABLE,
    "19": RangResult.NO_ANSWER,
    "18": RangResult.NO_ANSWER,
}
_MAILBOXES = frozenset({"VoiceMail", "MinivmRecord"})
_ESCAPES = {"n": " ", "r": " ", "t": " ", "a": "", "b": "", "f": "", "v": ""}


@dataclass(frozen=True, slots=True)
class AmiContexts:
    """How inbound calls are told from internal ones: dialplan contexts, or starts of channel names.

    `trunk_channels` are like "PJSIP/trunk". Where nothing is said, a channel that is named by an
    extension (up to six digits) is a phone and any other leads outside.
    """

    trunk: frozenset[str] = frozenset()
    internal: frozenset[str] = frozenset()
    trunk_channels: tuple[str, ...] = ()
    internal_channels: tuple[str, ...] = ()

    def is_trunk(self, context: str, channel: str) -> bool:
        """Whether a channel leads outside."""
        if any(channel.startswith(start) for start in self.trunk_channels):
            return True
        if any(channel.startswith(start) for start in self.internal_channels):
            return False
        if context in self.trunk:
            return True
        if context in self.internal or self.trunk or self.trunk_channels:
            return False
        peer = peer_of(channel)
        return not (peer.isdecimal() and len(peer) <= 6)


@dataclass(slots=True)
class _Round:
    """Lists that were asked for together: what lives, as the PBX tells it."""

    number: int
    full: bool
    checks: int = 1  # so many signs of life may pass before it must be complete
    waiting: set[str] = field(default_factory=set)
    channels: list[Block] = field(default_factory=list)
    statuses: dict[str, Block] = field(default_factory=dict)
    queued: dict[str, str] = field(default_factory=dict)


class AmiFeed:
    """One connection to one Asterisk, from the banner to the end."""

    def __init__(
        self,
        feed: str,
        plan: NumberPlan,
        contexts: AmiContexts,
        user: str,
        secret: str,
        token: Callable[[], str] | None,
    ) -> None:
        """`token` gives an unguessable text each time: a forged answer must not fit a question.

        Without one nothing is ever asked: somebody else talks, and `sent` tells what they said.
        """
        self._feed = feed
        self._plan = plan
        self._contexts = contexts
        self._login = (user, secret)
        self._token = token
        self._wire = Wire(frozenset(REQUIRED))
        self._out = b""
        self._asked: dict[str, str] = {}
        self._channels = Channels()
        self._rounds = 0
        self._round: _Round | None = None
        self._again = False
        self._resyncs = RESYNCS_PER_CHECK
        self._boot: str | None = None
        self._version: str | None = None
        self._callers: OrderedDict[str, str] = OrderedDict()
        self._handlers = {name: getattr(self, method) for name, method in _HANDLERS.items()}
        self._events: list[ev.CallEvent] = []
        self._half: Block | None = None
        self._first_round = True
        self.logged_in = False
        self.refused: dict[str, str] = {}

    # -- what the link calls ----------------------------------------------------------------

    def greet(self) -> bytes:
        """The login, to be sent when the connection stands."""
        user, secret = self._login
        self._send("Login", Username=user, Secret=secret, Events=EVENT_MASK)
        return self.pending()

    def pending(self) -> bytes:
        """What is to be sent now."""
        out, self._out = self._out, b""
        return out

    def check(self) -> bytes:
        """A sign of life to ask for now and then; while calls live, also which channels do."""
        if not self.logged_in:
            return b""
        self._resyncs = RESYNCS_PER_CHECK
        if self._round is not None and self._round.checks == 0:
            # Its end got lost; what it told so far is not to be believed.
            self._round = None
            self._ask_lists(full=True)
        elif self._round is not None:
            self._round.checks -= 1
            self._send("Ping")
        elif self._channels.by_uid:
            self._ask_lists(full=False)
        else:
            self._send("Ping")
        return self.pending()

    def resync(self) -> bytes:
        """Ask for everything that lives."""
        self._ask_lists(full=True)
        return self.pending()

    def sent(self, data: bytes) -> None:
        """Bytes that somebody else sent on this connection: a recording's side of the talk."""
        actions = actions_in(data)
        self._asked.update({action_id: name for name, action_id in actions})
        lists = [(name, action_id) for name, action_id in actions if name in _LISTS]
        if self._round is None and lists:
            self._open_round(lists)
        elif self._round is not None and lists:
            self._round.waiting |= {action_id for _, action_id in lists}
            self._round.full = True

    def receive(self, data: bytes) -> list[ev.CallEvent]:
        """What these bytes tell; raises ProtocolError if they are not AMI or refuse the login."""
        self._events = []
        for block in self._wire.receive(data):
            if block.kind == "Response":
                self._answer(block)
            elif block.kind == "Event":
                self._event(block)
            else:
                self._mend(block)
        return self._events

    # -- answers ----------------------------------------------------------------------------

    def _send(self, name: str, **fields: str) -> str:
        if self._token is None:
            return ""
        action_id = self._token()
        self._asked[action_id] = name
        self._out += action(name, action_id, **fields)
        return action_id

    def _answer(self, block: Block) -> None:
        name = self._asked.pop(block.get("ActionID"), None)
        if name is None:
            self._suspect("an answer to no question of ours")
            return
        if name == "Login":
            if block.name != "Success":
                message = clean(block.get("Message")) or "no reason given"
                raise ProtocolError(f"Asterisk refused the login of {self._login[0]}: {message}")
            self.logged_in = True
            self._send("CoreSettings")
            self._send("CoreStatus")
            self._ask_lists(full=True)
        elif name == "CoreSettings":
            # The banner's version is that of the Manager Interface.
            self._version = clean(block.get("AsteriskVersion")) or None
        elif name == "CoreStatus":
            started = f"{block.get('CoreStartupDate')} {block.get('CoreStartupTime')}".strip()
            self._boot = clean(started) or None
        elif block.name == "Error" and name in _LISTS:
            self.refused[name] = clean(block.get("Message"))
            self._list_ended(block.get("ActionID"))
        elif name in _LISTS:
            # The list follows as events with this ActionID, and its Complete ends it.
            self._asked[block.get("ActionID")] = name

    def _ask_lists(self, *, full: bool) -> None:
        if self._token is None:
            return
        if self._round is not None:
            self._again = self._again or full
            return
        if full:
            if self._resyncs == 0:
                return
            self._resyncs -= 1
        names = _LISTS if full else ("CoreShowChannels",)
        self._open_round([(name, self._send(name)) for name in names])

    def _open_round(self, asked: list[tuple[str, str]]) -> None:
        self._rounds += 1
        ids = {action_id for _, action_id in asked}
        self._round = _Round(self._rounds, full=len(asked) > 1, waiting=ids)

    def _list_ended(self, action_id: str) -> None:
        self._asked.pop(action_id, None)
        if self._round is None or action_id not in self._round.waiting:
            return
        self._round.waiting.discard(action_id)
        if self._round.waiting:
            return
        ended, self._round = self._round, None
        self._take_round(ended)
        if self._again:
            self._again = False
            self._ask_lists(full=True)

    # -- events -----------------------------------------------------------------------------

    def _event(self, block: Block) -> None:
        self._half = None
        if missing := block.lacks(_NEEDLES[block.name]):
            self._suspect(f"{block.name} without {missing}")
            self._half = block if block.name in _MENDABLE else None
            return
        if block.name in _ROWS and self._asked.get(block.get("ActionID")) not in _LISTS:
            self._suspect(f"{block.name} that nobody asked for")
            return
        self._handlers[block.name](block)

    def _mend(self, fragment: Block) -> None:
        """A forged line break cuts a block in two; with its end it is a block again.

        So a forger can't hide his own call. Asterisk's own Uniqueid and Linkedid come after all
        that he can write, and the last value counts.
        """
        self._suspect("lines that belong to no event")
        if self._half is not None:
            self._event(self._half.joined(fragment))

    def _suspect(self, what: str) -> None:
        self._events.append(ev.Suspicious(self._feed, what))

    def _say(self, group: Group, event: ev.AboutCall) -> None:
        if group.told:
            self._events.append(event)

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
            channel = self._channels.add(uid, linkedid, name, kind, self._rounds)
            channel.up = block.get(f"{prefix}ChannelState") == "6"
            if channel.kind is Kind.TRUNK:
                channel.device = self._number(block.get(f"{prefix}CallerIDNum")) or channel.device
            if block.name != "Newchannel":
                # It came into being while nobody listened; the lists tell the rest.
                self._ask_lists(full=True)
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
            self._events.append(ev.Merged(self._id(absorbed), self._id(into)))
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
        hidden = number is None or _is_hidden(block)
        if hidden:
            return ev.Caller(hidden=True)
        display = clean(_unescaped(block.get("CallerIDName")))
        if self._plan.normal(display) is None or display == block.get("CallerIDNum"):
            display = ""
        return ev.Caller(number, display or None)

    def _caller_news(self, channel: Channel, block: Block) -> None:
        """What an event on the caller's channel adds to what is known of the caller and the DID."""
        group = channel.group
        if not group.told or channel.uid != group.caller_uid or group.over:
            return
        caller, called = group.caller, group.called
        if not caller.hidden and _is_hidden(block):
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
        self._events.append(
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
        # The operator's phone is shown whom it will call: its own caller number is that one's.
        other = self._number(block.get("DestCallerIDNum"))
        exten = self._called(block.get("DestExten"))
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
        result = _STATUS_ENDS.get(status, RangResult.NO_ANSWER)
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
        told = _CAUSE_ENDS.get(cause)
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
        self._events.append(ev.HungUp(self._id(group)))

    def _message_left(self, block: Block) -> None:
        channel = self._channel(block)
        if channel.uid == channel.group.caller_uid:
            self._say(channel.group, ev.TookVoicemail(self._id(channel.group)))

    def _cdr(self, block: Block) -> None:
        call = self._callers.get(block.get("UniqueID"))
        if call is not None and block.get("LastApplication") in _MAILBOXES:
            self._events.append(ev.TookVoicemail(call))

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

    def _booted(self, block: Block) -> None:
        # While Asterisk boots it lets us in before its lists are true.
        if self.logged_in:
            self._send("CoreStatus")
            self._ask_lists(full=True)

    def _shutdown(self, block: Block) -> None:
        """The connection will end; the link tells."""

    def _row(self, block: Block) -> None:
        if self._round is None:
            return
        if block.name == "CoreShowChannel":
            self._round.channels.append(block)
        elif block.name == "Status":
            self._round.statuses[block.get("Uniqueid")] = block
        else:
            self._round.queued[block.get("Uniqueid")] = clean(block.get("Queue"))

    def _complete(self, block: Block) -> None:
        self._list_ended(block.get("ActionID"))

    def _take_round(self, ended: _Round) -> None:
        """Make the channels what the lists say, and tell it if that was news."""
        listed = {block.get("Uniqueid"): block for block in ended.channels}
        gone = [
            channel
            for uid, channel in self._channels.by_uid.items()
            if uid not in listed and channel.born < ended.number
        ]
        new = [block for uid, block in listed.items() if uid not in self._channels.by_uid]
        self._mailboxes(listed)
        if not ended.full:
            if gone or new:
                self._ask_lists(full=True)
            return
        for channel in gone:
            group = channel.group
            self._channels.remove(channel)
            if group.partner == channel.uid:
                group.partner = None
        for block in ended.channels:
            self._take_row(block, ended)
        if self._first_round:
            self._first_round = False
            self._events.append(ev.FeedBack(self._feed, self._boot, self._version))
        groups = self._channels.groups()
        for group in groups:
            self._complete_group(group, ended, listed)
        told = [group for group in groups if group.told and not group.over]
        alive = [group for group in told if group.caller_channel or any(c.up for c in group.real())]
        self._events.append(ev.Roster(self._feed, tuple(self._described(g) for g in alive)))

    def _mailboxes(self, listed: dict[str, Block]) -> None:
        for uid, block in listed.items():
            if block.get("Application") in _MAILBOXES and (call := self._callers.get(uid)):
                self._events.append(ev.TookVoicemail(call))

    def _take_row(self, block: Block, ended: _Round) -> None:
        uid, linkedid = block.get("Uniqueid"), block.get("Linkedid")
        channel = self._channels.by_uid.get(uid)
        if channel is None:
            name = block.get("Channel")
            kind = self._kind(name, block.get("Context"))
            channel = self._channels.add(uid, linkedid, name, kind, ended.number)
            channel.leg = uid != linkedid
        state = block.get("ChannelState")
        channel.up = channel.up or state == "6"
        channel.rang = channel.rang or state == "5"
        channel.bridge = channel.bridge or block.get("BridgeId") or None
        if channel.leg and channel.kind is Kind.TRUNK and uid != linkedid:
            channel.device = self._number(block.get("CallerIDNum")) or channel.device

    def _complete_group(self, group: Group, ended: _Round, listed: dict[str, Block]) -> None:
        """A call that began while nobody listened: say of it what can still be known."""
        if not group.told and (caller := self._pick_caller(group)) is not None:
            row, status = listed.get(caller.uid), ended.statuses.get(caller.uid)
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
        if (status := ended.statuses.get(group.caller_uid)) is not None:
            seconds = status.get("Seconds")
            group.seconds = float(seconds) if seconds.isdecimal() and len(seconds) < 8 else None
        if ended.full:
            group.queue = ended.queued.get(group.caller_uid, None)
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


_NEEDLES = {name: tuple(map(needle, keys)) for name, keys in REQUIRED.items()}
_ROWS = frozenset(name for name, keys in REQUIRED.items() if keys[:1] == _LIST)
# Events about one channel: everything after what a stranger can write is Asterisk's own.
_MENDABLE = frozenset({"Newchannel", "Newstate", "Hangup"})
_LISTS = ("CoreShowChannels", "Status", "QueueStatus")
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
    "FullyBooted": "_booted",
    "Shutdown": "_shutdown",
    "CoreShowChannel": "_row",
    "Status": "_row",
    "QueueEntry": "_row",
    "CoreShowChannelsComplete": "_complete",
    "StatusComplete": "_complete",
    "QueueStatusComplete": "_complete",
}


def _is_hidden(block: Block) -> bool:
    """Whether the caller wants to stay unknown, whatever number the PBX knows."""
    return block.mentions("CALLERID(num-pres)=prohib") or "Prohibited" in block.get(
        "CID-CallingPres"
    )


def _unescaped(name: str) -> str:
    """A name as it was before Asterisk wrote it in C's way (main/utils.c, ast_escape_c)."""
    if "\\" not in name:
        return name
    out, letters = [], iter(name)
    for letter in letters:
        if letter == "\\":
            letter = next(letters, "")
            letter = _ESCAPES.get(letter, letter)
        out.append(letter)
    return "".join(out)
