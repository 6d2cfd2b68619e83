"""Real clients come in: OpenSSH, PuTTY's plink, dropbear's dbclient; and what they are refused."""

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

import pytest

from .conftest import program, ssh_command

pytestmark = pytest.mark.servers


def test_openssh_shows_the_console_at_once_and_follows_the_window(admitted, tmux):
    served, mine = admitted
    tmux.run(ssh_command(served, "eva", mine))
    wide = tmux.until("LIVE CALLS")
    assert max(map(len, wide.splitlines())) > 100
    tmux("resize-window", "-x", 80, "-y", 24)
    tmux.until(r"(?m)^.{60,79}[?] help *$")
    tmux.press("3")
    tmux.until("JOURNAL")
    # A lone Escape is a key too.
    tmux.press("F1")
    tmux.until("KEYS")
    tmux.press("Escape")
    time.sleep(0.5)
    assert "KEYS" not in tmux.screen
    tmux.press("q")
    tmux.until("Pane is dead|status 0")


def test_text_beyond_ascii_and_pastes_arrive(admitted, tmux):
    served, mine = admitted
    tmux.run(ssh_command(served, "eva", mine))
    tmux.until("LIVE CALLS")
    tmux.press("3")
    tmux.until("JOURNAL")
    tmux.press("/")
    tmux.press("-l", "Żółć Müller")
    tmux.until("Żółć Müller")
    tmux("set-buffer", " 🎉paste")
    tmux("paste-buffer", "-p")
    tmux.until("paste")


def test_a_16_colour_terminal_gets_no_others(admitted):
    served, mine = admitted
    for term, colorterm, many in (("linux", "", False), ("xterm-256color", "", False)):
        output = drawn(served, mine, term, colorterm)
        assert ("[38;2;" in output) is many
        assert ("[38;5;" in output) is (term == "xterm-256color")
    assert "38;2;" in drawn(served, mine, "xterm-256color", "truecolor")


def drawn(served, key, term, colorterm):
    """What the first frame is drawn with on a terminal of that name."""
    command = ssh_command(served, "eva", key, "-tt", "-o", f"SetEnv=COLORTERM={colorterm}")
    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    client = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": term}
    )
    os.close(theirs)
    try:
        seen = b""
        give_up = time.monotonic() + 20
        while b"CALLER" not in seen:
            assert time.monotonic() < give_up, seen
            if select.select([mine], [], [], 0.2)[0]:
                seen += os.read(mine, 65536)
        return seen.decode(errors="replace")
    finally:
        client.kill()
        client.wait()
        os.close(mine)


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_dumb_terminal_gets_one_sentence(admitted, term, monkeypatch, ssh):
    served, mine = admitted
    monkeypatch.setenv("TERM", term)
    done = ssh(served, "eva", mine, "-tt", code=1)
    assert f"TERM={term}" in done.stdout + done.stderr
    assert "\x1b" not in done.stdout


def test_without_a_terminal_one_sentence(admitted, ssh):
    served, mine = admitted
    done = ssh(served, "eva", mine, "-T", code=1)
    assert "This console needs a terminal: ssh -t." in done.stderr


def test_files_and_forwarding_are_refused(admitted, ssh, home):
    served, mine = admitted
    done = ssh(served, "eva", mine, "-s", command=["sftp"], code=1)
    assert "Only the console is here" in done.stderr
    forwarded = ssh(served, "eva", mine, "-W", "127.0.0.1:22", code=255)
    assert "administratively prohibited" in forwarded.stderr
    listening = ssh(
        *(
            served,
            "eva",
            mine,
            "-N",
            "-o",
            "LogLevel=INFO",
            "-o",
            "ExitOnForwardFailure=yes",
            "-R",
            "0:127.0.0.1:22",
        ),
        code=255,
    )
    assert "remote port forwarding failed" in listening.stderr.lower()
    copied = subprocess.run(
        [
            *(program("scp"), "-O", "-F", "/dev/null", "-o", "StrictHostKeyChecking=no"),
            *("-o", "UserKnownHostsFile=/dev/null", "-i", mine, "-P", str(served.port)),
            *(mine, "eva@127.0.0.1:/tmp/x"),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert copied.returncode


def test_plink_and_dbclient_come_in(hotline, serve, key, tmux, home):
    served = serve()
    mine = key("eva")
    hotline("users", "key", "add", "eva", f"{mine}.pub")
    putty = home / "eva.ppk"
    subprocess.run([program("puttygen"), mine, "-o", putty, "-O", "private"], check=True)
    host = served.lines[0].split()[2]
    tmux.run(
        [
            *(program("plink"), "-ssh", "-batch", "-t", "-hostkey", host, "-i", putty),
            *("-P", served.port, "eva@127.0.0.1"),
        ]
    )
    tmux.until("LIVE CALLS")
    tmux("kill-server")
    dropbear = home / "eva.dropbear"
    subprocess.run(
        [program("dropbearconvert"), "openssh", "dropbear", mine, dropbear],
        check=True,
        capture_output=True,
    )
    tmux.run([program("dbclient"), "-y", "-y", "-i", dropbear, "-p", served.port, "eva@127.0.0.1"])
    tmux.until("LIVE CALLS")


def test_ssh_audit_finds_no_fault(admitted):
    served, _ = admitted
    done = subprocess.run(
        [sys.executable, "-m", "ssh_audit.ssh_audit", "-j", "-p", str(served.port), "127.0.0.1"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    told = json.loads(done.stdout)
    faults, warnings = [], []
    for part in ("kex", "key", "enc", "mac"):
        for algorithm in told[part]:
            notes = algorithm.get("notes", {})
            faults += [(algorithm["algorithm"], why) for why in notes.get("fail", [])]
            warnings += [(algorithm["algorithm"], why) for why in notes.get("warn", [])]
    assert faults == []
    # Kept for clients that know no post-quantum exchange.
    assert all("post-quantum" in why for _, why in warnings), warnings
    assert told["banner"]["software"].startswith("Hotline")
    assert not told.get("cves")


def test_only_post_quantum_turns_the_others_away(serve, hotline, key, ssh):
    served = serve(only_post_quantum=True)
    mine = key("eva")
    hotline("users", "key", "add", "eva", f"{mine}.pub")
    words = ("-o", "KexAlgorithms=curve25519-sha256")
    refused = ssh(served, "eva", mine, *words, code=255)
    assert "no matching key exchange method" in refused.stderr


def test_the_host_key_stays_and_is_ones_own(serve, hotline, home):
    served = serve()
    (file,) = home.rglob("ssh_host_ed25519_key")
    assert file.stat().st_mode & 0o777 == 0o600
    first = served.lines[0]
    served.process.terminate()
    assert served.process.wait(20) == 0
    assert serve().lines[0] == first


def test_an_old_client_may_have_an_rsa_key(serve, hotline, key, tmux):
    served = serve(old_clients=True)
    assert "ssh-rsa" in "".join(served.lines)
    mine = key("eva")
    hotline("users", "key", "add", "eva", f"{mine}.pub")
    tmux.run(ssh_command(served, "eva", mine, "-o", "HostKeyAlgorithms=rsa-sha2-512"))
    tmux.until("LIVE CALLS")
