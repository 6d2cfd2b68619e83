"""A real slapd with a thousand people, started by the tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from .certificates import make
from .process import ServerBroken, ServerProcess, answers, free_port

INSTALL = "sudo .ci/servers"
SLAPD = shutil.which("slapd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") or ""

BASE = "dc=example,dc=org"
READER = f"cn=reader,{BASE}"  # may read everything
CLERK = f"cn=clerk,{BASE}"  # may read SIZE_LIMIT entries in one search, paged or not
PASSWORD = "s3cr\u00e4t"
SIZE_LIMIT = 500
MANY = 1000

# ipPhone is Active Directory's, and no class of the usual schemas has a country.
SCHEMA = """
attributetype ( 1.2.840.113556.1.4.721 NAME 'ipPhone'
  EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
objectclass ( 1.3.6.1.4.1.4203.666.11.1 NAME 'testPerson' SUP top AUXILIARY
  MAY ( ipPhone $ c $ co $ o ) )
"""

CONF = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include {folder}/test.schema
modulepath /usr/lib/ldap
moduleload back_mdb.so
pidfile {folder}/slapd.pid
argsfile {folder}/slapd.args
TLSCACertificateFile {certificates.authority}
TLSCertificateFile {certificates.certificate}
TLSCertificateKeyFile {certificates.key}
sizelimit {limit}
security simple_bind=128
database mdb
suffix "{base}"
directory {folder}/data
maxsize 67108864
index objectClass eq
index telephoneNumber pres
limits dn.exact="{reader}" size.soft=unlimited size.hard=unlimited size.prtotal=unlimited
access to attrs=userPassword by anonymous auth by * none
access to dn.subtree="ou=secret,{base}" by dn.exact="{reader}" read by * none
access to * by * read
"""


def ldif() -> Iterator[str]:
    """The directory: an accountant, odd people, a thousand usual ones, and a secret one."""
    yield f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n"
    for dn in (READER, CLERK):
        yield (
            f"dn: {dn}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\n"
            f"cn: {dn.partition(',')[0][3:]}\nuserPassword: {PASSWORD}\n"
        )
    for name in ("people", "odd", "secret", "empty"):
        yield f"dn: ou={name},{BASE}\nobjectClass: organizationalUnit\nou: {name}\n"
    person = "objectClass: inetOrgPerson\nobjectClass: testPerson\n"
    for number in range(1, MANY + 1):
        yield (
            f"dn: uid=p{number:04},ou=people,{BASE}\n{person}uid: p{number:04}\n"
            f"cn: Person {number:04}\nsn: Person{number:04}\ntelephoneNumber: 030 555 {number:04}\n"
        )
    yield (
        f"dn: cn=J\u00fcrgen M\u00fc\u00dfig\\, Dr.,ou=odd,{BASE}\n{person}"
        "cn: J\u00fcrgen M\u00fc\u00dfig, Dr.\nsn: M\u00fc\u00dfig\ngivenName: J\u00fcrgen\n"
        "o: M\u00fcller & S\u00f6hne GmbH\nou: Einkauf\ntitle: Leiter\n"
        "telephoneNumber: +49 30 111000-23\ntelephoneNumber: 030 111000-24\n"
        "mobile: 0170 1234567\nhomePhone: +43 1 5320000\nfacsimileTelephoneNumber: 030 111000-99\n"
        "ipPhone: 23\npager: 030 111000-77\nmail: j@example.org\nmail: juergen@example.org\n"
        "street: Gr\u00fcner Weg 7\nl: K\u00f6ln\npostalCode: 50667\nst: NRW\nco: Deutschland\n"
        "description: ruft fr\u00fch an\nlabeledURI: https://example.org/j The page\n"
    )
    yield (
        f"dn: uid=binary,ou=odd,{BASE}\n{person}uid: binary\ncn: Bin\u00e4r\nsn: Bin\u00e4r\n"
        "telephoneNumber: 030 555 77777\njpegPhoto:: AAECA//+AAEC\n"
    )
    yield (
        f"dn: uid=tongues,ou=odd,{BASE}\n{person}uid: tongues\ncn: Firma\n"
        "cn;lang-en: Company\nsn: Firma\ntelephoneNumber: +493055588888\n"
    )
    yield (
        f"dn: uid=hidden,ou=secret,{BASE}\n{person}uid: hidden\ncn: Hidden\nsn: Hidden\n"
        "telephoneNumber: 030 555 99999\n"
    )
    yield (
        f"dn: uid=elsewhere,ou=odd,{BASE}\nobjectClass: referral\nobjectClass: extensibleObject\n"
        f"uid: elsewhere\nref: ldap://ldap.invalid/ou=people,{BASE}\n"
    )


class Slapd(ServerProcess):
    """One slapd on two loopback ports: `port` (ldap, StartTLS) and `tls_port` (ldaps)."""

    def __init__(self) -> None:
        super().__init__("slapd", "true")
        self.certificates = make(self.folder / "tls")
        (self.folder / "data").mkdir()
        (self.folder / "test.schema").write_text(SCHEMA)
        (self.folder / "slapd.conf").write_text(
            CONF.format(
                folder=self.folder,
                certificates=self.certificates,
                limit=SIZE_LIMIT,
                base=BASE,
                reader=READER,
            )
        )
        (self.folder / "data.ldif").write_text("\n".join(map(_encoded, ldif())))
        self.hand_over()
        slapadd = str(Path(SLAPD).with_name("slapadd"))
        self.run(slapadd, "-q", "-f", "slapd.conf", "-l", "data.ldif")
        self.port = self.tls_port = 0

    def begin(self) -> None:
        """Start it, on ports of its own choice the first time, then on the same ones."""
        for _ in range(3):
            if not self.port:
                self.port, self.tls_port = free_port(), free_port()
            urls = f"ldap://127.0.0.1:{self.port} ldaps://127.0.0.1:{self.tls_port}"
            try:
                self.start(
                    *(SLAPD, "-d", "none", "-f", f"{self.folder}/slapd.conf", "-h", urls),
                    ready=lambda: answers(self.port) and answers(self.tls_port),
                )
            except ServerBroken as broken:
                self.port, failure = 0, broken
            else:
                return
        raise failure

    @property
    def url(self) -> str:
        """Where it answers in plain, and by StartTLS."""
        return f"ldap://127.0.0.1:{self.port}"

    @property
    def tls_url(self) -> str:
        """Where it answers by TLS from the first byte."""
        return f"ldaps://127.0.0.1:{self.tls_port}"


def _encoded(entry: str) -> str:
    """LDIF is ASCII (RFC 2849): what is not, is written in base64."""
    from base64 import b64encode

    lines = []
    for line in entry.splitlines():
        name, _, value = line.partition(": ")
        if not line.isascii():
            line = f"{name}:: {b64encode(value.encode()).decode()}"
        lines.append(line)
    return "\n".join(lines) + "\n"
