from datetime import UTC, datetime, timedelta

from console.desk.contacts import SourceState
from console.directory import schedule
from console.directory.schedule import Schedule
from console.settings.sources import ContactSource

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def state(id: int = 2, kind: str = "vcards", **fields: object) -> SourceState:
    options = {
        "vcards": {"path": "/srv/contacts"},
        "ldap": {"url": "ldap://x", "base": "dc=x", "every_minutes": 30},
        "own": {},
        "imported": {},
    }[kind]
    known = {name: fields.pop(name) for name in ("synced_at", "error") if name in fields}
    source = {"id": id, "name": f"S{id}", "options": {"kind": kind, **options}, **fields}
    return SourceState(ContactSource.model_validate(source), **known)  # type: ignore[arg-type]


def following(*states: SourceState, now: float = 1000.0) -> Schedule:
    made = Schedule(jitter=lambda: 0.5)
    made.follow(states, now, NOON)
    return made


def test_files_are_due_at_once_and_a_server_when_its_time_has_come() -> None:
    assert following(state()).next() == (2, 1000.0)
    synced = NOON - timedelta(minutes=10)
    assert following(state(kind="ldap", synced_at=synced)).next() == (2, 1000.0 + 20 * 60)
    assert following(state(kind="ldap", synced_at=synced, error="x")).next() == (2, 1000.0)
    assert following(state(kind="ldap")).next() == (2, 1000.0)


def test_one_that_was_read_in_the_future_is_read_after_its_usual_time() -> None:
    ahead = NOON + timedelta(days=400)
    assert following(state(kind="ldap", synced_at=ahead)).next() == (2, 1000.0 + 30 * 60)


def test_files_and_servers_are_next_each_in_their_lane() -> None:
    one = following(state(2, "ldap"), state(3))
    one.ask(2, 900.0)
    assert one.next(schedule.FILES) == (3, 1000.0)
    assert one.next(schedule.SERVERS) == (2, 900.0)
    assert one.next(schedule.FILES, only_asked=True) is None


def test_what_is_off_or_not_read_from_anywhere_is_never_due() -> None:
    assert following(state(enabled=False), state(3, "own"), state(4, "imported")).next() is None


def test_files_are_read_when_they_come_to_rest_and_not_later_than_after_a_while() -> None:
    one = following(state())
    one.begin(2)
    one.done(2, 1000.0)
    for tenths in range(20):
        one.touch(2, 1010.0 + tenths / 10)
    assert one.next() == (2, 1011.9 + schedule.QUIET)
    for seconds in range(100):
        one.touch(2, 1010.0 + seconds)
    assert one.next() == (2, 1010.0 + schedule.LONGEST_UNREST)


def test_what_changes_while_it_is_read_is_read_again() -> None:
    one = following(state())
    one.begin(2)
    one.touch(2, 1001.0)
    one.done(2, 1005.0)
    assert one.next() == (2, 1001.0 + schedule.QUIET)


def test_a_failure_is_tried_again_later_and_later_up_to_the_usual_time() -> None:
    one = following(state(kind="ldap"))
    waits = []
    for _ in range(8):
        one.begin(2)
        one.failed(2, 0.0)
        found = one.next()
        assert found is not None
        waits.append(found[1])
    assert waits == [60, 120, 240, 480, 960, 1800, 1800, 1800]
    one.begin(2)
    one.done(2, 0.0)
    one.begin(2)
    one.failed(2, 0.0)
    assert one.next() == (2, 60.0)


def test_files_that_keep_changing_are_taken_as_they_are_in_the_end() -> None:
    one = following(state())
    for _ in range(schedule.CHANGES_BORNE):
        assert not one.insists(2)
        one.begin(2)
        one.changing(2, 0.0)
    assert one.insists(2)
    one.done(2, 0.0)
    assert not one.insists(2)


def test_what_somebody_asked_for_comes_first() -> None:
    one = following(state(2), state(3), now=1000.0)
    one.ask(3, 1500.0)
    assert one.next() == (3, 1500.0)
    assert one.next(only_asked=True) == (3, 1500.0)
    one.begin(3)
    assert one.next() == (2, 1000.0)
    assert one.next(only_asked=True) is None
    one.ask(2, 1500.0)
    one.unask(2, 1500.0)
    assert one.next(only_asked=True) is None


def test_only_what_would_be_read_otherwise_is_worthless() -> None:
    one = following(state(2), state(3), state(4))
    one.begin(2)
    renamed = state(2, name="Other", position=5)
    elsewhere = state(3)
    elsewhere = SourceState(
        elsewhere.source.model_copy(
            update={"options": elsewhere.source.options.model_copy(update={"path": "/other"})}
        )
    )
    assert one.follow([renamed, elsewhere], 1000.0, NOON) == {3, 4}
    assert one.files() == {2: "/srv/contacts", 3: "/other"}
    assert one.next() == (3, 1000.0)
