"""The first start offers three ways; the form says what is wrong and leaves when it worked."""

import pytest

from console.tui.screens.connect_form import ConnectForm
from console.tui.screens.first_run import FirstRunApp


class Attempts:
    """Answers what the test says, and remembers what was tried."""

    def __init__(self, *answers):
        self.answers, self.tried = list(answers), []

    async def __call__(self, attempt):
        self.tried.append(attempt)
        return self.answers.pop(0)


@pytest.mark.parametrize(
    ("keys", "chosen"), [(["enter"], "demo"), (["down", "down", "enter"], None), (["q"], None)]
)
async def test_demo_and_quit_are_one_key_away(keys, chosen):
    app = FirstRunApp(Attempts())
    async with app.run_test() as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        assert not app.is_running or app._exit
    assert app.return_value == chosen


async def test_the_form_tries_what_was_filled_in_until_it_works():
    attempts = Attempts("Asterisk refused the login of hotline: [b]no[/b].", "")
    app = FirstRunApp(attempts)
    async with app.run_test() as pilot:
        await pilot.press("down", "enter")
        await pilot.press(*"pbx", "enter", "enter", "tab", "enter", *"s3cret", "enter")
        await pilot.press(*"from-trunk", "enter", *"from-internal", "enter")
        await pilot.pause()
        assert "[b]no[/b]" in str(app.screen.query_one("#said").render())
        await pilot.press("ctrl+s")
        await pilot.pause()
    assert app.return_value == "connected"
    tried = attempts.tried[1]
    assert (tried.host, tried.port, tried.user, tried.tls) == ("pbx", "5038", "hotline", False)
    assert (tried.secret, tried.trunk_contexts) == ("s3cret", "from-trunk")
    assert tried.phone_contexts == "from-internal"


async def test_what_is_missing_is_said_before_anything_is_tried():
    attempts = Attempts()
    app = FirstRunApp(attempts)
    async with app.run_test() as pilot:
        await pilot.press("down", "enter", "ctrl+s")
        assert str(app.screen.query_one("#said").render()) == "Host is missing."
        assert app.focused.id == "host"
    assert attempts.tried == []


async def test_the_usual_port_follows_tls_and_escape_goes_back():
    app = FirstRunApp(Attempts())
    async with app.run_test() as pilot:
        await pilot.press("down", "enter")
        app.screen.query_one("#tls").value = True
        await pilot.pause()
        assert app.screen.query_one("#port").value == "5039"
        await pilot.press("escape")
        assert not isinstance(app.screen, ConnectForm)


async def test_fields_buttons_and_the_longest_answer_fit_80_by_24():
    app = FirstRunApp(Attempts("a word " * 40))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter", *"pbx", "ctrl+s")
        app.screen.query_one("#secret").value = "x"
        await pilot.press("ctrl+s")
        await pilot.pause()
        for widget in app.screen.query("Input, Button, #said"):
            assert app.screen.region.contains_region(widget.region)
