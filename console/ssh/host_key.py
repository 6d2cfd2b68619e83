"""What the server proves itself with: made at the first start, mode 600, the same ever after."""

import os
from collections.abc import Iterator
from pathlib import Path

import asyncssh

ED25519 = "ssh_host_ed25519_key"
RSA = "ssh_host_rsa_key"
RSA_BITS = 3072


class HostKeyFailed(Exception):
    """A host key can't be read or made; the sentence says which, why, and what to do."""


def host_keys(folder: Path, *, old_clients: bool = False) -> list[asyncssh.SSHKey]:
    """The keys of a folder, made where they are missing; `old_clients` get an RSA key too.

    Raises HostKeyFailed.
    """
    keys = [_key(folder / ED25519, "ssh-ed25519")]
    if old_clients:
        keys.append(_key(folder / RSA, "ssh-rsa", key_size=RSA_BITS))
    return keys


def fingerprints(folder: Path) -> Iterator[str]:
    """The fingerprints of the keys that are there, as ssh shows them; raises HostKeyFailed."""
    for name in (ED25519, RSA):
        if (folder / name).exists():
            key = _read(folder / name)
            yield f"{key.get_fingerprint()} ({key.get_algorithm()})"


def _key(file: Path, kind: str, **parameters: int) -> asyncssh.SSHKey:
    if file.exists():
        return _read(file)
    key = asyncssh.generate_private_key(kind, comment="hotline", **parameters)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Written beside and linked: never half a key, and never another's that was made meanwhile.
        part = file.with_name(f"{file.name}.part")
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(key.export_private_key("openssh"))
                out.flush()
                os.fsync(out.fileno())
            os.link(part, file)
        finally:
            part.unlink(missing_ok=True)
    except OSError as failed:
        raise HostKeyFailed(
            f"The host key {file} can't be made: {failed.strerror}. Check the folder and its "
            "rights, or name another with host_keys in [ssh]."
        ) from None
    return key


def _read(file: Path) -> asyncssh.SSHKey:
    try:
        if file.stat().st_mode & 0o077:
            raise HostKeyFailed(
                f"The host key {file} can be read by others. Give it to its owner alone: "
                f"chmod 600 {file}"
            )
        return asyncssh.read_private_key(file)
    except OSError as failed:
        raise HostKeyFailed(f"The host key {file} can't be read: {failed.strerror}.") from None
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as broken:
        raise HostKeyFailed(
            f"The host key {file} is no private key without a passphrase ({broken}). Put it away, "
            "and a new one is made; clients will be warned that it changed."
        ) from None
