"""What the operator reads."""

import pytest

from console.calls.words import TEXTS, Direction, Disposition, Outcome, Phase, RangResult, Role


@pytest.mark.parametrize("words", [Direction, Phase, Disposition, Outcome, RangResult, Role])
def test_every_word_has_a_text(words):
    assert all(TEXTS[word] for word in words)


def test_a_call_and_a_phone_have_their_own_texts_for_the_same_word():
    assert TEXTS[Outcome.BUSY] == "all busy"
    assert TEXTS[RangResult.BUSY] == "busy"
