"""Who comes in and who does not; and that it can't be told who might."""

import asyncio
import json
import socket
import statistics
import subprocess
import time

import asyncssh
import pytest

from tests.cli.test_processes import terminal

from .conftest import ssh_command

__all__ = ["terminal"]

pytestmark = pytest.mark.servers


def connect(served, login, **options):
    """An asyncssh client that asks nothing and believes no file of this machine."""
    options = {"client_keys": None, "agent_path": None, "config": None, **options}
    return asyncssh.connect("127.0.0.1", served.port, username=login, known_hosts=None, **options)


def comes_in(served, login, **options):
    async def come():
        async with connect(served, login, **options):
            return True

    try:
        return asyncio.run(come())
    except asyncssh.PermissionDenied:
        return False


def turned_away(served, login, **options):
    try:
        return not comes_in(served, login, **options)
    except (asyncssh.Error, OSError):
        return True


def test_only_a_users_own_key_lets_that_user_in(serve, hotline, key):
    served = serve()
    eva, lena = key("eva"), key("lena")
    hotline("users", "add", "lena")
    hotline("users", "key", "add", "eva", f"{eva}.pub")
    hotline("users", "key", "add", "lena", f"{lena}.pub")
    assert comes_in(served, "eva", client_keys=[eva])
    assert comes_in(served, "lena", client_keys=[lena])
    assert not comes_in(served, "eva", client_keys=[lena])
    assert not comes_in(served, "nobody", client_keys=[eva])
    (print_of_lena,) = json.loads(hotline("users", "--json").out.splitlines()[1])["keys"]
    hotline("users", "key", "remove", "lena", print_of_lena["fingerprint"][:20])
    assert not comes_in(served, "lena", client_keys=[lena])


@pytest.mark.parametrize(("kind", "options"), [("ecdsa", ()), ("rsa", ("-b", "3072"))])
def test_other_kinds_of_keys(serve, hotline, key, kind, options):
    served = serve()
    mine = key("eva", kind, *options)
    hotline("users", "key", "add", "eva", f"{mine}.pub")
    assert comes_in(served, "eva", client_keys=[mine])


def test_passwords_are_off_until_they_are_allowed(serve, hotline, typed):
    served = serve()
    typed(b"correct horse\n")
    hotline("users", "passwd", "eva")
    assert not comes_in(served, "eva", password="correct horse")
    served.process.terminate()
    served.process.wait()
    served = serve(passwords=True)
    assert comes_in(served, "eva", password="correct horse")
    assert not comes_in(served, "eva", password="correct horses")
    assert not comes_in(served, "eva", password="")
    hotline("users", "passwd", "eva", "--none")
    assert not comes_in(served, "eva", password="correct horse")
    assert not comes_in(served, "eva", password="")
    stored = b"".join(file.read_bytes() for file in served.folder.rglob("*") if file.is_file())
    assert b"correct horse" not in stored


def test_a_password_that_is_too_short_is_refused(serve, hotline, typed):
    serve()
    typed(b"short\n")
    assert "10 to 200 characters" in hotline("users", "passwd", "eva", code=1).err


def test_who_is_known_can_not_be_told_by_time(serve, hotline, typed):
    served = serve(passwords=True, strangers=1000, strangers_of_one=1000)
    typed(b"correct horse\n")
    hotline("users", "passwd", "eva")
    hotline("users", "add", "lena")

    def took(login):
        began = time.perf_counter()
        assert not comes_in(served, login, password="wrong horse")
        hotline("users", "unblock", "127.0.0.1")
        return time.perf_counter() - began

    times = {login: [] for login in ("eva", "lena", "nobody")}
    for _ in range(7):
        for login, seen in times.items():
            seen.append(took(login))
    medians = sorted(statistics.median(seen) for seen in times.values())
    assert medians[-1] < medians[0] * 1.5, times


def test_after_failures_an_address_is_kept_out_visibly_until_it_is_lifted(serve, hotline, key):
    served = serve()
    mine, other = key("eva"), key("other")
    hotline("users", "key", "add", "eva", f"{mine}.pub")
    for _ in range(5):
        assert not comes_in(served, "eva", client_keys=[other])
    for _ in range(50):
        time.sleep(0.1)
        if "127.0.0.1" in (told := hotline("users", "blocked").out) and "kept out until" in told:
            break
    assert "5 failed" in told
    assert turned_away(served, "eva", client_keys=[mine])
    # Kept over a restart.
    served.process.terminate()
    served.process.wait()
    served = serve()
    assert turned_away(served, "eva", client_keys=[mine])
    assert "may try again" in hotline("users", "unblock", "127.0.0.1").out
    assert comes_in(served, "eva", client_keys=[mine])
    assert "log-in failed: eva from 127.0.0.1" in served.log


def test_so_many_tries_on_one_connection(serve, hotline, key):
    served = serve()
    keys = [key(f"k{number}") for number in range(9)]

    async def come():
        async with connect(served, "eva", client_keys=keys):
            pass

    with pytest.raises(asyncssh.PermissionDenied, match="Too many log-ins failed"):
        asyncio.run(come())


def test_so_many_strangers_and_not_for_long(serve, hotline):
    served = serve(strangers_of_one=3, login_seconds=5)
    asyncio.run(_strangers(served))
    assert not hotline("users", "blocked").out


async def _strangers(served):
    lines = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(3)]
    for reader, _ in lines:
        assert await reader.readline() == b"SSH-2.0-Hotline\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    writer.close()
    began = time.monotonic()
    for reader, writer in lines:
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1_000_000)
        writer.close()
    assert time.monotonic() - began < 10


GARBAGE = [
    b"\x00" * 70_000,
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"SSH-2.0-" + b"x" * 5_000,
    b"SSH-2.0-x\r\n" + b"\xff" * 70_000,
    b"SSH-2.0-x\r\n\x00\x00\x00\x0c\x0a" + b"\x14" * 40,
    b"SSH-1.5-old\r\n",
    b"\r\n" * 10_000,
]


def test_garbage_before_and_after_the_banner(admitted):
    served, mine = admitted
    asyncio.run(_garbage(served))
    assert comes_in(served, "eva", client_keys=[mine])
    assert "Traceback" not in served.log


async def _garbage(served):
    for garbage in GARBAGE:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(garbage)
        try:
            async with asyncio.timeout(10):
                writer.write_eof()
                while await reader.read(65536):
                    pass
        except ConnectionError:
            pass
        writer.close()


def test_who_is_disabled_is_out_within_a_second(admitted, hotline, key, tmux):
    served, _ = admitted
    lena = key("lena")
    hotline("users", "add", "lena")
    hotline("users", "key", "add", "lena", f"{lena}.pub")
    tmux.run(ssh_command(served, "lena", lena))
    tmux.until("LIVE CALLS")
    hotline("users", "disable", "lena")
    began = time.monotonic()
    tmux.until("You can't come in here any more")
    assert time.monotonic() - began < 1.5
    done = subprocess.run(ssh_command(served, "lena", lena), check=False, capture_output=True)
    assert b"Permission denied" in done.stderr
    hotline("users", "enable", "lena")
    tmux("kill-server")
    tmux.run(ssh_command(served, "lena", lena))
    tmux.until("LIVE CALLS")


def test_so_many_sessions_of_one_user(serve, hotline, key, ssh):
    served = serve(sessions_per_user=2)
    mine = key("eva")
    hotline("users", "key", "add", "eva", f"{mine}.pub")
    asyncio.run(_three_sessions(served, mine))


def test_terminals_that_have_joined_take_no_place_from_sessions(
    serve, hotline, key, ssh, terminal, tmux
):
    served = serve(sessions_per_user=1)
    mine = key("eva")
    hotline("users", "key", "add", "eva", f"{mine}.pub")
    for _ in range(2):
        terminal("attach").wait_for("CALLED")
    tmux.run(ssh_command(served, "eva", mine))
    tmux.until("LIVE CALLS")


async def _three_sessions(served, mine):
    async with connect(served, "eva", client_keys=[mine]) as conn:
        for _ in range(2):
            process = await conn.create_process(term_type="xterm", term_size=(80, 24))
            assert await process.stdout.read(10)
        process = await conn.create_process(term_type="xterm", term_size=(80, 24))
        assert "2 sessions already" in await process.stderr.read()
        await process.wait()
        assert process.exit_status == 1


def test_the_banner_is_shown_before_the_log_in(serve, hotline, key, ssh):
    served = serve(banner="Only for staff.")
    mine = key("eva")
    hotline("users", "key", "add", "eva", f"{mine}.pub")
    assert "Only for staff." in ssh(served, "eva", mine, "-T", code=1).stderr


def test_doctor_shows_the_fingerprint_and_who_may_come_in(serve, hotline, key, typed):
    served = serve()
    shown = served.lines[0].removeprefix("host key ").split()[0]
    told = hotline("doctor", code=1).out
    assert f"the host key is {shown}" in told
    assert "nobody has a key" in told
    hotline("users", "key", "add", "eva", f"{key('eva')}.pub")
    typed(b"correct horse\n")
    hotline("users", "passwd", "eva")
    told = hotline("doctor", code=1).out
    assert "1 may come in on port 8022" in told
    assert "passwords are set for eva, but let nobody in" in told


def test_a_port_that_is_taken_is_said(configure, hotline):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        configure()
        said = hotline("serve", "--port", port, code=1)
    assert f"Port {port} of 127.0.0.1 can't be listened on" in said.err


def test_a_host_key_that_others_may_read_is_refused(configure, hotline, serve, home):
    served = serve()
    served.process.terminate()
    served.process.wait()
    (file,) = home.rglob("ssh_host_ed25519_key")
    file.chmod(0o644)
    assert f"chmod 600 {file}" in hotline("serve", "--port", "0", code=1).err
    file.chmod(0o600)
    file.write_text("nonsense")
    assert "is no private key" in hotline("serve", "--port", "0", code=1).err


def test_the_last_admin_stays(serve, hotline):
    serve()
    for words in (("disable", "eva"), ("remove", "eva"), ("role", "eva", "operator")):
        assert "last admin" in hotline("users", *words, code=1).err
    hotline("users", "add", "lena", "--role", "admin")
    hotline("users", "role", "eva", "supervisor")
    said = hotline("users", "add", "otto", code=1)
    assert "That takes the role admin" in said.err
