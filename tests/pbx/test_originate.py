"""A number is called from the console: my phone rings, I answer, and the other one rings."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from console.cli import doctor
from console.cli.finding import Mark
from console.desk.commands import Answer, CallNumber, Done, Refused
from console.desk.operators import Operator
from console.settings.site import Site
from tests.pbx.bench import Bench
from tests.pbx.house import SITE, House, feed_of, house
from tests.pbx.scenarios import CUSTOMER, unlike
from tests.pbx.sip_phone import RINGS, answers, busy, declines

pytestmark = pytest.mark.pbx

BEHIND_ZERO = Site.model_validate(SITE.model_dump() | {"outside_prefix": "0"})
SHOWN = "+49 170 5555555"
PHONE = "PJSIP/{extension}"


@contextlib.asynccontextmanager
async def desk(pbx: Bench, folder: Path, **more: Any) -> AsyncIterator[House]:
    """A desk at which Eva has the phone 101, whose PBX calls for her."""
    given = {"originate_channel": PHONE} | more
    feed = feed_of(pbx).model_copy(update=given)
    async with house(pbx, folder / "calls.db", feed, BEHIND_ZERO) as home:
        yield home


async def called_by(home: House, extension: str, number: str = CUSTOMER) -> Answer:
    """What somebody with this phone is told."""
    operator = Operator("jo", "Jo", extensions=(extension,))
    return await home.desk.do(CallNumber(number), operator)


async def one_call(home: House) -> dict[str, Any]:
    """The only call, as it was stored."""
    await home.settled()
    [call] = await home.calls()
    return call


async def test_my_phone_rings_i_answer_and_the_other_one_rings(pbx: Bench, tmp_path: Path) -> None:
    operator = await pbx.phone("101", answers(0.5))
    await pbx.outside()
    async with desk(pbx, tmp_path) as home:
        answer = await home.door.do(CallNumber(CUSTOMER))
        assert answer == Done(f"your phone 101 rings; answer it, and {SHOWN} is called", 1)
        leg = await operator.incoming()
        assert leg.invite is not None
        assert leg.invite.get("from").startswith(f'"{SHOWN}" <sip:101@')
        await pbx.channel("trunk", bridged=True)
        [live] = home.desk.snapshot.live
        assert live.call.called == CUSTOMER
        await leg.hang_up()
        call = await one_call(home)
    wanted = {
        "direction": "outbound",
        "caller": {"number": "101"},
        "called": {"number": CUSTOMER},
        "disposition": "answered",
        "answered_by": CUSTOMER,
    }
    assert unlike(wanted, call) == []


async def test_a_call_that_i_do_not_answer_is_nobodys_missed_call(
    pbx: Bench, tmp_path: Path
) -> None:
    await pbx.phone("101", declines(0.3))
    async with desk(pbx, tmp_path) as home:
        assert isinstance(await called_by(home, "101"), Done)
        call = await one_call(home)
        assert home.desk.snapshot.counts.open == 0
    wanted = {"direction": "outbound", "called": {"number": CUSTOMER}, "disposition": "unanswered"}
    assert unlike(wanted, call) == []


async def test_a_colleague_is_called_by_extension(pbx: Bench, tmp_path: Path) -> None:
    await pbx.phone("101", answers(0.3))
    colleague = await pbx.phone("102", answers(0.3))
    async with desk(pbx, tmp_path) as home:
        assert isinstance(await called_by(home, "101", "102"), Done)
        leg = await colleague.incoming()
        assert leg.invite is not None
        assert leg.invite.get("from").startswith('"Jo" <sip:101@')
        await leg.talk(0.3)
        assert (
            unlike({"called": {"number": "102"}, "answered_by": "102"}, await one_call(home)) == []
        )


async def test_a_phone_that_can_not_ring_is_told_at_once(pbx: Bench, tmp_path: Path) -> None:
    await pbx.phone("101", busy())
    async with desk(pbx, tmp_path) as home:
        assert await called_by(home, "101") == Refused("Your phone 101 is busy.")
        unregistered = Refused("Your phone 106 can't be reached: is it registered?")
        assert await called_by(home, "106") == unregistered
        unknown = Refused("Asterisk knows no 999 in the context from-internal.")
        assert await called_by(home, "101", "999") == unknown


async def test_a_phone_that_is_slow_to_ring_is_being_tried(pbx: Bench, tmp_path: Path) -> None:
    async with desk(pbx, tmp_path) as home:
        answer = await called_by(home, "101")
        assert answer == Done(f"Asterisk tries your phone 101, to call {SHOWN} from it", 1)
        await pbx.cli("channel request hangup all")


async def test_without_a_connection_it_is_said_why(pbx: Bench, tmp_path: Path) -> None:
    await pbx.phone("101", RINGS)
    async with desk(pbx, tmp_path) as home:
        pbx.cable.cut()
        while not home.desk.snapshot.feeds[0].why:
            await home.changed()
        answer = await called_by(home, "101")
    assert isinstance(answer, Refused)
    assert answer.why.startswith("Asterisk is not connected, so nobody can be called: ")


async def test_who_may_not_originate_is_told_what_manager_conf_needs(
    pbx: Bench, tmp_path: Path
) -> None:
    assert pbx.server.folder is not None
    file = pbx.server.folder / "etc" / "manager.conf"
    usual = file.read_text()
    rights = "read=call,agent,cdr,user,system\nwrite=call,reporting"
    file.write_text(f"{usual}\n[listener]\nsecret=s\npermit=127.0.0.1/255.255.255.255\n{rights}\n")
    try:
        await pbx.cli("manager reload")
        async with desk(pbx, tmp_path, user="listener", secret=SecretStr("s")) as home:
            answer = await called_by(home, "101")
        changed = {"user": "listener", "secret": SecretStr("s"), "originate_channel": PHONE}
        feed = feed_of(pbx).model_copy(update=changed)
        found = await asyncio.to_thread(lambda: list(doctor.pbx(feed)))
    finally:
        file.write_text(usual)
        await pbx.cli("manager reload")
    assert isinstance(answer, Refused)
    assert "manager.conf needs, in [listener], write = call,originate,reporting" in answer.why
    assert [finding.how for finding in found if finding.mark is Mark.BROKEN] == [
        "does not let us call, though originate_channel says how"
    ]
