"""Rules are parsed again only when something that they are made of has changed."""

from collections import OrderedDict

import pytest
from textual.css import stylesheet
from textual.css.stylesheet import StylesheetParseError

from console.tui import stylesheet as ours
from console.tui.stylesheet import ParsedOnce


@pytest.fixture
def sheet(monkeypatch):
    monkeypatch.setattr(ours, "_shared", OrderedDict())
    sheet = ParsedOnce(variables={"ink": "red"})
    sheet.parsed = []
    parse = stylesheet.parse

    def counted(scope, css, *rest, **more):
        sheet.parsed.append(css)
        return parse(scope, css, *rest, **more)

    monkeypatch.setattr(stylesheet, "parse", counted)
    sheet.add_source("A { color: $ink; }", ("a", ""))
    return sheet


def test_a_refresh_without_a_change_parses_nothing(sheet):
    sheet.reparse()
    sheet.set_variables({"ink": "red"})
    sheet.reparse()
    assert sheet.parsed == ["A { color: $ink; }"]


def test_other_variables_are_seen(sheet):
    sheet.reparse()
    sheet.set_variables({"ink": "blue"})
    sheet.reparse()
    assert "#0000FF" in sheet.css


def test_only_what_is_new_is_parsed(sheet):
    sheet.reparse()
    sheet.add_source("B { color: $ink; }", ("b", ""))
    sheet.reparse()
    assert sheet.parsed == ["A { color: $ink; }", "B { color: $ink; }"]
    assert len(sheet.rules) == 2


def test_a_broken_rule_is_told_and_the_old_ones_stay(sheet):
    sheet.reparse()
    sheet.add_source("B { color: nothing-like-a-colour; }", ("b", ""))
    with pytest.raises(StylesheetParseError):
        sheet.reparse()
    assert len(sheet._rules) == 1


def test_another_console_of_the_same_look_parses_nothing(sheet):
    sheet.reparse()
    other = ParsedOnce(variables={"ink": "red"})
    other.add_source("A { color: $ink; }", ("a", ""))
    other.reparse()
    assert sheet.parsed == ["A { color: $ink; }"]
    assert other.css == sheet.css
    other.set_variables({"ink": "blue"})
    other.reparse()
    assert len(sheet.parsed) == 2
    assert other.css != sheet.css


def test_a_mistake_is_one_for_every_console(sheet):
    for one in (sheet, ParsedOnce(variables={"ink": "red"})):
        one.add_source("A { colour: red; }", ("b", ""))
        with pytest.raises(StylesheetParseError):
            one.reparse()
