"""Recordings are read back as they were written, never hold the secret, and can be masked."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.calls.events import FeedLost, HungUp
from console.feeds.masking import Mask
from console.feeds.recording import Frame, RecordingError, events, read, sent

RECORDINGS = sorted((Path(__file__).parents[1] / "recordings").glob("*.jsonl"))
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Lines:
    """A dialect of lines: each is a call that ended; "!" is an error."""

    def __init__(self):
        self.rest = b""

    def receive(self, data):
        *lines, self.rest = (self.rest + data).split(b"\n")
        if b"!" in lines:
            raise ValueError("the peer speaks another language")
        return [HungUp(line.decode()) for line in lines]

    def sent(self, data):
        self.rest += data


@given(st.binary(), st.text(), st.sampled_from(["in", "out"]))
def test_a_frame_is_read_back_as_it_was_written(data, text, dir):
    frames = [Frame(NOON, dir, data), Frame(NOON, "note", text=text)]
    file = io.StringIO("".join(frame.line() for frame in frames))
    assert list(read(file)) == frames


@pytest.mark.parametrize("header", [b"Secret", b"secret", b"Key"])
def test_the_secret_is_never_written(header):
    login = b"Action: Login\r\nUsername: hotline\r\n" + header + b": s3cret\r\nEvents: on\r\n\r\n"
    frame = sent(NOON, login)
    assert b"s3cret" not in frame.data
    assert b"Username: hotline\r\n" in frame.data
    assert frame.data.endswith(b"Events: on\r\n\r\n")


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "7",
        '{"t": 1}',
        '{"t": 1, "dir": "in", "b64": "?"}',
        '{"t": 1e99, "dir": "in", "b64": ""}',
    ],
)
def test_a_broken_line_is_named(line):
    good = Frame(NOON, "note", text="x").line()
    with pytest.raises(RecordingError, match=r"^file\.jsonl, line 2: that is not a line of a rec"):
        list(read([good, line + "\n", good], "file.jsonl"))


def test_a_last_line_cut_by_a_full_disk_is_left_out():
    good = Frame(NOON, "note", text="x").line()
    assert len(list(read([good, good[:20]]))) == 1


def test_after_a_loss_a_new_dialect_begins_and_the_loss_is_an_event():
    frames = [
        Frame(NOON, "in", b"a\nhalf a li"),
        Frame(NOON, "note", text="lost"),
        Frame(NOON, "note", text="back"),
        Frame(NOON, "in", b"b\n"),
    ]
    heard = [event for _, all in events(frames, Lines, "pbx") for event in all]
    assert heard[0] == HungUp("a")
    assert isinstance(heard[1], FeedLost)
    assert heard[2:] == [HungUp("b")]


def test_the_dialect_is_told_what_we_said_when_it_was_recorded():
    frames = [Frame(NOON, "out", b"question, "), Frame(NOON, "in", b"answer\n")]
    assert list(events(frames, Lines, "pbx")) == [(NOON, []), (NOON, [HungUp("question, answer")])]


def test_bytes_that_the_dialect_refuses_are_a_loss_and_no_crash():
    frames = [Frame(NOON, "in", b"!\n"), Frame(NOON, "in", b"b\n")]
    heard = [event for _, all in events(frames, Lines, "pbx") for event in all]
    assert heard == [FeedLost("pbx", "the peer speaks another language"), HungUp("b")]


def test_recorded_times_never_go_back():
    frames = [Frame(NOON, "in"), Frame(NOON.replace(hour=11), "in"), Frame(NOON, "in")]
    assert [at for at, _ in events(frames, Lines, "pbx")] == [NOON] * 3


def test_forms_of_one_number_still_belong_together_after_masking():
    mask = Mask(b"key")
    long, national, local = (
        mask.line(f"CallerIDNum: {n}")[13:] for n in ("+4930222001", "030222001", "222001")
    )
    assert long.startswith("+4930")
    assert national.startswith("030")
    assert long[-6:] == national[-6:] == local
    assert local != "222001"


@given(st.sets(st.integers(10**6, 10**7 - 1), min_size=2))
def test_two_numbers_stay_two(numbers):
    mask = Mask(b"key")
    assert len({mask.number(str(number)) for number in numbers}) == len(numbers)


def test_ids_times_and_extensions_are_not_numbers_of_people():
    mask = Mask()
    for line in (
        "Uniqueid: 1795385556.2",
        "Extra: linked to 1795385556.2",
        "CallerIDNum: 101",
        "EventTime: 2026-11-22 22:12:36",
        "ActionID: 1234567890123456",
        "BridgeUniqueid: 01234567-89ab-cdef-0123-456789abcdef",
    ):
        assert mask.line(line) == line


def test_a_name_once_told_is_masked_wherever_it_comes_again():
    mask = Mask()
    person = mask.line("CallerIDName: Änne Muster".encode().decode("latin-1"))[14:]
    note = next(iter(mask.frames([Frame(NOON, "note", text="it was Änne Muster")])))
    assert note.text == f"it was {person}"
    assert mask.line('CallerID: "Otto" <222001>') != 'CallerID: "Otto" <222001>'
    assert "Otto" not in mask.line("AppData: Otto,30")


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_a_masked_recording_says_the_same_without_the_people(recording):
    frames = list(read(recording.open(encoding="utf-8")))
    masked = list(Mask().frames(frames))
    original, changed = (
        b"".join(f.data for f in some if f.dir == "in") for some in (frames, masked)
    )
    assert original.count(b"\r\n\r\n") == changed.count(b"\r\n\r\n")
    assert [line.split(b":")[0] for line in original.split(b"\r\n")] == [
        line.split(b":")[0] for line in changed.split(b"\r\n")
    ]
    for person in (b"Anna Muster", b"1701234567", b"30222"[2:] + b"001"):
        assert person not in changed
    for frame in masked:
        json.loads(frame.line())
