"""A home of its own for every test of the command line."""

import asyncio
import io
import os
import signal
import subprocess
import sys

import pytest

from console.cli import run as run_here
from console.store.database import open_store


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Nothing of the machine's own configuration, database or log is seen or touched."""
    for name in list(os.environ):
        if name.startswith("HOTLINE_"):
            monkeypatch.delenv(name)
    for kind in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CONFIG_DIRS", "RUNTIME_DIR"):
        monkeypatch.setenv(f"XDG_{kind}", str(tmp_path / "home" / kind))
    monkeypatch.setenv("HOTLINE_DATABASE", str(tmp_path / "hotline.db"))
    monkeypatch.setenv("LOGNAME", "eva")
    monkeypatch.setenv("TZ", "UTC")
    return tmp_path


class Said:
    """What a command said, and its exit code."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def hotline(capsys):
    """Run a command in this process."""

    def hotline(*argv, code=0):
        try:
            ended = run_here([str(one) for one in argv])
        except SystemExit as usage:
            ended = usage.code
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert ended == code, err
        return Said(ended, out, err)

    yield hotline
    import logging

    logging.captureWarnings(False)
    for handler in logging.getLogger().handlers[:]:
        if type(handler).__module__ == "console.logs":
            logging.getLogger().removeHandler(handler)
            handler.close()


@pytest.fixture
def stored_in(home):
    """Write changes into the database as a desk would, without one."""

    def write(*changes):
        async def work():
            store = await open_store(f"sqlite:///{home / 'hotline.db'}")
            try:
                return await store.write(changes)
            finally:
                await store.close()

        return asyncio.run(work())

    return write


@pytest.fixture
def typed(monkeypatch):
    """Let commands read this from standard input."""

    def typed(data):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return typed


@pytest.fixture
def processes():
    """Start the real command as a process of its own; what is left is killed at the end."""
    started = []

    def start(*argv, **settings):
        process = subprocess.Popen(
            [sys.executable, "-m", "console", *map(str, argv)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Whoever runs the tests in the background may have it ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            **settings,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def unused_tcp_port():
    """A loopback port where nobody listens."""
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
