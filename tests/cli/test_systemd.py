"""The service that `hotline init --systemd` prints is one, and is locked down."""

import re
import shutil
import subprocess

import pytest


@pytest.fixture
def unit(hotline, home):
    file = home / "hotline.service"
    file.write_text(hotline("init", "--systemd").out)
    return file


def analyze(*words):
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed: it comes with systemd")
    return subprocess.run([program, *words], capture_output=True, text=True, timeout=60)


def test_it_says_where_things_are(unit, home):
    text = unit.read_text()
    assert f"ReadWritePaths=-{home}" in text
    assert re.search(r"(?m)^ExecStart=/\S+ -m console --config /\S+ serve$", text)
    for guard in ("NoNewPrivileges=yes", "ProtectSystem=strict", "MemoryMax=1G", "User=hotline"):
        assert guard in text


def test_what_the_file_does_not_name_is_in_the_home_of_the_service_also_for_commands(
    hotline, monkeypatch
):
    monkeypatch.delenv("HOTLINE_DATABASE")
    text = hotline("init", "--systemd").out
    assert "\nReadWritePaths=-/var/lib/hotline\n" in text
    # sudo -H sets this alone: with more, commands would find another database than the service.
    assert "\nEnvironment=HOME=/var/lib/hotline\n" in text
    assert re.search(r"(?m)^#   sudo -Hu hotline /\S+ -m console --config /\S+ users add", text)


def test_systemd_takes_it(unit):
    done = analyze("verify", str(unit))
    assert done.returncode == 0, done.stderr
    assert "hotline.service" not in done.stderr


def test_it_is_hardly_exposed(unit):
    done = analyze("security", "--offline=true", str(unit))
    score = float(re.search(r"exposure level[^:]*: ([\d.]+)", done.stdout)[1])
    assert score <= 2.0
