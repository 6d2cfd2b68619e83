"""What the dialect sends for a call that somebody wants, and what it makes of the answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.calls import events as ev
from console.feeds.ami import AmiFeed
from console.feeds.outgoing import Outgoing, Progress, Stage
from tests.feeds import played
from tests.feeds.test_ami_hostile import block, logged_in

CALL = Outgoing("PJSIP/101", "from-internal", "001701234567", "+49 170 1234567", "101")


def asked(feed: AmiFeed, call: Outgoing = CALL) -> tuple[str, str]:
    """(id, channel id) of a call that was asked for."""
    id = feed.call(call)
    return id, fields(feed.pending())["ChannelId"]


def fields(data: bytes) -> dict[str, str]:
    """The one action in these bytes."""
    [one] = data.decode().removesuffix("\r\n\r\n").split("\r\n\r\n")
    return dict(line.split(": ", 1) for line in one.split("\r\n"))


def answer(id: str, said: str, **more: str) -> bytes:
    lines = [f"Response: {said}", f"ActionID: {id}", *(f"{k}: {v}" for k, v in more.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def response(id: str, said: str, reason: str = "0") -> bytes:
    return block("OriginateResponse", ActionID=id, Response=said, Reason=reason)


def test_the_action_rings_the_phone_and_dials_in_its_name() -> None:
    feed = logged_in()
    id = feed.call(CALL)
    told = fields(feed.pending())
    assert told.pop("ChannelId").startswith("hotline-")
    assert told == {
        "Action": "Originate",
        "ActionID": id,
        "Channel": "PJSIP/101",
        "Context": "from-internal",
        "Exten": "001701234567",
        "Priority": "1",
        "CallerID": '"+49 170 1234567" <101>',
        "Timeout": "30000",
        "Async": "true",
    }


@pytest.mark.parametrize(
    "call",
    [
        Outgoing("PJSIP/101", "from-internal", "0170\r\nAction: Command", "x", "101"),
        Outgoing("PJSIP/101", "from-internal", "reception", "x", "101"),
        Outgoing("PJSIP/101", "from-internal", "٠١٢", "x", "101"),
        Outgoing("PJSIP/101", "from-internal", "", "x", "101"),
        Outgoing("PJSIP/101", "from-internal", "1" * 31, "x", "101"),
        Outgoing("PJSIP/101&PJSIP/102", "from-internal", "1", "x", "101"),
        Outgoing("PJSIP/${SHELL(id)}", "from-internal", "1", "x", "101"),
        Outgoing("PJSIP/101\r\nApplication: System", "from-internal", "1", "x", "101"),
        Outgoing("PJSIP/101", "from-internal\r\nApplication: System", "1", "x", "101"),
        Outgoing("PJSIP/101", "from-internal", "1", "x", "101>\r\nVariable: A=1"),
    ],
)  # fmt: skip
def test_what_would_say_something_else_than_a_call_is_not_sent(call: Outgoing) -> None:
    feed = logged_in()
    with pytest.raises(ValueError, match=r"can't be dialled|is no"):
        feed.call(call)
    assert feed.pending() == b""


@given(st.text(max_size=100))
def test_whatever_somebody_is_called_the_action_stays_one_line_a_field(name: str) -> None:
    feed = logged_in()
    feed.call(Outgoing("PJSIP/101", "from-internal", "1", name, "101"))
    told = fields(feed.pending())
    assert told["CallerID"].startswith('"')
    assert told["CallerID"].endswith('" <101>')
    assert told["CallerID"].count('"') == 2
    assert len(told) == 10


def test_a_call_is_accepted_rings_and_is_answered() -> None:
    feed = logged_in()
    id, channel = asked(feed)
    feed.receive(answer(id, "Success", Message="Originate successfully queued"))
    assert feed.news() == [Progress(id, Stage.ACCEPTED)]
    feed.receive(block("Newstate", Uniqueid=channel, Linkedid=channel, ChannelState="5"))
    assert feed.news() == [Progress(id, Stage.RINGS)]
    assert feed.receive(response(id, "Success", "4")) == []
    assert feed.news() == [Progress(id, Stage.ANSWERED)]
    assert feed.news() == []


def test_a_refusal_says_what_asterisk_said() -> None:
    feed = logged_in()
    id, _ = asked(feed)
    feed.receive(answer(id, "Error", Message="Permission denied"))
    assert feed.news() == [Progress(id, Stage.REFUSED, "Permission denied")]


@pytest.mark.parametrize(
    ("status", "reason", "why"),
    [
        ("BUSY", "0", "is busy."),
        ("NOANSWER", "3", "was not answered."),
        ("", "0", "can't be reached: is it registered?"),
    ],
)
def test_a_phone_that_is_not_reached_says_why(status: str, reason: str, why: str) -> None:
    feed = logged_in()
    id, channel = asked(feed)
    if status:
        feed.receive(block("DialEnd", DestUniqueid=channel, DialStatus=status))
    feed.receive(response(id, "Failure", reason))
    assert feed.news()[-1] == Progress(id, Stage.FAILED, why)


def test_other_programs_and_forgers_answer_none_of_our_calls() -> None:
    feed = logged_in()
    asked(feed)
    feed.news()
    assert feed.receive(response("guess", "Success", "4")) == []
    without_id = block("OriginateResponse", Response="Failure", Reason="0")
    assert feed.receive(without_id.replace(b"ActionID", b"Nothing")) == []
    [suspicious] = feed.receive(answer("guess", "Success"))
    assert isinstance(suspicious, ev.Suspicious)
    assert feed.news() == []


def test_the_call_says_whom_it_is_for_before_the_phone_is_answered() -> None:
    feed = logged_in()
    # The plan of the tests knows no outside line.
    _, channel = asked(feed, Outgoing("PJSIP/101", "from-internal", "01701234567", "x", "101"))
    told = {"Channel": "PJSIP/101-1", "ChannelState": "0", "Context": "from-internal"}
    ids = {"Uniqueid": channel, "Linkedid": channel}
    feed.receive(block("Newchannel", **told, **ids, Exten="s", CallerIDNum="101"))
    dialled = {f"Dest{name}": value for name, value in (told | ids).items()}
    begun = block("DialBegin", **dialled, DialString="101", DestExten="s", DestCallerIDNum="101")
    [arrived] = feed.receive(begun.replace(b"\r\nUniqueid: x", b""))
    assert isinstance(arrived, ev.Arrived)
    assert (arrived.caller.number, arrived.called) == ("101", "+491701234567")


def test_a_recording_calls_nobody() -> None:
    feed = played.listener()
    with pytest.raises(ValueError, match="recording"):
        feed.call(CALL)
