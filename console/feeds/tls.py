"""TLS to a PBX: its certificate is always checked, by the system's authorities or by one given."""

import ssl

from console.settings.site import Feed

# What OpenSSL calls a certificate of somebody else: X509_V_ERR_HOSTNAME_MISMATCH and its kin.
_OTHER_NAME = frozenset({62, 63, 64})


class NoAuthority(Exception):
    """The file of the authority can't be used; the sentence says why."""


def context(feed: Feed) -> ssl.SSLContext | None:
    """What to connect with, None without TLS; raises NoAuthority."""
    if not feed.tls:
        return None
    try:
        return ssl.create_default_context(cafile=feed.tls_ca or None)
    except ssl.SSLError:
        raise NoAuthority(f"{feed.tls_ca} (tls_ca) holds no certificate in PEM format") from None
    except OSError as failed:
        raise NoAuthority(f"{feed.tls_ca} (tls_ca) can't be read: {failed.strerror}") from None


def advice(failed: ssl.SSLCertVerificationError) -> str:
    """What to do about a certificate that is not trusted."""
    if failed.verify_code in _OTHER_NAME:
        return "Give the host by a name that stands in the certificate."
    return "Name the file of its authority: tls_ca in the configuration (hotline init)."
