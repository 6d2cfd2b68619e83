"""Text inside a vCard: what is escaped, and what stands between parts (RFC 2426, 2.4.2 and 5)."""

import re

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SEPARATOR = re.compile(r"\\.|;", re.DOTALL)
_TO_ESCAPE = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def plain(value: str) -> str:
    """Return the text of a value: without escapes, with line breaks as "\\n"."""
    if "\\" not in value:
        return value
    if "\\\\" not in value and value[-1] != "\\":
        return value.replace("\\n", "\n").replace("\\N", "\n").replace("\\", "")
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def escaped(text: str) -> str:
    """Return a text as a value of version 3.0."""
    if not ("," in text or "\n" in text or ";" in text or "\\" in text):
        return text
    return text.translate(_TO_ESCAPE)


def parts(value: str) -> list[str]:
    """Return the plain parts of a value such as N, ORG or ADR, which `;` keeps apart."""
    if "\\" not in value:
        return value.split(";")
    if "\\;" not in value and "\\\\" not in value:
        return [plain(part) for part in value.split(";")]
    found: list[str] = []
    at = 0
    for separator in _SEPARATOR.finditer(value):
        if separator[0] == ";":
            found.append(plain(value[at : separator.start()]))
            at = separator.end()
    found.append(plain(value[at:]))
    return found
