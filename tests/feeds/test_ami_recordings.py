"""Every kind of call, as a real Asterisk told it."""

import pytest

from console.feeds import ami_words
from console.feeds.ami_contexts import AmiContexts
from tests.feeds import played

NAMES = sorted(path.stem for path in played.RECORDINGS.glob("*.jsonl"))


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_call_becomes_what_it_was(name: str) -> None:
    wanted = played.expected(name)
    calls = played.calls(played.events(name))
    assert [call.settled for call in calls] == [True] * len(wanted)
    for call, one in zip(calls, wanted, strict=True):
        assert played.unlike(call, one) == []


@pytest.mark.parametrize("size", [7, 100, 4096])
@pytest.mark.parametrize("name", NAMES)
def test_cuts_do_not_matter(name: str, size: int) -> None:
    assert played.events(name, size) == played.events(name)


def test_one_byte_at_a_time_is_as_good() -> None:
    assert played.events("answered", 1) == played.events("answered")


def test_a_mailbox_is_known_by_the_message_where_no_cdr_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(ami_words._NEEDLES, "Cdr", ("never there",))
    test_a_recorded_call_becomes_what_it_was("voicemail")


@pytest.mark.parametrize("name", ["answered", "internal", "originate_answered", "forward_by_302"])
def test_without_contexts_phones_are_known_by_their_extensions(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(played, "CONTEXTS", AmiContexts())
    test_a_recorded_call_becomes_what_it_was(name)
