"""What the bell and the window's title say."""

from fake_door import SITE, a_call, picture

from console.calls.words import Direction, Phase
from console.tui import alerts


def test_the_window_is_named_after_the_longest_ringing_call():
    quiet = picture(a_call("1", phase=Phase.TALKING))
    assert alerts.window_title(quiet, SITE) == "Hotline – Front desk Berlin"
    busy = picture(a_call("2", company="Kanzlei Berg"), a_call("3"))
    assert alerts.window_title(busy, SITE) == "(2) Kanzlei Berg – Hotline"


def test_what_we_dial_ourselves_rings_no_bell():
    dialled = picture(a_call("1", direction=Direction.OUTBOUND))
    assert not alerts.rings_anew(picture(), dialled)
    assert alerts.rings_anew(picture(), picture(a_call("1")))


def test_a_call_that_comes_back_from_talking_rings_again():
    talking, back = picture(a_call("1", phase=Phase.TALKING)), picture(a_call("1"))
    assert alerts.rings_anew(talking, back)
    assert not alerts.rings_anew(back, back)
