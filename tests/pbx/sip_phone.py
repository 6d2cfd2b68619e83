"""A small SIP phone over asyncio UDP, for what sipp can't do: react to what happens elsewhere.

sipp plays the callers and the outside. A phone in these scenarios must answer its second call but
not its first, transfer by REFER with Replaces across two dialogs, or decline when told, so it is
this class: no retransmissions (loopback loses nothing), no authentication, no media but a sink.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import socket
from collections.abc import Coroutine
from dataclasses import dataclass, field

SDP = (
    "v=0\r\no=- {id} {id} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 8 0\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n"
)


@dataclass(frozen=True)
class Plan:
    """What a phone does with one call that comes in."""

    after: float | None = None  # seconds of ringing before `final`; None: rings for ever
    final: int = 200
    to: str = ""  # where a 302 sends the caller
    hang_up_after: float | None = None  # seconds of talking; None: the other side ends it
    rings: bool = True  # whether 180 is sent


RINGS = Plan()


def answers(after: float = 1.0, hang_up_after: float | None = None) -> Plan:
    """Rings, then answers."""
    return Plan(after, 200, hang_up_after=hang_up_after)


def declines(after: float = 0.5) -> Plan:
    """Rings, then declines (603)."""
    return Plan(after, 603)


def busy() -> Plan:
    """Is busy at once (486)."""
    return Plan(0, 486, rings=False)


def redirects(to: str, after: float = 0.3) -> Plan:
    """Sends the caller elsewhere (302)."""
    return Plan(after, 302, to)


REASONS = {180: "Ringing", 200: "OK", 202: "Accepted", 302: "Moved Temporarily", 486: "Busy Here",
           487: "Request Terminated", 603: "Decline", 481: "No Such Call"}  # fmt: skip


class Message:
    """A SIP message, as far as a phone needs it."""

    def __init__(self, data: bytes) -> None:
        head, _, self.body = data.decode("utf-8", "replace").partition("\r\n\r\n")
        self.first, *lines = head.split("\r\n")
        self.headers: list[tuple[str, str]] = []
        for line in lines:
            name, _, value = line.partition(":")
            self.headers.append((name.strip().lower(), value.strip()))

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.headers if key == name]

    def get(self, name: str) -> str:
        """The first value of a header, or nothing."""
        return next(iter(self.all(name)), "")

    @property
    def status(self) -> int:
        """The status of a response, 0 for a request."""
        return int(self.first.split(" ")[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        """The method of a request, or of the request that a response answers."""
        return self.get("cseq").split(" ")[-1]


@dataclass
class Leg:
    """One dialog of a phone."""

    phone: Phone
    call_id: str
    local: str  # our From or To, with tag
    remote: str  # theirs
    target: str  # their contact
    incoming: bool
    invite: Message | None = None
    cseq: int = 1
    branch: str = ""
    ringing: asyncio.Event = field(default_factory=asyncio.Event)
    up: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    referred: asyncio.Event = field(default_factory=asyncio.Event)
    final: int = 0
    held: bool = False

    def answer(self) -> None:
        """Takes the call."""
        if not self.over.is_set() and not self.up.is_set():
            assert self.invite is not None
            self.phone.respond(self.invite, 200, self, body=self.phone.sdp())
            self.up.set()

    def refuse(self, status: int, to: str = "") -> None:
        """Ends an incoming call that has not been answered."""
        if not self.over.is_set():
            assert self.invite is not None
            contact = f"Contact: <sip:{to}@127.0.0.1:{self.phone.server_port}>\r\n" if to else ""
            self.phone.respond(self.invite, status, self, extra=contact)
            self.over.set()

    async def hang_up(self) -> None:
        """Ends the call, whatever its state."""
        if self.over.is_set():
            return
        if self.up.is_set():
            self.request("BYE")
        elif self.incoming:
            self.refuse(603)
        else:
            self.request("CANCEL")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                await self.over.wait()
        self.over.set()

    async def talk(self, seconds: float) -> None:
        """Waits for the answer, talks so long, hangs up (or is hung up on before)."""
        async with asyncio.timeout(10):
            await self.up.wait()
        await self.over_within(seconds)
        await self.hang_up()

    async def over_within(self, seconds: float) -> bool:
        """Whether the call ends within so many seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.over.wait()
        return self.over.is_set()

    async def refer(self, to: str, replaces: Leg | None = None, *, wait: bool = True) -> None:
        """Transfers the other side: blindly to a number, or to the other side of another leg.

        Waits for the NOTIFY that says how it went, which for parking comes only after the phone
        has been told the parking space.
        """
        port = self.phone.server_port
        target = f"<sip:{to}@127.0.0.1:{port}>"
        if replaces is not None:
            local, remote = (
                header.rpartition(";tag=")[2] for header in (replaces.local, replaces.remote)
            )
            # Seen from the PBX: its own tag is "to", ours is "from".
            quoted = f"{replaces.call_id}%3Bto-tag%3D{remote}%3Bfrom-tag%3D{local}"
            target = f"<sip:{to}@127.0.0.1:{port}?Replaces={quoted}>"
        self.request(
            "REFER", f"Refer-To: {target}\r\nReferred-By: <sip:{self.phone.number}@127.0.0.1>\r\n"
        )
        if wait:
            async with asyncio.timeout(5):
                await self.referred.wait()

    def request(self, method: str, extra: str = "") -> None:
        """Sends a request inside this dialog."""
        if method not in ("ACK", "CANCEL"):
            self.cseq += 1
            branch = "z9hG4bK" + secrets.token_hex(8)
        else:
            branch = self.branch if method == "CANCEL" else "z9hG4bK" + secrets.token_hex(8)
        target = self.target if method != "CANCEL" else self.phone.uri(self.remote)
        self.phone.send(
            f"{method} {target} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.phone.port};branch={branch}\r\n"
            f"Max-Forwards: 70\r\nFrom: {self.local}\r\nTo: {self.remote}\r\n"
            f"Call-ID: {self.call_id}\r\nCSeq: {self.cseq} {method}\r\n"
            f"Contact: {self.phone.contact}\r\n{extra}Content-Length: 0\r\n\r\n"
        )


class Phone(asyncio.DatagramProtocol):
    """A phone on the desk of an operator."""

    def __init__(self, number: str, port: int, server_port: int) -> None:
        self.number, self.port, self.server_port = number, port, server_port
        self.plans: list[Plan] = []  # for the calls to come; the last one stays in force
        self.legs: dict[str, Leg] = {}
        self.rung = asyncio.Condition()
        self.contact = f"<sip:{number}@127.0.0.1:{port}>"
        self._transport: asyncio.DatagramTransport | None = None
        self._sink: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Plugs the phone in."""
        self._sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sink.bind(("127.0.0.1", 0))
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=("127.0.0.1", self.port)
        )

    async def stop(self) -> None:
        """Ends its calls and unplugs it."""
        await asyncio.gather(*(leg.hang_up() for leg in list(self.legs.values())))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._transport is not None:
            self._transport.close()
        if self._sink is not None:
            self._sink.close()

    async def incoming(self, nth: int = 1, seconds: float = 8.0) -> Leg:
        """Waits for the nth call that comes in (a queue calls again and again)."""

        def come() -> list[Leg]:
            return [leg for leg in self.legs.values() if leg.incoming]

        async with asyncio.timeout(seconds), self.rung:
            await self.rung.wait_for(lambda: len(come()) >= nth)
        return come()[nth - 1]

    async def call(self, number: str) -> Leg:
        """Dials a number; the leg tells how it goes on."""
        remote = f"<sip:{number}@127.0.0.1:{self.server_port}>"
        leg = Leg(
            self,
            call_id=secrets.token_hex(8),
            local=f"<sip:{self.number}@127.0.0.1>;tag={secrets.token_hex(4)}",
            remote=remote,
            target=remote[1:-1],
            incoming=False,
            branch="z9hG4bK" + secrets.token_hex(8),
        )
        self.legs[leg.call_id] = leg
        body = self.sdp()
        self.send(
            f"INVITE {leg.target} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch={leg.branch}\r\n"
            f"Max-Forwards: 70\r\nFrom: {leg.local}\r\nTo: {leg.remote}\r\n"
            f"Call-ID: {leg.call_id}\r\nCSeq: 1 INVITE\r\nContact: {self.contact}\r\n"
            f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
        return leg

    def sdp(self) -> str:
        """An offer or answer that points at the sink."""
        assert self._sink is not None
        return SDP.format(id=secrets.randbits(31), port=self._sink.getsockname()[1])

    def uri(self, header: str) -> str:
        """The address inside a From, To or Contact header."""
        found = re.search(r"<([^>]+)>", header)
        return found.group(1) if found else header.split(";")[0]

    def send(self, text: str) -> None:
        """One datagram to the PBX."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(text.encode(), ("127.0.0.1", self.server_port))

    def respond(
        self, request: Message, status: int, leg: Leg | None = None, extra: str = "", body: str = ""
    ) -> None:
        """Answers a request."""
        vias = "".join(f"Via: {via}\r\n" for via in request.all("via"))
        routes = "".join(f"Record-Route: {route}\r\n" for route in request.all("record-route"))
        to = leg.local if leg is not None and leg.incoming else request.get("to")
        kind = "Content-Type: application/sdp\r\n" if body else ""
        # A 302's Contact says where to go, everything else's where we are.
        contact = "" if "Contact:" in extra else f"Contact: {self.contact}\r\n"
        self.send(
            f"SIP/2.0 {status} {REASONS.get(status, 'Whatever')}\r\n{vias}{routes}"
            f"From: {request.get('from')}\r\nTo: {to}\r\nCall-ID: {request.get('call-id')}\r\n"
            f"CSeq: {request.get('cseq')}\r\n{contact}{extra}{kind}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def datagram_received(self, data: bytes, addr: object) -> None:
        """What the PBX says."""
        message = Message(data)
        leg = self.legs.get(message.get("call-id"))
        if message.status:
            self._response(message, leg)
        elif message.method == "INVITE" and leg is None:
            self._invite(message)
        else:
            self._request(message, leg)

    def _invite(self, message: Message) -> None:
        leg = Leg(
            self,
            call_id=message.get("call-id"),
            local=f"{message.get('to')};tag={secrets.token_hex(4)}",
            remote=message.get("from"),
            target=self.uri(message.get("contact")),
            incoming=True,
            invite=message,
        )
        self.legs[leg.call_id] = leg
        plan = self.plans.pop(0) if len(self.plans) > 1 else next(iter(self.plans), RINGS)
        if plan.rings:
            self.respond(message, 180, leg)
            leg.ringing.set()
        self._spawn(self._live(leg, plan))

    async def _live(self, leg: Leg, plan: Plan) -> None:
        async with self.rung:
            self.rung.notify_all()
        if plan.after is None:
            return
        if await leg.over_within(plan.after):
            return
        if plan.final != 200:
            leg.refuse(plan.final, plan.to)
            return
        leg.answer()
        if plan.hang_up_after is not None and not await leg.over_within(plan.hang_up_after):
            await leg.hang_up()

    def _request(self, message: Message, leg: Leg | None) -> None:
        if message.method == "ACK":
            return
        if leg is None:
            self.respond(message, 200 if message.method in ("OPTIONS", "NOTIFY") else 481)
            return
        if message.method == "INVITE":  # again, or a new connected line
            if leg.up.is_set():
                self.respond(message, 200, leg, body=self.sdp())
            return
        self.respond(message, 200, leg)
        if message.method == "BYE":
            leg.over.set()
        elif message.method == "CANCEL":
            if not leg.up.is_set() and not leg.over.is_set():
                assert leg.invite is not None
                self.respond(leg.invite, 487, leg)
                leg.over.set()
        elif message.method == "NOTIFY" and re.search(r"SIP/2.0 [2-6]\d\d", message.body):
            leg.referred.set()

    def _response(self, message: Message, leg: Leg | None) -> None:
        if leg is None:
            return
        if message.method == "BYE":
            leg.over.set()
        if message.method == "REFER" and message.status >= 300:
            leg.final = message.status
            leg.referred.set()
        if message.method != "INVITE" or leg.incoming:
            return
        if message.status == 180:
            leg.ringing.set()
        if message.status < 200:
            return
        leg.remote = message.get("to")
        leg.final = message.status
        if message.status < 300:
            leg.target = self.uri(message.get("contact"))
            leg.request("ACK")
            leg.up.set()
        else:
            self.send(
                f"ACK {self.uri(leg.remote)} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch={leg.branch}\r\n"
                f"Max-Forwards: 70\r\nFrom: {leg.local}\r\nTo: {leg.remote}\r\n"
                f"Call-ID: {leg.call_id}\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n"
            )
            leg.over.set()

    def _spawn(self, life: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(life)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
