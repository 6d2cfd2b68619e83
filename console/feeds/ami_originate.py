"""Calls that Asterisk is asked to make: the action Originate, and what it answers. Sans-IO.

The first answer is only that it will be tried; OriginateResponse, an event, says later whether the
phone was answered. That the phone rings, or is busy, is told as of any other channel.

Source: Asterisk 22 AMI actions (docs.asterisk.org); frame.h for the Reason.
"""

import re

from console.calls.text import clean
from console.feeds.ami_wire import Block
from console.feeds.outgoing import Outgoing, Progress, Stage

RING_SECONDS = 30
_NUMBER = re.compile(r"\+?[0-9]{1,30}")
_WORD = re.compile(r"[\w.+-]{1,80}", re.ASCII)
# Nothing that begins another channel (&), an option (,) or a variable (${).
_CHANNEL = re.compile(r"[A-Za-z0-9]+/[\w.@:/+-]{1,120}", re.ASCII)
_UNANSWERED = ("1", "3")
_RINGING, _UP = "5", "6"


class Originates:
    """The calls of one connection that were asked for; `said` is the news since it was emptied."""

    def __init__(self) -> None:
        self._by_channel: dict[str, str] = {}
        self._busy: set[str] = set()
        self.said: list[Progress] = []

    def asked(self, id: str, channel_id: str) -> None:
        """A call was asked for by the action `id`; its channel will have this id."""
        self._by_channel[channel_id] = id

    def answered(self, id: str, block: Block) -> None:
        """The response to the action."""
        if block.name == "Success":
            self.said.append(Progress(id, Stage.ACCEPTED))
            return
        self._forget(id)
        why = clean(block.get("Message")) or "no reason given"
        self.said.append(Progress(id, Stage.REFUSED, why))

    def state(self, block: Block) -> None:
        """A channel changes its state: perhaps it is the phone of one of these calls."""
        id = self._by_channel.get(block.get("Uniqueid"))
        if id is not None and block.get("ChannelState") in (_RINGING, _UP):
            self.said.append(Progress(id, Stage.RINGS))

    def dialled(self, block: Block) -> None:
        """DialEnd: a busy phone's OriginateResponse would not say that it was busy."""
        id = self._by_channel.get(block.get("DestUniqueid"))
        if id is not None and block.get("DialStatus") == "BUSY":
            self._busy.add(id)

    def ended(self, block: Block) -> None:
        """OriginateResponse; one that answers no call of ours is another program's."""
        id = block.get("ActionID")
        if id not in self._by_channel.values():
            return
        if block.get("Response") == "Success":
            self.said.append(Progress(id, Stage.ANSWERED))
        elif id in self._busy:
            self.said.append(Progress(id, Stage.FAILED, "is busy."))
        elif block.get("Reason") in _UNANSWERED:
            self.said.append(Progress(id, Stage.FAILED, "was not answered."))
        else:
            self.said.append(Progress(id, Stage.FAILED, "can't be reached: is it registered?"))
        self._forget(id)

    def _forget(self, id: str) -> None:
        self._busy.discard(id)
        self._by_channel = {one: of for one, of in self._by_channel.items() if of != id}


def originate(call: Outgoing, channel_id: str) -> dict[str, str]:
    """The fields of the action; raises ValueError for what can't be dialled or isn't a phone."""
    if not _NUMBER.fullmatch(call.number):
        raise ValueError(f'"{clean(call.number, 40)}" can\'t be dialled')
    if not _CHANNEL.fullmatch(call.channel):
        raise ValueError(f'"{clean(call.channel, 40)}" is no phone')
    if not _WORD.fullmatch(call.context):
        raise ValueError(f'"{clean(call.context, 40)}" is no context of a dialplan')
    if not _WORD.fullmatch(call.caller):
        raise ValueError(f'"{clean(call.caller, 40)}" is no extension')
    name = re.sub(r'["\\<>]', "", clean(call.name, 60))
    return {
        "Channel": call.channel,
        "Context": call.context,
        "Exten": call.number,
        "Priority": "1",
        # Its own number, as if it had dialled itself: the dialplan chooses by it what to send.
        "CallerID": f'"{name}" <{call.caller}>',
        "Timeout": str(RING_SECONDS * 1000),
        "Async": "true",
        # By this the call is recognised: without it a call that fails looks like a missed one.
        "ChannelId": channel_id,
    }
