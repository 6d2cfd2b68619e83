"""Which texts are addresses of web pages, and which program opens them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.tui import browser
from console.tui.links import page_of, web_address


@pytest.mark.parametrize(
    "address",
    ["https://crm.example/q?n=%2B49&x=1", "http://[::1]:8080/", "HTTPS://müller.example/ö"],
)
def test_web_pages_are_links(address):
    assert web_address(f" {address} ") == address


@pytest.mark.parametrize(
    "text",
    [
        *("", "javascript:alert(1)", "file:///etc/passwd", "ftp://x.example", "--help", "https://"),
        *("http://x.example/\x1b]8;;", "http://x.example/\n--y", "http://x y.example", "https:x"),
        *("http://[::1", "http://x.example/" + "x" * 3000, "http://\u202eevil.example"),
    ],
)
def test_nothing_else_is(text):
    assert web_address(text) == ""


@given(st.text())
def test_whatever_is_a_link_begins_with_http_and_steers_no_terminal(text):
    for address in (web_address(text), web_address(f"https://{text}"), page_of(text)):
        assert not address or (address.isprintable() and address.lower().startswith("http"))


def test_a_web_page_may_be_written_without_its_scheme():
    assert page_of("www.schulz.example") == "https://www.schulz.example"
    assert page_of("schulz.example/über") == "https://schulz.example/über"
    assert page_of("see the card") == page_of("mailto:x@y.example") == page_of("phone:1") == ""


def test_without_a_window_system_there_is_no_browser(monkeypatch):
    monkeypatch.setattr(browser.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert browser.opener({}, "linux") is None
    assert browser.opener({"DISPLAY": ":0"}, "linux") == "/usr/bin/xdg-open"
    assert browser.opener({"WSL_DISTRO_NAME": "Debian"}, "linux") == "/usr/bin/wslview"
    assert browser.opener({}, "darwin") == "/usr/bin/open"


async def test_the_address_is_one_argument_and_nothing_is_drawn(tmp_path, capfd):
    seen = tmp_path / "seen"
    program = tmp_path / "browser"
    program.write_text(f'#!/bin/sh\necho noise; echo noise >&2; printf "%s|" "$@" > {seen}\n')
    program.chmod(0o700)
    assert await browser.open_page(str(program), "https://x.example/?a=1&b=2")
    assert seen.read_text() == "https://x.example/?a=1&b=2|"
    assert capfd.readouterr() == ("", "")


async def test_a_browser_that_fails_or_is_not_there_says_so(tmp_path):
    assert not await browser.open_page(str(tmp_path / "none"), "https://x.example")
    assert not await browser.open_page("/bin/false", "https://x.example")
