"""The manager.conf of the README, on a real Asterisk."""

import re

import pytest

from console.cli.doctor import TOO_MUCH
from console.feeds.login import try_login
from console.settings.site import Feed
from tests.pbx.bench import Bench
from tests.pbx.server import CHECKOUT

pytestmark = pytest.mark.pbx


async def test_the_user_of_the_readme_may_what_the_console_needs_and_no_more(pbx: Bench) -> None:
    assert pbx.server.folder is not None
    text = (CHECKOUT / "README.md").read_text()
    [block] = re.findall(r"^   \[hotline\]\n.*?(?=^   ```)", text, re.MULTILINE | re.DOTALL)
    file = pbx.server.folder / "etc" / "manager.conf"
    usual = file.read_text()
    file.write_text(f"{usual}\n{block.replace('[hotline]', '[readme]')}")
    try:
        # As the README says: no restart.
        await pbx.cli("manager reload")
        feed = Feed.model_validate(
            {"host": "127.0.0.1", "port": pbx.port, "user": "readme"}
            | {"secret": "a-long-random-text"}
        )
        rights = await try_login(feed)
    finally:
        file.write_text(usual)
        await pbx.cli("manager reload")
    assert rights.version.startswith("22.")
    assert (rights.events, rights.refused) == (True, {})
    assert not set(TOO_MUCH) & rights.commands


def test_the_bench_asks_for_the_channel_variables_of_the_readme(pbx: Bench) -> None:
    wanted = ",".join(pbx.server.choices.channelvars)
    assert f"channelvars = {wanted}\n" in (CHECKOUT / "README.md").read_text()
