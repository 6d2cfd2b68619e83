"""What somebody types to find contacts, as beginnings of words that must or must not be there."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from console.calls.text import fold
from console.people.staging import WORD
from console.store.search import LONGEST, is_number, only_digits

_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# Not after a vowel or q, where the e is one of its own (Bauer, Quelle), nor at the end or before a
# vowel: whoever types "joe" does not mean everybody who begins with Jo.
_UMLAUT = re.compile(r"(?<![aeouq])([aou])e(?=[b-df-hj-np-tv-xz])")

# Beginnings of words that must all be there.
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """Something typed: one of `either` must be there; or none of them, if it is excluded."""

    either: tuple[Words, ...]
    excluded: bool = False

    @property
    def longest(self) -> int:
        """The length of its longest beginning."""
        return max(len(word) for words in self.either for word in words)


def contact_terms(text: str) -> tuple[Term, ...]:
    """The terms of a search, the first of them not excluded; empty if nothing narrows.

    Numbers are found as people write them: "0170 12", "+49 (0)170 12", "10115".
    """
    text = text[:LONGEST].strip()
    if is_number(text):
        return tuple(_number(text.split()))
    terms: list[Term] = []
    for are_numbers, pieces in groupby(text.split(), key=_is_number):
        if are_numbers:
            terms += _number(list(pieces))
        else:
            for piece in pieces:
                terms += _word(piece, excluded=piece.startswith("-") and bool(terms))
    return tuple(terms)


def _is_number(piece: str) -> bool:
    # "-170" excludes, as "-anna" does.
    return is_number(piece) and not piece.startswith("-")


def _word(piece: str, *, excluded: bool) -> Iterator[Term]:
    if is_number(piece):
        yield from (Term(term.either, excluded) for term in _number([piece]))
        return
    spelled = _spellings(piece)
    if not excluded and len(spelled) > 1 and len(spelled[0]) > 1:
        # Each word of "Müller-Schroeder" may be written either way.
        for word in dict.fromkeys(WORD.findall(unicodedata.normalize("NFC", piece))):
            yield Term(_spellings(word))
    elif spelled:
        yield Term(spelled, excluded)


def _spellings(piece: str) -> tuple[Words, ...]:
    """As typed; as a German writes it without umlauts ("Mueller"), and with them ("Müller").

    What is stored is folded to "muller" and "mueller": it does not say which of these was meant.
    """
    spelled_out = unicodedata.normalize("NFC", piece).lower().translate(_SPELLED_OUT)
    typed = fold(piece)
    ways = (typed, fold(spelled_out), _UMLAUT.sub(r"\1", typed))
    found = dict.fromkeys(tuple(dict.fromkeys(WORD.findall(way))) for way in ways)
    return tuple(words for words in found if words)


def _number(pieces: Sequence[str]) -> Iterator[Term]:
    """One number however it is spaced, with or without the zeros before it; or several."""
    typed = [only_digits(piece.replace("(0)", "")) for piece in pieces]
    whole = "".join(typed)
    if not whole:
        return
    either: list[Words] = [(whole.lstrip("0") or "0",), (whole,)]
    if not pieces[0].startswith("+"):
        either.append(tuple(dict.fromkeys(filter(None, typed))))
    yield Term(tuple(dict.fromkeys(either)))
