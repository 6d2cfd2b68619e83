"""The log: a rotating file, never the screen, and never a secret in it."""

import logging
import os
from collections.abc import Iterable
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs

from console.settings.site import Log

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
LEAST_SECRET = 4  # shorter ones would blacken half of every line
CONTROLS = dict.fromkeys((*range(32), *range(127, 160), 0x2028, 0x2029), "�")
del CONTROLS[ord("\n")], CONTROLS[ord("\t")]


class Quiet(logging.Formatter):
    """Lines without secrets and control characters, whatever was logged."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__(FORMAT)
        self._secrets = sorted({s for s in secrets if len(s) >= LEAST_SECRET}, key=len)[::-1]

    def format(self, record: logging.LogRecord) -> str:
        """The line, or lines with a traceback; those of the message are indented."""
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "********")
        # A new line made by a stranger must not look like an entry of its own.
        return text.translate(CONTROLS).replace("\n", "\n    ")


def _only_for_us(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


class PrivateFile(RotatingFileHandler):
    """A rotating file that only its owner may read: it names callers."""

    def _open(self):  # type: ignore[no-untyped-def]
        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=_only_for_us)


def usual_log() -> Path:
    """Where the log is when nobody says otherwise."""
    return platformdirs.user_log_path("hotline") / "hotline.log"


def write_to(file: Path, log: Log, secrets: Iterable[str] = ()) -> str:
    """Log to a file from now on; "" or a sentence that says why that can't be."""
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = PrivateFile(
            file, maxBytes=log.megabytes * 1_000_000, backupCount=log.keep, encoding="utf-8"
        )
        problem = ""
    except OSError as failed:
        handler = logging.NullHandler()
        problem = f"The log can't be written to {file}: {failed.strerror}."
    handler.setFormatter(Quiet(secrets))
    root.addHandler(handler)
    root.setLevel(log.level.upper())
    # Its statements hold names and numbers, and there are thousands of them.
    for chatty in ("sqlalchemy", "aiosqlite", "alembic", "asyncio"):
        logging.getLogger(chatty).setLevel("WARNING")
    logging.captureWarnings(True)
    return problem
