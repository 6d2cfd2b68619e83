"""How many parts a text message has: what it costs, and what the last part can still take."""

from collections.abc import Iterator
from dataclasses import dataclass

GSM, UCS2 = "GSM 03.38", "UCS-2"

# 3GPP TS 23.038, 6.2.1: the GSM 7 bit default alphabet, without its escape.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# 6.2.1.1: its extension table; each is an escape and a sign, two septets.
_EXTENSION = frozenset("\f^{}\\[~]|€")

# Units in a message alone, and in a part of a longer one, which gives six octets to the header that
# joins them (3GPP TS 23.040, 9.2.3.24.1): septets of GSM, 16 bit units of UCS-2.
_ALONE = {GSM: 160, UCS2: 70}
_JOINED = {GSM: 153, UCS2: 67}


@dataclass(frozen=True, slots=True)
class Parts:
    """`count` messages are billed; `left` units (a usual character each) fit into the last one."""

    count: int
    left: int
    alphabet: str


def alphabet_of(text: str) -> str:
    """The alphabet that the text needs: GSM, or UCS2 if only one of its letters is beyond."""
    return UCS2 if beyond_gsm(text) else GSM


def beyond_gsm(text: str) -> str:
    """The first sign for which UCS-2 is needed, "" if none is."""
    return next((sign for sign in text if sign not in _BASIC and sign not in _EXTENSION), "")


def parts(text: str) -> Parts:
    """Count the parts of a text (none of an empty one)."""
    alphabet = alphabet_of(text)
    sizes = [_size(sign, alphabet) for sign in text]
    total = sum(sizes)
    if total <= _ALONE[alphabet]:
        return Parts(1 if text else 0, _ALONE[alphabet] - total, alphabet)
    count, used = 1, 0
    for starts, size in _places(sizes, _JOINED[alphabet]):
        count, used = count + starts, size if starts else used + size
    return Parts(count, _JOINED[alphabet] - used, alphabet)


def shortened(text: str, most: int) -> str:
    """The text, or its beginning with three dots that fits into `most` parts."""
    if parts(text).count <= most:
        return text
    alphabet, dots = alphabet_of(text), "..."
    room = _ALONE[alphabet] if most == 1 else _JOINED[alphabet]
    sizes = [_size(sign, alphabet) for sign in text]
    kept, count, used = 0, 1, 0
    for at, (starts, size) in enumerate(_places(sizes, room)):
        count, used = count + starts, size if starts else used + size
        if count > most:
            break
        if count < most or used + len(dots) <= room:
            kept = at + 1
    return text[:kept].rstrip() + dots


def _size(sign: str, alphabet: str) -> int:
    """Units of a character: an extended or a supplementary one (two surrogates) has two."""
    return 1 + (sign in _EXTENSION if alphabet == GSM else sign > "\uffff")


def _places(sizes: list[int], room: int) -> Iterator[tuple[bool, int]]:
    """Whether each character begins a new part, which one of two units that are split would."""
    used = 0
    for size in sizes:
        starts = used + size > room
        used = size if starts else used + size
        yield starts, size
