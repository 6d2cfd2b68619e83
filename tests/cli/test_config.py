"""What the configuration file and the environment may say, and what is said when they are wrong."""

import pytest

from console import config
from console.settings.commented import commented

FEED = '[[feeds]]\nhost = "pbx"\nuser = "hotline"\nsecret = "s3cret-value"\n'


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch, tmp_path):
    for name in list(config.os.environ):
        if name.startswith("HOTLINE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def load(tmp_path):
    def load(text):
        file = tmp_path / "hotline.toml"
        file.write_text(text, encoding="utf-8")
        return config.load(file)

    return load


def test_without_a_file_there_is_a_site_and_no_pbx():
    loaded = config.load()
    assert loaded.file is None
    assert loaded.feeds == ()
    assert loaded.site.keep_calls_days == 365


def test_the_environment_beats_the_file(load, monkeypatch):
    monkeypatch.setenv("HOTLINE_SITE_NAME", "From the environment")
    monkeypatch.setenv("HOTLINE_FEED_HOST", "other")
    monkeypatch.setenv("HOTLINE_FEED_TRUNK_CONTEXTS", "from-trunk, from-isdn")
    loaded = load('[site]\nname = "From the file"\narea_code = "30"\n' + FEED)
    assert (loaded.site.name, loaded.site.area_code) == ("From the environment", "30")
    assert (loaded.feeds[0].host, loaded.feeds[0].user) == ("other", "hotline")
    assert loaded.feeds[0].trunk_contexts == ("from-trunk", "from-isdn")


def test_a_pbx_can_come_from_the_environment_alone(monkeypatch):
    for name in ("HOST", "USER", "SECRET"):
        monkeypatch.setenv(f"HOTLINE_FEED_{name}", name)
    assert config.load().feeds[0].secret.get_secret_value() == "SECRET"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('databse = "x"', "databse is not a key. Did you mean database?"),
        ('[site]\ntimezone = "x"', "[site] timezone is not a key. Did you mean time_zone?"),
        ('area_code = "30"', "area_code is not a key. It belongs below [site]."),
        ("[site]\nfoo = 1", "[site] foo is not a key. Allowed here: name, time_zone, region,"),
        (
            '[site]\ntime_zone = "Europe/Berln"',
            '[site] time_zone is "Europe/Berln"; it must be an IANA time zone such as '
            "Europe/Berlin. Did you mean Europe/Berlin?",
        ),
        (
            "[site]\nkeep_calls_days = -1",
            "keep_calls_days is -1; it must be a whole number from 0 to 36500.",
        ),
        (FEED + "tls = 7", "[[feeds]] no. 1 tls is 7; it must be true or false."),
        (FEED + 'port = "x"', 'port is "x"; it must be a whole number from 1 to 65535.'),
        (FEED + 'trunk_contexts = "a"', 'is "a"; it must be a list, such as ["from-trunk"].'),
        (
            FEED + 'originate_channel = "Local/{extension}@phones"',
            'it must be a phone\'s channel, such as "PJSIP/{extension}"; not Local/.',
        ),
        (FEED + 'originate_channel = "PJSIP/101"', "it must be a phone's channel"),
        (FEED + 'originate_context = "a,b"', "it must be the name of a dialplan context"),
        (FEED + FEED, "feeds need different names: Asterisk is there twice."),
        ("feeds = 3", "feeds is 3; it must be written with two brackets: [[feeds]]."),
        ("site = 3", "site is 3; it must be a table."),
        ('[[feeds]]\nhost = "h"', "[[feeds]] no. 1 user is missing"),
        ('[log]\nlevel = "loud"', 'it must be "debug" or "info" or "warning" or "error".'),
        ('\n\nname = = "x"', "is not TOML: Invalid value (at line 3, column 8)."),
    ],
)
def test_a_mistake_names_file_key_value_and_what_is_allowed(load, tmp_path, text, sentence):
    with pytest.raises(config.ConfigError) as refused:
        load(text)
    assert sentence in str(refused.value)
    assert str(tmp_path / "hotline.toml") in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_mistake_in_the_environment_names_the_variable(load, monkeypatch):
    monkeypatch.setenv("HOTLINE_FEED_PORT", "99999")
    with pytest.raises(config.ConfigError, match=r'^HOTLINE_FEED_PORT is "99999"; it must be'):
        load(FEED)


def test_a_misspelt_variable_is_told(monkeypatch):
    monkeypatch.setenv("HOTLINE_SIET_NAME", "x")
    assert config.load().unknown_variables == ("HOTLINE_SIET_NAME",)


def test_a_secret_comes_from_a_variable_or_a_file(load, monkeypatch, tmp_path):
    monkeypatch.setenv("AMI_SECRET", "from env")
    (tmp_path / "secret").write_text("from file\n")
    feed = FEED.replace("s3cret-value", "{}")
    assert load(feed.format("env:AMI_SECRET")).feeds[0].secret.get_secret_value() == "from env"
    assert load(feed.format("file:secret")).feeds[0].secret.get_secret_value() == "from file"


@pytest.mark.parametrize("secret", ["env:NOT_THERE", "file:not/there"])
def test_a_secret_that_is_nowhere_is_one_sentence(load, secret):
    with pytest.raises(config.ConfigError, match="Asterisk: the secret is to come from the"):
        load(FEED.replace("s3cret-value", secret))


@pytest.mark.parametrize(
    "text",
    [
        FEED,
        FEED + "port = 0",
        FEED.replace('"s3cret-value"', "[1]"),
        "[feeds]\n" + FEED.partition("\n")[2],
        "feeds = [[{ secret = 's3cret-value' }]]",
        "[site]\nname = { secret = 's3cret-value' }",
    ],
)
def test_a_secret_is_never_shown(load, text):
    try:
        said = repr(load(text))
    except config.ConfigError as refused:
        said = str(refused)
    assert "s3cret-value" not in said
    assert "[1]" not in said


def test_a_pbx_in_one_bracket_is_told_to_be_in_two(load):
    with pytest.raises(
        config.ConfigError, match=r"feeds is a table; it must be written .*\[\[feeds"
    ):
        load('[feeds]\nhost = "a"\n')


def test_a_database_may_be_a_file_beside_the_configuration_or_a_url(load, tmp_path):
    assert load('database = "a.db"').database == f"sqlite+aiosqlite:///{tmp_path}/a.db"
    url = "sqlite+aiosqlite:////elsewhere/b.db"
    assert load(f'database = "{url}"').database == url


def test_the_authority_of_tls_may_be_a_file_beside_the_configuration(load, tmp_path):
    text = '[[feeds]]\nhost = "a"\nuser = "b"\nsecret = "c"\ntls_ca = "ca.pem"\n'
    assert load(text).feeds[0].tls_ca == str(tmp_path / "ca.pem")


def test_the_file_that_init_writes_says_nothing_yet(load, tmp_path):
    assert load(commented()).site == load("").site
    assert load(commented()).feeds == ()


def test_the_written_file_holds_what_was_given_whatever_it_is(load):
    hostile = 'a "b" \\ \n # [c]\x1b\u202e'
    feed = {"host": "h", "user": hostile, "secret": hostile, "trunk_contexts": (hostile, "b")}
    loaded = load(commented("x.db", {"name": "Desk"}, feed))
    assert loaded.site.name == "Desk"
    assert loaded.feeds[0].user == hostile
    assert loaded.feeds[0].secret.get_secret_value() == hostile
    assert loaded.feeds[0].trunk_contexts == (hostile, "b")


def test_every_line_of_the_example_becomes_valid_by_removing_its_hash(load, monkeypatch):
    monkeypatch.setenv("HOTLINE_AMI_SECRET", "x")
    text = commented().replace("# [[", "[[")
    lines = [
        line[2:] if line.startswith("# ") and " = " in line else line for line in text.splitlines()
    ]
    assert 'host = "pbx.example.org"' in lines
    loaded = load("\n".join(lines))
    assert loaded.feeds[0].host == "pbx.example.org"
    assert loaded.programs[0].name == "crm"


def test_a_program_is_found_below_the_file_and_named_once(load):
    one = '[[programs]]\nname = "crm"\npath = "bin/open"\n'
    loaded = load(one)
    assert loaded.programs[0].path == str(loaded.folder / "bin/open")
    with pytest.raises(config.ConfigError, match="crm is there twice"):
        load(one * 2)
    with pytest.raises(config.ConfigError, match=r"\[\[programs\]\] no. 1 path"):
        load('[[programs]]\nname = "crm"\n')


def test_a_secret_of_the_live_settings_is_only_what_was_meant_to_be_one(tmp_path, monkeypatch):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "dav").write_text("s3cret\nmore")
    (tmp_path / "other").write_text("not for you")
    monkeypatch.setenv("HOTLINE_SECRET_DAV", "from the environment")
    monkeypatch.setenv("HOTLINE_FEED_SECRET", "the PBX")
    assert config.live_secret("plain", tmp_path) == "plain"
    assert config.live_secret("file:dav", tmp_path) == "s3cret"
    assert config.live_secret("env:HOTLINE_SECRET_DAV", tmp_path) == "from the environment"
    for stolen in (
        "env:HOTLINE_FEED_SECRET",
        "env:HOTLINE_SECRET_KEY",
        "file:../other",
        "file:/etc/passwd",
    ):
        with pytest.raises(config.ConfigError, match="must"):
            config.live_secret(stolen, tmp_path)
    (tmp_path / "secrets" / "link").symlink_to(tmp_path / "other")
    with pytest.raises(config.ConfigError, match="must be in"):
        config.live_secret("file:link", tmp_path)
    assert "HOTLINE_SECRET_DAV" not in config._unknown_variables()
