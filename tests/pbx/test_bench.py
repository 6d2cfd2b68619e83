"""The bench itself: it starts, is seen by nobody outside, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from .bench import Bench
from .cable import Cable
from .conftest import demand_asterisk
from .driver import Driver, Refused
from .record_scenarios import RECORDINGS
from .scenarios import SCENARIOS, unlike
from .server import WITH_US, AsteriskServer, Choices, group_members, listening
from .sip_phone import RINGS

pytestmark = pytest.mark.pbx


async def test_it_is_asterisk_22(pbx: Bench) -> None:
    assert (await pbx.cli("core show version")).startswith("Asterisk 22.")


async def test_nothing_is_open_to_others(pbx: Bench) -> None:
    await pbx.phone("101", RINGS)
    await pbx.call("+4930222001")
    await pbx.phones["101"].incoming()
    sockets = listening(pbx.server.pids())
    assert ("tcp", "127.0.0.1", pbx.server.ports.ami) in sockets
    assert ("udp", "127.0.0.1", pbx.server.ports.sip) in sockets
    open_to_others = {s for s in sockets if s[1] not in ("127.0.0.1", "::1")}
    # PJSIP asks DNS from one unconnected UDP socket per family, made by libpj and not to be
    # configured away; they are no service, and are told by being outside our own ports.
    ours = {pbx.server.ports.sip, *range(*pbx.server.ports.rtp)}
    dns = {s for s in open_to_others if s[0].startswith("udp") and s[2] not in ours}
    assert open_to_others == dns
    assert sorted(s[0] for s in dns) in ([], ["udp", "udp6"])
    for caller in pbx.callers:
        assert all(s[1] == "127.0.0.1" for s in listening(group_members(caller.process.pid)))


async def test_stop_leaves_no_process_no_port_and_no_file() -> None:
    demand_asterisk()
    server = AsteriskServer()
    await server.start()
    pids, folder = server.pids(), server.folder
    assert pids
    assert folder is not None
    await server.stop()
    assert not [pid for pid in pids if group_members(pid)]
    assert not folder.exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.ports.ami)) != 0


async def test_nothing_outlives_tests_that_are_killed(tmp_path: Path) -> None:
    demand_asterisk()
    if not WITH_US:
        pytest.skip("setpriv is not installed")
    story = (
        "import asyncio\n"
        f"from {AsteriskServer.__module__.rpartition('.')[0]}.bench import Bench\n"
        "async def main():\n"
        "    pbx = Bench()\n"
        "    await pbx.start()\n"
        "    sipp = await pbx.outside()\n"
        "    print(pbx.server.process.pid, sipp.process.pid, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    tests = await asyncio.create_subprocess_exec(
        sys.executable, "-c", story,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert tests.stdout is not None
    groups = [int(word) for word in (await tests.stdout.readline()).split()]
    asterisk, sipp = groups
    assert group_members(asterisk)
    async with asyncio.timeout(5):  # until setpriv has made its promise and become sipp
        while Path(f"/proc/{sipp}/comm").read_text() != "sipp\n":  # noqa: ASYNC110, ASYNC240
            await asyncio.sleep(0.01)
    tests.kill()
    await tests.wait()
    async with asyncio.timeout(5):
        while any(group_members(group) for group in groups):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_killed_pbx_comes_back_on_the_same_ports(pbx: Bench) -> None:
    before = pbx.server.pids()
    await pbx.restart()
    assert not before & pbx.server.pids()
    assert await pbx.channels() == 0


async def test_the_console_has_no_right_to_read_secrets(pbx: Bench) -> None:
    console = Driver(pbx.server.ports.ami, pbx.user, pbx.secret)
    await console.start()
    try:
        await console.do("CoreShowChannels")
        await console.do("QueueStatus")
        for action, headers in (
            ("GetConfig", {"Filename": "manager.conf"}),
            ("Command", {"Command": "core show version"}),
        ):
            with pytest.raises(Refused, match=r"[Pp]ermission"):
                await console.do(action, **headers)
    finally:
        await console.stop()


async def test_clear_hangs_up_what_a_test_left(pbx: Bench) -> None:
    await pbx.phone("101", RINGS)
    await pbx.call("+4930222001")
    await pbx.phones["101"].incoming()
    callers = [caller.process.pid for caller in pbx.callers]
    await pbx.clear()
    assert await pbx.channels() == 0
    assert not [pid for pid in callers if group_members(pid)]


@pytest.mark.parametrize("variables", [(), ("DID", "CALLERID(dnid)", "CALLERID(num-pres)")])
async def test_channelvars_come_with_events_or_not(variables: tuple[str, ...]) -> None:
    demand_asterisk()
    pbx = Bench(AsteriskServer(choices=Choices(channelvars=variables)))
    try:
        await pbx.start()
        await SCENARIOS["ring_under_2s"].story(pbx)
        dial = await pbx.driver.event(lambda event: event["Event"] == "DialBegin")
    finally:
        await pbx.stop()
    # The driver keeps the last of repeated headers.
    told = "CALLERID(num-pres)=allowed_not_screened"
    assert dial.get("ChanVariable") == (told if variables else None)


async def test_ami_over_tls(tmp_path: Path) -> None:
    demand_asterisk()
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    pem = tmp_path / "ami.pem"
    subprocess.run(  # noqa: ASYNC221 - 10 ms, and nothing else runs
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(tmp_path / "key"),
         "-out", str(tmp_path / "crt")],
        check=True, capture_output=True,
    )  # fmt: skip
    pem.write_text((tmp_path / "key").read_text() + (tmp_path / "crt").read_text())
    server = AsteriskServer(choices=Choices(tls_certificate=pem))
    try:
        await server.start()
        reader, writer = await asyncio.open_connection(
            "127.0.0.1",
            server.ports.ami_tls,
            ssl=ssl.create_default_context(cafile=str(tmp_path / "crt")),
            server_hostname="localhost",
        )
        assert (await reader.readline()).startswith(b"Asterisk Call Manager/")
        writer.close()
    finally:
        await server.stop()


async def test_a_cut_cable_ends_connections_and_takes_no_new_ones_until_mended() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    far = await asyncio.start_server(echo, "127.0.0.1", 0)
    cable = Cable(far.sockets[0].getsockname()[1])
    await cable.start()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
        writer.write(b"one")
        assert await reader.read(100) == b"one"
        cable.silence()
        writer.write(b"two")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(100), 0.1)
        cable.restore()
        assert await reader.read(100) == b"two"
        cable.cut()
        assert await ended(reader)
        again, _ = await asyncio.open_connection("127.0.0.1", cable.port)
        assert await ended(again)
        cable.restore()
        assert cable.carried == 1
        _, writer = await asyncio.open_connection("127.0.0.1", cable.port)
        assert await cable.carries(1)
        writer.close()
    finally:
        await cable.stop()
        far.close()


async def ended(reader: asyncio.StreamReader) -> bool:
    """Whether the other side has gone, politely or not."""
    try:
        return not await asyncio.wait_for(reader.read(100), 1.0)
    except OSError:
        return True


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_has_a_recording_without_its_secret(name: str) -> None:
    lines = [json.loads(line) for line in (RECORDINGS / f"{name}.jsonl").read_text().splitlines()]
    assert lines[0]["dir"] == "note"
    assert lines[0]["text"].startswith(f"scenario {name}: ")
    assert "Asterisk 22" in lines[0]["text"]
    sent = [base64.b64decode(line["b64"]) for line in lines if line["dir"] == "out"]
    logins = [data for data in sent if data.startswith(b"Action: Login\r\n")]
    assert logins
    assert all(b"\r\nSecret: ********\r\n" in login for login in logins)
    assert [line["t"] for line in lines] == sorted(line["t"] for line in lines)
    received = b"".join(base64.b64decode(line["b64"]) for line in lines if line["dir"] == "in")
    assert b"Asterisk Call Manager/" in received


def test_unlike_tells_what_differs() -> None:
    (expected,) = SCENARIOS["answered"].expected
    call = dict(expected, ring_seconds=1.3, id="x")
    assert unlike(expected, call) == []
    call |= {"ring_seconds": 5, "rang": [], "caller": {"number": None}}
    assert len(unlike(expected, call)) == 3
