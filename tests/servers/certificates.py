"""An authority of the tests' own, and the certificate of a server on this machine."""

from __future__ import annotations

import datetime
import ipaddress
import socket
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


@dataclass(frozen=True)
class Certificates:
    """Files (PEM): who signed, the server's certificate and its key; and a stranger's authority."""

    authority: Path
    certificate: Path
    key: Path
    stranger: Path


def make(
    folder: Path, *, name: str = "", expired: bool = False, self_signed: bool = False
) -> Certificates:
    """Write certificates that hold for this machine by every name and address of loopback.

    Or for another `name`, for a time that is over, or signed by nobody but themselves.
    """
    folder.mkdir(parents=True, exist_ok=True)
    authority_key, authority = _authority("Tests of the console")
    _, stranger = _authority("Somebody else")
    key = ec.generate_private_key(ec.SECP256R1())
    names = {name} if name else {"localhost", socket.gethostname(), socket.getfqdn()}
    addresses = () if name else ("127.0.0.1", "::1")
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name or "localhost")])
    signer = key if self_signed else authority_key
    certificate = (
        _dated(subject, over=expired)
        .issuer_name(subject if self_signed else authority.subject)
        .public_key(key.public_key())
        .add_extension(
            x509.SubjectAlternativeName(
                [
                    *(x509.DNSName(name) for name in sorted(names)),
                    *(x509.IPAddress(ipaddress.ip_address(each)) for each in addresses),
                ]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
            critical=False,
        )
        .sign(signer, hashes.SHA256())
    )
    files = Certificates(*(folder / f"{one}.pem" for one in ("ca", "server", "key", "stranger")))
    files.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    files.stranger.write_bytes(stranger.public_bytes(serialization.Encoding.PEM))
    files.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


def _authority(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        _dated(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return key, certificate


def _dated(subject: x509.Name, *, over: bool = False) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=9 if over else 0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=2))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
