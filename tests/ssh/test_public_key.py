"""What is taken for a public key, and what is said of the rest."""

import subprocess

import asyncssh
import pytest

from console.ssh.public_key import read_public_key, same_key

from .conftest import program


@pytest.mark.parametrize(
    ("kind", "options", "told"),
    [
        ("ed25519", (), "ed25519"),
        ("ecdsa", ("-b", "256"), "ecdsa 256"),
        ("ecdsa", ("-b", "521"), "ecdsa 521"),
        ("rsa", ("-b", "3072"), "rsa"),
    ],
)
def test_keys_of_ssh_keygen(key, kind, options, told):
    text = key("one", kind, *options, "-C", "lena@home").with_suffix(".pub").read_text()
    read = read_public_key(text)
    assert (read.kind, read.comment) == (told, "lena@home")
    assert read.fingerprint.startswith("SHA256:")
    assert text.startswith(read.data)
    assert same_key(asyncssh.import_public_key(text), read.data)


def test_what_putty_writes(key, home):
    file = key("one")
    text = subprocess.run(
        [program("ssh-keygen"), "-e", "-f", f"{file}.pub"], capture_output=True, text=True
    ).stdout
    assert text.startswith("---- BEGIN SSH2")
    assert (
        read_public_key(text).fingerprint
        == read_public_key(file.with_suffix(".pub").read_text()).fingerprint
    )


SK = (
    "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIH2jlbkJvMM7ZvUrPnMnlH0"
    "OZ6eKmAc1FCPI4Y3ySGKUAAAABHNzaDo= lena@token"
)


def test_a_key_on_a_token():
    assert read_public_key(SK).kind == "ed25519 on a token"


def test_a_short_rsa_key_is_refused(key):
    text = key("weak", "rsa", "-b", "2048").with_suffix(".pub").read_text()
    with pytest.raises(ValueError, match="2048 bits, and at least 3072"):
        read_public_key(text)


def test_a_private_key_is_refused_with_a_warning(key):
    with pytest.raises(ValueError, match="private key"):
        read_public_key(key("one").read_text())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lena",
        "ssh-ed25519 AAAA",
        "ssh-ed25519 \x00\x1b[2J",
        "ssh-dss AAAAB3NzaC1kc3MAAACBAP",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA",
        "ssh-ed25519 " + "A" * 20_000,
        'command="rm -rf /" ssh-ed25519 AAAA',
        "ssh-ed25519-cert-v01@openssh.com AAAA",
    ],
)
def test_what_is_none(text):
    with pytest.raises(ValueError, match=r"public key"):
        read_public_key(text)
