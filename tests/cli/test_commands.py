"""Every command: what it prints, what it stores, and its one sentence when that went wrong."""

import csv
import io
import json
import re
import stat
from pathlib import Path

import pytest

from console import __version__
from console.cli import arguments
from console.config import load

RECORDINGS = Path(__file__).parents[1] / "recordings"
ABANDONED, ANSWERED = RECORDINGS / "abandoned.jsonl", RECORDINGS / "answered.jsonl"
CARD = "BEGIN:VCARD\nVERSION:3.0\nUID:{0}\nFN:{0}\nTEL:{1}\nEND:VCARD\n"


@pytest.fixture
def stored(hotline, home):
    """A database with one abandoned and one answered call."""
    hotline("replay", "--json", ABANDONED, ANSWERED)
    return home / "hotline.db"


def calls(said):
    return [json.loads(line) for line in said.out.splitlines()]


# -- what is stored ----------------------------------------------------------------------------


def test_calls_are_printed_oldest_first_with_every_key(hotline, stored):
    told = calls(hotline("calls", "--json"))
    assert [call["started_at"] for call in told] == sorted(call["started_at"] for call in told)
    assert {call["outcome"] for call in told} == {"abandoned", "answered"}
    assert set(told[0]) == {
        *("id", "started_at", "ended_at", "direction", "phase", "caller", "called", "rang"),
        *("ring_seconds", "queue", "answered_by", "disposition", "outcome", "processed"),
        *("taken", "notes", "reconstructed"),
    }


def test_calls_are_chosen_by_the_arguments(hotline, stored):
    assert len(calls(hotline("calls", "--json", "--unanswered"))) == 1
    assert len(calls(hotline("calls", "--json", "--open"))) == 1
    assert calls(hotline("calls", "--json", "--since", "2099-01-01")) == []


def test_a_company_without_calls_has_none_and_one_that_is_not_there_is_a_mistake(hotline, home):
    table = home / "firms.csv"
    table.write_text("name\nMeyer & Söhne\n", "utf-8")
    hotline("companies", "import", table)
    assert calls(hotline("calls", "--json", "--company", "Meyer & Söhne")) == []
    said = hotline("calls", "--json", "--company", "Meier & Söhne", code=2)
    assert 'no company is called "Meier & Söhne"; did you mean "Meyer & Söhne"?' in said.err


def test_calls_as_a_table_for_spreadsheets(hotline, stored):
    rows = list(csv.DictReader(io.StringIO(hotline("calls", "--csv", "--open").out)))
    assert [row["outcome"] for row in rows] == ["abandoned"]
    assert rows[0]["started_at"].endswith("+00:00")


def test_calls_for_people(hotline, stored):
    line = hotline("calls", "--open").out
    assert "gave up" in line
    assert "+49 170 1234567" in line
    assert line.rstrip().endswith("open")


def test_status_without_a_running_console(hotline, stored):
    told = json.loads(hotline("status", "--json").out)
    assert (told["running"], told["version"]) == (False, __version__)
    assert (told["counts"]["stored"], told["counts"]["open"]) == (2, 1)
    assert told["database"]["file"] == str(stored)
    assert (told["feed"], told["feeds"], len(told["gaps"])) == (None, [], 1)
    assert "2 stored, 1 open" in hotline("status").out


def test_status_for_people_has_the_sites_time(hotline, stored, monkeypatch):
    def gap():
        return next(line for line in hotline("status").out.splitlines() if "not heard" in line)

    monkeypatch.setenv("HOTLINE_SITE_TIME_ZONE", "UTC")
    at = json.loads(hotline("status", "--json").out)["gaps"][0]["since"]
    assert f"not heard    {at[:10]} {at[11:19]} to " in gap()
    there = gap()
    monkeypatch.setenv("HOTLINE_SITE_TIME_ZONE", "Asia/Tokyo")
    assert gap() != there


def test_status_names_the_configured_pbx_though_nobody_listens(hotline, stored, monkeypatch):
    for name, value in {"HOST": "127.0.0.1", "USER": "hotline", "SECRET": "x"}.items():
        monkeypatch.setenv(f"HOTLINE_FEED_{name}", value)
    told = json.loads(hotline("status", "--json").out)
    assert told["feed"] == {
        "name": "Asterisk",
        "state": None,
        "since": None,
        "why": None,
        "pbx_version": None,
        "suspicious": None,
    }
    assert told["feeds"] == [told["feed"]]
    assert "Asterisk     nobody listens" in hotline("status").out


def test_without_a_database_reading_says_how_it_comes_to_be(hotline):
    said = hotline("calls", code=1)
    assert said.out == ""
    assert "There is no database" in said.err
    assert said.err.count("\n") == 1


# -- what is changed ---------------------------------------------------------------------------


def test_the_first_to_come_is_the_admin_and_adds_others(hotline):
    hotline("users", "add", "lena", "--name", "Lena Vogt", "--extensions", "102, 103")
    told = hotline("users").out.splitlines()
    assert told[0].split()[0] == "eva"
    assert "admin" in told[0]
    assert told[1].split(maxsplit=1)[1].split() == ["Lena", "Vogt", "operator", "102,", "103"]


def test_rights_are_checked_and_strangers_are_told_who_is_known(hotline):
    hotline("users", "add", "lena")
    assert "That takes the role admin" in hotline("--as", "lena", "forget", "+4930", code=1).err
    said = hotline("--as", "mallory", "users", "add", "mallory", code=1)
    assert "mallory is no operator here. Known: eva, lena." in said.err
    assert "hotline --as eva users add mallory" in said.err


def test_imported_companies_and_contacts_name_the_next_calls(hotline, home):
    table = home / "firms.csv"
    table.write_text("name,numbers\nMeyer & Söhne,+49 30 222001\n,+49 30 1\n", "utf-8")
    said = hotline("companies", "import", table)
    assert said.out == "1 company imported; 1 left out\n"
    assert f"{table}, line 3: " in said.err
    cards = home / "cards"
    (cards / "deep").mkdir(parents=True)
    (cards / "a.vcf").write_text(CARD.format("Hans Schulz", "0170 1234567"))
    (cards / "deep" / "b.VCF").write_text(CARD.format("Anna Muster", "+49 30 5"))
    assert hotline("contacts", "import", cards).out == "cards: 2 read, 2 added, 0 changed\n"
    [call] = calls(hotline("replay", "--json", ABANDONED))
    assert call["called"]["company"] == "Meyer & Söhne"
    assert call["caller"]["name"] == "Hans Schulz"


def test_forgetting_a_number_deletes_its_calls_however_it_is_written(hotline, stored):
    assert "2 calls deleted" in hotline("forget", "0170 1234567").out
    assert calls(hotline("calls", "--json")) == []
    assert "is no number" in hotline("forget", "anonymous", code=2).err


# -- backups -----------------------------------------------------------------------------------


def test_a_backup_brings_everything_back_and_keeps_what_was_there(hotline, stored, home):
    hotline("backup", home / "copy.db")
    hotline("forget", "+491701234567")
    said = hotline("restore", home / "copy.db")
    assert "is restored; what it was before is in" in said.out
    assert len(calls(hotline("calls", "--json"))) == 2


def test_what_is_no_backup_is_not_restored(hotline, stored, home):
    (home / "notes.txt").write_text("hello")
    hotline("restore", home / "notes.txt", code=1)
    hotline("restore", home / "none.db", code=1)
    assert len(calls(hotline("calls", "--json"))) == 2


# -- configuration -----------------------------------------------------------------------------


def test_init_writes_a_private_file_and_never_over_another(hotline, home):
    file = home / "deep" / "config.toml"
    hotline("init", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load(file).feeds == ()
    file.write_text("# mine\n")
    assert "is there already; it was left as it is" in hotline("init", file, code=1).err
    assert file.read_text() == "# mine\n"
    assert [one.name for one in file.parent.iterdir()] == ["config.toml"]


@pytest.mark.parametrize("command", [["calls"], ["status"], ["doctor"], [], ["forget", "1"]])
def test_a_mistake_in_the_configuration_is_one_sentence(hotline, home, command):
    file = home / "config.toml"
    file.write_text("[site]\nnmae = 1\n")
    said = hotline("--config", file, *command, code=1)
    assert "[site] nmae is not a key. Did you mean name?" in said.err + said.out
    if command:
        assert hotline(*command, "--config", file, code=1).out == said.out


# -- the doctor --------------------------------------------------------------------------------


def test_the_doctor_says_what_to_do(hotline, monkeypatch):
    monkeypatch.setenv("HOTLINE_SIET_NAME", "x")
    said = hotline("doctor", code=1).out
    assert "▲ Environment    HOTLINE_SIET_NAME is set, but nothing reads it" in said
    assert "✗ PBX            none is configured\n  → Start hotline" in said
    assert re.search(r"✓ Site           Front desk: it is \d\d:\d\d there \(UTC\)", said)
    assert "✓ Database" in said


def test_the_doctor_finds_a_dead_pbx_and_open_secrets(hotline, home, unused_tcp_port):
    file = home / "config.toml"
    file.write_text(
        f'[[feeds]]\nhost = "127.0.0.1"\nport = {unused_tcp_port}\nuser = "u"\nsecret = "s3cret"\n'
    )
    file.chmod(0o644)
    said = hotline("--config", file, "doctor", code=1).out
    assert "✗ Asterisk       127.0.0.1:" in said
    assert "can't be reached: Connection refused. Is manager.conf enabled" in said
    assert f"→ chmod 600 {file}" in said
    assert "s3cret" not in said


# -- recordings --------------------------------------------------------------------------------


def test_a_replay_leaves_nothing_behind_unless_told(hotline, home, monkeypatch):
    monkeypatch.delenv("HOTLINE_DATABASE")
    [call] = calls(hotline("replay", "--json", ABANDONED))
    assert (call["outcome"], call["caller"]["number"]) == ("abandoned", "+491701234567")
    assert not list(home.rglob("*.db"))
    hotline("replay", "--json", "--database", home / "kept.db", ABANDONED)
    assert (home / "kept.db").exists()


def test_a_masked_recording_tells_the_same_call_of_nobody(hotline, home):
    [original] = calls(hotline("replay", "--json", ANSWERED))
    hotline("replay", "--mask", "--save", home / "masked.jsonl", ANSWERED)
    assert "Anna Muster" not in (home / "masked.jsonl").read_text()
    [masked] = calls(hotline("replay", "--json", home / "masked.jsonl"))
    assert masked["caller"]["number"] != original["caller"]["number"]
    assert masked["caller"]["display"] != original["caller"]["display"]
    for key in ("outcome", "rang", "ring_seconds", "answered_by", "started_at", "ended_at"):
        assert masked[key] == original[key]
    assert "is there already" in hotline("replay", "--save", ANSWERED, ABANDONED, code=1).err


@pytest.mark.parametrize("text", ["", "no recording\n", '{"t": 1}\n'])
def test_what_is_no_recording_is_one_sentence(hotline, home, text):
    (home / "x.jsonl").write_text(text)
    said = hotline("replay", "--json", home / "x.jsonl", code=1)
    assert said.err.startswith("hotline: ")
    assert said.err.count("\n") == 1


def test_recording_needs_a_pbx_and_a_new_file(hotline, home, monkeypatch):
    assert "no PBX is configured" in hotline("record", home / "x.jsonl", code=1).err
    for name in ("HOST", "USER", "SECRET"):
        monkeypatch.setenv(f"HOTLINE_FEED_{name}", "x")
    (home / "x.jsonl").write_text("precious")
    assert "is there already; give another name" in hotline("record", home / "x.jsonl", code=1).err
    assert (home / "x.jsonl").read_text() == "precious"
    said = hotline("record", "--feed", "other", home / "y.jsonl", code=2)
    assert 'no PBX is called "other"; configured are: Asterisk' in said.err


# -- the edges ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "argv",
    [["--nonsense"], ["nonsense"], ["calls", "--json", "--csv"], ["demo", "--speed", "-1"],
     ["demo", "--speed", "nan"],
        ["demo", "--speed", "0"], ["calls", "--since", "tomorrow"], ["companies"], ["replay"]],
)  # fmt: skip
def test_what_is_not_understood_is_exit_code_2(hotline, argv):
    assert hotline(*argv, code=2).out == ""


@pytest.mark.parametrize("argv", [["demo"], ["replay", str(ABANDONED)], []])
def test_without_a_terminal_a_screen_is_not_tried(hotline, argv):
    assert "this needs a terminal" in hotline(*argv, code=1).err


def test_the_version(hotline):
    assert hotline("--version").out == f"Hotline Console {__version__}\n"


def test_every_command_of_the_help_exists_and_explains_itself(hotline):
    from console.cli import COMMANDS, _command

    for name in COMMANDS:
        assert callable(_command(name))
        said = hotline(*([name] if name else []), "--help").out
        assert "usage: hotline" in said
        assert not name or "Examples:" in said
    assert arguments.OVERVIEW.splitlines()[0] in hotline("--help").out


def test_what_nobody_foresaw_is_a_sentence_and_a_traceback_in_the_log(hotline, home, monkeypatch):
    def broken(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr("console.cli.calls.since", broken)
    said = hotline("calls", "--since", "today", code=1)
    assert "that should not happen (RuntimeError)" in said.err
    [log] = home.rglob("hotline.log")
    assert str(log) in said.err
    assert "RuntimeError: a bug" in log.read_text()
