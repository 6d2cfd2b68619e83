"""Bytes of unknown origin become text: nothing raises, nothing is lost that can be guessed."""

import codecs

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 4096
# Text has none of these, or a stray one; of random bytes they are a tenth.
_NOT_IN_TEXT = bytes({*range(32), 127} - set(b"\t\n\v\f\r\x1a"))
_TEXT_SHARE = 0.98
# Python knows codecs that are none (punycode, unicode_escape): a file must not choose those.
_CHARSETS = (
    *("utf", "iso", "latin", "windows", "cp", "us-ascii", "ascii", "mac", "koi8"),
    *("gb", "big5", "shift", "sjis", "euc"),
)


def unwrapped(data: bytes) -> bytes:
    """Return a file's bytes in an ASCII-compatible form: no BOM, UTF-16 turned into UTF-8."""
    for bom, charset in _BOMS:
        if data.startswith(bom):
            data = data[len(bom) :]
            return data if charset == "utf-8" else _reencoded(data, charset)
    head = data[:200]
    # Files of text have no NULs; UTF-16 of Latin letters has one in every second place.
    if len(head) >= 4 and head[1::2].count(0) > len(head) // 4:
        return _reencoded(data, "utf-16-le")
    if len(head) >= 4 and head[0::2].count(0) > len(head) // 4:
        return _reencoded(data, "utf-16-be")
    return data


def is_text(data: bytes) -> bool:
    """Whether a file's beginning looks like text in any charset, not like a program's own file."""
    head = unwrapped(data[:_HEAD])
    return len(head.translate(None, _NOT_IN_TEXT)) >= len(head) * _TEXT_SHARE


def decoded(data: bytes, charset: str = "") -> str:
    """Return text by the charset if it fits, else as UTF-8, else as Windows-1252 or Latin-1."""
    for one in (charset.casefold(), "utf-8", "cp1252"):
        if one.startswith(_CHARSETS):
            try:
                return data.decode(one)
            except (LookupError, ValueError):
                continue
    return data.decode("latin-1")


def _reencoded(data: bytes, charset: str) -> bytes:
    return data.decode(charset, "replace").encode("utf-8", "replace")
