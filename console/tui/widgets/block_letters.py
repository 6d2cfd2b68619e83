"""Letters three rows high, for a name that must be read from across the room.

Each letter is six pixels high, two in every cell (half blocks); the top pixel row is left empty,
and letters with a mark are lower. Small letters are drawn as capitals.
"""

from functools import lru_cache
from unicodedata import normalize

HEIGHT = 3
_HALVES = {(" ", " "): " ", ("#", " "): "▀", (" ", "#"): "▄", ("#", "#"): "█"}

# Five pixel rows, under an empty one.
_LETTERS = {
    "A": " ## /#  #/####/#  #/#  #",
    "B": "### /#  #/### /#  #/### ",
    "C": " ###/#   /#   /#   / ###",
    "D": "### /#  #/#  #/#  #/### ",
    "E": "####/#   /### /#   /####",
    "F": "####/#   /### /#   /#   ",
    "G": " ###/#   /# ##/#  #/ ###",
    "H": "#  #/#  #/####/#  #/#  #",
    "I": "#/#/#/#/#",
    "J": "  ##/   #/   #/#  #/ ## ",
    "K": "#  #/# # /##  /# # /#  #",
    "L": "#   /#   /#   /#   /####",
    "M": "#   #/## ##/# # #/#   #/#   #",
    "N": "#   #/##  #/# # #/#  ##/#   #",
    "O": " ## /#  #/#  #/#  #/ ## ",
    "P": "### /#  #/### /#   /#   ",
    "Q": " ## /#  #/#  #/# ##/ ###",
    "R": "### /#  #/### /# # /#  #",
    "S": " ###/#   / ## /   #/### ",
    "T": "#####/  #  /  #  /  #  /  #  ",
    "U": "#  #/#  #/#  #/#  #/ ## ",
    "V": "#   #/#   #/ # # / # # /  #  ",
    "W": "#   #/#   #/# # #/## ##/#   #",
    "X": "#   #/ # # /  #  / # # /#   #",
    "Y": "#   #/ # # /  #  /  #  /  #  ",
    "Z": "####/   #/ ## /#   /####",
    "Æ": " ####/# #  /#### /# #  /# ###",
    "Đ": " ### / #  #/### #/ #  #/ ### ",
    "Ð": " ### / #  #/### #/ #  #/ ### ",
    "Ł": " #  / ## /##  / #  / ###",
    "Ø": " ### /#  ##/# # #/##  #/ ### ",
    "Œ": " ####/# #  /# ## /# #  / ####",
    "ß": " ## /#  #/# # /#  #/# # ",
    "0": " ## /#  #/#  #/#  #/ ## ",
    "1": " # /## / # / # /###",
    "2": "### /   #/ ## /#   /####",
    "3": "### /   #/ ## /   #/### ",
    "4": "#  #/#  #/####/   #/   #",
    "5": "####/#   /### /   #/### ",
    "6": " ## /#   /### /#  #/ ## ",
    "7": "####/   #/  # / #  / #  ",
    "8": " ## /#  #/ ## /#  #/ ## ",
    "9": " ## /#  #/ ###/   #/ ## ",
    "&": " ##  /#  # / ## #/#  # / ## #",
    ".": " / / / /#",
    ",": " / / /#/#",
    "-": "   /   /###/   /   ",
    "–": "   /   /###/   /   ",
    "'": "#/#/ / / ",
    "’": "#/#/ / / ",
    "+": "   / # /###/ # /   ",
    "/": "   #/  # / #  /#   /    ",
    "(": " #/# /# /# / #",
    ")": "# / #/ #/ #/# ",
    "!": "#/#/#/ /#",
    ":": " /#/ /#/ ",
    " ": "  /  /  /  /  ",
}
# Four pixel rows, for letters that share their six with a mark above or below.
_LOW = {
    "A": " ## /#  #/####/#  #",
    "C": " ###/#   /#   / ###",
    "D": "### /#  #/#  #/### ",
    "E": "####/##  /#   /####",
    "G": " ###/#   /#  #/ ###",
    "I": " # / # / # / # ",
    "N": "#  #/## #/# ##/#  #",
    "O": " ## /#  #/#  #/ ## ",
    "R": "### /#  #/### /#  #",
    "S": " ###/#   /   #/### ",
    "T": "#####/  #  /  #  /  #  ",
    "U": "#  #/#  #/#  #/ ## ",
    "Y": "#   #/ # # /  #  /  #  ",
    "Z": "####/  # / #  /####",
}
# Marks as Unicode's combining characters: two pixel rows above letters three, four, five wide.
_ABOVE = {
    "\u0300": ("## /   ", "##  /    ", " ##  /     "),  # grave
    "\u0301": (" ##/   ", "  ##/    ", "  ## /     "),  # acute
    "\u0302": (" # /# #", " ## /#  #", "  #  / # # "),  # circumflex
    "\u0303": (" ##/## ", " # #/# # ", " # # /# #  "),  # tilde
    "\u0306": ("# #/ # ", "#  #/ ## ", " # # /  #  "),  # breve
    "\u0307": (" # /   ", " ## /    ", "  #  /     "),  # dot
    "\u0308": ("# #/   ", "#  #/    ", " # # /     "),  # two dots
    "\u030a": (" # /   ", " ## /    ", "  #  /     "),  # ring
    "\u030b": ("# #/   ", " # #/    ", "  # #/     "),  # double acute
    "\u030c": ("# #/ # ", "#  #/ ## ", " # # /  #  "),  # caron
}
_BELOW = {
    "\u0326": (" # ", "  # ", " ##  "),  # comma
    "\u0327": (" # ", "  # ", " ##  "),  # cedilla
    "\u0328": ("  #", "   #", "    #"),  # ogonek
}


def _marked(letter: str) -> str | None:
    """Six pixel rows of a letter with one mark, or None where it can't be drawn legibly."""
    base, *marks = list(normalize("NFD", letter))
    low = _LOW.get(base)
    if low is None or len(marks) != 1:
        return None
    size = len(low.split("/")[0]) - 3
    if above := _ABOVE.get(marks[0]):
        return f"{above[size]}/{low}"
    if below := _BELOW.get(marks[0]):
        return f"{' ' * (size + 3)}/{low}/{below[size]}"
    return None


def _draw(six: str) -> tuple[str, str, str]:
    pixels = six.split("/")
    top, middle, low = (
        "".join(_HALVES[pair] for pair in zip(pixels[y], pixels[y + 1], strict=True))
        for y in (0, 2, 4)
    )
    return top, middle, low


_GLYPHS = {
    letter: _draw(" " * len(five.split("/")[0]) + "/" + five) for letter, five in _LETTERS.items()
}


@lru_cache(maxsize=1024)
def _glyph(letter: str) -> tuple[str, str, str] | None:
    # "ß".upper() would make two letters of it.
    capital = letter if letter == "ß" else letter.upper()
    if capital in _GLYPHS:
        return _GLYPHS[capital]
    six = _marked(capital)
    return _draw(six) if six else None


def block_letters(text: str) -> tuple[str, str, str] | None:
    """The text as three rows of equal width, or None when a letter is missing."""
    glyphs = [_glyph(letter) for letter in normalize("NFC", text)]
    if not glyphs or None in glyphs:
        return None
    top, middle, low = (" ".join(glyph[y] for glyph in glyphs if glyph) for y in range(HEIGHT))
    return top, middle, low


def block_lines(text: str, width: int, lines: int) -> list[tuple[str, str, str]] | None:
    """The text in up to `lines` lines of block letters, broken between words, or None."""
    whole = block_letters(text)
    if whole is None or len(whole[0]) <= width:
        return [whole] if whole else None
    if lines < 2:
        return None
    words = text.split()
    for count in range(len(words) - 1, 0, -1):
        first = block_letters(" ".join(words[:count]))
        if first and len(first[0]) <= width:
            rest = block_lines(" ".join(words[count:]), width, lines - 1)
            return [first, *rest] if rest else None
    return None
