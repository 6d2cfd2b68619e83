"""An operator's public key: read from what somebody pastes, and refused if it is too weak."""

import asyncssh

from console.calls.text import clean
from console.desk.accounts import PublicKey

LEAST_RSA = 3072  # bits
LONGEST = 16_384  # characters
KINDS = {
    "ssh-ed25519": "ed25519",
    "sk-ssh-ed25519@openssh.com": "ed25519 on a token",
    "ecdsa-sha2-nistp256": "ecdsa 256",
    "ecdsa-sha2-nistp384": "ecdsa 384",
    "ecdsa-sha2-nistp521": "ecdsa 521",
    "sk-ecdsa-sha2-nistp256@openssh.com": "ecdsa on a token",
    "ssh-rsa": "rsa",
}


def read_public_key(text: str) -> PublicKey:
    """The key of one line of an authorized_keys or .pub file; ValueError says what is wrong."""
    text = text.strip()
    if "PRIVATE KEY" in text:
        raise ValueError(
            "This is a private key: it stays with its owner, and is spoilt if others have seen it. "
            "Give the file that ends in .pub."
        )
    # What PuTTY writes has several lines (RFC 4716).
    several = len(text.splitlines()) != 1 and not text.startswith("---- BEGIN SSH2")
    if several or len(text) > LONGEST:
        raise ValueError("Give one public key, as it stands in the file that ends in .pub.")
    try:
        key = asyncssh.import_public_key(text)
    except (asyncssh.KeyImportError, ValueError, TypeError, UnicodeError):
        raise ValueError(
            "This is no public key. It begins with ssh-ed25519, ecdsa-sha2-... or ssh-rsa; it is "
            "in the file that ends in .pub."
        ) from None
    if why := why_weak(key):
        raise ValueError(why)
    data = key.export_public_key("openssh").decode("ascii", "replace").split()
    return PublicKey(
        fingerprint=key.get_fingerprint(),
        kind=KINDS[key.get_algorithm()],
        data=f"{data[0]} {data[1]}",
        comment=clean(key.get_comment() or "", 60),
    )


def why_weak(key: asyncssh.SSHKey) -> str:
    """Why a key lets nobody in, "" if it may."""
    kind = key.get_algorithm()
    if kind not in KINDS:
        return f"Keys of the kind {kind} are not taken. Make one with: ssh-keygen -t ed25519"
    if kind == "ssh-rsa" and (bits := _bits(key)) < LEAST_RSA:
        return (
            f"This RSA key has {bits} bits, and at least {LEAST_RSA} are needed. "
            "Make one with: ssh-keygen -t ed25519"
        )
    return ""


def same_key(key: asyncssh.SSHKey, data: str) -> bool:
    """Whether a key that a client shows is this stored one."""
    exported = key.export_public_key("openssh").decode("ascii", "replace").split()
    return f"{exported[0]} {exported[1]}" == data


def _bits(key: asyncssh.SSHKey) -> int:
    size: int = getattr(key.pyca_key, "key_size", 0)
    return size
