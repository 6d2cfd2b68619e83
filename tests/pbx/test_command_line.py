"""The command line against the real Asterisk: the form, the doctor, record and replay."""

import asyncio
import json
import os
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.first_run import connect
from console.config import load
from console.feeds.login import LoginFailed, Rights, try_login
from console.feeds.recording import read
from console.settings.site import Feed
from console.tui.screens.connect_form import Attempt
from tests.pbx.bench import Bench
from tests.pbx.configuration import did
from tests.pbx.scenarios import RINGS, SCENARIOS, unlike

pytestmark = pytest.mark.pbx


def feed(pbx: Bench, **other: object) -> Feed:
    """The bench's AMI as a setting, with something changed."""
    given = {"host": "127.0.0.1", "port": pbx.port, "user": pbx.user, "secret": pbx.secret}
    return Feed.model_validate(given | other)


def filled(pbx: Bench, **other: str) -> Attempt:
    """The form as somebody fills it in for the bench."""
    given = {"host": "127.0.0.1", "port": str(pbx.port), "user": pbx.user, "secret": pbx.secret}
    contexts = {"trunk_contexts": "from-trunk", "phone_contexts": "from-internal"}
    return Attempt(tls=False, **(given | contexts | other))


def variables(pbx: Bench, home: Path) -> dict[str, str]:
    """The environment of a command that uses the bench."""
    said = {"HOST": "127.0.0.1", "PORT": str(pbx.port), "USER": pbx.user, "SECRET": pbx.secret}
    said |= {"TRUNK_CONTEXTS": "from-trunk", "INTERNAL_CONTEXTS": "from-internal"}
    mine = {f"HOTLINE_FEED_{name}": value for name, value in said.items()}
    folders = {f"XDG_{kind}_HOME": str(home / kind) for kind in ("CONFIG", "DATA", "STATE")}
    return os.environ | mine | folders | {"HOTLINE_DATABASE": str(home / "hotline.db")}


async def hotline(pbx: Bench, home: Path, *argv: str) -> asyncio.subprocess.Process:
    """The real command as a process of its own."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "console", *argv),
        env=variables(pbx, home),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_a_login_tells_version_rights_and_dialplan(pbx: Bench) -> None:
    rights = await try_login(feed(pbx))
    assert rights.version.startswith("22.")
    assert (rights.events, rights.refused, rights.presentation) == (True, {}, None)
    assert {"from-trunk", "from-internal"} <= rights.dialplan
    assert {"CoreShowChannels", "Status", "QueueStatus"} <= rights.commands
    assert not {"GetConfig", "Command"} & rights.commands


async def test_while_a_call_lives_the_login_sees_that_hidden_callers_are_told(pbx: Bench) -> None:
    await pbx.phone("101", RINGS)
    caller = await pbx.call(did("001"), gives_up_after=3)
    rights = Rights()
    async with asyncio.timeout(3):
        while "from-trunk" not in rights.contexts:
            rights = await try_login(feed(pbx))
    assert rights.presentation is True
    await caller.over()


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"secret": "wrong"}, "Asterisk refused the login of hotline: Authentication failed."),
        ({"user": "nobody"}, "Asterisk refused the login of nobody"),
        ({"tls": True}, "does not speak TLS"),
        ({"user": "a\r\nAction: x"}, "Username of Login must not contain a line break"),
        ({"host": "nothere.invalid"}, "nothere.invalid:"),
    ],
)
async def test_a_login_that_fails_says_what_to_look_at(
    pbx: Bench, other: dict[str, object], sentence: str
) -> None:
    with pytest.raises(LoginFailed) as failed:
        await try_login(feed(pbx, **({"port": pbx.port} | other)))
    assert sentence in str(failed.value)
    assert pbx.secret not in str(failed.value)


async def test_a_silent_pbx_is_given_up(pbx: Bench) -> None:
    pbx.cable.silence()
    with pytest.raises(LoginFailed, match="did not answer within 0 s"):
        await try_login(feed(pbx), within=0.3)


async def test_the_form_writes_a_private_file_that_connects(pbx: Bench, tmp_path: Path) -> None:
    file = tmp_path / "deep" / "config.toml"
    config = load()
    wrong = await connect(filled(pbx, trunk_contexts="from-trnk"), file, config)
    assert "there is no context from-trnk in the dialplan: from-internal, from-trunk" in wrong
    assert "refused the login" in await connect(filled(pbx, secret="no"), file, config)
    assert not file.exists()
    assert await connect(filled(pbx), file, config) == ""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    [written] = load(file).feeds
    assert (await try_login(written)).events
    assert "has a PBX already" in await connect(filled(pbx), file, config)


async def test_a_port_of_the_form_is_the_usual_one_or_a_port(pbx: Bench, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    said = await connect(filled(pbx, port="99999"), file, load())
    assert said == "Port must be a whole number from 1 to 65535."
    said = await connect(filled(pbx, port="", host="127.0.0.2"), file, load())
    assert "127.0.0.2:5038 can't be reached" in said


async def test_the_form_leaves_a_file_of_ones_own_as_it_is_and_adds_to_it(
    pbx: Bench, tmp_path: Path
) -> None:
    file = tmp_path / "config.toml"
    file.write_text('# mine\n[site]\nname = "My desk"\n')
    assert await connect(filled(pbx), file, load(file)) == ""
    assert file.read_text().startswith('# mine\n[site]\nname = "My desk"\n')
    assert (load(file).site.name, len(load(file).feeds)) == ("My desk", 1)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_the_doctor_finds_a_healthy_pbx_healthy(pbx: Bench, tmp_path: Path) -> None:
    process = await hotline(pbx, tmp_path, "doctor")
    out, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
    told = out.decode()
    assert "✓ Asterisk       logged in as hotline, Asterisk 22." in told
    assert "✓ Asterisk       events arrive" in told
    assert "✓ Asterisk       the dialplan has from-trunk, from-internal" in told
    assert "✗" not in told


@pytest.mark.parametrize("masked", [False, True])
async def test_what_record_wrote_replays_as_the_call_it_was(
    pbx: Bench, tmp_path: Path, masked: bool
) -> None:
    file = tmp_path / "monday.jsonl"
    option = ["--mask"] if masked else []
    recording = await hotline(pbx, tmp_path, "record", *option, str(file))
    await until(said(file, b"QueueStatusComplete"))
    await SCENARIOS["abandoned"].story(pbx)
    pbx.cable.cut()
    await until(noted(file, "lost"))
    pbx.cable.restore()
    await until(noted(file, "back"))
    recording.send_signal(signal.SIGTERM)
    _, err = await recording.communicate()
    assert recording.returncode == 0
    assert f"{file}: ".encode() in err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    whole = b"".join(frame.data for frame in read(file.open()))
    assert pbx.secret.encode() not in whole
    assert (b"Anna Muster" in whole) is not masked
    replay = await hotline(pbx, tmp_path, "replay", "--json", str(file))
    out, _ = await replay.communicate()
    [call] = [json.loads(line) for line in out.splitlines()]
    [wanted] = SCENARIOS["abandoned"].expected
    if masked:
        assert (call["outcome"], call["reconstructed"]) == ("abandoned", False)
    else:
        assert unlike(wanted, call) == []


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that another process does to a file."""
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def said(file: Path, data: bytes) -> Callable[[], bool]:
    """Whether these bytes are in a recording."""
    return lambda: file.exists() and data in b"".join(one.data for one in read(file.open()))


def noted(file: Path, word: str) -> Callable[[], bool]:
    """Whether a recording has this note."""
    return lambda: any(one.text.split(":")[0] == word for one in read(file.open()))
