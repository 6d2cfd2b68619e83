"""The dialplan lines of the README against forged numbers, on a real Asterisk."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.pbx.bench import Bench
from tests.pbx.configuration import CALLED
from tests.pbx.server import CHECKOUT
from tests.pbx.sip_phone import RINGS

pytestmark = pytest.mark.pbx

OURS = f"{CALLED}500"
EVENT = "%0d%0a%0d%0aEvent%3a%20Hangup%0d%0aCause%3a%200"


def lines_of_the_readme() -> str:
    """The block that refuses forged numbers, without its first line: the name of the context."""
    text = (CHECKOUT / "README.md").read_text()
    [block] = [one for one in text.split("```ini\n")[1:] if one.startswith("[from-trunk]")]
    return block.partition("```")[0].partition("\n")[2]


@pytest_asyncio.fixture(loop_scope="session")
async def guarded(pbx: Bench) -> AsyncIterator[Bench]:
    """A PBX whose trunk has one more number, behind these lines."""
    assert pbx.server.folder is not None
    plan = pbx.server.folder / "etc" / "extensions.conf"
    usual = plan.read_text()
    plan.write_text(
        f"{usual}\n[from-trunk](+)\nexten => _{OURS}!,1,Goto(guarded,${{EXTEN}},1)\n"
        f"[guarded]\n{lines_of_the_readme()}"
    )
    try:
        await pbx.cli("dialplan reload")
        yield pbx
    finally:
        plan.write_text(usual)
        await pbx.cli("dialplan reload")


@pytest.mark.parametrize(
    "caller",
    [
        {},
        {"hidden": True},
        {"hidden": True, "asserted": "+491701234567"},
        {"sender": "030-2312.5"},
        {"sender": "anna.muster_1"},
        {"to": f"{OURS}12"},
    ],
    ids=["a number", "anonymous", "hidden", "a number with dots", "a name", "a direct number"],
)
async def test_honest_callers_ring_the_phones(guarded: Bench, caller: dict[str, str]) -> None:
    first, second = await guarded.phone("101", RINGS), await guarded.phone("102", RINGS)
    await guarded.call(**({"to": OURS} | caller), gives_up_after=0.2)  # type: ignore[arg-type]
    await first.incoming()
    await second.incoming()


@pytest.mark.parametrize(
    "forged",
    [
        {"sender": f"0{EVENT}"},
        {"sender": "0%0aEvent"},
        {"sender": "0%1b%5b2J"},
        {"sender": "0%221"},
        {"sender": "0%5c1"},
        {"sender": "0%281"},
        {"sender": "0%2c1"},
        {"sender": "%24%7bSHELL%28id%29%7d"},
        {"to": f"{OURS}{EVENT}"},
    ],
    ids=["a block", "LF", "ESC", "quote", "backslash", "bracket", "comma", "variable", "called"],
)
async def test_forged_numbers_are_hung_up_at_once_and_ring_no_phone(
    guarded: Bench, forged: dict[str, str]
) -> None:
    first, second = await guarded.phone("101", RINGS), await guarded.phone("102", RINGS)
    caller = await guarded.call(**({"to": OURS} | forged))  # type: ignore[arg-type]
    await caller.over(5.0)
    assert "SIP/2.0 403 " in caller.trace()
    await guarded.quiet()
    assert {**first.legs, **second.legs} == {}
