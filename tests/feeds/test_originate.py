"""What somebody who wants to call a number is told."""

import pytest

from console.calls.numbers import NumberPlan
from console.desk.commands import CallNumber, Done, Refused
from console.desk.operators import Operator
from console.feeds.link import NotConnected
from console.feeds.originate import NOT_SET_UP, call_number
from console.feeds.outgoing import Progress, Stage
from console.settings.site import Feed

EVA = Operator("eva", "Eva Brandt", extensions=("101", "102"))
PLAN = NumberPlan("DE", "30", "0")
ANNA = "+491701234567"


class Link:
    """Remembers what it was asked for, and answers one thing."""

    def __init__(self, answer):
        self._answer, self.asked = answer, []

    async def call(self, outgoing):
        self.asked.append(outgoing)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def feed(**more):
    given = {"host": "h", "user": "hotline", "secret": "s", "internal_contexts": ("phones", "b")}
    return Feed.model_validate(given | {"originate_channel": "PJSIP/{extension}"} | more)


def progress(stage, why=""):
    return Progress("id", stage, why)


async def answer(said, number=ANNA, who=EVA, **more):
    link = Link(said)
    return await call_number(feed(**more), link, PLAN)(CallNumber(number), who), link.asked


async def test_the_first_phone_dials_in_the_phones_context_as_a_hand_would():
    answered, [call] = await answer(progress(Stage.RINGS))
    assert answered == Done("your phone 101 rings; answer it, and +49 170 1234567 is called", 1)
    assert (call.channel, call.context, call.number) == ("PJSIP/101", "phones", "001701234567")
    assert (call.caller, call.name) == ("101", "+49 170 1234567")


async def test_a_colleague_is_shown_who_calls():
    _, [call] = await answer(progress(Stage.RINGS), "105", originate_context="desk")
    assert (call.number, call.name, call.context) == ("105", "Eva Brandt", "desk")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (progress(Stage.FAILED, "is busy."), "Your phone 101 is busy."),
        (
            progress(Stage.REFUSED, "Permission denied"),
            "Asterisk does not let us call: its manager.conf needs, in [hotline], write = "
            "call,originate,reporting; then: asterisk -rx 'manager reload'.",
        ),
        (
            progress(Stage.REFUSED, "Extension does not exist."),
            "Asterisk knows no 001701234567 in the context phones.",
        ),
        (progress(Stage.REFUSED, "Odd."), "Asterisk refuses to call: Odd."),
        (
            progress(Stage.LOST, "the connection broke"),
            "Asterisk was lost in that moment (the connection broke): look at your phone before "
            "you try again.",
        ),
        (
            NotConnected("no sign of life for 30 s"),
            "Asterisk is not connected, so nobody can be called: no sign of life for 30 s.",
        ),
        (ValueError('"s" can\'t be dialled'), '"s" can\'t be dialled.'),
    ],
)
async def test_what_goes_wrong_is_a_sentence_that_says_what_to_do(said, why):
    assert (await answer(said))[0] == Refused(why)


@pytest.mark.parametrize(
    ("who", "number", "more", "words"),
    [
        (EVA, ANNA, {"originate_channel": ""}, NOT_SET_UP),
        (EVA, ANNA, {"internal_contexts": ()}, "set originate_context under its [[feeds]]"),
        (Operator("jo", "Jo"), ANNA, {}, "hotline users extension jo 101"),
        (EVA, "102", {}, "That is your own phone."),
    ],
)
async def test_who_can_not_call_is_told_why_and_nothing_is_asked(who, number, more, words):
    answered, asked = await answer(progress(Stage.RINGS), number, who, **more)
    assert isinstance(answered, Refused)
    assert words in answered.why
    assert asked == []
