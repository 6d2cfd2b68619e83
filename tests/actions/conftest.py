"""A room of actions that runs, a clock that stands still, and what was told."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.actions.actions import Actions
from console.actions.webhooks import Webhooks
from console.calls.call import Call
from console.calls.events import Caller
from console.calls.numbers import NumberPlan
from console.calls.words import Direction
from console.desk.contacts import ActionFailure
from console.desk.records import CallRecord, Identity, Offer
from console.people.values import Company, Contact
from console.settings import live
from console.settings.live import Action, Deed, Live, Occasion
from console.wording.wording import Wording

AT = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
MEYER = Company("Meyer & Söhne", ("+493023125110",), id=1, time_zone="Asia/Tokyo")
HANS = Contact("Hans Schulz", (("+493023125500", "work"),), id=7, company="Schulz GmbH")
CALL = Call("c-1", "pbx", Direction.INBOUND, Caller("+493023125500", "HANS"), "+493023125110", AT)
RECORD = CallRecord(
    CALL, 1, MEYER.name, caller_name=HANS.name, identity=Identity(MEYER, 7, contact=HANS)
)


def action(deed: Deed, **fields: Any) -> Action:
    return Action(**{"id": "a1", "name": "An action", "deed": deed, **fields})


def settings(*actions: Action) -> Live:
    return Live(actions=live.Actions(actions=actions))


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(15):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


class StandingClock:
    def __init__(self) -> None:
        self.time = AT

    def now(self) -> datetime:
        return self.time

    async def sleep_until(self, when: datetime) -> None:
        raise NotImplementedError


class Room:
    """Actions at work, and all that they told."""

    def __init__(self, wording: Wording) -> None:
        self.clock = StandingClock()
        self.offers: list[tuple[str, Offer]] = []
        self.failures: list[ActionFailure] = []
        self.programs: dict[str, tuple[str, float]] = {}
        self.secrets = {"env:KEY": "the key"}
        self.actions = Actions(
            wording,
            NumberPlan("DE", "30"),
            ZoneInfo("Europe/Berlin"),
            self.clock,
            offer=lambda call, offer: self.offers.append((call, offer)),
            failed=self.failures.append,
            programs=self.programs,
            webhooks=Webhooks(self.clock, self._secret, seconds=0.5, waits=(0.001, 0.001, 0.001)),
        )

    def _secret(self, text: str) -> str:
        if text == "env:NONE":
            raise ValueError("the secret is to come from the variable NONE, which is not set")
        return self.secrets.get(text, text)

    def happened(
        self,
        *actions: Action,
        record: CallRecord = RECORD,
        occasion: Occasion = Occasion.INCOMING,
    ) -> None:
        self.actions.happened(occasion, record, settings(*actions))

    def pass_time(self, seconds: float) -> None:
        self.clock.time += timedelta(seconds=seconds)

    async def idle(self) -> None:
        """Return when nothing waits and nothing is under way."""
        await until(lambda: not self.actions._lanes._lanes)

    async def why(self) -> str:
        """The sentence of the one failure."""
        await self.idle()
        (failure,) = self.failures
        return failure.why


@pytest.fixture
async def wording() -> AsyncIterator[Wording]:
    made = Wording()
    yield made
    await made.close()


@pytest.fixture
async def room(wording: Wording) -> AsyncIterator[Room]:
    made = Room(wording)
    running = asyncio.ensure_future(made.actions.run())
    await asyncio.sleep(0)
    yield made
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


class Receiver:
    """A real HTTP server on loopback; `answers` are the next statuses, then 200 for ever."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.headers: dict[str, str] = {}
        self.said = b"said"
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.gate = threading.Event()
        self.gate.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, dict(self.headers), body))
                receiver.gate.wait(20)
                self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(receiver.said)))
                self.end_headers()
                self.wfile.write(receiver.said)

            def log_message(self, *about: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *about: object) -> None:
                """A client that has given up is what some tests want."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook?token=hush"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    made = Receiver()
    yield made
    made.close()
