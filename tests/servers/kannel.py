"""A real Kannel, with a fake SMSC behind it that prints what it got, started by the tests."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

from tests.pbx.server import group_members, listening

from .process import WITH_US, ServerBroken, ServerProcess, answers, free_port

_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
BEARERBOX = shutil.which("bearerbox", path=_PATH) or ""
SMSBOX = shutil.which("smsbox", path=_PATH) or ""
FAKESMSC = next((str(one) for one in (Path("/usr/lib/kannel/test/fakesmsc"),) if one.exists()), "")

USER, PASSWORD = "desk", "s3cr3t-k"
DENIED = "+49900"

CONF = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = admin
smsbox-port = {box}
smsbox-interface = 127.0.0.1
store-type = spool
store-location = {folder}/store
dlr-storage = internal
log-level = 1
box-allow-ip = 127.0.0.1
box-deny-ip = "*.*.*.*"

group = smsc
smsc = fake
smsc-id = fake
port = {smsc}
host = 127.0.0.1
# Without it the port is open on every interface.
our-host = 127.0.0.1
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {box}
sendsms-port = {port}
sendsms-interface = 127.0.0.1
white-list = ""
access-log = {folder}/access

group = sendsms-user
username = {user}
password = {password}
user-allow-ip = 127.0.0.1
max-messages = 10
concatenation = true
black-list-regex = "^[+]49900"

group = sms-service
keyword = default
text = "x"
max-messages = 0
"""


class Kannel(ServerProcess):
    """bearerbox, smsbox and fakesmsc; `port` is where messages are given to it."""

    def __init__(self) -> None:
        super().__init__("kannel", BEARERBOX)
        (self.folder / "store").mkdir()
        self.port = self.admin = 0
        self._others: list[subprocess.Popen[bytes]] = []

    def begin(self) -> None:
        """Start all three on ports of their own choice."""
        for _ in range(3):
            self.port, self.admin, box, smsc = (free_port() for _ in range(4))
            conf = CONF.format(
                folder=self.folder,
                port=self.port,
                admin=self.admin,
                box=box,
                smsc=smsc,
                user=USER,
                password=PASSWORD,
            )
            (self.folder / "conf").write_text(conf)
            self.hand_over()
            try:
                self.start(
                    *(BEARERBOX, f"{self.folder}/conf"),
                    ready=lambda box=box, smsc=smsc: answers(box) and answers(smsc),  # type: ignore[misc]
                )
                self._beside("smsbox", SMSBOX, f"{self.folder}/conf")
                # It ends at the end of its input.
                self._beside(
                    *("fakesmsc", FAKESMSC, "-H", "127.0.0.1", "-r", str(smsc), "-i", "1"),
                    *("-m", "1", "1 2 text x"),
                )
                self._wait()
            except ServerBroken as broken:
                self.kill()
                failure = broken
            else:
                return
        raise failure

    def _beside(self, name: str, *command: str) -> None:
        with (self.folder / name).open("ab") as log:
            self._others.append(
                subprocess.Popen(
                    [*WITH_US, *command],
                    cwd=self.folder,
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=self.environment,
                    start_new_session=True,
                    **self._as,  # type: ignore[call-overload]
                )
            )

    def _wait(self) -> None:
        give_up = time.monotonic() + 20
        status = ""
        while not ("smsbox:" in status and "(online" in status and answers(self.port)):
            if time.monotonic() > give_up:
                raise ServerBroken(f"Kannel did not start:\n{status}\n{self.log()[-2000:]}")
            time.sleep(0.05)
            with contextlib.suppress(OSError):
                url = f"http://127.0.0.1:{self.admin}/status.txt?password=admin"
                status = urllib.request.urlopen(url, timeout=2).read().decode()

    def got(self) -> str:
        """What the fake SMSC printed."""
        return (self.folder / "fakesmsc").read_text(errors="replace")

    def listens(self) -> set[tuple[str, str, int]]:
        """Every socket that any of the three listens on."""
        groups = [group_members(one.pid) for one in self._others]
        return super().listens() | listening(set().union(*groups))

    def kill(self) -> None:
        """kill -9 all three."""
        for one in self._others:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, 9)
            one.wait()
            assert one.stdin is not None
            one.stdin.close()
        self._others.clear()
        super().kill()
