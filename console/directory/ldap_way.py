"""The way to an LDAP server, walked once by our own feet before the LDAP library goes it.

The library says "can't contact" or "unknown error code" for every name that is unknown, port that
is closed and certificate that is wrong, and waits for ever for a server that does not answer.
"""

import os
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from console.directory.reading import CannotRead

PORT, TLS_PORT = 389, 636
SECONDS = 10.0

# An ExtendedRequest, message 1, with the name 1.3.6.1.4.1.1466.20037 (RFC 4511, 4.14.1).
_START_TLS = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x16" + b"1.3.6.1.4.1.1466.20037"
_EXTENDED_RESPONSE = b"\x02\x01\x01\x78"
# Where Debian keeps the system's authorities; a Python from elsewhere may not know.
_DEBIANS_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"


@dataclass(frozen=True, slots=True)
class Way:
    """Where a server is, and how the connection is encrypted: "", "start" (StartTLS) or "tls"."""

    host: str
    port: int
    tls: str
    ca_file: str

    @property
    def server(self) -> str:
        """The server for people."""
        scheme = "ldaps" if self.tls == "tls" else "ldap"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}"


def way_to(url: str, start_tls: bool, ca_file: str) -> Way:
    """The way that a URL means; raises CannotRead if it can't be one."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or parts.scheme not in ("ldap", "ldaps"):
        raise CannotRead(
            "The address of the LDAP server can't be read. Write it as ldap://name or ldaps://name."
        )
    tls = "tls" if parts.scheme == "ldaps" else "start" if start_tls else ""
    return Way(host, port or (TLS_PORT if tls == "tls" else PORT), tls, authorities(ca_file))


def authorities(ca_file: str) -> str:
    """The file of the authorities that are trusted; raises CannotRead if it is not one."""
    if not ca_file:
        return ssl.get_default_verify_paths().cafile or _DEBIANS_AUTHORITIES
    try:
        ssl.create_default_context(cafile=ca_file)
    except OSError as problem:
        why = problem.strerror if not isinstance(problem, ssl.SSLError) else "no certificate in it"
        raise CannotRead(
            f"The authority's file {ca_file} can't be read: {why}. It must be a PEM file that the "
            "console's user may read."
        ) from problem
    return os.path.abspath(ca_file)


def walk(way: Way) -> None:
    """Connect, encrypt and hang up; raises CannotRead with what is wrong on the way."""
    try:
        with socket.create_connection((way.host, way.port), SECONDS) as connection:
            if way.tls == "start":
                _ask_for_tls(connection, way)
            if way.tls:
                _check_certificate(connection, way)
    except socket.gaierror as problem:
        raise CannotRead(
            f"{way.server}: the name {way.host} is not known here. Check the address, and this "
            "machine's DNS."
        ) from problem
    except TimeoutError as problem:
        raise CannotRead(
            f"{way.server} does not answer ({SECONDS:.0f} s). Check the address, the port and the "
            "firewalls between."
        ) from problem
    except ConnectionRefusedError as problem:
        raise CannotRead(
            f"{way.server} refuses the connection. Check the port, and whether the server runs."
        ) from problem
    except ssl.SSLCertVerificationError as problem:
        raise CannotRead(
            f"{way.server} has a certificate that can't be trusted: {problem.verify_message}. Set "
            "the file of the authority that signed it, or the name that stands in it."
        ) from problem
    except (ssl.SSLError, ConnectionError) as problem:
        raise CannotRead(_no_tls(way)) from problem
    except OSError as problem:
        raise CannotRead(
            f"{way.server} can't be reached: {problem.strerror or problem}. Check the network."
        ) from problem


def _ask_for_tls(connection: socket.socket, way: Way) -> None:
    connection.sendall(_START_TLS)
    answer = connection.recv(4096)
    at = answer.find(_EXTENDED_RESPONSE)
    # Behind the tag its length, then resultCode as ENUMERATED of one byte (RFC 4511, 4.1.9).
    code = answer[at + 4 :].partition(b"\x0a\x01")[2][:1] if at >= 0 else b""
    if code != b"\0":
        raise CannotRead(_no_tls(way))


def _check_certificate(connection: socket.socket, way: Way) -> None:
    context = ssl.create_default_context()
    if os.path.exists(way.ca_file):
        context = ssl.create_default_context(cafile=way.ca_file)
    with context.wrap_socket(connection, server_hostname=way.host):
        pass


def _no_tls(way: Way) -> str:
    if way.tls == "start":
        return (
            f"{way.server} offers no encryption (StartTLS). Switch it on at the server, use "
            "ldaps:// if it has that, or switch StartTLS off here where the network is your own."
        )
    return (
        f"{way.server} does not speak TLS on this port. ldaps:// is usually port {TLS_PORT}; with "
        f"port {PORT} use ldap:// and StartTLS."
    )
