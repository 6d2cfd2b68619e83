"""What may stand as the sender of a text message, and in the headers of a request."""

import re

# Whose rules for senders that are no numbers are the networks' own (GSM 03.38, 11 characters).
_WITH_LETTERS = ("Twilio", "Vonage", "seven.io")
_NUMBER = re.compile(r"\+?[\d\s()/.-]+", re.ASCII)
_LETTERS = re.compile(r"[A-Za-z0-9 ]{1,11}")
_SERVICE = re.compile(r"MG[0-9A-Za-z]{32}")  # Twilio's messaging services
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2: the name of a header
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def sender_for(kind: str, sender: str) -> str:
    """The sender; raises ValueError with what it must be if no provider of the kind takes it."""
    if not sender or kind not in _WITH_LETTERS:
        return sender
    if _NUMBER.fullmatch(sender) or _LETTERS.fullmatch(sender):
        return sender
    if kind == "Twilio" and _SERVICE.fullmatch(sender):
        return sender
    raise ValueError(
        f"a number, or at most 11 letters (A to Z), digits and spaces; “{sender}” is neither"
    )


def is_header_name(name: str) -> bool:
    """Whether a request may have a header of this name."""
    return _TOKEN.fullmatch(name) is not None


def http_headers(headers: dict[str, str]) -> None:
    """Raise ValueError with what headers must be if a request can't have one."""
    for name, value in headers.items():
        if not is_header_name(name):
            raise ValueError(
                "name: value, the name of letters, digits and signs such as - without blanks; "
                f"“{name[:60]}” is none"
            )
        if _CONTROL.search(value):
            raise ValueError(
                f"name: value without control characters; there is one in the value of {name[:60]}"
            )
