"""Every kind of call, made to happen on a real Asterisk, and what the console must say of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from .bench import Bench
from .configuration import did
from .sip_phone import RINGS, answers

Story = Callable[[Bench], Awaitable[None]]
ANNA = {"number": "+491701234567", "name": "Anna Muster", "hidden": False}


@dataclass(frozen=True)
class Scenario:
    """A story and the calls that it leaves, in order of their start, as parts of the JSON.

    ring_seconds is a (least, most) pair; every other value is to be met exactly. rang names the
    devices that must be there, in any order.
    """

    name: str
    sentence: str
    story: Story
    expected: tuple[dict[str, Any], ...]


SCENARIOS: dict[str, Scenario] = {}


def scenario(*expected: dict[str, Any]) -> Callable[[Story], Story]:
    """Puts a story on the list."""

    def enter(story: Story) -> Story:
        name = story.__name__
        SCENARIOS[name] = Scenario(name, (story.__doc__ or "").strip(), story, expected)
        return story

    return enter


def inbound(last: str, **more: Any) -> dict[str, Any]:
    """A call from outside to one of our numbers, by default Anna's and answered."""
    call = {
        "direction": "inbound",
        "called": {"number": did(last)},
        "caller": ANNA,
        "disposition": "answered",
        "outcome": "answered",
        "queue": None,
        "reconstructed": False,
    }
    return call | more


def unanswered(last: str, outcome: str, **more: Any) -> dict[str, Any]:
    """A call from outside that nobody answered."""
    more = {"disposition": "unanswered", "outcome": outcome, "answered_by": None} | more
    return inbound(last, **more)


def rang(**results: str) -> list[dict[str, str]]:
    """rang(p101="answered") is what the JSON says about phone 101."""
    return [{"device": k[1:], "result": v} for k, v in results.items()]


@scenario(
    inbound("001", answered_by="101", ring_seconds=(0.8, 2.0), rang=rang(p101="answered")),
)
async def answered(pbx: Bench) -> None:
    """A caller rings one phone, it answers, they talk, the caller hangs up."""
    await pbx.phone("101", answers(1.2))
    caller = await pbx.call(did("001"), talk=1.0)
    await caller.over()
    await pbx.quiet()


@scenario(
    unanswered("001", "abandoned", ring_seconds=(1.0, 2.5), rang=rang(p101="cancelled")),
)
async def abandoned(pbx: Bench) -> None:
    """A caller rings one phone and gives up."""
    await pbx.phone("101", RINGS)
    caller = await pbx.call(did("001"), gives_up_after=1.5)
    await caller.over()
    await pbx.quiet()


@scenario(
    inbound(
        "000",
        answered_by="102",
        ring_seconds=(0.8, 2.0),
        rang=rang(p101="elsewhere", p102="answered", p103="elsewhere"),
    ),
)
async def fork_one_answer(pbx: Bench) -> None:
    """A caller rings three phones at once and the second one answers."""
    await pbx.phone("101", RINGS)
    await pbx.phone("102", answers(1.2))
    await pbx.phone("103", RINGS)
    caller = await pbx.call(did("000"), talk=1.0)
    await caller.over()
    await pbx.quiet()


@scenario(
    inbound(
        "010",
        answered_by="102",
        queue="support",
        ring_seconds=(0.8, 4.0),
        rang=rang(p101="elsewhere", p102="answered"),
    ),
)
async def queue_answered_second_round(pbx: Bench) -> None:
    """A queue rings two phones for a second, pauses, rings again, and then one answers."""
    await pbx.phone("101", RINGS)
    await pbx.phone("102", RINGS, answers(0.4))
    caller = await pbx.call(did("010"))
    leg = await pbx.phones["102"].incoming(2)
    await leg.talk(1.2)
    await caller.over()
    await pbx.quiet()
