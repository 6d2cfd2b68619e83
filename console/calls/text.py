"""Clean text: whatever a PBX or a file sends becomes one harmless line."""

import re
import unicodedata

# More marks than these on one letter are a pile that runs over its neighbours; no script needs it.
MARKS_PER_LETTER = 4

_BREAKS = re.compile(
    "[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+|[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]"
)
_UNDECODABLE = re.compile("[\ud800-\udfff]")
_UNSEEN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: terminals obey them
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # drawn as nothing
    "\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero width, and bidi: they reorder
    "\ufe00-\ufe0f\ufff0-\ufffb"  # variation selectors change widths; interlinear notes
    "\ufdd0-\ufdef\ufffe\uffff"  # noncharacters
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
    )
    + "\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"  # tags: text that nobody sees
    "]+"
)

_BEYOND_LATIN = re.compile("[^\x00-\u02ff]")
# Letters that are no other letter with a mark to Unicode, but are to whoever looks for a name.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i"}
    | {"æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n"}
)
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")
_USUAL_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]+")


def clean(text: str, limit: int = 200) -> str:
    """Return the text as one trimmed NFC line of at most `limit` characters, safe to draw.

    Breaks and odd spaces become a space, undecodable bytes (lone surrogates) U+FFFD; what can't be
    seen or steers a terminal (C0, C1, DEL, bidi, zero width, tags, noncharacters) is removed.
    """
    # Below U+0300 there are no marks, and nothing that NFC would change: most names end here.
    if text.isprintable() and (text.isascii() or not _BEYOND_LATIN.search(text)):
        text = text.strip()
        return text if len(text) <= limit else text[:limit].rstrip()
    # Normalizing a long pile of marks is quadratic, so a giant value is cut before the work.
    text = text[: 4 * limit + 64]
    text = _UNSEEN.sub("", _UNDECODABLE.sub("\ufffd", _BREAKS.sub(" ", text)))
    if not text.isascii():
        text = _without_piles(unicodedata.normalize("NFC", text))
    return text.strip()[:limit].rstrip()


def fold(text: str) -> str:
    """Text without regard to case and accents: "MÜLLER" and "muller" fold to the same.

    What is stored was folded so: a change here needs a migration.
    """
    if text.isascii():
        return text.lower()
    bare = _USUAL_MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    if not bare.isascii():
        bare = bare.translate(_LETTERS)
    return bare if bare.isascii() else _BEYOND_ASCII.sub(_without_marks, bare)


def _without_marks(found: re.Match[str]) -> str:
    return "".join(sign for sign in found[0] if not unicodedata.combining(sign))


def _without_piles(text: str) -> str:
    """Drop marks that have no letter to stand on, or too many below them."""
    kept: list[str] = []
    marks = MARKS_PER_LETTER  # at the start and after a space a mark would fall on something else
    for character in text:
        if unicodedata.category(character)[0] == "M":
            marks += 1
            if marks > MARKS_PER_LETTER:
                continue
        else:
            marks = MARKS_PER_LETTER if character == " " else 0
        kept.append(character)
    return "".join(kept)
