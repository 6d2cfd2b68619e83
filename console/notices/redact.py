"""Servers may repeat what they were sent: no secret is ever in a sentence of ours."""

from base64 import b64encode
from urllib.parse import quote, quote_plus

STANDS_FOR = "***"


def redacted(text: str, *secrets: str, user: str = "") -> str:
    """The text without the secrets, however they were encoded on their way.

    Before the text is cut: the beginning of a secret would not be found.
    """
    for secret in filter(None, secrets):
        octets = secret.encode("utf-8", "replace")
        forms = {
            secret,
            quote(octets, safe=""),
            quote_plus(octets),
            b64encode(octets).decode("ascii"),
            b64encode(f"{user}:{secret}".encode("utf-8", "replace")).decode("ascii"),
            b64encode(f"\0{user}\0{secret}".encode("utf-8", "replace")).decode("ascii"),
        }
        for form in sorted(forms, key=len, reverse=True):
            text = text.replace(form, STANDS_FOR)
    return text
