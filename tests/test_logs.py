"""The log is private, rotates, and holds neither secrets nor a stranger's control characters."""

import logging
import stat

import pytest

from console import logs
from console.settings.site import Log


@pytest.fixture
def written(tmp_path):
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    file = tmp_path / "deep" / "hotline.log"
    assert logs.write_to(file, Log(level="info"), ["s3cret"]) == ""
    yield lambda: file.read_text("utf-8")
    logging.captureWarnings(False)
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = handlers, level


def test_a_secret_is_blackened_even_in_a_traceback(written):
    try:
        raise ValueError("login with s3cret failed")
    except ValueError:
        logging.getLogger("x").exception("it was %s", "s3cret")
    assert "s3cret" not in written()
    assert "it was ********" in written()
    assert "ValueError: login with ******** failed" in written()


def test_a_stranger_makes_no_lines_and_no_colours(written):
    logging.getLogger("x").info("caller %s", "A\n2026-11-22 INFO forged\x1b[31m\x9b\u2028")
    first, second = written().splitlines()
    assert second.startswith("    2026-11-22 INFO forged�[31m��")
    assert "caller A" in first


def test_only_its_owner_reads_it(written, tmp_path):
    logging.getLogger("x").info("hello")
    assert stat.S_IMODE((tmp_path / "deep" / "hotline.log").stat().st_mode) == 0o600


def test_a_log_that_cannot_be_written_is_a_sentence_and_no_crash(written, tmp_path):
    (tmp_path / "file").touch()
    problem = logs.write_to(tmp_path / "file" / "x.log", Log())
    assert problem.startswith(f"The log can't be written to {tmp_path}/file/x.log: ")
    logging.getLogger("x").info("still fine")
