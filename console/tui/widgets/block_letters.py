"""Letters three rows high, for a name that must be read from across the room.

Each letter is six pixels high, two in every cell (half blocks); the top pixel row belongs to the
dots of umlauts. Small letters are drawn as capitals.
"""

HEIGHT = 3
_HALVES = {(" ", " "): " ", ("#", " "): "▀", (" ", "#"): "▄", ("#", "#"): "█"}

# Five pixel rows from the top; umlauts have four under their dots.
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
_UMLAUTS = {
    "Ä": "#  #/    / ## /#  #/####/#  #",
    "Ö": "#  #/    / ## /#  #/#  #/ ## ",
    "Ü": "#  #/    /#  #/#  #/#  #/ ## ",
}


def _draw(six: str) -> tuple[str, str, str]:
    pixels = six.split("/")
    top, middle, low = (
        "".join(_HALVES[pair] for pair in zip(pixels[y], pixels[y + 1], strict=True))
        for y in (0, 2, 4)
    )
    return top, middle, low


_GLYPHS = {
    letter: _draw(" " * len(five.split("/")[0]) + "/" + five) for letter, five in _LETTERS.items()
} | {letter: _draw(six) for letter, six in _UMLAUTS.items()}


def block_letters(text: str) -> tuple[str, str, str] | None:
    """The text as three rows of equal width, or None when a letter is missing."""
    # "ß".upper() would make two letters of it.
    glyphs = [_GLYPHS.get(letter if letter == "ß" else letter.upper()) for letter in text]
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
