"""Which algorithms of SSH the server speaks: modern ones only, the quickest first.

RFC 8268 (group 16 and 18), RFC 8731 (curve25519), RFC 8332 (rsa-sha2), RFC 5647 (AES-GCM), and
draft-ietf-sshm-mlkem-hybrid-kex. An ssh-audit of the running server is part of the tests.
"""

from typing import Any

from asyncssh.kex import get_kex_algs

# Dropbear sends its first packet as a guess, which must be the first of these.
CLASSIC = ("curve25519-sha256",)
POST_QUANTUM = ("mlkem768x25519-sha256", "sntrup761x25519-sha512@openssh.com")
LATER = ("curve25519-sha256@libssh.org",)
LATER_STILL = ("diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512")
# AES-GCM takes half of what ChaCha20 does for a frame of a screen.
CIPHERS = (
    "aes256-gcm@openssh.com",
    "aes128-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes256-ctr",
    "aes128-ctr",
)
MACS = (
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha2-256-etm@openssh.com",
    "umac-128-etm@openssh.com",
)
SIGNATURES = (
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "rsa-sha2-512",
    "rsa-sha2-256",
)


def options(*, only_post_quantum: bool = False) -> dict[str, Any]:
    """Keyword arguments for asyncssh.listen.

    `only_post_quantum` turns away every client that knows no post-quantum key exchange.
    """
    here = {name.decode() for name in get_kex_algs()}
    wanted = POST_QUANTUM if only_post_quantum else CLASSIC + POST_QUANTUM + LATER + LATER_STILL
    return {
        "kex_algs": [name for name in wanted if name in here],
        "encryption_algs": list(CIPHERS),
        "mac_algs": list(MACS),
        "compression_algs": None,
        "signature_algs": list(SIGNATURES),
    }
