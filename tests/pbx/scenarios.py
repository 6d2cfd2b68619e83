"""Every kind of call, made to happen on a real Asterisk, and what the console must say of it."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from .bench import Bench
from .configuration import did
from .sip_phone import RINGS, Phone, answers, busy, declines, redirects

Story = Callable[[Bench], Awaitable[None]]


@dataclass(frozen=True)
class Scenario:
    """A story and the calls that it leaves, in order of their start, as parts of the JSON.

    unlike() says what that means: ring_seconds is a (least, most) pair; rang names devices that
    must be there with that result, in any order, and an empty list says that nothing rang.
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


def unlike(expected: dict[str, Any], call: dict[str, Any]) -> list[str]:
    """What of a call as `hotline calls --json` gives it is not as expected."""
    found = []
    for key, wanted in expected.items():
        got = call.get(key, "missing")
        if key == "ring_seconds":
            right = isinstance(got, int | float) and wanted[0] <= got <= wanted[1]
        elif key == "rang" and isinstance(got, list):
            got = sorted((phone["device"], phone["result"]) for phone in got)
            wanted = sorted((phone["device"], phone["result"]) for phone in wanted)
            right = set(wanted) <= set(got) if wanted else not got
        elif isinstance(wanted, dict):
            right = isinstance(got, dict) and wanted.items() <= got.items()
        else:
            right = got == wanted
        if not right:
            found.append(f"{key}: expected {wanted!r}, got {got!r}")
    return found


ANNA = {"number": "+491701234567", "display": "Anna Muster", "hidden": False}
HIDDEN = {"number": None, "hidden": True}


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
    return [{"device": device[1:], "result": result} for device, result in results.items()]


# The main ones


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
    unanswered(
        "002",
        "no_answer",
        ring_seconds=(1.5, 3.0),
        rang=rang(p101="no_answer", p102="no_answer", p103="no_answer"),
    ),
)
async def fork_no_answer(pbx: Bench) -> None:
    """Three phones ring for two seconds, nobody answers, an announcement, the PBX hangs up."""
    for number in ("101", "102", "103"):
        await pbx.phone(number, RINGS)
    caller = await pbx.call(did("002"))
    await caller.over()
    await pbx.quiet()


@scenario(
    unanswered("001", "abandoned", ring_seconds=(0.2, 1.0), rang=rang(p101="cancelled")),
)
async def ring_under_2s(pbx: Bench) -> None:
    """A caller rings for a third of a second."""
    await pbx.phone("101", RINGS)
    caller = await pbx.call(did("001"), gives_up_after=0.3)
    await caller.over()
    await pbx.quiet()


# Hidden callers


@scenario(
    unanswered("001", "abandoned", caller=HIDDEN, rang=rang(p101="cancelled")),
)
async def hidden_anonymous(pbx: Bench) -> None:
    """A caller hides the number with an anonymous From, rings, gives up."""
    await pbx.phone("101", RINGS)
    caller = await pbx.call(did("001"), hidden=True, gives_up_after=1.0)
    await caller.over()
    await pbx.quiet()


@scenario(
    inbound("001", caller=HIDDEN, answered_by="101", rang=rang(p101="answered")),
)
async def hidden_asserted(pbx: Bench) -> None:
    """The trunk asserts the number, Privacy forbids to show it; the AMI shows it all the same."""
    await pbx.phone("101", answers(1.0))
    caller = await pbx.call(did("001"), hidden=True, asserted="+491701234567", talk=0.7)
    await caller.over()
    await pbx.quiet()


# Queues


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


@scenario(
    unanswered(
        "011",
        "abandoned_queue",
        queue="slow",
        ring_seconds=(0.5, 2.6),
        rang=rang(p101="no_answer", p102="no_answer"),
    ),
)
async def queue_abandoned(pbx: Bench) -> None:
    """A queue rings two phones for a second; the caller hangs up in the pause that follows."""
    first = await pbx.phone("101", RINGS)
    await pbx.phone("102", RINGS)
    caller = await pbx.call(did("011"), talk=2.5)
    leg = await first.incoming()
    assert await leg.over_within(2.2), "still ringing when the caller is about to hang up"
    await caller.over()
    await pbx.quiet()


@scenario(
    unanswered(
        "010",
        "abandoned",
        queue="support",
        ring_seconds=(0.05, 1.2),
        rang=rang(p101="cancelled", p102="cancelled"),
    ),
)
async def queue_abandoned_ringing(pbx: Bench) -> None:
    """The caller hangs up while the queue rings two phones."""
    await pbx.phone("101", RINGS)
    await pbx.phone("102", RINGS)
    caller = await pbx.call(did("010"), talk=0.6)
    await caller.over()
    await pbx.quiet()


@scenario(
    {
        "direction": "internal",
        "caller": {"number": "101"},
        "called": {"number": "102"},
        "disposition": "answered",
        "answered_by": "102",
    },
    unanswered("010", "abandoned_queue", queue="support", rang=[], ring_seconds=(0.0, 0.0)),
)
async def queue_all_busy(pbx: Bench) -> None:
    """Both members of a queue talk to each other; a caller waits, nothing rings, gives up."""
    first = await pbx.phone("101", RINGS)
    await pbx.phone("102", answers(0.2))
    leg = await first.call("102")
    await pbx.channel("102", bridged=True)
    caller = await pbx.call(did("010"), talk=1.5)
    await caller.over()
    await leg.hang_up()
    await pbx.quiet()


# Inside


@scenario(
    {
        "direction": "internal",
        "caller": {"number": "101", "display": "Berta Baum", "hidden": False},
        "called": {"number": "102"},
        "disposition": "answered",
        "outcome": "answered",
        "answered_by": "102",
        "ring_seconds": (0.8, 2.0),
        "queue": None,
        "rang": rang(p102="answered"),
        "reconstructed": False,
    },
)
async def internal(pbx: Bench) -> None:
    """One phone calls another, they talk."""
    first = await pbx.phone("101", RINGS)
    await pbx.phone("102", answers(1.0))
    leg = await first.call("102")
    await leg.talk(0.8)
    await pbx.quiet()


@scenario(
    {
        "direction": "internal",
        "caller": {"number": "101", "display": "Berta Baum", "hidden": False},
        "called": {"number": "102"},
        "disposition": "unanswered",
        "outcome": "abandoned",
        "answered_by": None,
        "rang": rang(p102="cancelled"),
    },
)
async def internal_abandoned(pbx: Bench) -> None:
    """One phone calls another and gives up."""
    first, second = await pbx.phone("101", RINGS), await pbx.phone("102", RINGS)
    leg = await first.call("102")
    assert not await (await second.incoming()).over_within(1.0)
    await leg.hang_up()
    await pbx.quiet()


# Refused and forwarded


@scenario(
    unanswered("080", "busy", ring_seconds=(0.0, 0.3), rang=rang(p101="busy")),
)
async def busy_phone(pbx: Bench) -> None:
    """The only phone is busy, and so the caller hears."""
    await pbx.phone("101", busy())
    caller = await pbx.call(did("080"))
    await caller.over()
    await pbx.quiet()


@scenario(
    unanswered("001", "declined", ring_seconds=(0.3, 1.2), rang=rang(p101="declined")),
)
async def declined(pbx: Bench) -> None:
    """The only phone rings and declines."""
    await pbx.phone("101", declines(0.6))
    caller = await pbx.call(did("001"))
    await caller.over()
    await pbx.quiet()


@scenario(
    inbound("050", answered_by="+491709999999", rang=rang(p101="no_answer")),
)
async def forward_by_dialplan(pbx: Bench) -> None:
    """A phone rings for a second, then the dialplan forwards outside, where somebody answers."""
    await pbx.phone("101", RINGS)
    await pbx.outside()
    caller = await pbx.call(did("050"), talk=0.8)
    await caller.over()
    await pbx.quiet()


@scenario(
    inbound("001", answered_by="+491708888888", rang=rang(p101="forwarded")),
)
async def forward_by_302(pbx: Bench) -> None:
    """A phone sends its caller outside by 302, where somebody answers."""
    await pbx.phone("101", redirects("+491708888888", 0.5))
    await pbx.outside()
    caller = await pbx.call(did("001"), talk=0.8)
    await caller.over()
    await pbx.quiet()


# Transfers. answered_by is the person who answered first.

TRANSFERRED = rang(p101="answered", p102="answered")


@scenario(inbound("001", answered_by="101", rang=TRANSFERRED))
async def blind_transfer_ami(pbx: Bench) -> None:
    """A phone answers; the AMI transfers the caller blindly to a second one, which answers."""
    await pbx.phone("101", answers(0.5))
    second = await pbx.phone("102", answers(0.8))
    caller = await pbx.call(did("001"))
    channel = await pbx.channel("101", bridged=True)
    await pbx.driver.do("BlindTransfer", Channel=channel.name, Context="from-internal", Exten="102")
    await (await second.incoming()).talk(0.8)
    await caller.over()
    await pbx.quiet()


@scenario(inbound("001", answered_by="101", rang=TRANSFERRED))
async def blind_transfer_refer(pbx: Bench) -> None:
    """A phone answers and transfers blindly, by REFER, to a second one, which answers."""
    first = await pbx.phone("101", answers(0.5))
    second = await pbx.phone("102", answers(0.8))
    caller = await pbx.call(did("001"))
    await pbx.channel("101", bridged=True)
    await (await first.incoming()).refer("102")
    await (await second.incoming()).talk(0.8)
    await caller.over()
    await pbx.quiet()


@scenario(inbound("070", answered_by="101", rang=TRANSFERRED))
async def attended_transfer_ami(pbx: Bench) -> None:
    """A phone answers; the AMI makes it consult a second one, then it hangs up."""
    first = await pbx.phone("101", answers(0.5))
    second = await pbx.phone("102", answers(0.8))
    caller = await pbx.call(did("070"))
    channel = await pbx.channel("101", bridged=True)
    await pbx.driver.do("Atxfer", Channel=channel.name, Context="from-internal", Exten="102")
    await pbx.channel("102", bridged=True)
    leg = await second.incoming()
    assert not await leg.over_within(0.5)
    await (await first.incoming()).hang_up()
    await leg.talk(0.6)
    await caller.over()
    await pbx.quiet()


@scenario(inbound("001", answered_by="101", rang=TRANSFERRED))
async def attended_transfer_refer(pbx: Bench) -> None:
    """A phone answers, calls a second one by itself, and joins both by REFER with Replaces."""
    first = await pbx.phone("101", answers(0.5))
    second = await pbx.phone("102", answers(0.8))
    caller = await pbx.call(did("001"))
    await pbx.channel("101", bridged=True)
    consultation = await first.call("102")
    await pbx.channel("102", bridged=True)
    leg = await second.incoming()
    assert not await leg.over_within(0.4)
    await (await first.incoming()).refer("102", replaces=consultation)
    await leg.talk(0.6)
    await caller.over()
    await pbx.quiet()


@scenario(
    inbound("001", answered_by="101", rang=rang(p101="answered", p102="cancelled")),
)
async def transfer_to_silent_phone(pbx: Bench) -> None:
    """A phone answers and transfers blindly to one that nobody answers; the caller gives up."""
    first = await pbx.phone("101", answers(0.5))
    await pbx.phone("102", RINGS)
    caller = await pbx.call(did("001"), talk=1.8)
    await pbx.channel("101", bridged=True)
    await (await first.incoming()).refer("102")
    await caller.over()
    await pbx.quiet()


@scenario(
    inbound("001", answered_by="102", rang=rang(p101="cancelled", p102="answered")),
)
async def redirect_ringing(pbx: Bench) -> None:
    """While one phone rings the AMI redirects the caller to a second one, which answers."""
    first = await pbx.phone("101", RINGS)
    second = await pbx.phone("102", answers(0.8))
    caller = await pbx.call(did("001"))
    assert not await (await first.incoming()).over_within(0.7)
    channel = await pbx.channel("trunk")
    await pbx.driver.do(
        "Redirect", Channel=channel.name, Context="from-internal", Exten="102", Priority="1"
    )
    await (await second.incoming()).talk(0.8)
    await caller.over()
    await pbx.quiet()


@scenario(inbound("001", answered_by="101", rang=TRANSFERRED))
async def redirect_talking(pbx: Bench) -> None:
    """While one phone talks the AMI redirects the caller to a second one, which answers."""
    await pbx.phone("101", answers(0.5))
    second = await pbx.phone("102", answers(0.8))
    caller = await pbx.call(did("001"))
    channel = await pbx.channel("trunk", bridged=True)
    await pbx.driver.do(
        "Redirect", Channel=channel.name, Context="from-internal", Exten="102", Priority="1"
    )
    await (await second.incoming()).talk(0.8)
    await caller.over()
    await pbx.quiet()


# Pickup and parking


@scenario(inbound("001", answered_by="102", rang=rang(p101="elsewhere")))
async def pickup_group(pbx: Bench) -> None:
    """One phone rings, a second one of the group takes the call with *8."""
    await _picked_up(pbx, "*8")


@scenario(inbound("001", answered_by="102", rang=rang(p101="elsewhere")))
async def pickup_directed(pbx: Bench) -> None:
    """One phone rings, a second one takes its call with **101."""
    await _picked_up(pbx, "**101")


async def _picked_up(pbx: Bench, code: str) -> None:
    first = await pbx.phone("101", RINGS)
    second = await pbx.phone("102", RINGS)
    caller = await pbx.call(did("001"))
    assert not await (await first.incoming()).over_within(0.8)
    leg = await second.call(code)
    await leg.talk(0.8)
    await caller.over()
    await pbx.quiet()


@scenario(inbound("001", answered_by="101", rang=rang(p101="answered")))
async def park_fetched(pbx: Bench) -> None:
    """A phone answers and parks the caller; another phone fetches the caller."""
    first, second = await pbx.phone("101", answers(0.5)), await pbx.phone("102", RINGS)
    caller = await pbx.call(did("001"))
    await _parked(pbx, first)
    leg = await second.call("701")
    await leg.talk(0.8)
    await caller.over()
    await pbx.quiet()


@scenario(inbound("001", answered_by="101", rang=rang(p101="answered")))
async def park_timed_out(pbx: Bench) -> None:
    """A phone parks the caller, nobody fetches him, the same phone rings again and answers."""
    first = await pbx.phone("101", answers(0.5), answers(0.6))
    caller = await pbx.call(did("001"))
    await _parked(pbx, first)
    leg = await first.incoming(2)
    await leg.talk(0.8)
    await caller.over()
    await pbx.quiet()


@scenario(inbound("001", answered_by="101", rang=rang(p101="answered")))
async def park_abandoned(pbx: Bench) -> None:
    """A phone parks the caller, who hangs up before anybody fetches him."""
    first = await pbx.phone("101", answers(0.5))
    caller = await pbx.call(did("001"), talk=1.6)
    await _parked(pbx, first)
    await caller.over()
    await pbx.quiet()


async def _parked(pbx: Bench, phone: Phone) -> None:
    """Parks the caller with whom the phone talks in space 701."""
    await pbx.channel(phone.number, bridged=True)
    heard = len(pbx.driver.events)
    await (await phone.incoming()).refer("700", wait=False)
    parked = await pbx.driver.event(lambda e: e["Event"] == "ParkedCall", heard)
    assert parked["ParkingSpace"] == "701"


# Machines


@scenario(
    unanswered("020", "voicemail", ring_seconds=(0.7, 2.0), rang=rang(p101="no_answer")),
)
async def voicemail(pbx: Bench) -> None:
    """A phone rings for a second, then the mailbox takes a message."""
    await pbx.phone("101", RINGS)
    heard = len(pbx.driver.events)
    caller = await pbx.call(did("020"), speak=2.5)
    await caller.over()
    await pbx.quiet()
    await pbx.driver.event(lambda e: e["Event"] == "MessageWaiting" and e["New"] != "0", heard)


@scenario(
    unanswered("030", "no_answer", rang=[], ring_seconds=(0.0, 0.0)),
)
async def ivr_left_early(pbx: Bench) -> None:
    """A menu answers, the caller hangs up in it; no phone was ever tried."""
    caller = await pbx.call(did("030"), talk=1.5)
    await caller.over()
    await pbx.quiet()


@scenario(
    inbound(
        "040",
        answered_by="102",
        ring_seconds=(0.8, 2.0),
        rang=rang(p101="elsewhere", p102="answered"),
    ),
)
async def local_fork(pbx: Bench) -> None:
    """A fork of two Local channels, each with a phone behind it; the second one answers."""
    await pbx.phone("101", RINGS)
    await pbx.phone("102", answers(1.0))
    caller = await pbx.call(did("040"), talk=0.8)
    await caller.over()
    await pbx.quiet()


@scenario(
    unanswered("040", "abandoned", rang=rang(p101="cancelled", p102="cancelled")),
)
async def local_fork_abandoned(pbx: Bench) -> None:
    """A fork of two Local channels, and the caller gives up."""
    await pbx.phone("101", RINGS)
    await pbx.phone("102", RINGS)
    caller = await pbx.call(did("040"), gives_up_after=1.0)
    await caller.over()
    await pbx.quiet()


@scenario(
    unanswered("060", "unreachable", rang=[], ring_seconds=(0.0, 0.0)),
)
async def unregistered_phone(pbx: Bench) -> None:
    """The only phone is not there; the caller hears congestion."""
    caller = await pbx.call(did("060"))
    await caller.over()
    await pbx.quiet()


# Call-backs

CUSTOMER = "+491705555555"


def outbound(**more: Any) -> dict[str, Any]:
    """A call-back to the customer, begun by Originate at phone 101."""
    return {"direction": "outbound", "called": {"number": CUSTOMER}, "reconstructed": False} | more


async def _originate(pbx: Bench, *, own_id: bool = True, ring: int = 30) -> None:
    """Asks phone 101 to call the customer, as a console does, and waits for the response event."""
    heard = len(pbx.driver.events)
    identity = {"ChannelId": f"hotline-{secrets.token_hex(6)}"} if own_id else {}
    await pbx.driver.do(
        "Originate",
        Channel="PJSIP/101",
        Context="from-internal",
        Exten=CUSTOMER,
        Priority="1",
        CallerID=f'"Kim Kunde" <{CUSTOMER}>',
        Timeout=str(ring * 1000),
        Async="true",
        **identity,
    )
    await pbx.driver.event(lambda e: e["Event"] == "OriginateResponse", heard)


@scenario(outbound(disposition="answered", outcome="answered"))
async def originate_answered(pbx: Bench) -> None:
    """A call-back: the operator answers, the customer answers, they talk."""
    operator = await pbx.phone("101", answers(0.5))
    await pbx.outside()
    await _originate(pbx)
    await pbx.channel("trunk", bridged=True)
    leg = await operator.incoming()
    assert not await leg.over_within(0.8)
    await leg.hang_up()
    await pbx.quiet()


@scenario(outbound(disposition="unanswered"))
async def originate_customer_silent(pbx: Bench) -> None:
    """A call-back: the operator answers, the customer does not, the operator hangs up."""
    operator = await pbx.phone("101", answers(0.5))
    await pbx.outside("outside_rings")
    await _originate(pbx)
    leg = await operator.incoming()
    await pbx.channel("trunk")
    assert not await leg.over_within(1.2)
    await leg.hang_up()
    await pbx.quiet()


@scenario(outbound(disposition="unanswered"))
async def originate_operator_silent(pbx: Bench) -> None:
    """A call-back: the operator's own phone rings for a second and nobody answers it."""
    await pbx.phone("101", RINGS)
    await _originate(pbx, ring=1)
    await pbx.quiet()


@scenario(outbound(disposition="unanswered"))
async def originate_operator_declines(pbx: Bench) -> None:
    """A call-back: the operator declines it."""
    await pbx.phone("101", declines(0.5))
    await _originate(pbx)
    await pbx.quiet()


@scenario(outbound(disposition="unanswered"))
async def originate_foreign(pbx: Bench) -> None:
    """A call-back by some other program, without a ChannelId; the operator does not answer."""
    await pbx.phone("101", RINGS)
    await _originate(pbx, own_id=False, ring=1)
    await pbx.quiet()


# Many, and malicious

ONE_OF_TWENTY = {
    **inbound(
        "000", answered_by="101", rang=rang(p101="answered", p102="elsewhere", p103="elsewhere")
    ),
    "caller": {"display": "Anna Muster", "hidden": False},
}


@scenario(*[ONE_OF_TWENTY] * 20)
async def twenty_at_once(pbx: Bench) -> None:
    """Twenty callers at once ring three phones; the first phone answers them all."""
    await pbx.phone("101", answers(1.5))
    await pbx.phone("102", RINGS)
    await pbx.phone("103", RINGS)
    caller = await pbx.call(did("000"), talk=1.0, times=20)
    await caller.over()
    await pbx.quiet()


# A forger spoils the events of his own call, its Hangup too: it may well be "lost".
HONEST = inbound("001", answered_by="101", ring_seconds=(0.9, 4.0), rang=rang(p101="answered"))


@scenario(
    HONEST,
    {
        "direction": "inbound",
        "called": {"number": did("003")},
        "disposition": "unanswered",
        "answered_by": None,
    },
)
async def forged_caller(pbx: Bench) -> None:
    """While an honest call rings, a stranger's From ends it in the AMI stream, but not in truth."""
    first = await pbx.phone("101", RINGS)
    await pbx.phone("103", RINGS)
    caller = await pbx.call(did("001"))
    leg = await first.incoming()
    honest = await pbx.channel("trunk")
    forged = (
        f"0%0d%0a%0d%0aEvent%3a%20Hangup%0d%0aUniqueid%3a%20{honest.uniqueid}%0d%0aCause%3a%200"
    )
    stranger = await pbx.call(did("003"), sender=forged, gives_up_after=1.0)
    await stranger.over()
    leg.answer()
    await leg.talk(0.7)
    await caller.over()
    await pbx.quiet()


@scenario(
    HONEST,
    {
        "direction": "inbound",
        "disposition": "unanswered",
        "answered_by": None,
    },
)
async def forged_called_number(pbx: Bench) -> None:
    """The same by the request URI, in a dialplan that takes any number of the block."""
    first = await pbx.phone("101", RINGS)
    await pbx.phone("103", RINGS)
    caller = await pbx.call(did("001"))
    leg = await first.incoming()
    forged = did("9%0d%0a%0d%0aEvent%3a%20FullyBooted%0d%0aStatus%3a%20Fully%20Booted")
    stranger = await pbx.call(forged, gives_up_after=1.0)
    await stranger.over()
    leg.answer()
    await leg.talk(0.7)
    await caller.over()
    await pbx.quiet()


HOSTILE = (
    b"\x1b]0;owned\x07\x1b[31mred",  # escape sequences: window title, colour
    "\u009b31mC1\u0085next".encode(),
    "\u202eevil\u202c \u200bzero".encode(),
    b"[b]bold[/b] [@click=app.quit]x[/]",
    b"\xff\xfe\xc3( \xed\xa0\x80",
    "J\u00fcrgen Gr\u00f6\u00dfe \u65e5\u672c \U0001f600".encode(),
)


@scenario(
    *[
        {
            "direction": "inbound",
            "called": {"number": did("001")},
            "caller": {"number": "+491701234567", "hidden": False},
            "disposition": "unanswered",
            "outcome": "abandoned",
        }
    ]
    * len(HOSTILE)
)
async def hostile_names(pbx: Bench) -> None:
    """Callers with control characters, bidi marks, markup and broken UTF-8 in their names."""
    await pbx.phone("101", RINGS)
    for name in HOSTILE:
        caller = await pbx.call(did("001"), name=name, gives_up_after=0.25)
        await caller.over()
    await pbx.quiet()


@scenario(
    *[
        {
            "direction": "inbound",
            "called": {"number": did("001")},
            "disposition": "unanswered",
            "outcome": "abandoned",
        }
    ]
    * 3
)
async def hostile_numbers(pbx: Bench) -> None:
    """Callers whose numbers are an escape sequence, broken UTF-8, and three hundred digits."""
    await pbx.phone("101", RINGS)
    for number in ("%1b%5b2J%1b%5d0%3bowned%07", "+4917%ff%fe%c3(", "+49170" + "1" * 300):
        caller = await pbx.call(did("001"), sender=number, gives_up_after=0.25)
        await caller.over()
    await pbx.quiet()


# Lost connections


@scenario(inbound("001", answered_by="101", reconstructed=True))
async def lost_and_answered(pbx: Bench) -> None:
    """While a call rings the AMI connection is lost; when it is back they are talking."""
    first = await pbx.phone("101", RINGS)
    caller = await pbx.call(did("001"))
    leg = await first.incoming()
    assert not await leg.over_within(1.0)
    mend = pbx.unplug()
    assert not await leg.over_within(0.5)
    leg.answer()
    await pbx.channel("101", bridged=True)
    await mend()
    await leg.talk(0.8)
    await caller.over()
    await pbx.quiet()


@scenario(unanswered("001", "lost", reconstructed=True))
async def lost_and_abandoned(pbx: Bench) -> None:
    """While a call rings the AMI connection is lost; when it is back the call is gone."""
    first = await pbx.phone("101", RINGS)
    caller = await pbx.call(did("001"), gives_up_after=1.8)
    leg = await first.incoming()
    assert not await leg.over_within(1.0)
    mend = pbx.unplug()
    await caller.over()
    await pbx.quiet()
    await mend()


@scenario(unanswered("001", "lost", reconstructed=True))
async def restart_while_ringing(pbx: Bench) -> None:
    """While a call rings Asterisk is killed with -9 and started again."""
    first = await pbx.phone("101", RINGS)
    await pbx.call(did("001"))
    leg = await first.incoming()
    assert not await leg.over_within(1.0)
    await pbx.restart()
