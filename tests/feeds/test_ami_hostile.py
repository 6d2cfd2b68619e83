"""The dialect against forgers, broken wires and a PBX that forgets to say things."""

import base64
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.calls import events as ev
from console.calls.board import Board
from console.feeds.ami import AmiFeed
from console.feeds.ami_wire import LONGEST_BLOCK, ProtocolError, Wire, action, actions_in
from console.feeds.ami_words import REQUIRED
from tests.feeds import played

BANNER = b"Asterisk Call Manager/11.0.0\r\n"


def asking() -> AmiFeed:
    """A dialect that talks, with numbered questions; only a test may guess them."""
    numbers = iter(range(10_000))
    return AmiFeed(
        "pbx", played.PLAN, played.CONTEXTS, "hotline", "s3cret", lambda: f"q{next(numbers)}"
    )


def logged_in() -> AmiFeed:
    """A dialect that was let in and told that nothing lives."""
    feed = asking()
    feed.greet()
    feed.receive(BANNER + b"Response: Success\r\nActionID: q0\r\nMessage: accepted\r\n\r\n")
    nothing_lives(feed, feed.pending())
    return feed


def nothing_lives(feed: AmiFeed, asked: bytes) -> list[ev.CallEvent]:
    """Answer every list that was asked for with an empty one."""
    said: list[ev.CallEvent] = []
    while asked:
        answers = b""
        for raw in asked.split(b"\r\n\r\n"):
            fields = dict(part.partition(b": ")[::2] for part in raw.split(b"\r\n"))
            if (kind := fields.get(b"Action", b"")) in LISTS:
                answers += block(LISTS[kind], ActionID=fields[b"ActionID"].decode())
        said += feed.receive(answers)
        asked = feed.pending()
    return said


def block(name: str, **fields: str) -> bytes:
    """A complete event: every required field is there."""
    whole = dict.fromkeys(REQUIRED[name], "x") | {"Privilege": "call,all"} | fields
    lines = [f"Event: {name}", f"Privilege: {whole.pop('Privilege')}"]
    return ("\r\n".join(lines + [f"{k}: {v}" for k, v in whole.items()]) + "\r\n\r\n").encode()


def new_channel(uid: str = "1.1", number: str = "01701234567", **more: str) -> bytes:
    # In Asterisk's order: what a stranger can write comes before Asterisk's own words.
    fields = {
        "Channel": f"PJSIP/trunk-{uid}",
        "ChannelState": "4",
        "CallerIDNum": number,
        "CallerIDName": "Anna",
        "Context": "from-trunk",
        "Exten": "+4930222000",
        "Uniqueid": uid,
        "Linkedid": uid,
    } | more
    lines = ["Event: Newchannel", "Privilege: call,all"]
    return ("\r\n".join(lines + [f"{k}: {v}" for k, v in fields.items()]) + "\r\n\r\n").encode()


def test_a_login_that_is_refused_says_what_the_server_said() -> None:
    feed = asking()
    feed.greet()
    with pytest.raises(ProtocolError, match="hotline: Authentication failed"):
        feed.receive(
            BANNER + b"Response: Error\r\nActionID: q0\r\nMessage: Authentication failed\r\n\r\n"
        )


def test_what_is_no_asterisk_is_named_so() -> None:
    with pytest.raises(ProtocolError, match="not an Asterisk manager port"):
        asking().receive(b"SSH-2.0-OpenSSH_9.2\r\n")


def test_the_secret_is_in_the_login_and_nowhere_else() -> None:
    feed = logged_in()
    assert b"s3cret" in asking().greet()
    assert b"s3cret" not in feed.resync() + feed.check()


def test_after_the_login_everything_alive_is_asked_for() -> None:
    feed = asking()
    feed.greet()
    feed.receive(BANNER + b"Response: Success\r\nActionID: q0\r\n\r\n")
    asked = feed.pending()
    for name in (b"CoreSettings", b"CoreStatus", b"CoreShowChannels", b"Status", b"QueueStatus"):
        assert b"Action: " + name in asked


@pytest.mark.parametrize(
    ("settings", "version"),
    [("Response: Success\r\nAMIversion: 11.0.0\r\nAsteriskVersion: 22.10.1", "22.10.1"),
     ("Response: Error\r\nMessage: Permission denied", None)],
)  # fmt: skip
def test_the_version_told_is_asterisks_own_and_not_its_protocols(
    settings: str, version: str | None
) -> None:
    feed = asking()
    feed.greet()
    feed.receive(BANNER + b"Response: Success\r\nActionID: q0\r\n\r\n")
    asked = feed.pending()
    [number] = [one for name, one in actions_in(asked) if name == "CoreSettings"]
    feed.receive(f"{settings}\r\nActionID: {number}\r\n\r\n".encode())
    [back] = [one for one in nothing_lives(feed, asked) if isinstance(one, ev.FeedBack)]
    assert back.version == version


@pytest.mark.parametrize("name", ["Hangup", "FullyBooted", "Newchannel", "DialEnd"])
def test_a_forged_event_of_75_bytes_is_suspicious_and_does_nothing(name: str) -> None:
    feed = logged_in()
    feed.receive(new_channel())
    forged = f"Event: {name}\r\nPrivilege: call,all\r\nUniqueid: 1.1\r\nCause: 16".encode()
    assert len(forged) < 76
    events = feed.receive(forged + b"\r\n\r\n")
    assert {type(event) for event in events} == {ev.Suspicious}


def test_an_answer_that_nobody_asked_for_is_suspicious() -> None:
    feed = logged_in()
    said = feed.receive(b"Response: Success\r\nActionID: guess\r\nMessage: hello\r\n\r\n")
    assert said == [ev.Suspicious("pbx", "an answer to no question of ours")]


def test_rows_of_a_list_that_nobody_asked_for_do_nothing() -> None:
    feed = logged_in()
    feed.receive(new_channel())
    said = feed.receive(block("CoreShowChannelsComplete", ActionID="guess"))
    assert [type(event) for event in said] == [ev.Suspicious]


def test_a_caller_who_breaks_the_line_does_not_hide_his_own_call() -> None:
    feed = logged_in()
    forged = "0\r\n\r\nEvent: Hangup\r\nUniqueid: 9.9\r\nCause: 0"
    said = feed.receive(new_channel(number=forged))
    assert [event.call for event in said if isinstance(event, ev.Arrived)] == ["pbx-1.1"]


def test_a_second_uniqueid_in_the_number_does_not_count() -> None:
    feed = logged_in()
    feed.receive(new_channel("1.1"))
    said = feed.receive(new_channel("2.2", number="5\r\nUniqueid: 1.1"))
    assert [event.call for event in said if isinstance(event, ev.Arrived)] == ["pbx-2.2"]


def test_names_lose_what_steers_a_terminal_and_keep_their_brackets() -> None:
    feed = logged_in()
    raw = block(
        "Newchannel",
        Channel="PJSIP/trunk-1",
        ChannelState="4",
        CallerIDNum="0170 1234567",
        CallerIDName="\\x1b[31m \x9b[b]Ann\u202ea\\n[/b]",
        Context="from-trunk",
        Exten="s",
        Uniqueid="1.1",
        Linkedid="1.1",
    )
    (arrived,) = [event for event in feed.receive(raw) if isinstance(event, ev.Arrived)]
    assert arrived.called is None
    assert arrived.caller.display is not None
    assert not {"\x1b", "\x9b", "\u202e", "\n"} & set(arrived.caller.display)
    assert "[b]Anna" in arrived.caller.display


@pytest.mark.parametrize("number", ["", "anonymous", "<unknown>", "Unknown", "Anonymous"])
def test_a_hidden_caller_has_neither_number_nor_name(number: str) -> None:
    said = logged_in().receive(new_channel(number=number))
    assert [e.caller for e in said if isinstance(e, ev.Arrived)] == [ev.Caller(hidden=True)]


def test_a_list_whose_end_got_lost_is_asked_for_again() -> None:
    feed = logged_in()
    feed.receive(new_channel())
    assert b"CoreShowChannels" in feed.check()
    again = feed.check() + feed.check()
    said = nothing_lives(feed, again)
    assert any(isinstance(event, ev.Roster) and not event.calls for event in said)


def test_a_forged_start_in_every_answer_does_not_keep_us_asking() -> None:
    feed = logged_in()
    forged = b"Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 1\r\nStatus: x\r\n\r\n"
    assert len(forged) < 76
    asked = 0
    for _ in range(20):
        feed.receive(forged)
        questions = feed.pending()
        asked += questions.count(b"CoreShowChannels")
        nothing_lives(feed, questions)
    assert asked < 4


def test_a_block_without_end_is_not_kept_for_ever() -> None:
    wire = Wire(frozenset())
    wire.receive(BANNER)
    with pytest.raises(ProtocolError, match="without end"):
        wire.receive(b"x" * (LONGEST_BLOCK + 1))


def test_an_action_can_not_be_broken_out_of() -> None:
    with pytest.raises(ValueError, match="line break"):
        action("Originate", "1", Channel="PJSIP/101\r\nAction: Command")


@given(st.binary(max_size=400), st.integers(1, 50))
@settings(max_examples=150, deadline=None)
def test_any_bytes_raise_only_the_dialects_own_error(data: bytes, size: int) -> None:
    feed = logged_in()
    with contextlib.suppress(ProtocolError):
        for start in range(0, len(data), size):
            feed.receive(data[start : start + size])


FIELDS = sorted({key for keys in REQUIRED.values() for key in keys})
VALUES = st.sampled_from(["", "4", "5", "6", "1.1", "2.2", "ANSWER", "BUSY", "Local/1@x-1;1", "q2"])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(REQUIRED)),
            st.dictionaries(st.sampled_from(FIELDS), VALUES | st.text(max_size=8), max_size=9),
        ),
        max_size=25,
    )
)
@settings(max_examples=150, deadline=None)
def test_any_complete_events_in_any_order_are_borne(story) -> None:
    feed, board, now = logged_in(), Board(), played.datetime(2026, 1, 1, tzinfo=played.UTC)
    for name, fields in story:
        for event in feed.receive(block(name, **fields)):
            board = board.hear(event, now).board


def blocks_of(name: str) -> list[bytes]:
    data = b"".join(
        base64.b64decode(line["b64"]) for line in played.lines(name) if line["dir"] == "in"
    )
    return [raw + b"\r\n\r\n" for raw in data.partition(b"\r\n")[2].split(b"\r\n\r\n") if raw]


STORIES = [
    "fork_one_answer",
    "attended_transfer_refer",
    "queue_answered_second_round",
    "park_fetched",
]


@given(st.sampled_from(STORIES), st.randoms(use_true_random=False), st.floats(0, 0.5))
@settings(max_examples=60, deadline=None)
def test_lost_doubled_and_shuffled_events_leave_no_call_behind(name, random, share) -> None:
    feed, board, now = logged_in(), Board(), played.datetime(2026, 1, 1, tzinfo=played.UTC)
    story = [raw for raw in blocks_of(name) if raw.startswith(b"Event") and b"ActionID" not in raw]
    for place in range(len(story)):
        if random.random() < share:
            other = random.randrange(len(story))
            story[place], story[other] = story[other], story[place]
    for raw in story:
        for _ in range(random.choice([0, 1, 1, 1, 1, 2]) if random.random() < share else 1):
            for event in feed.receive(raw):
                board = board.hear(event, now).board
    # The next lists say that nothing lives; they end whatever the lost events left open.
    for event in nothing_lives(feed, feed.pending() + feed.resync()):
        board = board.hear(event, now).board
    board = board.tick(now + played.timedelta(minutes=1)).board
    assert board.calls == {}


LISTS = {
    b"CoreShowChannels": "CoreShowChannelsComplete",
    b"Status": "StatusComplete",
    b"QueueStatus": "QueueStatusComplete",
}
