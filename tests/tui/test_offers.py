"""What actions hold out: to whom, how often, and where a browser is opened."""

from dataclasses import replace

import pytest
from fake_door import EVA, SITE, FakeDoor, a_call, picture
from story import a_console
from textual.app import App

from console.calls.words import Direction, Outcome, Phase
from console.desk.operators import Operator
from console.desk.records import Offer
from console.tui import browser
from console.tui.app import HotlineApp
from console.tui.local import LocalConsole
from console.tui.offers import LinksToOpen, concerns, links_of
from console.wording.marks import OPERATOR

CRM = Offer("CRM", "url", "https://crm.example/?q=1")
NOBODY = Operator("guest", "guest")


def ringing(*offers, **more):
    return replace(a_call(**more), offers=offers)


def test_a_link_is_opened_once_however_often_the_picture_changes():
    links = LinksToOpen(picture())
    first = picture(ringing(CRM))
    assert links.new(first, EVA) == [CRM.url]
    assert links.new(first, EVA) == []
    assert links.new(picture(ringing(CRM), ringing(CRM, id="2")), EVA) == [CRM.url]


def test_links_that_were_there_before_the_session_are_not_opened():
    there = picture(ringing(CRM))
    assert LinksToOpen(there).new(there, EVA) == []


def test_a_link_is_opened_when_the_call_comes_to_the_operators_phone():
    links = LinksToOpen(picture())
    assert links.new(picture(ringing(CRM, rings=("102",))), EVA) == []
    assert links.new(picture(ringing(CRM, rings=("102", "101"))), EVA) == [CRM.url]


def test_what_is_no_web_page_is_not_opened():
    links = LinksToOpen(picture())
    bad = (Offer("x", "url", "file:///etc/passwd"), Offer("y", "url", ""), Offer("z", "contact"))
    assert links.new(picture(ringing(*bad)), EVA) == []
    assert links_of(ringing(*bad), EVA) == ()


@pytest.mark.parametrize(
    ("call", "operator", "mine"),
    [
        (a_call(rings=("101",)), EVA, True),
        (a_call(rings=("102",)), EVA, False),
        (a_call(rings=("102",)), NOBODY, True),
        (a_call(phase=Phase.TALKING, talking_to="101"), EVA, True),
        (a_call(phase=Phase.TALKING, talking_to="102"), EVA, False),
        (a_call(phase=Phase.ENDED, outcome=Outcome.ANSWERED, talking_to="101"), EVA, True),
        (a_call(rings=(), number="101", direction=Direction.OUTBOUND), EVA, True),
        (a_call(rings=(), number="101"), EVA, False),
    ],
)
def test_a_call_concerns_whose_phone_it_came_to(call, operator, mine):
    assert concerns(call.call, operator) is mine


def test_a_link_may_speak_of_who_opens_it_and_is_escaped():
    url = f"https://crm.example/?who={OPERATOR['name']}&phone={OPERATOR['extension']}"
    ((action, address),) = links_of(ringing(Offer("CRM", "url", url)), EVA)
    assert (action, address) == ("CRM", "https://crm.example/?who=Eva%20Brandt&phone=101")


class Here(HotlineApp):
    """A console on a terminal of this machine, with a browser that only takes notes."""

    local = True

    def __init__(self, *given, **more):
        super().__init__(*given, **more)
        self.opened = []

    def browse(self, address):
        self.opened.append(address)


async def at_a_ring(kind, monkeypatch, rings=("101",)):
    monkeypatch.setattr("story.HotlineApp", kind)
    door = FakeDoor()
    async with a_console(door) as (app, pilot):
        for _ in range(2):
            door.publish(picture(ringing(CRM, rings=rings)))
            await pilot.pause()
        return app


async def test_on_a_local_terminal_a_link_opens_by_itself(monkeypatch):
    assert (await at_a_ring(Here, monkeypatch)).opened == [CRM.url]
    assert (await at_a_ring(Here, monkeypatch, rings=("102",))).opened == []


async def test_for_a_remote_user_nothing_opens_and_nothing_is_copied(monkeypatch):
    monkeypatch.setattr(browser, "opener", pytest.fail)
    app = await at_a_ring(HotlineApp, monkeypatch)
    assert app.clipboard == ""
    assert not app.local


def test_no_console_lets_textual_open_a_browser():
    assert HotlineApp.open_url is not App.open_url
    assert LocalConsole.local


async def test_without_a_browser_a_local_console_copies_the_address(monkeypatch, tmp_path):
    monkeypatch.setattr(browser, "opener", lambda: None)
    app = LocalConsole(FakeDoor(), SITE, look_file=tmp_path / "look")
    async with app.run_test():
        app.open_url("https://x.example/")
        assert app.clipboard == "https://x.example/"
        app.open_url("file:///etc/passwd")
        assert app.clipboard == "https://x.example/"


async def test_a_local_console_opens_the_browser_beside_itself(monkeypatch, tmp_path):
    seen = []

    async def open_page(program, url):
        seen.append((program, url))
        return True

    monkeypatch.setattr(browser, "opener", lambda: "/usr/bin/xdg-open")
    monkeypatch.setattr(browser, "open_page", open_page)
    app = LocalConsole(FakeDoor(), SITE, look_file=tmp_path / "look")
    async with app.run_test():
        app.open_url("https://x.example/")
        await app.workers.wait_for_complete()
    assert seen == [("/usr/bin/xdg-open", "https://x.example/")]
