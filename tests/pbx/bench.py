"""The bench: one Asterisk, its callers and phones, and a cable to its AMI port."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from .cable import Cable
from .driver import Driver
from .phones import Sipp, milliseconds, quoted, sipp
from .server import AsteriskServer
from .sip_phone import Phone, Plan


class Channel(NamedTuple):
    """A channel of Asterisk."""

    name: str
    uniqueid: str


class Bench:
    """What a scenario is given. The product connects to `port`, which is the cable's near end."""

    def __init__(self, server: AsteriskServer | None = None) -> None:
        self.server = server or AsteriskServer()
        self.cable = Cable(self.server.ports.ami)
        self.driver = self._new_driver()
        self.callers: list[Sipp] = []
        self.phones: dict[str, Phone] = {}

    @property
    def port(self) -> int:
        """Where the program under test finds the AMI."""
        return self.cable.port

    @property
    def user(self) -> str:
        """The least-privilege AMI user."""
        return self.server.user

    @property
    def secret(self) -> str:
        """Its secret."""
        return self.server.secret

    async def start(self) -> None:
        """Boots the PBX and lays the cable."""
        await self.server.start()
        await self.driver.start()
        await self.cable.start()

    async def stop(self) -> None:
        """Leaves nothing behind."""
        await self.clear()
        await self.driver.stop()
        await self.cable.stop()
        await self.server.stop()

    async def clear(self) -> None:
        """Ends every call, caller and phone, so that the next scenario starts from nothing."""
        await asyncio.gather(*(phone.stop() for phone in self.phones.values()))
        self.phones.clear()
        await asyncio.gather(*(caller.stop() for caller in self.callers))
        self.callers.clear()
        self.cable.restore()
        if self.server.process is not None:
            # A caller that was killed says no goodbye.
            if await self.channels():
                await self.cli("channel request hangup all")
            await self.quiet()

    async def cli(self, command: str) -> str:
        """What Asterisk answers to a console command."""
        response = await self.driver.do("Command", Command=command)
        return response.get("Output", "")

    async def channels(self) -> int:
        """How many channels there are at the moment."""
        return int((await self.cli("core show channels count")).split(" ", 1)[0])

    async def quiet(self, seconds: float = 10.0) -> None:
        """Waits until no channel is left."""
        async with asyncio.timeout(seconds):
            while await self.channels():  # noqa: ASYNC110 - another process knows, and must be asked
                await asyncio.sleep(0.03)

    async def restart(self) -> None:
        """kill -9 and boot again."""
        await self.driver.stop()
        await self.server.restart()
        self.driver = self._new_driver()
        await self.driver.start()

    async def phone(self, number: str, *plans: Plan) -> Phone:
        """Plugs a phone in; its calls follow these plans in turn, the last one stays in force."""
        phone = Phone(number, self.server.ports.phones[number], self.server.ports.sip)
        phone.plans = list(plans)
        await phone.start()
        self.phones[number] = phone
        return phone

    async def call(
        self,
        to: str,
        sender: str | bytes = "+491701234567",
        name: str | bytes = "Anna Muster",
        *,
        talk: float | None = None,
        speak: float | None = None,
        gives_up_after: float | None = None,
        hidden: bool = False,
        asserted: str | None = None,
        times: int = 1,
    ) -> Sipp:
        """Starts a call from outside by sipp.

        talk: hangs up so long after the answer; speak: the same with sound; gives_up_after:
        cancels so long after it first rings; none of them: waits for the PBX to end the call.
        hidden: an anonymous From. asserted: P-Asserted-Identity with this number and Privacy: id.
        times: so many at once, whose numbers end in 00, 01, 02 ...
        """
        uri = quoted(sender)
        line = b'"%s" <sip:%s@127.0.0.1>' % (quoted(name), uri)
        if hidden:
            line = b'"Anonymous" <sip:anonymous@anonymous.invalid>'
        extra = b""
        if asserted is not None:
            extra = (
                b'P-Asserted-Identity: "%s" <sip:%s@127.0.0.1>\r\nPrivacy: id\r\n'
                % (quoted(name), quoted(asserted))
            ).replace(b"\r\n", b"\n")
        fill = {"TO": quoted(to), "FROM": line, "EXTRA": extra}
        scenario = "caller_waits"
        if talk is not None:
            scenario, fill["TALK"] = "caller_stays", milliseconds(talk)
        elif speak is not None:
            scenario, fill["TALK"] = "caller_speaks", milliseconds(speak)
            fill["SOUND"] = str(self._sound()).encode()
        elif gives_up_after is not None:
            scenario, fill["RING"] = "caller_gives_up", milliseconds(gives_up_after)
        ports = self.server.ports
        senders = [sender]
        if times > 1:
            assert isinstance(sender, str)
            senders = [f"{sender[:-2]}{n:02d}" for n in range(times)]
            fill["FROM"] = fill["FROM"].replace(uri, b"[field0]")
        caller = await sipp(
            scenario,
            port=ports.caller(),
            to_port=ports.sip,
            fill=fill,
            arguments=("-m", str(times), "-l", str(times), "-r", "200"),
            lines=senders if times > 1 else [],
        )
        self.callers.append(caller)
        return caller

    async def outside(self, scenario: str = "outside_answers", after: float = 0.7) -> Sipp:
        """Whoever is called outside: answers, or only rings."""
        outside = await sipp(
            scenario,
            port=self.server.ports.outside,
            to_port=None,
            fill={"RING": milliseconds(after)},
            arguments=("-m", "1000"),
        )
        self.callers.append(outside)
        return outside

    async def channel(self, device: str, *, bridged: bool = False, seconds: float = 5.0) -> Channel:
        """The (only) channel of a device, once it is there, or once it talks to somebody."""
        async with asyncio.timeout(seconds):
            while True:
                for line in (await self.cli("core show channels concise")).splitlines():
                    fields = line.split("!")
                    if fields[0].startswith(f"PJSIP/{device}-") and (fields[-2] or not bridged):
                        return Channel(fields[0], fields[-1])
                await asyncio.sleep(0.02)

    def unplug(self) -> Callable[[], Awaitable[None]]:
        """Cuts the cable; the result mends it and waits until somebody is connected again."""
        before = self.cable.carried
        self.cable.cut()

        async def mend() -> None:
            self.cable.restore()
            # Without anybody at the near end there is nobody to wait for.
            if before and await self.cable.carries(before, 3.0):
                await asyncio.sleep(0.5)

        return mend

    def _sound(self) -> Path:
        """A second of noise in a-law, for sipp to send."""
        assert self.server.folder is not None
        path = self.server.folder / "noise.al"
        path.write_bytes(bytes((i * 37) % 251 for i in range(8000)))
        return path

    def _new_driver(self) -> Driver:
        server = self.server
        return Driver(server.ports.ami, server.driver_user, server.driver_secret)
