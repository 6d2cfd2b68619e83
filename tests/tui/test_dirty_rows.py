"""What is drawn of changed rows is what Textual itself would have drawn."""

from dataclasses import replace
from datetime import timedelta

import pytest
from a_day import LIND, busy
from fake_door import NOW, SITE, FakeDoor, a_call
from textual._compositor import Compositor
from textual.geometry import Region

from console.tui.app import HotlineApp
from console.tui.dirty_rows import DirtyRows, _runs
from console.tui.screens import desk_screen


def letters(strip):
    """What is seen of a strip: the pieces without letters are not."""
    return [piece for piece in strip if piece.text]


class Compared(DirtyRows):
    """Draws each change both ways."""

    count = 0

    def render_partial_update(self):
        dirty = self._dirty_regions.copy()
        theirs = Compositor.render_partial_update(self)
        self._dirty_regions.update(dirty)
        mine = super().render_partial_update()
        assert (mine is None) == (theirs is None)
        if mine is not None:
            assert mine.spans == theirs.spans
            assert mine.chop_ends == theirs.chop_ends
            for y, first, last in mine.spans:
                pieces = zip(
                    *(mine.chops[y].items(), theirs.chops[y].values(), mine.chop_ends[y]),
                    strict=True,
                )
                for (start, one), other, end in pieces:
                    if start < last and end > first:
                        assert letters(one) == letters(other), (y, start)
            Compared.count += 1
        return mine


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_ticks_rings_scrolls_and_dialogs(monkeypatch, size):
    monkeypatch.setattr(desk_screen, "DirtyRows", Compared)
    Compared.count = 0
    quiet = busy()
    door = FakeDoor(quiet)
    app = HotlineApp(door, SITE)
    async with app.run_test(size=size) as pilot:
        for second in range(5):
            door.publish(replace(quiet, now=NOW + timedelta(seconds=second)))
            await pilot.pause(0.05)
        many = tuple(a_call(f"n{n}", company=LIND, name=f"Anna {n}") for n in range(40))
        door.publish(replace(quiet, live=(*many, *quiet.live)))
        await pilot.pause(0.05)
        for key in ("down", "down", "end", "up", "n", "x", "escape", "question_mark"):
            await pilot.press(key)
            door.publish(replace(quiet, now=NOW + timedelta(seconds=9)))
            await pilot.pause(0.05)
        await pilot.press("escape", "2", "down", "3", "1")
        door.publish(replace(quiet, now=NOW + timedelta(seconds=10)))
        await pilot.pause(0.05)
    assert Compared.count > 10


def test_rows_that_follow_one_another_are_one_region():
    cuts = [[0, 10, 80]] * 8
    bare = {0: {0}, 1: {0}, 2: {0, 10}, 5: {10}, 6: {10}}
    assert _runs(bare, cuts) == [
        Region(0, 0, 10, 2),
        Region(0, 2, 80, 1),
        Region(10, 5, 70, 2),
    ]
    assert _runs({}, cuts) == []
