"""Secrets are stored sealed (Fernet): whoever has only the database, or a backup, can't read them.

The key is in HOTLINE_SECRET_KEY, or in a file beside the database that only its owner may read and
that is made with the first secret. Either may have several keys: the first seals, all open.
"""

import base64
import binascii
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.desk.ports import StoreFailed
from console.settings.secrets import KEPT, each_secret, with_kept

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

log = logging.getLogger(__name__)

VARIABLE = "HOTLINE_SECRET_KEY"
SEALED = "sealed:"
# A token of Fernet's begins so until the year 2106; what somebody types does not.
_TOKEN = f"{SEALED}gAAAAA"
# They say where a secret is, and are none.
REFERENCES = ("env:", "file:")
_KEY_BYTES = 32
_MAKE_ONE = f"Make a key: openssl rand -base64 {_KEY_BYTES}"


def key_file(database: Path) -> Path:
    """Where the key of a database is, unless the environment has it."""
    return database.with_name(f"{database.name}.key")


class Sealing:
    """Seals secrets and opens them; remembers which it could not open.

    The methods raise StoreFailed where the key can't be used at all.
    """

    def __init__(self, database: Path) -> None:
        self.file = key_file(database)
        self._keys: list[Fernet] | None = None
        self._lost: dict[str, None] = {}
        self._told: set[str] = set()

    @property
    def lost(self) -> tuple[str, ...]:
        """What was last read and could not be opened: "mail_server.password", ..."""
        return tuple(self._lost)

    def sealed(self, values: Any) -> Any:
        """JSON values with every secret sealed; what is sealed already stays as it is."""
        return each_secret(values, lambda _, secret, __: self._seal(secret))

    def opened(self, values: Any, section: str) -> Any:
        """JSON values with every secret itself, and nothing where its key is not here."""
        for name in [lost for lost in self._lost if lost.startswith(f"{section}.")]:
            del self._lost[name]

        def open_(place: tuple[str, ...], secret: str, _: str) -> str:
            found = self._open(secret)
            if found is None:
                self._lose(".".join((section, *place)))
            return found or ""

        return each_secret(values, open_)

    def comparable(self, values: Any) -> Any:
        """JSON values with every secret itself, or as it is stored where its key is not here."""

        def open_(_: tuple[str, ...], secret: str, __: str) -> str:
            found = self._open(secret)
            return secret if found is None else found

        return each_secret(values, open_)

    def with_lost(self, values: Any, former: Any, staying: Callable[[Any], Any]) -> Any:
        """JSON values with what can't be opened, where they have nothing because of that.

        `staying` leaves out of values those secrets that must not stay, as KEPT.
        """

        def unread(_: tuple[str, ...], secret: str, was: str) -> str:
            return KEPT if not secret and self._open(was) is None else ""

        lost = each_secret(values, unread, former)
        if lost == each_secret(values, lambda _, __, ___: ""):
            return values
        kept = with_kept(staying(lost), former)
        return each_secret(values, lambda _, secret, was: secret or was, kept)

    def _seal(self, secret: str) -> str:
        if not secret or secret.startswith((_TOKEN, *REFERENCES)):
            return secret
        keys = self._all() or self._first()
        return SEALED + keys[0].encrypt(secret.encode()).decode()

    def _open(self, secret: str) -> str | None:
        if not secret.startswith(_TOKEN):
            return secret
        from cryptography.fernet import InvalidToken

        for key in self._all():
            with suppress(InvalidToken, UnicodeDecodeError):
                return key.decrypt(secret.removeprefix(SEALED).encode()).decode()
        return None

    def _lose(self, name: str) -> None:
        if name not in self._told:
            log.warning(
                "the key of the secret %s is not here (%s); bring it, or enter the secret again",
                *(name, self.file),
            )
        self._told.add(name)
        self._lost[name] = None

    # -- the key ----------------------------------------------------------------------------

    def _all(self) -> list["Fernet"]:
        if self._keys is None:
            self._keys = [*_keys_of(os.environ.get(VARIABLE, ""), VARIABLE), *self._of_file()]
        return self._keys

    def _of_file(self) -> Iterator["Fernet"]:
        try:
            handle = os.open(self.file, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        except OSError as failed:
            raise StoreFailed(
                f"The key of the stored secrets, {self.file}, can't be read: {failed.strerror}. "
                "Let the user read it that runs hotline."
            ) from failed
        with os.fdopen(handle, "r", encoding="ascii", errors="replace") as file:
            if os.fstat(handle).st_mode & 0o077:
                raise StoreFailed(
                    f"Others on this machine can read the key of the stored secrets, {self.file}. "
                    f"Let nobody else: chmod 600 {self.file}"
                )
            yield from _keys_of(file.read(10_000), str(self.file))

    def _first(self) -> list["Fernet"]:
        """Make the key file, whole or not at all; another's that is there by now is taken."""
        part = self.file.with_name(f"{self.file.name}.part")
        try:
            part.unlink(missing_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(base64.urlsafe_b64encode(os.urandom(_KEY_BYTES)) + b"\n")
                file.flush()
                os.fsync(handle)
            with suppress(FileExistsError):
                os.link(part, self.file)
            part.unlink()
            _sync_folder(self.file.parent)
        except OSError as failed:
            raise StoreFailed(
                f"The key of the stored secrets can't be made: {self.file}: {failed.strerror}. "
                "Nothing was stored. Check the folder and its rights."
            ) from failed
        self._keys = None
        return self._all()


def _keys_of(text: str, where: str) -> Iterator["Fernet"]:
    from cryptography.fernet import Fernet

    for word in text.replace(",", " ").split():
        # As openssl writes it, or as Fernet does.
        plain = word.replace("+", "-").replace("/", "_")
        try:
            whole = len(base64.urlsafe_b64decode(plain)) == _KEY_BYTES
        except (binascii.Error, ValueError):
            whole = False
        if not whole:
            raise StoreFailed(
                f"What {where} has is no key of stored secrets: it must be {_KEY_BYTES} bytes in "
                f"base64. {_MAKE_ONE}"
            )
        yield Fernet(plain)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_plain(values: Any) -> bool:
    """Whether a secret in JSON values is to be sealed."""
    found = []

    def look(_: tuple[str, ...], secret: str, __: str) -> str:
        found.append(secret and not secret.startswith((_TOKEN, *REFERENCES)))
        return secret

    each_secret(values, look)
    return any(found)
