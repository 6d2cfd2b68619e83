"""Marks that stand for the operator who reads a text, so that it is rendered once per call.

A template sees them as the values of `operator`; each terminal puts its own operator in their
place. They are private-use characters that no text from outside keeps (`unmarked`), so nothing
else is ever taken for one.
"""

import re
from urllib.parse import quote

_NAME, _LOGIN, _EXTENSION = "\U0010f1a0", "\U0010f1a1", "\U0010f1a2"

# The values of `operator` for templates.
OPERATOR = {"name": _NAME, "login": _LOGIN, "extension": _EXTENSION}
MARKS = "".join(OPERATOR.values())

_MARK = re.compile(f"[{MARKS}]")


def unmarked(text: str) -> str:
    """Text from outside without any mark it may contain."""
    return _MARK.sub("", text) if not text.isascii() else text


def personal(text: str, name: str, login: str, extension: str) -> str:
    """The text for one operator; `extension` is the first phone at the desk, "" if there is none.

    Marks inside the operator's own values are dropped: they stand for nobody else.
    """
    if text.isascii():
        return text
    mine = {_NAME: unmarked(name), _LOGIN: unmarked(login), _EXTENSION: unmarked(extension)}
    return _MARK.sub(lambda found: mine[found[0]], text)


def personal_url(url: str, name: str, login: str, extension: str) -> str:
    """The address for one operator, whose values are escaped for it (RFC 3986, 2.1)."""
    return personal(url, *(_escaped(value) for value in (name, login, extension)))


def _escaped(value: str) -> str:
    # A lone surrogate, an undecodable byte in a system's user name, is no UTF-8.
    return quote(unmarked(value), safe="", errors="replace")
