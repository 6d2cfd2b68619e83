"""What is wrong with an address of the web while it is written."""

import re
from urllib.parse import urlsplit

SCHEMES = ("http://", "https://")
BEGIN = "It must begin with http:// or https://."
NO_SERVER = "It names no server: write it like https://www.example.org/page."
BLANK = "It must have no spaces and no backslashes; a space is written %20."
PORT = "Behind the server's colon there must be a port, a number from 1 to 65535."
_FIELD = re.compile(r"\{\{|\{%|\{#")
_UNUSABLE = re.compile(r"[\s\\]")


def fault(address: str, *, writing: bool = False) -> str:
    """Why nobody can go there, a sentence; "" if it can be one. Empty is no fault.

    While somebody is still `writing`, what may become one is none either.
    """
    address = address.strip()
    begun = any(scheme.startswith(address.lower()) for scheme in SCHEMES)
    if not address or (writing and begun):
        return ""
    if not address.lower().startswith(SCHEMES):
        return BEGIN
    if _UNUSABLE.search(address):
        return BLANK
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return NO_SERVER
    try:
        port = parts.port
    except ValueError:
        return PORT
    if not host or not any(character.isalnum() for character in host):
        return NO_SERVER
    return PORT if port == 0 else ""


def template_fault(template: str, *, writing: bool = False) -> str:
    """The same of a template: only what stands before its first field can be looked at."""
    template = template.strip()
    found = _FIELD.search(template)
    if found is None:
        return fault(template, writing=writing)
    before = template[: found.start()]
    if not before.lower().startswith(SCHEMES):
        # The field may say how it goes on, if there is nothing that speaks against it.
        begun = any(scheme.startswith(before.lower()) for scheme in SCHEMES)
        return "" if begun else BEGIN
    # Where the field itself begins may be the server, its port, or behind them.
    return fault(f"{before}1")
