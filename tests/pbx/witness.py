"""A witness at the AMI, beside the product: which calls from outside there really were."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass

from .server import AsteriskServer

PATIENCE = 10.0


@dataclass
class Lived:
    """One call from outside, its moments in seconds of the wall clock (Unix time)."""

    uid: str
    number: str
    began: float
    answered: float | None = None
    ended: float | None = None
    cdrs: int = 0

    def within(self, since: float, until: float) -> bool:
        """Whether it began and ended between two moments."""
        return since <= self.began and self.ended is not None and self.ended <= until

    def touches(self, since: float, until: float) -> bool:
        """Whether it lived at some moment between two."""
        return self.began <= until and (self.ended is None or since <= self.ended)


class Witness:
    """Logs in with all rights and notes what happens, in a thread that nothing here delays."""

    def __init__(self, server: AsteriskServer) -> None:
        self.calls: dict[str, Lived] = {}
        self._connection = socket.create_connection(("127.0.0.1", server.ports.ami), PATIENCE)
        self._connection.sendall(
            f"Action: Login\r\nUsername: {server.driver_user}\r\n"
            f"Secret: {server.driver_secret}\r\nEvents: call,cdr\r\n\r\n".encode()
        )
        self._connection.settimeout(None)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Leave."""
        self._connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE)
        self._connection.close()

    @property
    def begun(self) -> int:
        """How many calls there have been so far."""
        return len(self.calls)

    @property
    def complete(self) -> bool:
        """Whether every call has ended and Asterisk has written its Cdr."""
        return all(call.ended and call.cdrs for call in list(self.calls.values()))

    def _listen(self) -> None:
        pending = b""
        while True:
            try:
                data = self._connection.recv(1 << 16)
            except OSError:
                return
            if not data:
                return
            at = time.time()
            *blocks, pending = (pending + data).split(b"\r\n\r\n")
            for block in blocks:
                self._take(block, at)

    def _take(self, block: bytes, at: float) -> None:
        lines = block.decode("utf-8", "replace").split("\r\n")
        event = dict(line.split(": ", 1) for line in lines if ": " in line)
        match event.get("Event"):
            case "Newchannel":
                uid = event["Uniqueid"]
                if uid == event["Linkedid"] and event["Context"] == "from-trunk":
                    self.calls[uid] = Lived(uid, event["CallerIDNum"], at)
            case "DialEnd" if event.get("DialStatus") == "ANSWER":
                if (call := self.calls.get(event.get("Uniqueid", ""))) and not call.answered:
                    call.answered = at
            case "Hangup":
                if call := self.calls.get(event["Uniqueid"]):
                    call.ended = at
            case "Cdr":
                if call := self.calls.get(event["UniqueID"]):
                    call.cdrs += 1
