"""Asterisk's channels, and which of them are one call.

A call is a group of channels with one Linkedid. Channels are known by Uniqueid; their names start
again after a restart of Asterisk. A Linkedid changes silently when calls become one (an attended
transfer, a pickup, an unpark): the groups are then merged, and both Linkedids lead to the older.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from console.calls.events import Caller
from console.calls.words import Direction

_NAME = re.compile(r"[^/]+/(?P<peer>.+)-[0-9a-f]+(?:;[12])?\Z")


class Kind(Enum):
    """What is at the other end of a channel."""

    PHONE = auto()
    TRUNK = auto()
    LOCAL = auto()  # Asterisk's own: one half of a pair that leads on to another channel


@dataclass(slots=True)
class Channel:
    """One channel. `leg` once it was dialled on behalf of a call; `device` is the phone's name."""

    uid: str
    name: str
    kind: Kind
    device: str
    born: int
    group: "Group"
    up: bool = False
    rang: bool = False
    leg: bool = False
    ended: str = ""  # the DialStatus that ended its ringing
    bridge: str | None = None

    @property
    def real(self) -> bool:
        """Whether a phone or a trunk is at its end."""
        return self.kind is not Kind.LOCAL

    @property
    def pair(self) -> str:
        """What the two halves of a Local pair share."""
        return self.name[:-2]


@dataclass(slots=True)
class Group:
    """The channels of one call. `told` once the console knows of the call."""

    call: str
    order: int
    channels: dict[str, Channel] = field(default_factory=dict)
    linkedids: list[str] = field(default_factory=list)
    caller_uid: str = ""
    direction: Direction = Direction.INBOUND
    caller: Caller = field(default_factory=Caller)
    called: str | None = None
    seconds: float | None = None
    told: bool = False
    over: bool = False
    partner: str | None = None  # Uniqueid of the channel that speaks with the caller
    queue: str | None = None
    slot: str | None = None

    @property
    def caller_channel(self) -> Channel | None:
        """The caller's own channel while it lives."""
        return self.channels.get(self.caller_uid)

    def real(self) -> Iterator[Channel]:
        """Its phones and trunks."""
        return (channel for channel in self.channels.values() if channel.real)

    def company(self) -> list[Channel]:
        """Phones and trunks that hear the caller now, through bridges and Local pairs."""
        caller = self.caller_channel
        if caller is None or caller.bridge is None:
            return []
        bridges, waiting = {caller.bridge}, [caller.bridge]
        found: list[Channel] = []
        while waiting:
            bridge = waiting.pop()
            for channel in self.channels.values():
                if channel.bridge != bridge or channel is caller:
                    continue
                if channel.real:
                    found.append(channel)
                    continue
                for other in self.channels.values():
                    through = other.bridge
                    if (
                        other.kind is Kind.LOCAL
                        and other.pair == channel.pair
                        and through is not None
                        and through not in bridges
                    ):
                        bridges.add(through)
                        waiting.append(through)
        return found


def peer_of(name: str) -> str:
    """The phone or trunk in a channel's name: "PJSIP/101-0000002f" is "101"."""
    match = _NAME.match(name)
    return match["peer"] if match else name.rpartition("/")[2]


class Channels:
    """All channels and groups of one connection."""

    def __init__(self) -> None:
        self.by_uid: dict[str, Channel] = {}
        self._by_linkedid: dict[str, Group] = {}
        self._order = 0

    def groups(self) -> list[Group]:
        """Every group once, oldest first."""
        unique = {id(group): group for group in self._by_linkedid.values()}
        return sorted(unique.values(), key=lambda group: group.order)

    def group(self, linkedid: str) -> Group:
        """The group behind a Linkedid, begun if there is none."""
        group = self._by_linkedid.get(linkedid)
        if group is None:
            self._order += 1
            group = Group(linkedid, self._order, linkedids=[linkedid])
            self._by_linkedid[linkedid] = group
        return group

    def add(self, uid: str, linkedid: str, name: str, kind: Kind, born: int) -> Channel:
        """A channel that was not known."""
        group = self.group(linkedid)
        channel = Channel(uid, name, kind, peer_of(name), born, group)
        group.channels[uid] = channel
        self.by_uid[uid] = channel
        return channel

    def relink(self, channel: Channel, linkedid: str) -> tuple[Group, Group] | None:
        """Follow a Linkedid that changed; (absorbed, into) if two groups became one by it."""
        mine, other = channel.group, self._by_linkedid.get(linkedid)
        if other is mine:
            return None
        if other is None:
            mine.linkedids.append(linkedid)
            self._by_linkedid[linkedid] = mine
            return None
        # A group that nobody was told of has no story to keep, however old it is.
        mine_first = (not mine.told, mine.order) < (not other.told, other.order)
        into, absorbed = (mine, other) if mine_first else (other, mine)
        for one in absorbed.channels.values():
            one.group = into
            into.channels[one.uid] = one
        for old in absorbed.linkedids:
            self._by_linkedid[old] = into
        into.linkedids += absorbed.linkedids
        absorbed.channels = {}
        return absorbed, into

    def remove(self, channel: Channel) -> None:
        """A channel is gone; a group without channels goes with it."""
        self.by_uid.pop(channel.uid, None)
        group = channel.group
        group.channels.pop(channel.uid, None)
        if not group.channels:
            for linkedid in group.linkedids:
                self._by_linkedid.pop(linkedid, None)
