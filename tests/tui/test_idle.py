"""A console elsewhere that nobody touches is locked, later ended; nothing of callers is seen."""

import time

import pytest
from fake_door import SITE, FakeDoor, a_call, picture
from pictures import assert_looks_as_kept
from story import text_of

from console.tui.app import HotlineApp
from console.tui.idle import IdleRules
from console.tui.screens.calls import CallsScreen
from console.tui.screens.lock import LockScreen
from console.tui.screens.note_dialog import NoteDialog

SOON = 0.1 / 60


class Locking:
    """What a server knows: the password, and that a session was ended."""

    def __init__(self, password="", lock=SOON, end=0.0):
        self.password, self.ended = password, []
        self.rules = IdleRules(lock, end, self.has_password, self.prove, self.ended.append)

    async def has_password(self):
        return bool(self.password)

    async def prove(self, password):
        return bool(self.password) and password == self.password


async def until(pilot, true):
    for _ in range(400):
        if true():
            return
        await pilot.pause(0.02)
    raise AssertionError(text_of(pilot.app))


def console(locking, *calls):
    return HotlineApp(FakeDoor(picture(*calls)), SITE, idle=locking.rules)


async def test_it_is_locked_and_shows_how_many_ring_but_nobody():
    locking = Locking("correct horse")
    app = console(locking, a_call(name="Anna Muster"))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        assert "Anna Muster" in text_of(app)
        app.notify("Anna Muster called", timeout=60)
        await until(pilot, lambda: "LOCKED" in text_of(app))
        await pilot.pause()
        app.notify("Anna Muster again")
        app.door.publish(picture(a_call(name="Anna Muster"), a_call("2", name="Hans")))
        await until(pilot, lambda: "2 ringing" in text_of(app))
        text = text_of(app)
        assert "2 ringing" in text
        assert not any(word in text for word in ("Anna", "Hans", "Meyer", "170", "again"))
        assert "Meyer" not in app._window_title
        await until(pilot, lambda: app.door.looks[-1:] == [("locked", None)])


@pytest.mark.parametrize(("password", "said"), [("", True), ("secret", False)])
async def test_who_must_come_in_again_is_told_what_is_lost_with_the_session(
    password, said, monkeypatch
):
    monkeypatch.setattr(HotlineApp, "unsaved", 2)
    app = console(Locking(password))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "LOCKED" in text_of(app))
        await pilot.pause()
        assert ("2 changes not saved: lost with this session." in text_of(app)) is said


async def test_no_key_but_the_password_does_anything():
    locking = Locking("secret", lock=2 / 60)
    app = console(locking, a_call())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "LOCKED" in text_of(app))
        depth = len(app.screen_stack)
        await pilot.press("ctrl+p", "f1", "1", "2", "escape", "w", "ctrl+c")
        await pilot.pause()
        assert isinstance(app.screen, LockScreen)
        assert len(app.screen_stack) == depth
        await pilot.press(*["backspace"] * 4, "x", "enter")
        await until(pilot, lambda: "not your password" in text_of(app))
        await pilot.press(*"secret", "enter")
        await until(pilot, lambda: isinstance(app.screen, CallsScreen))
        await until(pilot, lambda: "Meyer" in text_of(app))
        assert "Meyer" in text_of(app)
        assert "secret" not in text_of(app)


async def test_three_wrong_passwords_end_the_session():
    locking = Locking("secret")
    app = console(locking)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "LOCKED" in text_of(app))
        for tried in range(3):
            await pilot.press("a", "enter")
            await until(pilot, lambda n=tried: app.screen._wrong == n + 1)
        assert locking.ended == ["Too many wrong passwords. Come in again with ssh."]


async def test_without_a_password_enter_ends_the_session():
    locking = Locking()
    app = console(locking)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "LOCKED" in text_of(app))
        assert "Enter ends this session" in text_of(app)
        await pilot.press("x", "1", "enter")
        await until(pilot, lambda: locking.ended)
        assert locking.ended == ["Come in again with ssh; you are then where you were."]


async def test_a_half_typed_note_is_there_after_unlocking():
    locking = Locking("secret", lock=2 / 60)
    app = console(locking, a_call())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n", *"hello")
        await until(pilot, lambda: "LOCKED" in text_of(app))
        assert "hello" not in text_of(app)
        await pilot.press(*"secret", "enter")
        await until(pilot, lambda: isinstance(app.screen, NoteDialog))
        await until(pilot, lambda: "hello" in text_of(app))
        assert "hello" in text_of(app)


async def test_a_hand_that_works_is_not_locked_out():
    locking = Locking(lock=3 / 60)
    app = console(locking, a_call())
    async with app.run_test(size=(80, 24)) as pilot:
        begun = time.monotonic()
        while time.monotonic() - begun < 4:
            await pilot.press("down")
            await pilot.pause(0.1)
        assert not isinstance(app.screen, LockScreen)


async def test_it_ends_later_with_a_sentence():
    locking = Locking(end=0.2 / 60)
    app = console(locking)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: locking.ended)
        assert "without a key" in locking.ended[0]


async def test_a_console_at_this_machine_is_never_locked():
    app = HotlineApp(FakeDoor(), SITE)
    async with app.run_test(size=(80, 24)):
        assert not app._idle._due()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("password", ["secret", ""])
async def test_a_locked_console_looks_as_kept(size, password):
    app = console(Locking(password), a_call(), a_call("2"))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "LOCKED" in text_of(app))
        await pilot.pause()
        kind = "password" if password else "key"
        assert_looks_as_kept(app, f"locked_by_{kind}_{size[0]}x{size[1]}")
