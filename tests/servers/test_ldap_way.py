"""The LDAP reader against servers that are none, or that stop halfway."""

from __future__ import annotations

import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

import console.directory
from console.calls.numbers import NumberPlan
from console.directory import ldap_reader, ldap_way
from console.directory.reading import CannotRead
from console.settings.sources import Ldap

from .certificates import Certificates

GOOD = bytes.fromhex("300c02010178070a010004000400")
# Active Directory writes lengths in four bytes, and repeats the name.
GOOD_BY_AD = bytes.fromhex("30840000002802010178840000001f0a0100040004008a16") + (
    b"1.3.6.1.4.1.1466.20037"
)
REFUSED = bytes.fromhex("300c02010178070a013504000400")


@contextmanager
def server(answer: Callable[[socket.socket, int], None]) -> Iterator[int]:
    """A loopback port where each connection gets what `answer` does with it and its number."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        open_: list[socket.socket] = []

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    open_.append(connection)
                    with suppress(OSError):
                        answer(connection, len(open_))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)
            for connection in open_:
                connection.close()


def why(url: str, **changed: object) -> str:
    options = Ldap(url=url, base="dc=example,dc=org", **changed)  # type: ignore[arg-type]
    with pytest.raises(CannotRead) as refusal:
        list(ldap_reader.read(options, NumberPlan(), ""))
    return str(refusal.value)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ldap_way, "SECONDS", 0.3)
    monkeypatch.setattr(ldap_reader, "SECONDS", 0.3)


@pytest.mark.parametrize(
    "said",
    [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", REFUSED, b"\x30\x84\xff\xff\xff\xff", GOOD[:8]],
)
def test_whatever_is_no_starttls_is_said_to_be_none(said: bytes) -> None:
    def answer(connection: socket.socket, number: int) -> None:
        connection.recv(1000)
        connection.sendall(said)
        connection.shutdown(socket.SHUT_RDWR)

    with server(answer) as port:
        assert "offers no encryption" in why(f"ldap://127.0.0.1:{port}")


def test_a_server_that_agrees_and_then_speaks_no_tls(certificates: Certificates) -> None:
    def answer(connection: socket.socket, number: int) -> None:
        connection.recv(1000)
        connection.sendall(GOOD)
        connection.recv(1000)
        connection.sendall(b"no TLS" * 100)

    with server(answer) as port:
        assert "offers no encryption" in why(f"ldap://127.0.0.1:{port}")


@pytest.mark.parametrize("url", ["ldap://127.0.0.1:{}", "ldaps://127.0.0.1:{}"])
def test_a_silent_server_is_not_waited_for(url: str) -> None:
    with server(lambda connection, number: None) as port:
        assert "does not answer" in why(url.format(port))


@pytest.mark.usefixtures("ldap_library")
@pytest.mark.parametrize("agrees", [b"", GOOD, GOOD_BY_AD], ids=["plain", "slapd", "AD"])
def test_a_server_that_falls_silent_on_the_second_connection_is_not_waited_for(
    agrees: bytes, certificates: Certificates
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)

    def answer(connection: socket.socket, number: int) -> None:
        if number == 1 and agrees:
            connection.recv(1000)
            connection.sendall(agrees)
            context.wrap_socket(connection, server_side=True).close()

    with server(answer) as port:
        url, authority = f"ldap://127.0.0.1:{port}", str(certificates.authority)
        assert "was reached but did not answer" in why(
            url, start_tls=bool(agrees), ca_file=authority
        )


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "console.directory.ldap_connection", raising=False)
    monkeypatch.delattr(console.directory, "ldap_connection", raising=False)
    monkeypatch.setitem(sys.modules, "bonsai", None)
    with server(lambda connection, number: None) as port:
        sentence = why(f"ldap://127.0.0.1:{port}", start_tls=False)
    assert "libldap-dev" in sentence
    assert "[ldap]" in sentence
