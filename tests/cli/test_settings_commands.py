"""`hotline settings`: get, set, export, import, history, restore."""

import json
import sqlite3
from contextlib import closing

import pytest

from console.desk.changes import PutCompany
from console.people.values import Company
from console.settings.live import KEPT
from tests.store.store_samples import NOON


@pytest.fixture
def meyer(stored_in):
    [written] = stored_in(PutCompany(Company("Meyer & Söhne"), "eva", NOON))
    return written.id


def got(hotline, *argv) -> dict:
    return json.loads(hotline("settings", "get", "--json", *argv).out)


def test_values_are_set_as_they_are_typed(hotline, meyer):
    said = hotline(
        *("settings", "set", "mail.send=yes", "mail.to=a@x.example, b@x.example"),
        *("mail_server.port=465", "mail_server.user=007", 'exceptions.never=["Müller, Anna"]'),
        *("words.subject=a=b", "text_messages.provider="),
    )
    assert said.out == "4 sections of the settings saved\n"
    told = got(hotline)["settings"]
    assert (told["mail"]["send"], told["mail"]["to"]) == (True, ["a@x.example", "b@x.example"])
    assert (told["mail_server"]["port"], told["mail_server"]["user"]) == (465, "007")
    assert told["exceptions"]["never"] == ["Müller, Anna"]
    assert told["words"]["subject"] == "a=b"
    assert 'mail.to = ["a@x.example", "b@x.example"]\n' in hotline("settings", "get", "mail").out


@pytest.mark.parametrize(
    ("argv", "why", "code"),
    [
        (["mail.send"], '"mail.send" is no SECTION.FIELD=VALUE', 2),
        (["male.send=1"], "no settings called male; did you mean mail?", 2),
        (["overrides.overrides=[]"], "no settings called overrides", 2),
        (["mail.sent=1"], "mail has no sent; did you mean send?", 2),
        (["exceptions.never=[1"], "exceptions.never is no JSON", 2),
        (["mail.send=1", "mail.to=x"], "E-mail, To: must be an e-mail address; “x” is none.", 1),
        (["mail_server.port=many"], "Send e-mail, Port: must be a whole number.", 1),
        (["mail_server.port=0"], "Send e-mail, Port: must be at least 1.", 1),
        (
            ["exceptions.seconds=601"],
            "Not below (seconds): must be at most 600.",
            1,
        ),
        (["mail.link=ftp:"], "Telephone links begin with: must be one of tel:, callto:, ", 1),
        (["mail.send=perhaps"], "E-mail, Send notifications: must be yes or no.", 1),
        (["mail_server.host=a b"], "Send e-mail, Server: must look like mail.desk.example.", 1),
        (
            ['providers.providers=[{"name": "S7", "kind": "HTTP", "url": "x"}]'],
            "Send text message, S7, Address: must begin with http:// or https://.",
            1,
        ),
        (["--company", "Mayer", "mail.to=a@x"], "there are Meyer & Söhne", 2),
        (
            ["--company", "meyer & söhne", "mail.to=x"],
            "E-mail of Meyer & Söhne, To: must be an e-mail address; “x” is none.",
            1,
        ),
        (["--company", "meyer & söhne", "unanswered.days=3"], "same for all companies", 1),
    ],
)
def test_what_can_not_be_set_is_said_and_nothing_is(hotline, meyer, argv, why, code):
    assert why in hotline("settings", "set", *argv, code=code).err
    assert got(hotline)["settings"]["mail"]["send"] is False


def test_a_broken_template_is_saved_and_said(hotline, meyer):
    said = hotline(
        *("settings", "set", "words.subject={{ caller.name", "hotline.template={{ nobody }}"),
        "words.sms={{ notice.count_words }} {{ notice.calls[0].when }}",
    )
    assert said.out == "2 sections of the settings saved\n"
    subject, template = sorted(said.err.splitlines(), reverse=True)
    assert subject.startswith("hotline: words.subject is broken, line 1, and the usual words are")
    assert template.startswith("hotline: hotline.template is broken, line 1, ")
    company = ("--company", "Meyer & Söhne")
    assert "words.text is broken" in hotline("settings", "set", *company, "words.text={% if %}").err
    assert hotline("settings", "set", *company, "words.text=null").err == ""
    assert hotline("settings", "set", "words.subject=Calls").err == ""
    latest = hotline("settings", "history", "words", "--limit", "1").out.split()[0]
    assert "words.subject is broken" in hotline("settings", "restore", latest).err


def test_what_keeps_notices_from_anybody_is_said_where_they_are_wanted(hotline, meyer):
    def err(*argv):
        return hotline("settings", "set", *argv).err

    on = "hotline: E-mail, Send notifications is on. "
    assert err("mail.to=") == ""
    no_server, nobody = err("mail.send=yes").splitlines()
    assert no_server == on + "No mail server: nothing can be sent. See Send e-mail."
    assert nobody == on + "To is empty: nobody is told."
    assert "No From address" in err("mail_server.host=mx.example")
    assert err("exceptions.seconds=3") == ""
    assert err("mail_server.sender=us@x.example") == on + "To is empty: nobody is told.\n"
    assert err("mail.to=a@x.example") == ""
    assert "To is empty" in err("--company", "Meyer & Söhne", "mail.to=")
    assert "No provider" in err("text_messages.send=yes", "text_messages.to=0171 1234567")


def test_a_company_has_its_own_and_is_made_as_the_site(hotline, meyer):
    hotline("settings", "set", "mail.send=true", "mail.to=site@x.example")
    company = ("--company", "Meyer & Söhne")
    hotline("settings", "set", *company, "mail.to=meyer@x.example", "exceptions.seconds=9")
    told = got(hotline, "mail", *company)
    assert told["company"] == "Meyer & Söhne"
    assert told["own"] == {"mail": ["to"]}
    assert told["settings"]["mail"]["to"] == ["meyer@x.example"]
    assert told["settings"]["mail"]["send"] is True
    shown = hotline("settings", "get", "mail", *company).out
    assert 'mail.to = ["meyer@x.example"]  (its own)\n' in shown
    assert "1 section" in hotline("settings", "set", *company, "mail.to=null").out
    assert got(hotline, "mail", *company)["own"] == {}
    # Once more, nothing becomes another.
    said = hotline("settings", "set", *company, "mail.to=null").out
    assert said == "nothing changed: the settings were so already\n"


def test_a_secret_is_read_from_standard_input_and_never_shown(hotline, typed, home):
    typed(b"hunter2\n")
    hotline("settings", "set", "mail_server.password=-", "mail_server.host=mx.example")
    hotline("settings", "export", home / "settings.json")
    shown = [
        hotline("settings", "get", "mail_server").out,
        hotline("settings", "get", "--json").out,
        hotline("settings", "export").out,
        hotline("settings", "history", "--json").out,
        hotline("settings", "set", "mail_server.port=0", code=1).err,
        (home / "settings.json").read_text(),
    ]
    assert f'mail_server.password = "{KEPT}"' in shown[0]
    for file in (path for path in home.rglob("*") if path.is_file()):
        shown.append(file.read_bytes().decode("latin-1"))
    assert not [text for text in shown if "hunter2" in text]


def test_a_secret_on_the_command_line_is_taken_and_it_is_said_that_the_shell_keeps_it(
    hotline, typed
):
    said = hotline("settings", "set", "mail_server.password=hunter2", "mail_server.user=eva")
    assert said.err == (
        "hotline: the secret in mail_server.password now stands in the shell's history; "
        "mail_server.password=- reads it from standard input\n"
    )
    providers = '[{"name": "S7", "kind": "seven.io", "secret": "hunter2"}]'
    assert (
        "providers.providers=- "
        in hotline("settings", "set", f"providers.providers={providers}").err
    )
    kept = providers.replace("hunter2", "(unchanged)")
    assert hotline("settings", "set", f"providers.providers={kept}").err == ""
    typed(b"hunter2\n")
    for harmless in ("-", "", "env:HOTLINE_SECRET_MAIL", "file:mail"):
        assert hotline("settings", "set", f"mail_server.password={harmless}").err == ""


def test_one_field_is_read_by_the_name_that_sets_it(hotline, meyer):
    hotline("settings", "set", "mail.to=a@x.example", "mail_server.password=hunter2")
    assert hotline("settings", "get", "mail.to").out == 'mail.to = ["a@x.example"]\n'
    assert got(hotline, "mail.to")["settings"] == {"mail": {"to": ["a@x.example"]}}
    assert KEPT in hotline("settings", "get", "mail_server.password").out
    company = ("--company", "Meyer & Söhne")
    hotline("settings", "set", *company, "mail.send=yes")
    assert got(hotline, "mail.to", *company)["own"] == {"mail": []}
    assert got(hotline, "mail.send", *company)["own"] == {"mail": ["send"]}
    said = hotline("settings", "get", "mail.sent", code=2).err
    assert "mail has no sent; did you mean send?" in said
    assert "mail has no " in hotline("settings", "get", "mail.", code=2).err


@pytest.mark.parametrize("shape", ["--json", "--toml"])
def test_what_is_exported_is_imported_again_with_the_secrets_that_are_there(
    hotline, typed, home, meyer, shape
):
    typed(b"hunter2\n")
    hotline("settings", "set", "mail_server.password=-", "mail.to=a@x.example")
    hotline("settings", "set", "--company", "Meyer & Söhne", "mail.link=sip:")
    file = home / "settings"
    argv = ("--toml",) if shape == "--toml" else ()
    file.write_text(hotline("settings", "export", *argv).out, "utf-8")
    before = got(hotline), got(hotline, "--company", "Meyer & Söhne")
    hotline("settings", "set", "mail.to=", "words.sms=other")
    hotline("settings", "set", "--company", "Meyer & Söhne", "mail.link=null")
    said = hotline("settings", "import", file).out
    assert said == "3 sections of the settings saved\n"
    assert (got(hotline), got(hotline, "--company", "Meyer & Söhne")) == before
    with closing(sqlite3.connect(home / "hotline.db")) as sql:
        rows = sql.execute("SELECT value FROM settings WHERE section = 'mail_server'").fetchall()
    assert json.loads(rows[0][0])["password"].startswith("sealed:")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "neither JSON nor TOML"),
        ('{"mail": 7}', "mail: must be a table"),
        ('{"mail": {"send": true}, "weather": {}}', "there are no settings called weather"),
        ('{"words": {}, "mail": {"to": ["x"]}}', "E-mail, To: must be an e-mail address"),
        ("[mail]\nsend = true\nsize = 3", "E-mail, size: there is no such setting."),
        ('{"companies": {"Berg": {"mail": {}}}}', 'no company is called "Berg"'),
        ('{"companies": {"Meyer & Söhne": {"providers": {}}}}', "Söhne.providers: no section"),
        (
            '{"companies": {"Meyer & Söhne": {"mail": {"to": ["x"]}}}}',
            "Söhne, To: must be",
        ),
    ],
)
def test_a_file_with_a_mistake_changes_nothing_and_says_file_key_and_reason(
    hotline, home, meyer, text, why
):
    file = home / "settings.json"
    file.write_text(text, "utf-8")
    said = hotline("settings", "import", file, code=2 if "called" in why else 1).err
    assert f"{file}: " in said
    assert why in said
    assert hotline("settings", "history").out == ""


def test_history_is_listed_and_a_former_state_restored(hotline, meyer):
    hotline("settings", "set", "mail.send=true", "mail.to=a@x.example")
    hotline("settings", "set", "mail.to=b@x.example")
    hotline("settings", "set", "--company", "Meyer & Söhne", "mail.to=c@x.example")
    lines = hotline("settings", "history").out.splitlines()
    assert lines[0].endswith("(local)  mail of Meyer & Söhne: to")
    assert lines[2].endswith("(local)  mail: send, to")
    [company, second, _] = map(
        json.loads, hotline("settings", "history", "--json").out.splitlines()
    )
    assert (company["company"], company["old"]) == ("Meyer & Söhne", {})
    assert (second["company"], second["new"]["to"]) == (None, ["b@x.example"])
    assert hotline("settings", "restore", second["id"]).out == "settings saved\n"
    assert got(hotline, "mail")["settings"]["mail"]["to"] == ["a@x.example"]
    hotline("settings", "restore", company["id"])
    assert got(hotline, "mail", "--company", "Meyer & Söhne")["own"] == {}
    assert len(hotline("settings", "history", "words").out.splitlines()) == 0
    assert "no change 99" in hotline("settings", "restore", "99", code=2).err


def test_who_may_not_is_refused(hotline, meyer):
    hotline("settings", "set", "mail.send=true")
    hotline("users", "add", "otto")
    refused = hotline("settings", "set", "mail.send=false", "--as", "otto", code=1)
    assert "That takes the role" in refused.err
