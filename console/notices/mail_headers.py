"""Header fields of an e-mail as octets of our own: encoded, quoted and folded, never injected.

The standard library writes them too, but how it quotes and folds names differs between versions of
Python, and what looks like an encoded word inside a name becomes another name at the reader.
"""

import re
from base64 import b64encode
from typing import AnyStr

from console.calls.text import clean
from console.settings.notices import mail_address

LONGEST_LINE = 78  # RFC 5322, 2.1.1
# Of the 75 of an encoded word (RFC 2047, 2), so that the name of the field fits before it: letters
# of Q, octets of B.
_LONGEST_Q, _LONGEST_B = 44, 33
_Q_ITSELF = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")


def one_line(text: str, limit: int) -> str:
    """The text as one clean line with single blanks, of at most `limit` characters."""
    return " ".join(clean(text, limit).split())


def unstructured(name: str, text: str) -> str:
    """The value of a field such as Subject; `text` is one line."""
    if not _is_plain(text):
        return _encoded(text)
    lines, width = [""], len(name) + 1
    for word in text.split(" "):
        if lines[-1] and width + 1 + len(word) > LONGEST_LINE:
            lines.append("")
            width = 0
        lines[-1] += f" {word}" if lines[-1] or len(lines) > 1 else word
        width += 1 + len(word)
    return "\r\n".join(lines)


def mailbox(name: str, address: str) -> str:
    """A name and an address (RFC 5322, 3.4); the name is one line, the address writable()."""
    if not name:
        return address
    if _is_plain(name):
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}"\r\n <{address}>'
    return f"{_encoded(name)}\r\n <{address}>"


def writable(text: str) -> str:
    """The address, its domain in ASCII (IDNA 2008); raises ValueError with a sentence.

    Also for servers with SMTPUTF8: those behind them may lack it, and would refuse the mail.
    """
    address = mail_address(text)
    local, _, domain = address.rpartition("@")
    # It would be read as an encoded word (RFC 2047).
    if "=?" in address or _surrogate(address):
        raise ValueError(f"an e-mail address; “{clean(text, 60)}” is none")
    if not domain.isascii():
        import idna

        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError as problem:
            raise ValueError(
                f"an e-mail address; the domain of “{clean(text, 60)}” is none "
                f"({clean(str(problem), 100)})"
            ) from None
        address = mail_address(f"{local}@{domain}")
    return address


def _surrogate(text: str) -> bool:
    return re.search("[\ud800-\udfff]", text) is not None


def _is_plain(text: str) -> bool:
    """Printable ASCII in which nobody finds an encoded word."""
    return text.isascii() and text.isprintable() and "=?" not in text


def _encoded(text: str) -> str:
    """Encoded words (RFC 2047), one a line: Q, mostly readable, where it is shorter than B."""
    q = [f"=?utf-8?q?{piece}?=" for piece in _pieces([_q(sign) for sign in text], _LONGEST_Q)]
    octets = _pieces([sign.encode() for sign in text], _LONGEST_B)
    b = [f"=?utf-8?b?{b64encode(piece).decode('ascii')}?=" for piece in octets]
    return "\r\n ".join(min(q, b, key=lambda words: sum(map(len, words))))


def _pieces(signs: list[AnyStr], longest: int) -> list[AnyStr]:
    """Joined to pieces; each decodes by itself, for no character is split between two."""
    pieces = [signs[0]]
    for sign in signs[1:]:
        if len(pieces[-1]) + len(sign) > longest:
            pieces.append(sign)
        else:
            pieces[-1] += sign
    return pieces


def _q(sign: str) -> str:
    if sign in _Q_ITSELF:
        return sign
    return "_" if sign == " " else "".join(f"={octet:02X}" for octet in sign.encode())
