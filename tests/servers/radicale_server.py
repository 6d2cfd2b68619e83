"""A real Radicale with two users, started by the tests."""

from __future__ import annotations

import ssl
import sys

import bcrypt
import httpx

from .certificates import make
from .process import ServerBroken, ServerProcess, answers, free_port

USER, OTHER, PASSWORD = "eva", "m\u00fcller", "gehe\u00efm:x"

CONF = """
[server]
hosts = 127.0.0.1:{port}
ssl = True
certificate = {certificates.certificate}
key = {certificates.key}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = bcrypt
delay = 0
[rights]
type = owner_only
[storage]
filesystem_folder = {folder}/collections
[web]
type = none
"""


class Radicale(ServerProcess):
    """One Radicale by TLS; `client` is the hand that changes what is in it."""

    def __init__(self) -> None:
        super().__init__("radicale", sys.executable)
        self.certificates = make(self.folder / "tls")
        lines = [
            f"{user}:{bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()}\n"
            for user in (USER, OTHER)
        ]
        (self.folder / "users").write_text("".join(lines))
        self.port = 0

    def begin(self) -> None:
        """Start it on a free port, the same one the next time."""
        for _ in range(3):
            self.port = self.port or free_port()
            conf = self.folder / "config"
            conf.write_text(
                CONF.format(port=self.port, folder=self.folder, certificates=self.certificates)
            )
            self.hand_over()
            try:
                self.start(
                    *(sys.executable, "-m", "radicale", "-C", str(conf)),
                    ready=lambda: answers(self.port),
                )
            except ServerBroken as broken:
                self.port, failure = 0, broken
            else:
                return
        raise failure

    @property
    def url(self) -> str:
        """Its root."""
        return f"https://127.0.0.1:{self.port}/"

    def client(self, user: str = USER) -> httpx.Client:
        """A client that is logged in."""
        context = ssl.create_default_context(cafile=str(self.certificates.authority))
        auth = httpx.BasicAuth(user, PASSWORD)
        return httpx.Client(base_url=self.url, verify=context, auth=auth, timeout=20)


class Book:
    """An address book, and the hand that changes what is in it."""

    def __init__(
        self, server: Radicale, path: str, cards: dict[str, str], user: str = USER
    ) -> None:
        self.server, self.path, self.user = server, path, user
        self._client = server.client(user)
        # Written where Radicale keeps them, which it supports, and which takes a tenth of the time.
        folder = server.folder / "collections" / "collection-root" / path
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".Radicale.props").write_text('{"tag": "VADDRESSBOOK"}')
        for place, (name, number) in enumerate(cards.items()):
            (folder / f"card{place}.vcf").write_text(card(name, number), newline="")
        server.hand_over()

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.server.url}{self.path}"

    def put(self, file: str, text: str, fails: int = 0) -> None:
        """Add a card, or change it."""
        answer = self._client.put(f"{self.path}{file}", content=text, headers=_VCARDS)
        assert (answer.status_code == fails) if fails else answer.is_success, answer.text

    def delete(self, file: str = "") -> None:
        """Delete a card, or all of the book."""
        self._done(self._client.delete(f"{self.path}{file}"))

    def close(self) -> None:
        """End the client."""
        self._client.close()

    @staticmethod
    def _done(answer: httpx.Response) -> None:
        assert answer.is_success, f"{answer.status_code} {answer.text}"


_VCARDS = {"Content-Type": "text/vcard; charset=utf-8"}


def card(name: str, number: str, uid: str = "") -> str:
    """A vCard of one who has a telephone."""
    return (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid or name}\r\nFN:{name}\r\nN:{name};;;;\r\n"
        f"TEL;TYPE=work:{number}\r\nEND:VCARD\r\n"
    )
