"""The thin client finds the database that the whole configuration means."""

import os
from pathlib import Path

import platformdirs
import pytest

from console import back_door, config, places
from console.one_desk import file_of
from tests.cli.conftest import home

__all__ = ["home"]


@pytest.fixture
def written(home, monkeypatch):
    """Write a configuration file, and be somewhere else."""
    monkeypatch.delenv("HOTLINE_DATABASE")
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("HOME", str(home))

    def write(text, file=None):
        file = Path(file) if file else Path(places.usual_file())
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        return file

    return write


def both(said=None):
    whole = file_of(config.load(Path(said) if said else None).database)
    quick = places.configured_database(str(said) if said else None)
    assert str(whole) == str(quick and Path(quick))
    if whole:
        assert str(back_door.place(whole)) == places.socket_of(quick)
    return quick


DATABASES = [
    *("", "database = ''", "database = 'calls.db'", "database = '../a/./calls.db'"),
    *("database = '~/calls.db'", "database = '/var/lib/hotline.db'", "\ufeffdatabase = 'x.db'\r\n"),
    "database = 'sqlite:////srv/calls.db?mode=ro'",
    "database = 'sqlite+aiosqlite:///calls.db'",
]


@pytest.mark.parametrize("text", DATABASES)
def test_a_file_in_the_usual_place(written, text):
    written(text)
    assert both()


@pytest.mark.parametrize("text", DATABASES)
def test_a_file_that_is_named(written, home, text, monkeypatch):
    file = written(text, home / "deep" / "desk.toml")
    both(file)
    both(os.path.relpath(file))
    monkeypatch.setenv("HOTLINE_CONFIG", os.path.relpath(file))
    both()


@pytest.mark.parametrize("name", ["HOTLINE_DATABASE", "hotline_database"])
@pytest.mark.parametrize("value", ["", "calls.db", "/srv/calls.db", "~/calls.db"])
def test_a_variable_beats_the_file(written, monkeypatch, name, value):
    written("database = 'other.db'")
    monkeypatch.setenv(name, value)
    assert "other.db" not in both()


def test_without_a_file_it_is_the_usual_place(written):
    assert both().endswith("hotline.db")


@pytest.mark.parametrize("text", ["database = 7", "nonsense", "database = 'postgresql://desk/x'"])
def test_what_cannot_be_read_or_is_no_file_is_for_others_to_say(written, text):
    written(text)
    assert places.configured_database(None) is None
    assert places.configured_database("/no/such/file") is None


@pytest.mark.parametrize("kind", ["user_config", "user_data", "site_config"])
@pytest.mark.parametrize("value", ["/a/b", "", " ", "/a:/b", None])
def test_folders_are_those_of_platformdirs(home, monkeypatch, kind, value):
    for name, _ in places._XDG.values():
        monkeypatch.delenv(name, raising=False)
        if value is not None and (":" not in value or name == "XDG_CONFIG_DIRS"):
            monkeypatch.setenv(name, value)
    assert places.folder(kind) == getattr(platformdirs, f"{kind}_dir")("hotline")
