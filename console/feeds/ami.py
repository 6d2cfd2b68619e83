"""Asterisk's Manager Interface as call events. Sans-IO: bytes in, events and bytes to send out.

    bytes -> ami_wire (blocks) -> here (login, questions, forgers) -> ami_story (channels) -> events

Nothing is replayed after a lost connection: after every login, and whenever a channel turns up that
nobody told of, Asterisk is asked for lists of what lives.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from console.calls import events as ev
from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.feeds.ami_contexts import AmiContexts
from console.feeds.ami_originate import Originates, originate
from console.feeds.ami_story import AmiStory
from console.feeds.ami_wire import Block, ProtocolError, Wire, action, actions_in
from console.feeds.ami_words import LISTS, MENDABLE, REQUIRED, ROWS, missing
from console.feeds.outgoing import Outgoing, Progress

EVENT_MASK = "call,cdr,agent,user,system"
# A forged FullyBooted comes again in the answers to every question it makes us ask.
RESYNCS_PER_CHECK = 3


@dataclass(slots=True)
class _Round:
    """Lists that were asked for together: what lives, as the PBX tells it."""

    number: int
    full: bool
    checks: int = 1  # so many signs of life may pass before it must be complete
    waiting: set[str] = field(default_factory=set)
    channels: dict[str, Block] = field(default_factory=dict)
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
        self._login = (user, secret)
        self._token = token
        self._wire = Wire(frozenset(REQUIRED))
        self._out = b""
        self._asked: dict[str, str] = {}
        self._round: _Round | None = None
        self._again = False
        self._resyncs = RESYNCS_PER_CHECK
        self._boot: str | None = None
        self._version: str | None = None
        self._story = AmiStory(feed, plan, contexts, lambda: self._ask_lists(full=True))
        self._originates = Originates()
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
        elif self._story.busy:
            self._ask_lists(full=False)
        else:
            self._send("Ping")
        return self.pending()

    def resync(self) -> bytes:
        """Ask for everything that lives."""
        self._ask_lists(full=True)
        return self.pending()

    def call(self, outgoing: Outgoing) -> str:
        """Ask for a call, to be sent by `pending`; its id, by which `news` speaks of it.

        Raises ValueError for what can't be dialled, or would say something else than a call.
        """
        if self._token is None:
            raise ValueError("a recording can't call anybody")
        channel_id = f"hotline-{self._token()}"
        id = self._send("Originate", **originate(outgoing, channel_id))
        self._originates.asked(id, channel_id)
        self._story.expect(channel_id, outgoing.number)
        return id

    def news(self) -> list[Progress]:
        """How far the calls that were asked for have come since this was last asked."""
        said, self._originates.said = self._originates.said, []
        return said

    def sent(self, data: bytes) -> None:
        """Bytes that somebody else sent on this connection: a recording's side of the talk."""
        actions = actions_in(data)
        self._asked.update({action_id: name for name, action_id in actions})
        lists = [(name, action_id) for name, action_id in actions if name in LISTS]
        if self._round is None and lists:
            self._open_round(lists)
        elif self._round is not None and lists:
            self._round.waiting |= {action_id for _, action_id in lists}
            self._round.full = True

    def receive(self, data: bytes) -> list[ev.CallEvent]:
        """What these bytes tell; raises ProtocolError if they are not AMI or refuse the login."""
        self._story.said = []
        for block in self._wire.receive(data):
            if block.kind == "Response":
                self._answer(block)
            elif block.kind == "Event":
                self._event(block)
            else:
                self._mend(block)
        return self._story.said

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
        elif name == "Originate":
            self._originates.answered(block.get("ActionID"), block)
        elif block.name == "Error" and name in LISTS:
            self.refused[name] = clean(block.get("Message"))
            self._list_ended(block.get("ActionID"))
        elif name in LISTS:
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
        names = LISTS if full else ("CoreShowChannels",)
        self._open_round([(name, self._send(name)) for name in names])

    def _open_round(self, asked: list[tuple[str, str]]) -> None:
        ids = {action_id for _, action_id in asked}
        self._round = _Round(self._story.asked(), full=len(asked) > 1, waiting=ids)

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
        if lacks := missing(block):
            self._suspect(f"{block.name} without {lacks}")
            self._half = block if block.name in MENDABLE else None
            return
        if block.name in ROWS:
            self._row(block)
        elif block.name == "FullyBooted":
            self._booted()
        elif block.name == "OriginateResponse":
            self._originates.ended(block)
        else:
            if block.name == "Newstate":
                self._originates.state(block)
            elif block.name == "DialEnd":
                self._originates.dialled(block)
            self._story.hear(block)

    def _mend(self, fragment: Block) -> None:
        """A forged line break cuts a block in two; with its end it is a block again.

        So a forger can't hide his own call. Asterisk's own Uniqueid and Linkedid come after all
        that he can write, and the last value counts.
        """
        self._suspect("lines that belong to no event")
        if self._half is not None:
            self._event(self._half.joined(fragment))

    def _suspect(self, what: str) -> None:
        self._story.said.append(ev.Suspicious(self._feed, what))

    # -- lists ------------------------------------------------------------------------------

    def _booted(self) -> None:
        # While Asterisk boots it lets us in before its lists are true.
        if self.logged_in:
            self._send("CoreStatus")
            self._ask_lists(full=True)

    def _row(self, block: Block) -> None:
        if self._asked.get(block.get("ActionID")) not in LISTS:
            self._suspect(f"{block.name} that nobody asked for")
        elif block.name.endswith("Complete"):
            self._list_ended(block.get("ActionID"))
        elif self._round is not None:
            uid = block.get("Uniqueid")
            if block.name == "CoreShowChannel":
                self._round.channels[uid] = block
            elif block.name == "Status":
                self._round.statuses[uid] = block
            else:
                self._round.queued[uid] = clean(block.get("Queue"))

    def _take_round(self, ended: _Round) -> None:
        if not ended.full:
            if self._story.differs(ended.channels, ended.number):
                self._ask_lists(full=True)
            return
        if self._first_round:
            self._first_round = False
            self._story.said.append(ev.FeedBack(self._feed, self._boot, self._version))
        self._story.take_lists(ended.channels, ended.statuses, ended.queued, ended.number)
