"""The window over a long list shows what is there, wherever the list changes meanwhile."""

import pytest
from call_lists import ListedCalls, record
from hypothesis import given, settings
from hypothesis import strategies as st

from console.tui.call_window import KEPT, PAGE, CallWindow, View, key_of

HEIGHT = 20


def settle(window: CallWindow, calls: ListedCalls, top: int) -> int:
    """Ask until nothing is wanted; returns where the view is then."""
    for _ in range(12):
        view = View(top, HEIGHT)
        query = window.wanted(view)
        if query is None:
            return top
        top += window.give(query, calls.page(query), view)
        top = min(max(top, 0), max(0, window.count - HEIGHT))
    raise AssertionError("the window never has enough")


def shown(window: CallWindow, top: int) -> list[str]:
    rows = [window.row(index) for index in range(top, min(top + HEIGHT, window.count))]
    return [row.call.id if row else "·" for row in rows]


def truth(calls: ListedCalls, top: int) -> list[str]:
    return [row.call.id for row in calls.truth()[top : top + HEIGHT]]


def opened(size: int) -> tuple[CallWindow, ListedCalls]:
    calls = ListedCalls([record(n) for n in range(size)])
    window = CallWindow()
    window.recount(size)
    settle(window, calls, 0)
    return window, calls


@pytest.mark.parametrize("size", [0, 1, 19, 20, 99, 100, 101, 250])
def test_a_list_of_any_size_opens_at_its_newest_rows(size: int) -> None:
    window, calls = opened(size)
    assert shown(window, 0) == truth(calls, 0)
    assert window.count == size


@pytest.mark.parametrize("top", [0, 1, 80, 100, 555, 3000, 4979, 4980])
def test_any_place_of_the_list_can_be_shown_at_once(top: int) -> None:
    window, calls = opened(5000)
    top = settle(window, calls, top)
    assert shown(window, top) == truth(calls, top)


def test_a_million_rows_are_never_in_memory_at_once() -> None:
    window, calls = opened(5000)
    for top in range(0, 4980, 15):
        settle(window, calls, top)
        assert len(window.rows) <= KEPT + PAGE


def test_the_end_is_asked_for_by_key_not_by_number() -> None:
    window, calls = opened(5000)
    calls.asked.clear()
    settle(window, calls, 4980)
    assert all(query.at_row is None for query in calls.asked)


def test_an_empty_answer_to_a_jump_ends_the_asking() -> None:
    window, calls = opened(5000)
    calls.records.clear()
    assert settle(window, calls, 2500) == 0
    assert window.count == 0


def test_rows_that_arrive_above_a_view_far_down_leave_it_alone() -> None:
    window, calls = opened(5000)
    top = settle(window, calls, 2000)
    before = shown(window, top)
    for number in range(5000, 5007):
        calls.add(record(number))
    eye = window.row(top)
    assert eye is not None
    query = window.again(View(top, HEIGHT))
    assert window.renew(query, calls.page(query), 5007, key_of(eye))
    top = window.place(key_of(eye))
    assert top == 2007
    assert shown(window, top) == before == truth(calls, top)


def test_so_many_new_rows_that_the_eye_is_out_of_reach_are_said_to_be_too_many() -> None:
    window, calls = opened(500)
    eye = window.row(10)
    assert eye is not None
    for number in range(500, 900):
        calls.add(record(number))
    query = window.again(View(10, HEIGHT))
    assert not window.renew(query, calls.page(query), 900, key_of(eye))
    query = window.again_below(9, HEIGHT)
    assert window.renew(query, calls.page(query), 900, key_of(eye))
    assert window.place(key_of(eye)) == 410


def test_standing_at_a_row_that_was_left_long_ago_brings_its_neighbours() -> None:
    window, calls = opened(5000)
    row = calls.truth()[1234]
    newer = calls.page(window.newer_than(key_of(row), 50))
    assert window.stand_at(row, 1234, newer, 50) == 1234
    assert settle(window, calls, 1220) == 1220
    assert shown(window, 1220) == truth(calls, 1220)


def test_a_wrong_count_is_corrected_at_the_ends() -> None:
    window, calls = opened(1000)
    window.recount(1200)
    top = settle(window, calls, 1180)
    assert shown(window, top) == truth(calls, top + 1000 - window.count)
    top = 0
    settle(window, calls, top)
    assert shown(window, 0) == truth(calls, 0)


Step = st.one_of(
    st.tuples(st.just("scroll"), st.integers(0, 1500)),
    st.tuples(st.just("nudge"), st.integers(-40, 40)),
    st.tuples(st.just("arrive"), st.integers(1, 30)),
    st.tuples(st.just("vanish"), st.integers(0, 1500)),
    st.tuples(st.just("empty"), st.just(0)),
    st.tuples(st.just("renew"), st.just(0)),
)


@settings(max_examples=150, deadline=None)
@given(size=st.integers(0, 700), steps=st.lists(Step, max_size=12))
def test_after_every_refresh_the_view_is_a_true_part_of_the_list(
    size: int, steps: list[tuple[str, int]]
) -> None:
    window, calls = opened(size)
    top, number = 0, size
    for what, amount in [*steps, ("renew", 0)]:
        match what:
            case "scroll" | "nudge":
                top = amount if what == "scroll" else top + amount
                top = min(max(top, 0), max(0, window.count - HEIGHT))
                top = settle(window, calls, top)
            case "arrive":
                for _ in range(amount):
                    calls.add(record(number))
                    number += 1
            case "vanish" if calls.records:
                del calls.records[amount % len(calls.records)]
            case "empty":
                calls.records.clear()
            case "renew":
                eye = window.row(top)
                known = key_of(eye) if eye else None
                query = window.again(View(top, HEIGHT))
                count = len(calls.records)
                if not window.renew(query, calls.page(query), count, known):
                    query = window.again_below(top - 1, 3 * HEIGHT)
                    assert window.renew(query, calls.page(query), count, known)
                if known and window.rows and top > 0:
                    top = min(window.place(known), max(0, window.count - HEIGHT))
                top = settle(window, calls, min(top, max(0, window.count - HEIGHT)))
                seen = shown(window, top)
                ids = [row.call.id for row in calls.truth()]
                assert "·" not in seen
                where = ids.index(seen[0]) if seen else 0
                assert seen == ids[where : where + len(seen)]
                assert len(seen) == min(HEIGHT, len(ids))
                if known and known in map(key_of, calls.records) and what == "renew":
                    assert window.holds(known)
